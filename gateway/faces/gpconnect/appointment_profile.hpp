// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service.hpp"
#include "gateway/faces/gpconnect/call.hpp"
#include "gateway/faces/gpconnect_face.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

/// An appointment as GPConnect-Appointment-1 wants it, whichever face booked it. Patients go by this face's
/// ids, and a booking organisation that is only named is contained.
fhir::Appointment to_profile(const Call& call, const GpConnectServices& services,
                             const booking::StoredAppointment& stored);

/// The id in the reference of the first participant of that type (`Patient/x`); empty without one.
std::string participant_id(const fhir::Appointment& appointment, std::string_view type);
/// The contained organisation that the booking organisation extension refers to; nullptr without one.
const fhir::Organization* booking_organisation(const fhir::Appointment& appointment);

/// Whoever may do with appointments what their practice may: GP Connect lets every organisation of the
/// sharing agreement read, amend and cancel, whoever booked. Sharing has been checked by then.
identity::Caller in_place_of_practice(const Call& call);
/// The patient is hidden from the consumer, and it is not the consumer's own booking: there is no such
/// appointment.
Awaitable<bool> is_hidden(const Call& call, const GpConnectServices& services,
                          const booking::StoredAppointment& stored);

/// A write in the name of `caller`, with the person whom the token names.
booking::WriteContext write_context(const Call& call, identity::Caller caller);

/// The reply that shows one appointment; `status` 201 names its place.
Reply appointment_reply(const Call& call, const GpConnectServices& services,
                        const booking::StoredAppointment& stored, unsigned status = 200);

} // namespace gateway::faces::gpconnect
