// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/patient.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/bars/call.hpp"

namespace gateway::faces::bars
{

/// The appointment of a booking message with what the receiver has made: id, reference, moment.
fhir::Appointment answered_booking(const Call& call, const fhir::Appointment& sent,
                                   const booking::StoredAppointment& stored);
/// That of a cancellation: as it was sent, cancelled.
fhir::Appointment answered_cancellation(const fhir::Appointment& sent,
                                        const booking::StoredAppointment& stored);

/// As it is read: the state of now, the slot by its `urn:uuid:` name, and of those who take part the patient
/// alone, by NHS number, or without one by the id that the reply to the booking gave.
fhir::Appointment shown_appointment(const booking::StoredAppointment& stored);
/// The id of a patient in what is said of that appointment.
std::string patient_uuid(const std::string& appointment);
/// The details of who was booked without an NHS number; nullptr of everybody else.
const fhir::Patient* patient_without_number(const fhir::Appointment& appointment);

/// Whether it was booked by message, for this service, by the organisation that calls.
bool is_own_booking(const Call& call, const booking::StoredAppointment& stored);

} // namespace gateway::faces::bars
