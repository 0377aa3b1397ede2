// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

/// What appointments of systems without FHIR are put together from.
namespace adapters
{

/// A participant who has accepted.
fhir::AppointmentParticipant accepted(fhir::Reference actor);
/// The patient, by NHS number alone.
fhir::AppointmentParticipant patient_participant(const PatientContext& patient);
/// Start, end, and the minutes between.
void set_times(fhir::Appointment& appointment, fhir::Interval moments);

} // namespace adapters
