// SPDX-License-Identifier: Apache-2.0
#include "adapters/appointment_parts.hpp"
#include "adapters/demographics.hpp"
#include "adapters/refusals.hpp"
#include "adapters/vision/client.hpp"

#include <algorithm>

namespace adapters::vision
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;

namespace
{

/// What the system cannot take, checked before anything is sent. It would book a slot of the past.
std::optional<Error> unsendable(const BookAppointment& booking, fhir::Instant now)
{
    if (!booking.patient.link)
        return Error(ErrorKind::link_invalid);
    if (auto objection = objection_to_slots(booking))
        return objection;
    const auto& slot = booking.slots.front();
    if (slot.supplier_key.empty())
        return Error(ErrorKind::slot_unknown).at("Appointment.slot[0]");
    if (slot.slot.start <= now)
        return Error(ErrorKind::slot_in_past).at("Appointment.slot[0]");
    return objection_to_texts(booking, max_reason);
}

const WireSlot* slot_in(const std::vector<WireSlot>& slots, const std::string& id)
{
    const auto found = std::ranges::find(slots, id, &WireSlot::id);
    return found == slots.end() ? nullptr : &*found;
}

/// Nothing when the appointment can be cancelled: the system itself would cancel it at any time.
std::optional<Error> uncancellable(const WireAppointments& listed, const std::string& id, fhir::Instant now)
{
    const auto* slot = slot_in(listed.upcoming, id);
    if (!slot && slot_in(listed.past, id))
        return Error(ErrorKind::not_cancellable).at("Appointment");
    if (!slot)
        return Error(ErrorKind::appointment_not_found).at("Appointment");
    const auto start = slot->start();
    if (!start || now < fhir::from_uk_local(*start).latest - listed.cutoff)
        return std::nullopt;
    return refused(ErrorKind::not_cancellable,
                   "It is too late to cancel: the practice takes cancellations until " +
                       std::to_string(listed.cutoff.count()) + " minutes before the start.",
                   "Ring the practice.", fhir::Remedy::user)
        .at("Appointment");
}

Speaker speaker_of(const PatientContext& patient)
{
    return {patient.link->credential, patient.number()};
}

} // namespace

Awaitable<Result<WireAppointments>> Client::appointments(Speaker speaker, Budget budget)
{
    auto answer =
        co_await accounts_.send(std::move(speaker), {Service::appointments, {}, {}, {}, {}}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return read_appointments(*answer);
}

/// What the practice says against the booking before it is sent. A slot that the patient holds already would
/// be refused with the code that stands for anything, and then look as if it had just been booked.
Awaitable<std::optional<Error>> Client::objection_to(BookAppointment booking, Budget budget)
{
    const auto speaker = speaker_of(booking.patient);
    const auto listed = co_await appointments(speaker, budget);
    if (!listed)
        co_return listed.error();
    if (slot_in(listed->upcoming, booking.slots.front().supplier_key))
        co_return Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]");
    if (!listed->takes_reason && !trimmed(booking.description).empty())
        co_return Error(ErrorKind::reason_not_allowed).at("Appointment.description");
    if (!booking.patient.demographics)
        co_return std::nullopt;
    const auto held = co_await record(speaker, budget);
    if (!held)
        co_return held.error();
    co_return mismatch(booking.patient.demographics, *held);
}

Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    if (auto refused = unsendable(booking, clock_.now()))
        co_return std::unexpected(std::move(*refused));
    const Budget budget(write_limit_);
    auto objection = co_await objection_to(booking, budget.for_a_look(read_limit_));
    if (objection)
        co_return std::unexpected(std::move(*objection));
    const auto slot_id = booking.slots.front().supplier_key;
    Question question{Service::book, {}, {}, slot_id, {}};
    if (const auto reason = trimmed(booking.description); !reason.empty())
        question.contents.push_back(text_element("reason", reason));
    auto answer = co_await accounts_.send(speaker_of(booking.patient), std::move(question), budget);
    if (answer)
        co_return booked_appointment(booking, slot_id);
    if (!is_ambiguous(answer.error()))
        co_return std::unexpected(answer.error());
    auto explained = co_await explain_booking(std::move(booking), std::move(answer.error()), budget);
    co_return explained;
}

/// What a code that may stand for anything stood for: the patient's list says whether the booking was made,
/// the search whether the slot is still there.
Awaitable<Result<SupplierAppointment>> Client::explain_booking(BookAppointment booking, Error refusal,
                                                               Budget budget)
{
    const auto speaker = speaker_of(booking.patient);
    const auto slot = booking.slots.front();
    const auto listed = co_await appointments(speaker, budget);
    if (!listed)
        co_return std::unexpected(unknown_outcome(refusal.supplier_code()));
    if (slot_in(listed->upcoming, slot.supplier_key))
        co_return booked_appointment(booking, slot.supplier_key);
    const bool offered = co_await is_offered(speaker, slot, budget);
    if (offered)
        co_return std::unexpected(std::move(refusal));
    Error taken(ErrorKind::slot_unavailable);
    co_return std::unexpected(taken.at("Appointment.slot[0]").from_supplier(refusal.supplier_code()));
}

/// Also when it cannot be said.
Awaitable<bool> Client::is_offered(Speaker speaker, OfferedSlot slot, Budget budget)
{
    const auto configuration = co_await accounts_.configuration(speaker, budget);
    if (!configuration)
        co_return true;
    const auto days = days_of({slot.slot.start, slot.slot.end});
    const auto found = co_await pages(speaker, (*configuration)->locations, days, budget);
    co_return !found || !found->complete || std::ranges::any_of(found->all, [&](const WireSlots& page) {
        return slot_in(page.slots, slot.supplier_key) != nullptr;
    });
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    if (!cancellation.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto slot_id = cancellation.appointment.key;
    const auto speaker = speaker_of(cancellation.patient);
    const Budget budget(write_limit_);
    const auto listed = co_await appointments(speaker, budget.for_a_look(read_limit_));
    if (!listed)
        co_return std::unexpected(listed.error());
    if (auto refused = uncancellable(*listed, slot_id, clock_.now()))
        co_return std::unexpected(std::move(*refused));
    const auto* reason = reason_for(listed->reasons, trimmed(cancellation.reason));
    Question question{Service::cancel, {}, {}, slot_id, {}};
    if (reason) // assumed: without a list there is nothing to choose from
        question.contents.push_back(text_element("reasonId", reason->id));
    auto answer = co_await accounts_.send(speaker, std::move(question), budget);
    if (answer)
        co_return cancelled_for(practice_, cancellation, reason);
    if (!is_ambiguous(answer.error()))
        co_return std::unexpected(answer.error());
    auto explained =
        co_await explain_cancellation(std::move(cancellation), std::move(answer.error()), budget);
    co_return std::unexpected(std::move(explained));
}

/// An appointment that still stands was not cancelled; one that does not is gone, whoever cancelled it.
Awaitable<Error> Client::explain_cancellation(CancelAppointment cancellation, Error refusal, Budget budget)
{
    const auto listed = co_await appointments(speaker_of(cancellation.patient), budget);
    if (!listed)
        co_return unknown_outcome(refusal.supplier_code());
    if (slot_in(listed->upcoming, cancellation.appointment.key))
        co_return refusal;
    Error gone(ErrorKind::appointment_not_found);
    co_return gone.at("Appointment").from_supplier(refusal.supplier_code());
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto listed = co_await appointments(speaker_of(query.patient), Budget(read_limit_));
    if (!listed)
        co_return std::unexpected(listed.error());
    co_return map_appointments(practice_, *listed, query.patient, query.window);
}

} // namespace adapters::vision
