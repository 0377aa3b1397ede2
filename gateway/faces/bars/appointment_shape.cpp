// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/appointment_shape.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/patient.hpp"
#include "gateway/faces/bars/ids.hpp"

#include <algorithm>

namespace gateway::faces::bars
{

namespace
{

constexpr std::string_view booking_organisation_url =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";

fhir::Meta meta_of(const booking::StoredAppointment& stored)
{
    fhir::Meta meta;
    meta.version_id = std::to_string(stored.version);
    meta.last_updated = stored.last_updated;
    meta.profile.emplace_back(std::string(fhir::bars::profile::uk_core) + "Appointment");
    return meta;
}

fhir::DateTime in_utc(fhir::DateTime moment)
{
    moment.offset_minutes = 0;
    return moment;
}

/// The number that the participant carries, or the contained patient that it refers to.
std::optional<std::string> number_of(const fhir::Appointment& appointment,
                                     const fhir::AppointmentParticipant& participant)
{
    if (!participant.actor)
        return std::nullopt;
    const fhir::Reference& actor = *participant.actor;
    if (actor.identifier && (*actor.identifier)->system && (*actor.identifier)->value &&
        fhir::same_system((*actor.identifier)->system->text, fhir::nhs_number_system))
        return *(*actor.identifier)->value;
    for (const fhir::AnyResource& resource : appointment.contained)
        if (const auto* patient = resource.as<fhir::Patient>();
            patient && actor.reference == "#" + patient->id.value_or(""))
            if (const auto number = fhir::identifier_value(patient->identifier, fhir::nhs_number_system))
                return std::string(*number);
    return std::nullopt;
}

std::vector<fhir::AppointmentParticipant> patient_alone(const fhir::Appointment& appointment)
{
    for (const fhir::AppointmentParticipant& each : appointment.participant) {
        const auto number = number_of(appointment, each);
        if (!number)
            continue;
        fhir::AppointmentParticipant participant;
        participant.actor.emplace();
        participant.actor->type = fhir::Uri("Patient");
        participant.actor->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, *number));
        participant.status = each.status;
        return {std::move(participant)};
    }
    return appointment.participant;
}

/// Who has no number is shown by the name that the reply to the booking gave, and what the sender calls them.
std::vector<fhir::AppointmentParticipant> unnumbered(const fhir::Appointment& appointment,
                                                     const fhir::Patient& patient)
{
    fhir::AppointmentParticipant participant;
    participant.actor = fhir::reference_to("Patient/" + patient_uuid(appointment.id.value_or("")));
    participant.actor->type = fhir::Uri("Patient");
    if (!patient.identifier.empty())
        participant.actor->identifier = fhir::Box(patient.identifier.front());
    participant.status = fhir::ParticipationStatus::accepted;
    return {std::move(participant)};
}

std::vector<fhir::AppointmentParticipant> participants_of(const fhir::Appointment& appointment)
{
    const auto* patient = patient_without_number(appointment);
    return patient ? unnumbered(appointment, *patient) : patient_alone(appointment);
}

} // namespace

std::string patient_uuid(const std::string& appointment)
{
    return uuid_of("patient of " + appointment);
}

const fhir::Patient* patient_without_number(const fhir::Appointment& appointment)
{
    for (const fhir::AppointmentParticipant& each : appointment.participant)
        if (number_of(appointment, each))
            return nullptr;
    for (const fhir::AnyResource& resource : appointment.contained)
        if (const auto* patient = resource.as<fhir::Patient>())
            return patient;
    return nullptr;
}

fhir::Appointment answered_booking(const Call& call, const fhir::Appointment& sent,
                                   const booking::StoredAppointment& stored)
{
    fhir::Appointment shown = sent;
    shown.id = stored.resource.id;
    shown.meta = meta_of(stored);
    shown.status = stored.resource.status;
    if (stored.resource.created)
        shown.created = in_utc(*stored.resource.created);
    const std::string system = reference_system(call.origin);
    if (const auto reference = fhir::identifier_value(stored.resource.identifier, system))
        shown.identifier.insert(shown.identifier.begin(), fhir::identifier_of(system, *reference));
    return shown;
}

fhir::Appointment answered_cancellation(const fhir::Appointment& sent,
                                        const booking::StoredAppointment& stored)
{
    fhir::Appointment shown = sent;
    shown.id = stored.resource.id;
    shown.meta = meta_of(stored);
    shown.status = stored.resource.status;
    return shown;
}

fhir::Appointment shown_appointment(const booking::StoredAppointment& stored)
{
    const fhir::Appointment& held = stored.resource;
    fhir::Appointment shown;
    shown.id = held.id;
    shown.meta = meta_of(stored);
    shown.identifier = held.identifier;
    shown.status = held.status;
    shown.cancelation_reason = held.cancelation_reason;
    shown.service_category = held.service_category;
    shown.service_type = held.service_type;
    shown.specialty = held.specialty;
    shown.appointment_type = held.appointment_type;
    shown.description = held.description;
    shown.comment = held.comment;
    shown.start = held.start;
    shown.end = held.end;
    shown.minutes_duration = held.minutes_duration;
    for (const fhir::Reference& slot : held.slot)
        shown.slot.push_back(fhir::reference_to(urn_of(slot.reference.value_or(""))));
    if (held.created)
        shown.created = in_utc(*held.created);
    shown.based_on = held.based_on;
    shown.participant = participants_of(held);
    return shown;
}

bool is_own_booking(const Call& call, const booking::StoredAppointment& stored)
{
    const auto& extensions = stored.resource.extension;
    const auto* service = fhir::find_extension(extensions, service_url(call.origin));
    const auto* id = service ? std::get_if<fhir::Identifier>(&service->value) : nullptr;
    const auto* booker = fhir::find_extension(extensions, booking_organisation_url);
    const auto* organisation = booker ? std::get_if<fhir::Reference>(&booker->value) : nullptr;
    return id && id->value == call.service->id && organisation && organisation->identifier &&
           (*organisation->identifier)->value == call.caller->ods.text();
}

} // namespace gateway::faces::bars
