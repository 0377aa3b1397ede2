// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
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
/// alone, by NHS number.
fhir::Appointment shown_appointment(const booking::StoredAppointment& stored);

/// Whether it was booked by message, for this service, by the organisation that calls.
bool is_own_booking(const Call& call, const booking::StoredAppointment& stored);

} // namespace gateway::faces::bars
