// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/appointment.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/stu3/extensions.hpp"
#include "fhir/stu3/names.hpp"
#include "fhir/stu3/practitioner_role.hpp"
#include "fhir/stu3/sent.hpp"

#include <algorithm>

namespace fhir::stu3
{

namespace
{

std::optional<Reference> practitioner_of(const Appointment& appointment)
{
    for (const AppointmentParticipant& each : appointment.participant)
        if (each.actor && each.actor->reference && each.actor->reference->starts_with("Practitioner/"))
            return each.actor;
    return std::nullopt;
}

void appointment_to_r4(Appointment& appointment)
{
    if (auto reason = take_value<std::string>(appointment.extension, names::cancellation_reason))
        appointment.cancelation_reason = concept_text(*reason);
    auto role = take_role(appointment, practitioner_of(appointment));
    if (!role)
        return;
    AppointmentParticipant participant;
    participant.actor = std::move(*role);
    appointment.participant.push_back(std::move(participant));
}

/// What the reason says in words: its text, or else that of its first code.
std::optional<std::string> words_of(const CodeableConcept& reason)
{
    if (reason.text || reason.coding.empty())
        return reason.text;
    const Coding& first = reason.coding.front();
    return first.display || !first.code ? first.display : std::optional(first.code->text);
}

std::optional<Appointment> appointment_to_stu3(const Appointment& appointment)
{
    const auto is_its_role = [&](const AppointmentParticipant& each) {
        return each.actor && is_role(*each.actor, appointment);
    };
    // Somebody has to be left.
    const auto roles = std::ranges::count_if(appointment.participant, is_its_role);
    const bool gives_role = roles > 0 && roles < std::ssize(appointment.participant);
    if (!appointment.cancelation_reason && !gives_role)
        return std::nullopt;
    Appointment changed = appointment;
    for (const AppointmentParticipant& each : appointment.participant)
        if (gives_role && each.actor)
            give_role(changed, *each.actor);
    if (gives_role)
        std::erase_if(changed.participant, is_its_role);
    if (auto reason =
            appointment.cancelation_reason ? words_of(*appointment.cancelation_reason) : std::nullopt)
        changed.extension.insert(changed.extension.begin(),
                                 extension_of(names::cancellation_reason, std::move(*reason)));
    return changed;
}

} // namespace

} // namespace fhir::stu3

namespace fhir::schema
{

extern const TypeInfo stu3_appointment, stu3_appointment_participant;

template <>
const TypeInfo TypeOf<AppointmentParticipant>::info;

// No period.
constexpr auto stu3_appointment_participant_elements =
    joined(backbone_base, elements(element<"type", &AppointmentParticipant::type>(in_summary),
                                   element<"actor", &AppointmentParticipant::actor>(in_summary),
                                   element<"required", &AppointmentParticipant::required>(in_summary),
                                   element<"status", &AppointmentParticipant::status>(in_summary)));
constinit const TypeInfo stu3_appointment_participant =
    complex_type<AppointmentParticipant>("Appointment.participant", stu3_appointment_participant_elements);

// No `checked-in`, no `waitlist`.
constexpr const TypeInfo& stu3_appointment_status =
    narrow_enum_type<AppointmentStatus, 8, AppointmentStatus::arrived, AppointmentStatus::proposed>;

// One service category; other names for reasons and referrals; no cancelationReason, no patientInstruction.
constexpr auto stu3_appointment_elements = joined(
    domain_base, elements(element<"identifier", &Appointment::identifier>(in_summary),
                          element<"status", &Appointment::status>(&stu3_appointment_status, in_summary),
                          first_element<"serviceCategory", &Appointment::service_category>(in_summary),
                          element<"serviceType", &Appointment::service_type>(in_summary),
                          element<"specialty", &Appointment::specialty>(in_summary),
                          element<"appointmentType", &Appointment::appointment_type>(in_summary),
                          element<"reason", &Appointment::reason_code>(in_summary),
                          element<"indication", &Appointment::reason_reference>(),
                          element<"priority", &Appointment::priority>(),
                          element<"description", &Appointment::description>(),
                          element<"supportingInformation", &Appointment::supporting_information>(),
                          element<"start", &Appointment::start>(in_every_part),
                          element<"end", &Appointment::end>(in_every_part),
                          element<"minutesDuration", &Appointment::minutes_duration>(),
                          element<"slot", &Appointment::slot>(), element<"created", &Appointment::created>(),
                          element<"comment", &Appointment::comment>(),
                          element<"incomingReferral", &Appointment::based_on>(),
                          element<"participant", &Appointment::participant>(at_least_one),
                          element<"requestedPeriod", &Appointment::requested_period>()));
constinit const TypeInfo stu3_appointment = {.name = "Appointment",
                                             .kind = Kind::complex,
                                             .elements = stu3_appointment_elements,
                                             .extras = extras_of<Appointment>,
                                             .make = make_resource<Appointment>,
                                             .received = stu3::received<Appointment, stu3::appointment_to_r4>,
                                             .sent = stu3::sent<Appointment, stu3::appointment_to_stu3>};

} // namespace fhir::schema
