// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/patient_parameter.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/faces/r4/operation_values.hpp"

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::string_view local_name = "patient";

std::string last_part(std::string_view reference)
{
    return std::string(reference.substr(reference.rfind('/') + 1));
}

/// As text a patient is `Patient/x`, `x`, or an NHS number with or without its system.
Result<fhir::Reference> actor_from(fhir::Reference reference, const std::string& path)
{
    if (reference.identifier) {
        reference.type = fhir::Uri("Patient");
        return reference;
    }
    const std::string id = last_part(*reference.reference);
    fhir::Reference actor;
    actor.type = fhir::Uri("Patient");
    if (const auto number = fhir::NhsNumber::parse(id))
        actor.identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, number->digits()));
    else if (fhir::PracticeId::parse(id))
        actor.reference = "Patient/" + id;
    else
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "This names no patient.", path)
                .advise(
                    "Give the NHS number as identifier, or Patient/ and the id that a Patient search gave."));
    return actor;
}

fhir::AppointmentParticipant participant_of(fhir::Reference actor)
{
    fhir::AppointmentParticipant participant;
    participant.actor = std::move(actor);
    participant.required = fhir::ParticipantRequired::required;
    participant.status = fhir::ParticipationStatus::accepted;
    return participant;
}

PatientParameter contained(fhir::Patient patient, std::string path)
{
    fhir::Reference actor;
    actor.reference = "#" + std::string(local_name);
    actor.type = fhir::Uri("Patient");
    if (const auto number = fhir::identifier_value(patient.identifier, fhir::nhs_number_system))
        actor.identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, *number));
    patient.id = std::string(local_name);
    patient.meta.reset(); // of a contained resource it would say nothing
    return {participant_of(std::move(actor)), std::move(patient), std::move(path)};
}

} // namespace

Result<std::optional<PatientParameter>> patient_of(const OperationCall& call)
{
    const auto* resource = call.resource<fhir::Patient>("patient-resource");
    auto sent = sent_reference(call, "patient-reference", "patient-id");
    if (!sent)
        return std::unexpected(sent.error());
    if (resource && *sent)
        return fhir::fail(ErrorKind::invariant, "The patient is named twice; name them once.",
                          call.path_of("patient-resource"));
    if (resource)
        return contained(*resource, call.path_of("patient-resource"));
    if (!*sent)
        return std::nullopt;
    auto actor = actor_from(std::move((*sent)->reference), (*sent)->path);
    if (!actor)
        return std::unexpected(actor.error());
    return PatientParameter{participant_of(std::move(*actor)), std::nullopt, (*sent)->path};
}

Result<void> name_patient(fhir::Appointment& appointment, const PatientParameter& patient)
{
    const auto known = booking::patient_participant(appointment);
    if (!known) {
        appointment.participant.insert(appointment.participant.begin(), patient.participant);
    } else {
        auto& participant = appointment.participant[*known];
        if (participant.actor->identifier || participant.actor->reference) {
            const auto before = booking::named_number(appointment);
            fhir::Appointment asked;
            asked.participant = {patient.participant};
            if (before && before == booking::named_number(asked))
                return {};
            return std::unexpected(
                fhir::Error(ErrorKind::invariant, "The appointment is for another patient already.",
                            patient.path)
                    .advise(
                        "Leave the parameter out, or find and book another appointment for this patient."));
        }
        participant.actor = patient.participant.actor;
    }
    if (patient.details)
        appointment.contained.push_back(*patient.details);
    return {};
}

} // namespace gateway::faces::r4
