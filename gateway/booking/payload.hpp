// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What the store keeps sealed for the booking service, as JSON text. Reading fails only when the text was
/// not written here.
namespace gateway::booking
{

/// Of a move, kept with the cancellation of the old appointment: what must be done before it.
struct MoveTarget
{
    std::string booking;     ///< intent of the new appointment
    std::string appointment; ///< the new appointment
};

/// Everything that sending and settling one intent needs, without the request that made it.
struct Payload
{
    adapters::Provenance provenance;
    std::string client_id;
    std::vector<adapters::OfferedSlot> slots; ///< of a booking
    std::string phone;
    std::string reason; ///< of a cancellation
    std::string description, comment;
    fhir::Instant created{};
    /// Of a hold: when it ends. Of the booking that follows: when the hold would have ended.
    std::optional<fhir::Instant> hold_until;
    std::optional<MoveTarget> move;
    /// Of an appointment on the waiting list, also while a slot is offered to it: as it waits.
    std::optional<fhir::Appointment> waiting;
    std::vector<std::string> passed; ///< slots that were offered to it and not taken
    std::string task; ///< kind of the task that is called for when it is done (task_calls.hpp); empty: none
    /// The resource as it will stand when the intent is done, without the practice's key.
    std::optional<fhir::Appointment> wanted;
};

std::string to_text(const Payload& payload);
fhir::Result<Payload> read_payload(const std::string& text);

/// The supplier's copy beside an appointment. Participants are filled from ours where the supplier names
/// none, so that it reads back.
/// `schedule`: reference of the session that it was booked in, empty when not known.
std::string to_text(adapters::SupplierAppointment copy, const fhir::Appointment& ours,
                    std::string schedule = {});
/// The session's reference in what to_text() wrote, of a copy or of a hold's payload; empty when not known.
std::string kept_schedule(const std::string& text);
fhir::Result<adapters::SupplierAppointment> read_supplier_copy(const std::string& text);

/// The first answer to an idempotency key.
struct FirstAnswer
{
    bool created = false;
    std::optional<fhir::Error> error;
    /// Where the answer is another appointment than the one that was changed.
    std::string appointment = {};
    std::int64_t version = 0;
};

std::string to_text(const FirstAnswer& answer);
fhir::Result<FirstAnswer> read_first_answer(const std::string& text);

} // namespace gateway::booking
