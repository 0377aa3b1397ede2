// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/appointment.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_appointment, stu3_appointment_participant;

constexpr auto appointment_participant_elements =
    joined(backbone_base, elements(element<"type", &AppointmentParticipant::type>(in_summary),
                                   element<"actor", &AppointmentParticipant::actor>(in_summary),
                                   element<"required", &AppointmentParticipant::required>(in_summary),
                                   element<"status", &AppointmentParticipant::status>(in_summary),
                                   element<"period", &AppointmentParticipant::period>(in_summary)));
template <>
constinit const TypeInfo TypeOf<AppointmentParticipant>::info = complex_type<AppointmentParticipant>(
    "Appointment.participant", appointment_participant_elements, &stu3_appointment_participant);

constexpr auto appointment_elements = joined(
    domain_base, elements(element<"identifier", &Appointment::identifier>(in_summary),
                          element<"status", &Appointment::status>(in_summary),
                          element<"cancelationReason", &Appointment::cancelation_reason>(in_summary),
                          element<"serviceCategory", &Appointment::service_category>(in_summary),
                          element<"serviceType", &Appointment::service_type>(in_summary),
                          element<"specialty", &Appointment::specialty>(in_summary),
                          element<"appointmentType", &Appointment::appointment_type>(in_summary),
                          element<"reasonCode", &Appointment::reason_code>(in_summary),
                          element<"reasonReference", &Appointment::reason_reference>(),
                          element<"priority", &Appointment::priority>(),
                          element<"description", &Appointment::description>(),
                          element<"supportingInformation", &Appointment::supporting_information>(),
                          element<"start", &Appointment::start>(in_summary | in_every_part), // app-2, app-3
                          element<"end", &Appointment::end>(in_summary | in_every_part),
                          element<"minutesDuration", &Appointment::minutes_duration>(),
                          element<"slot", &Appointment::slot>(), element<"created", &Appointment::created>(),
                          element<"comment", &Appointment::comment>(),
                          element<"patientInstruction", &Appointment::patient_instruction>(),
                          element<"basedOn", &Appointment::based_on>(),
                          element<"participant", &Appointment::participant>(at_least_one),
                          element<"requestedPeriod", &Appointment::requested_period>()));
template <>
constinit const TypeInfo TypeOf<Appointment>::info =
    resource_type<Appointment>("Appointment", appointment_elements, &stu3_appointment);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Appointment::declaration()
{
    return schema::TypeOf<Appointment>::info;
}

} // namespace fhir
