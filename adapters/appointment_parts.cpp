// SPDX-License-Identifier: Apache-2.0
#include "adapters/appointment_parts.hpp"

#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"
#include "fhir/model/utf8.hpp"

namespace adapters
{

fhir::AppointmentParticipant accepted(fhir::Reference actor)
{
    fhir::AppointmentParticipant participant;
    participant.actor = std::move(actor);
    participant.status = fhir::ParticipationStatus::accepted;
    return participant;
}

fhir::AppointmentParticipant patient_participant(const PatientContext& patient)
{
    fhir::Reference actor;
    actor.type = fhir::Uri("Patient");
    if (patient.nhs_number)
        actor.identifier = fhir::identifier_of(fhir::nhs_number_system, patient.nhs_number->digits());
    return accepted(std::move(actor));
}

void set_times(fhir::Appointment& appointment, fhir::Interval moments)
{
    appointment.start = moments.start;
    appointment.end = moments.end;
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(moments.end - moments.start).count();
    if (minutes > 0)
        appointment.minutes_duration = fhir::PositiveInt{static_cast<std::int32_t>(minutes)};
}

std::optional<fhir::Error> objection_to_slots(const BookAppointment& booking)
{
    if (booking.slots.size() == 1)
        return std::nullopt;
    return not_offered("This practice's system books one slot at a time.").at("Appointment.slot");
}

std::optional<fhir::Error> objection_to_texts(const BookAppointment& booking, std::size_t limit)
{
    if (fhir::code_points(trimmed(booking.description)) > limit)
        return fhir::Error(fhir::ErrorKind::text_too_long,
                           "The description is longer than the " + std::to_string(limit) +
                               " characters this practice's system takes.",
                           "Appointment.description");
    if (!booking.comment.empty())
        return fhir::Error(fhir::ErrorKind::not_supported_by_practice,
                           "This practice's system has no place for a comment; put it into the description.",
                           "Appointment.comment");
    return std::nullopt;
}

SupplierAppointment listed_appointment(const PracticeNames& practice, std::string key,
                                       std::optional<fhir::Interval> time, const PatientContext& patient)
{
    SupplierAppointment result;
    auto& appointment = result.appointment;
    appointment.identifier.push_back(fhir::identifier_of(practice.system_of("appointment"), key));
    appointment.status = fhir::AppointmentStatus::booked;
    if (time)
        set_times(appointment, *time);
    appointment.participant.push_back(patient_participant(patient));
    result.key = std::move(key);
    return result;
}

SupplierAppointment booked_appointment(const BookAppointment& booking, std::string key)
{
    const auto& slot = booking.slots.front().slot;
    SupplierAppointment result;
    result.key = std::move(key);
    auto& appointment = result.appointment;
    appointment.status = fhir::AppointmentStatus::booked;
    set_times(appointment, {slot.start, slot.end});
    if (slot.id)
        appointment.slot.push_back(fhir::reference_to("Slot/" + *slot.id));
    appointment.service_type = slot.service_type;
    appointment.appointment_type = slot.appointment_type;
    if (!booking.description.empty())
        appointment.description = booking.description;
    appointment.created = fhir::uk_date_time(booking.created);
    appointment.participant.push_back(patient_participant(booking.patient));
    return result;
}

SupplierAppointment cancelled_appointment(const CancelAppointment& cancellation)
{
    auto result = cancellation.appointment;
    result.appointment.status = fhir::AppointmentStatus::cancelled;
    if (!cancellation.reason.empty())
        result.appointment.cancelation_reason = fhir::concept_text(cancellation.reason);
    return result;
}

} // namespace adapters
