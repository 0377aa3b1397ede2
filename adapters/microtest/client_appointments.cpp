// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/client.hpp"

#include "adapters/appointment_parts.hpp"
#include "adapters/demographics.hpp"
#include "adapters/microtest/errors.hpp"
#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>

namespace adapters::microtest
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// The wire wants a reason; this is one of the two that the reference consumer offers.
constexpr std::string_view usual_cancel_reason = "No longer required";

/// What booking takes, checked before anything is sent.
Result<WireBooking> wire_booking(const BookAppointment& booking)
{
    if (auto objection = objection_to_slots(booking))
        return std::unexpected(std::move(*objection));
    auto key = SlotKey::parse(booking.slots.front().supplier_key);
    if (!key)
        return fhir::fail(ErrorKind::slot_unknown, "The slot is none of this practice's system.",
                          "Appointment.slot[0]");
    if (auto objection = objection_to_texts(booking, max_booking_reason))
        return std::unexpected(std::move(*objection));
    WireBooking wire{std::move(key->slot_id), trimmed(booking.description), {}};
    if (wire.reason.empty())
        return std::unexpected(Error(ErrorKind::reason_required).at("Appointment.description"));
    if (key->telephone)
        wire.phone = trimmed(booking.phone);
    if (key->telephone && wire.phone.empty())
        return fhir::fail(ErrorKind::phone_required);
    return wire;
}

/// One status stands for taken, gone and past.
Error conflict(Error refusal, fhir::Instant start, fhir::Instant now)
{
    if (refusal.kind() != ErrorKind::slot_unavailable || start > now)
        return refusal;
    return Error(ErrorKind::slot_in_past).at(refusal.path()).from_supplier(refusal.supplier_code());
}

/// Of all that the patient holds. One who has something at the slot's times is busy then.
Result<std::set<std::string>> ids_unless_busy(const std::vector<WireSlot>& held, const fhir::Slot& slot)
{
    std::set<std::string> ids;
    for (const auto& each : held) {
        if (is_at_times_of(each, slot))
            return std::unexpected(Error(ErrorKind::patient_has_appointment).at("Appointment.participant"));
        ids.insert(each.id);
    }
    return ids;
}

} // namespace

/// Appointments from that day on, or from today where that is earlier: those that have just begun count as
/// past.
Awaitable<Result<Client::Held>> Client::held_by(fhir::NhsNumber patient, fhir::Instant from, Budget budget)
{
    auto request = list_request(fhir::uk_date(std::min(from, clock_.now())));
    auto answer = co_await send(Operation::list, std::move(request), patient, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return read_appointments(answer->body.view());
}

/// What the patient holds already. The practice must mean the same person, who must have nothing at the
/// slot's times: only then is an appointment found there afterwards surely the one just made.
Awaitable<Result<Client::Ids>> Client::look_before(BookAppointment booking, Budget budget)
{
    using namespace boost::asio::experimental::awaitable_operators;
    const fhir::Slot& slot = booking.slots.front().slot;
    auto record_call = record_of(booking.patient.number(), budget);
    auto list_call = held_by(booking.patient.number(), slot.start, budget);
    auto both = co_await (std::move(record_call) && std::move(list_call));
    const auto& [record, held] = both;
    if (!record)
        co_return std::unexpected(record.error());
    if (!held)
        co_return std::unexpected(held.error());
    if (auto differs = mismatch(booking.patient.demographics, map_patient(practice_, *record, "record")))
        co_return std::unexpected(std::move(*differs));
    co_return ids_unless_busy(*held, slot);
}

Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    const auto wire = wire_booking(booking);
    if (!wire)
        co_return std::unexpected(wire.error());
    const Budget budget(write_limit_);
    auto before = co_await look_before(booking, budget.for_a_look(read_limit_));
    if (!before)
        co_return std::unexpected(before.error());
    auto answer = co_await send(Operation::book, book_request(*wire), booking.patient.number(), budget);
    if (!answer)
        co_return std::unexpected(
            conflict(std::move(answer.error()), booking.slots.front().slot.start, clock_.now()));
    auto identified = co_await identify(std::move(booking), std::move(*before), budget);
    co_return identified;
}

/// Finds the appointment just made: the answer to a booking is a sentence.
Awaitable<Result<SupplierAppointment>> Client::identify(BookAppointment booking, Ids before, Budget budget)
{
    const fhir::Slot& slot = booking.slots.front().slot;
    auto held = co_await held_by(booking.patient.number(), slot.start, budget);
    if (!held)
        co_return std::unexpected(unknown_outcome("booked, list failed"));
    std::erase_if(*held, [&](const WireSlot& each) {
        return before.contains(each.id) || !may_hold(practice_, each, slot);
    });
    if (held->size() != 1)
        co_return std::unexpected(unknown_outcome("booked, not listed"));
    co_return booked_appointment(booking, held->front().id);
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    if (cancellation.appointment.key.empty())
        co_return fhir::fail(ErrorKind::appointment_not_found);
    auto reason = trimmed(cancellation.reason);
    if (reason.empty())
        reason = usual_cancel_reason;
    const Budget budget(write_limit_);
    auto answer = co_await send(Operation::cancel, cancel_request(cancellation.appointment.key, reason),
                                cancellation.patient.number(), budget);
    if (!answer && needs_the_list(answer.error())) {
        auto explained = co_await explain(std::move(cancellation), std::move(answer.error()), budget);
        co_return std::unexpected(std::move(explained));
    }
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return cancelled_appointment(cancellation);
}

/// An appointment that the patient's list does not hold is not there; one that it holds cannot be cancelled.
/// A list that fails leaves it at the latter: that nothing was done is certain.
Awaitable<Error> Client::explain(CancelAppointment cancellation, Error refusal, Budget budget)
{
    const auto& appointment = cancellation.appointment;
    const auto from = appointment.appointment.start.value_or(clock_.now());
    auto held = co_await held_by(cancellation.patient.number(), from, budget);
    if (!held || std::ranges::find(*held, appointment.key, &WireSlot::id) != held->end())
        co_return refusal;
    Error error(ErrorKind::appointment_not_found);
    co_return error.at("Appointment").from_supplier(refusal.supplier_code());
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    auto held = co_await held_by(query.patient.number(), query.window.start, Budget(read_limit_));
    if (!held)
        co_return std::unexpected(held.error());
    co_return map_appointments(practice_, *held, query.patient, query.window, clock_.now());
}

} // namespace adapters::microtest
