// SPDX-License-Identifier: Apache-2.0
#include "adapters/appointment_parts.hpp"
#include "adapters/demographics.hpp"
#include "adapters/emis/client.hpp"
#include "adapters/refusals.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>

namespace adapters::emis
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// What the practice wants of a booking, checked before anything is sent.
std::optional<fhir::Error> objection(const BookAppointment& booking, Necessity reason)
{
    const auto description = trimmed(booking.description);
    if (description.empty() && reason == Necessity::mandatory)
        return fhir::Error(ErrorKind::reason_required).at("Appointment.description");
    if (!description.empty() && reason == Necessity::not_requested)
        return fhir::Error(ErrorKind::reason_not_allowed).at("Appointment.description");
    return objection_to_texts(booking, max_booking_reason);
}

/// A 2xx whose body cannot be read says nothing sure about a booking.
fhir::Error unclear(std::string code)
{
    fhir::Error error(ErrorKind::outcome_unknown);
    error.from_supplier(std::move(code));
    return error.effect_is_possible();
}

/// EMIS says 409 both for a slot that somebody took and for a patient who is elsewhere at that time.
Error taken_or_busy(const Error& refusal)
{
    Error error(
        ErrorKind::slot_unavailable,
        "The practice's system refused the booking: either the slot has just been taken, or the patient "
        "already has another appointment at that time.",
        refusal.path());
    error.advise(
        "Search again: if the slot is still offered, look at the patient's other appointments; otherwise "
        "offer another slot.",
        fhir::Remedy::user);
    error.from_supplier(refusal.supplier_code());
    return error;
}

bool overlaps(const SupplierAppointment& held, const fhir::Slot& slot)
{
    const auto& [start, end] = std::pair(held.appointment.start, held.appointment.end);
    return start && end && *start < slot.end && slot.start < *end;
}

} // namespace

/// Looks at the practice's record where that is needed: to compare it with what the consumer sent (nothing is
/// ever overwritten there), and for a number to ring when the consumer sent none. Yields the number to send.
Awaitable<Result<std::string>> Client::check_patient(BookAppointment booking, bool telephone, Budget budget)
{
    const auto sent = telephone ? trimmed(booking.phone) : std::string();
    const bool number_missing = telephone && sent.empty();
    if (!booking.patient.demographics && !number_missing)
        co_return sent;
    // Half of the time at most: whoever waits must not take a slow look for a booking under way.
    const Budget look = budget.for_a_look(read_limit_);
    auto answer = co_await sessions_.send(booking.patient.link->credential, Operation::demographics,
                                          demographics_request, look);
    const auto wire = read_body(answer, read_demographics);
    if (!wire && (wire.error().kind() == ErrorKind::supplier_timeout ||
                  wire.error().kind() == ErrorKind::supplier_malformed))
        co_return std::unexpected(wire.error());
    // A link that opens somebody else's record must never book for this patient.
    if (wire && wire->nhs_number != booking.patient.number())
        co_return fhir::fail(ErrorKind::link_invalid);
    if (wire)
        if (auto differs = mismatch(booking.patient.demographics, map_patient(practice_, *wire, "record")))
            co_return std::unexpected(std::move(*differs));
    if (!number_missing)
        co_return sent; // a record that may not be read is compared by nobody: the link stands for the
                        // patient
    const std::string known = !wire ? std::string() : wire->mobile.empty() ? wire->telephone : wire->mobile;
    if (known.empty())
        co_return fhir::fail(ErrorKind::phone_required);
    co_return known;
}

/// The patient's own list tells the two meanings of 409 apart.
Awaitable<Error> Client::explain_conflict(BookAppointment booking, Error refusal, Budget budget)
{
    const fhir::Slot& slot = booking.slots.front().slot;
    // Short, for the refusal is certain already and must not turn into an unknown outcome.
    const Budget look = budget.for_a_look(std::chrono::milliseconds(1500));
    auto wire = co_await fetch_appointments(booking.patient.link->credential, slot.start, look);
    if (!wire)
        co_return taken_or_busy(refusal);
    const fhir::Interval around{slot.start - std::chrono::hours(24), slot.end};
    const auto listed = map_appointments(practice_, *wire, booking.patient, around, clock_.now());
    const bool busy =
        std::ranges::any_of(listed, [&](const SupplierAppointment& held) { return overlaps(held, slot); });
    if (!busy)
        co_return refusal;
    Error error(ErrorKind::patient_has_appointment);
    co_return error.at("Appointment.participant").from_supplier(refusal.supplier_code());
}

Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    if (!booking.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    if (auto objection = objection_to_slots(booking))
        co_return std::unexpected(std::move(*objection));
    const auto key = SlotKey::parse(booking.slots.front().supplier_key);
    if (!key)
        co_return fhir::fail(ErrorKind::slot_unknown, "The slot is none of this practice's system.",
                             "Appointment.slot[0]");
    const Budget budget(write_limit_);
    auto practice = co_await settings(budget);
    if (!practice)
        co_return std::unexpected(practice.error());
    if (auto refused = objection(booking, practice->booking_reason))
        co_return std::unexpected(std::move(*refused));

    auto phone = co_await check_patient(booking, key->telephone, budget);
    if (!phone)
        co_return std::unexpected(phone.error());

    const WireBooking wire{key->slot_id, trimmed(booking.description), std::move(*phone)};
    Sessions::MakeRequest make = [wire](const std::string& token) { return book_request(token, wire); };
    auto answer =
        co_await sessions_.send(booking.patient.link->credential, Operation::book, std::move(make), budget);
    if (!answer && answer.error().supplier_code().starts_with("409")) {
        auto explained = co_await explain_conflict(std::move(booking), std::move(answer.error()), budget);
        co_return std::unexpected(std::move(explained));
    }
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto created = read_body(answer, read_booking_created);
    if (!created || !*created)
        co_return std::unexpected(unclear(std::to_string(answer->status) + " without BookingCreated"));
    co_return booked_appointment(booking, std::to_string(key->slot_id));
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    if (!cancellation.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto key = SlotKey::parse(cancellation.appointment.key);
    if (!key)
        co_return fhir::fail(ErrorKind::appointment_not_found);
    auto reason = trimmed(cancellation.reason);
    if (reason.empty())
        reason = "No longer required"; // the wire wants one; this is one of the two texts the reference
                                       // consumer offers
    Sessions::MakeRequest make = [slot = key->slot_id, reason](const std::string& token) {
        return cancel_request(token, slot, reason);
    };
    auto answer = co_await sessions_.send(cancellation.patient.link->credential, Operation::cancel,
                                          std::move(make), Budget(write_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    // Bodies have been seen with and without content, so none is asked for.
    const auto cancelled = read_cancelled(answer->body.view());
    if (!cancelled || !*cancelled)
        co_return std::unexpected(unclear(std::to_string(answer->status) + " without IsCancelled"));
    co_return cancelled_appointment(cancellation);
}

Awaitable<Result<WireAppointments>> Client::fetch_appointments(std::string credential, fhir::Instant from,
                                                               Budget budget)
{
    const auto first = fhir::uk_date(std::min(from, clock_.now()));
    Sessions::MakeRequest make = [first](const std::string& token) { return list_request(token, first); };
    auto answer = co_await sessions_.send(std::move(credential), Operation::list, std::move(make), budget);
    co_return read_body(answer, read_appointments);
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    auto wire =
        co_await fetch_appointments(query.patient.link->credential, query.window.start, Budget(read_limit_));
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_appointments(practice_, *wire, query.patient, query.window, clock_.now());
}

} // namespace adapters::emis
