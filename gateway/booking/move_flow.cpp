// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/move_rules.hpp"
#include "gateway/booking/override.hpp"
#include "gateway/booking/resource_shape.hpp"

#include <algorithm>

// From the request to the record: the booking of the new appointment and the cancellation of the old one are
// written down together, the second to wait for the first.
namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

std::string known_slot(const fhir::Reference& reference)
{
    const std::string text = reference.reference.value_or("");
    return text.starts_with("Slot/") ? text.substr(5) : "";
}

bool has_just(const fhir::Appointment& hold, const std::vector<std::string>& slots)
{
    return hold.slot.size() == slots.size() &&
           std::ranges::all_of(hold.slot, [&](const fhir::Reference& each) {
               return std::ranges::find(slots, known_slot(each)) != slots.end();
           });
}

/// Who waits has no practice yet that could be asked for anything.
fhir::Error nothing_to_move()
{
    fhir::Error error(ErrorKind::transition_not_allowed,
                      "The appointment is on the waiting list and has no slot to be moved from.",
                      "Appointment.status");
    error.advise("Change it to status booked with the slot that it is to have.", fhir::Remedy::caller);
    return error;
}

} // namespace

identity::Caller owner_of(const store::AppointmentRecord& record, const identity::Caller& caller)
{
    const auto ods = fhir::OdsCode::parse(record.booked_by);
    if (!ods || *ods == caller.ods)
        return caller;
    return identity::Caller{caller.client_id, *ods, "", "", "", caller.scopes, caller.token_expires};
}

Awaitable<Engine::Outcome> Engine::move_flow(WriteContext context, std::string id,
                                             std::int64_t expected_version, Move wanted)
{
    auto before = co_await replayed(context, "reschedule/" + id);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return std::move(**before);
    auto opened = co_await open_unchanged(context.caller, id, expected_version);
    if (!opened)
        co_return std::unexpected(opened.error());
    WritePtr move = std::move(*opened);
    auto stored = to_stored(move->record);
    if (!stored)
        co_return std::unexpected(stored.error());
    if (stored->resource.status == fhir::AppointmentStatus::waitlist)
        co_return std::unexpected(nothing_to_move());
    auto given_up =
        give_up(stored->resource, wanted, move->practice->adapter->capabilities(), parts_.clock.now());
    if (!given_up)
        co_return std::unexpected(given_up.error());
    move->intent.kind = store::IntentKind::move;
    move->intent.state = store::IntentState::recorded;
    move->payload.reason = std::move(given_up->reason);
    move->payload.wanted = std::move(given_up->next);
    move->payload.wanted->id.reset();
    auto booking = co_await prepare_move(context, move->record, std::move(wanted));
    if (!booking)
        co_return std::unexpected(booking.error());
    auto outcome =
        co_await begin_move(std::move(context), expected_version, std::move(move), std::move(*booking));
    co_return outcome;
}

Awaitable<Result<Engine::MoveBooking>> Engine::prepare_move(WriteContext context,
                                                            store::AppointmentRecord old, Move wanted)
{
    context.asking = context.asking.value_or(context.caller.ods); // a practice moves whom it alone may see
    context.caller = owner_of(old, context.caller);
    context.idempotency_key.clear(); // it stands for the whole, with the cancellation
    auto stored = to_stored(old);
    if (!stored)
        co_return std::unexpected(stored.error());
    fhir::Appointment next = successor_of(stored->resource, wanted);
    refer_to_old(next, old.id);
    forget_override(next);
    auto checked = check_booking(next, context.caller, std::nullopt);
    if (!checked)
        co_return std::unexpected(checked.error());
    checked->times_of_slots = true;
    auto of_hold = co_await move_to_hold(context, *checked, next, std::move(wanted));
    if (!of_hold)
        co_return std::unexpected(of_hold.error());
    if (*of_hold)
        co_return std::move(**of_hold);

    auto prepared = co_await prepare_booking(context, std::move(next), *checked);
    if (!prepared)
        co_return std::unexpected(prepared.error());
    MoveBooking booking{std::move(*prepared), {}, std::move(*checked)};
    booking.write->intent.kind = store::IntentKind::book;
    booking.write->intent.state = first_state(*booking.write);
    for (store::ClaimLimit& limit : booking.write->terms.limits)
        limit.except = old.id;
    booking.intent = new_intent(context, booking.checked, booking.write);
    co_return booking;
}

