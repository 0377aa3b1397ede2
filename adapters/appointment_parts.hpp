// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/practice_parts.hpp"

/// What appointments of systems without FHIR are put together from.
namespace adapters
{

/// A participant who has accepted.
fhir::AppointmentParticipant accepted(fhir::Reference actor);
/// The patient, by NHS number alone; without one nothing is said of them.
fhir::AppointmentParticipant patient_participant(const PatientContext& patient);
/// Start, end, and the minutes between.
void set_times(fhir::Appointment& appointment, fhir::Interval moments);

/// What a system cannot take that books one slot at a time; checked before anything is sent.
std::optional<fhir::Error> objection_to_slots(const BookAppointment& booking);
/// The same of one with one text of at most `limit` characters.
std::optional<fhir::Error> objection_to_texts(const BookAppointment& booking, std::size_t limit);

/// What an appointment that the system lists begins with: its key, its times as far as they can be used, the
/// patient. It is `booked`.
SupplierAppointment listed_appointment(const PracticeNames& practice, std::string key,
                                       std::optional<fhir::Interval> time, const PatientContext& patient);
/// The appointment that has just been made of the booking's one slot, where the system answers with little or
/// nothing of it; `key` is the supplier's.
SupplierAppointment booked_appointment(const BookAppointment& booking, std::string key);
SupplierAppointment cancelled_appointment(const CancelAppointment& cancellation);

} // namespace adapters
