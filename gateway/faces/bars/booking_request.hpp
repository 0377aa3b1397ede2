// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/faces/bars/call.hpp"
#include "gateway/faces/bars/message.hpp"

#include <optional>
#include <string>

/// What a booking message says, in the gateway's own words. Pure.
namespace gateway::faces::bars
{

/// The slot that the message names, as the search gave it.
struct NamedSlot
{
    const fhir::Slot* slot = nullptr;
    std::string uuid;   ///< its id, or where a sample has it, that of its fullUrl
    std::string own_id; ///< `<ODS>.<local>`: ours, and of that UUID; empty: it does not say
};

/// Errors: `invariant` when the appointment names no slot of the message, or has other times.
fhir::Result<NamedSlot> named_slot(const Call& call, const Message& message);

/// A number is sent only in a state in which it may be, and is one. Who has none is let through: whether that
/// is enough is for others to say. Errors: `invariant`, `nhs_number_invalid`.
fhir::Result<void> check_number(const fhir::Patient& patient);

/// Whom the booking is for: NHS number and what tells who they are, with the number to ring them on. Errors:
/// `invariant`, `required`; `demographics_required` without an NHS number, which every practice system wants.
fhir::Result<fhir::Patient> named_patient(const Message& message);

/// The appointment to be booked. `reference`: what the sender reads out to its user.
fhir::Appointment wanted_appointment(const Call& call, const Message& message, const std::string& slot_id,
                                     fhir::Patient patient, const std::string& reference);

} // namespace gateway::faces::bars
