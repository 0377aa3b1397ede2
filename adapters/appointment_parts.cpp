// SPDX-License-Identifier: Apache-2.0
#include "adapters/appointment_parts.hpp"

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
    actor.identifier = fhir::identifier_of(fhir::nhs_number_system, patient.nhs_number.digits());
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

} // namespace adapters