/// Slots that the same organisation holds for the same patient are booked out of that hold.
Awaitable<Result<std::optional<Engine::MoveBooking>>>
Engine::move_to_hold(WriteContext context, CheckedBooking checked, fhir::Appointment next, Move wanted)
{
    using Found = std::optional<MoveBooking>;
    auto held = co_await parts_.store.held_slot(checked.practice.text(), checked.slot_ids);
    if (!held)
        co_return std::unexpected(held.error());
    if (!*held || !(*held)->until || *(*held)->until <= parts_.clock.now())
        co_return Found();
    auto record = co_await parts_.store.appointment((*held)->appointment);
    if (!record)
        co_return std::unexpected(record.error());
    const auto& number = checked.patient.nhs_number;
    if (!*record || (*record)->booked_by != context.caller.ods.text() || !number ||
        (*record)->patient != number->digits())
        co_return Found();
    auto hold = to_stored(**record);
    if (!hold || !has_just(hold->resource, checked.slot_ids))
        co_return Found();
    auto opened = co_await open_change(std::move(**record));
    if (!opened)
        co_return std::unexpected(opened.error());
    fhir::Appointment booked = held_successor(std::move(hold->resource), next, wanted);
    booked.supporting_information = next.supporting_information;
    auto prepared = co_await prepare_held(context, *opened, std::move(booked));
    if (!prepared)
        co_return std::unexpected(prepared.error());
    MoveBooking booking{std::move(*opened), {}, std::move(checked)};
    store::NewIntent intent;
    intent.book_holds = true;
    booking.intent = new_change(context, booking.write->record.version, booking.write, std::move(intent));
    co_return Found(std::move(booking));
}

Awaitable<Engine::Outcome> Engine::begin_move(WriteContext context, std::int64_t expected_version,
                                              WritePtr move, MoveBooking booking)
{
    const std::string operation = "reschedule/" + move->record.id;
    const store::IntentRecord& intent = booking.write->intent;
    move->payload.move = MoveTarget{intent.id, intent.appointment};
    refer_to_new(*move->payload.wanted, intent.appointment);
    store::NewIntent wanted;
    wanted.also.push_back(std::move(booking.intent));
    wanted = new_change(context, expected_version, move, std::move(wanted));
    wanted.ticket = ticket_of(context, operation);
    move->deadline = booking.write->deadline;
    auto begun = co_await parts_.store.begin(std::move(wanted));
    if (begun && begun->answer == store::Begun::Answer::slot_taken) {
        auto error = co_await taken(owner_of(move->record, context.caller), move->record.patient,
                                    {begun->slot_index, begun->appointment, begun->hold_until});
        co_return std::unexpected(std::move(error));
    }
    const bool of_hold = begun && begun->answer == store::Begun::Answer::version_changed &&
                         begun->appointment != move->record.id;
    if (of_hold)
        co_return fhir::fail(ErrorKind::slot_unavailable, "The hold on this slot has changed a moment ago.",
                             "Appointment.slot[0]");
    auto obstacle = co_await obstacle_to_change(std::move(context), std::move(begun), operation);
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto booked = co_await perform_booking(std::move(booking.write));
    auto outcome =
        co_await continue_move(std::move(move), booked ? std::nullopt : std::optional(booked.error()));
    co_return outcome;
}

Awaitable<Result<bool>> Engine::is_arriving(store::AppointmentRecord record)
{
    auto stored = to_stored(record);
    if (!stored)
        co_return std::unexpected(stored.error());
    for (const fhir::Reference& each : stored->resource.supporting_information) {
        const std::string reference = each.reference.value_or("");
        if (!reference.starts_with("Appointment/"))
            continue;
        auto open = co_await parts_.store.open_intent(reference.substr(12));
        if (!open)
            co_return std::unexpected(open.error());
        if (!*open || (*open)->kind != store::IntentKind::move)
            continue;
        auto payload = read_payload((*open)->payload);
        if (!payload || !payload->move || payload->move->appointment == record.id)
            co_return true;
    }
    co_return false;
}

} // namespace gateway::booking
