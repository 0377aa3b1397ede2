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

/// What a system with one text of at most `limit` characters cannot take; checked before anything is sent.
std::optional<fhir::Error> objection_to_texts(const BookAppointment& booking, std::size_t limit);

/// The appointment that has just been made of the booking's one slot, where the system answers with little or
/// nothing of it; `key` is the supplier's.
SupplierAppointment booked_appointment(const BookAppointment& booking, std::string key);
SupplierAppointment cancelled_appointment(const CancelAppointment& cancellation);

} // namespace adapters
