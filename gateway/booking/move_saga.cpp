// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "gateway/observability/log.hpp"

#include <algorithm>

// How a move goes on once it is written down. Every step looks at what the store says, so that the request's
// own flow and the settler after a crash take the same way:
//
//   booking open      -> wait, the old appointment is untouched
//   booking refused   -> refused, the old appointment is untouched
//   booked            -> cancel the old one -> done
//   old one kept      -> cancel the new one -> refused, as if nothing had happened
//   new one kept too  -> both stand, on the worklist
namespace gateway::booking
{

using fhir::ErrorKind;
using store::IntentState;

namespace
{

/// What an attempt to cancel the new appointment leaves behind when that did not succeed.
constexpr std::string_view both_stand = "both-stand";

bool is_open(IntentState state)
{
    return state != IntentState::done && state != IntentState::refused;
}

fhir::Error not_booked()
{
    return fhir::Error(ErrorKind::supplier_unavailable,
                       "The new appointment was not booked; the old one stands as it was.");
}

fhir::Error not_given_up()
{
    return fhir::Error(
        ErrorKind::supplier_unavailable,
        "The old appointment could not be cancelled and stands as it was; the new one has been "
        "cancelled again.");
}

/// The reason stays the practice's; the sentence says what became of both appointments.
fhir::Error taken_back(const fhir::Error& why)
{
    fhir::Error error(why.kind(),
                      "The appointment was not moved, because its practice did not let it be cancelled: " +
                          why.sentence() + " It stands as it was; the new one has been cancelled again.",
                      "Appointment.status");
    error.advise(why.advice(), why.remedy());
    return error.from_supplier(why.supplier_code());
}

fhir::Error move_unknown(bool new_is_booked)
{
    fhir::Error error(ErrorKind::outcome_unknown,
                      new_is_booked
                          ? "The new appointment is booked; whether the old one has been cancelled is "
                            "not known yet."
                          : "Whether the new appointment has been booked is not known yet; until then "
                            "the old one stands.");
    error.advise(
        "Do not book or cancel anything for this patient by hand yet. Send the same request with the "
        "same Idempotency-Key again, or read both appointments; the gateway settles them.",
        fhir::Remedy::wait);
    return error.retry_in(std::chrono::seconds(5));
}

} // namespace

Awaitable<Engine::Outcome> Engine::continue_move(WritePtr move, std::optional<fhir::Error> refusal)
{
    auto booking = co_await parts_.store.intent(move->payload.move->booking);
    auto fresh = co_await parts_.store.appointment(move->payload.move->appointment);
    if (!booking || !*booking || !fresh || is_open((*booking)->state)) {
        auto waiting = co_await park_move(std::move(move));
        co_return waiting;
    }
    const bool stands = *fresh && (*fresh)->status == code_of(fhir::AppointmentStatus::booked);
    if ((*booking)->state == IntentState::refused || !stands) {
        auto refused = co_await conclude_refused(std::move(move), refusal.value_or(not_booked()));
        co_return refused;
    }
    move->successor_version = (*fresh)->version;
    auto outcome = co_await give_up_old(std::move(move));
    co_return outcome;
}

/// The first byte to the old practice; nothing was sent there before.
Awaitable<Engine::Outcome> Engine::give_up_old(WritePtr move)
{
    if (!move->practice) {
        auto undone = co_await undo_move(std::move(move), not_given_up());
        co_return undone;
    }
    if (!time_to_send(*move)) {
        auto later = co_await park_move(std::move(move));
        co_return later;
    }
    auto sent = change_of(*move, IntentState::sent);
    sent.keep_lease = true;
    auto advanced = co_await parts_.store.advance(std::move(sent));
    if (!advanced || !advanced->applied)
        co_return std::unexpected(move_unknown(true));
    move->intent.state = IntentState::sent;
    auto held = co_await send_update(move);
    auto cancelled = co_await conclude(move, std::move(held));
    auto outcome = co_await after_cancellation(std::move(move), std::move(cancelled));
    co_return outcome;
}

/// The consumer hears of the new appointment, not of the old one.
Awaitable<Engine::Outcome> Engine::after_cancellation(WritePtr move, Outcome cancelled)
{
    if (!cancelled && cancelled.error().kind() != ErrorKind::outcome_unknown)
        co_return cancelled;
    const bool open = !cancelled || cancelled->unresolved.has_value();
    auto outcome = co_await move_answer(*move->payload.move, open);
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::move_answer(MoveTarget move, bool open)
{
    auto fresh = co_await parts_.store.appointment(move.appointment);
    if (!fresh)
        co_return std::unexpected(fresh.error());
    if (!*fresh)
        co_return std::unexpected(move_unknown(false));
    auto stored = to_stored(**fresh);
    if (!stored)
        co_return std::unexpected(stored.error());
    const bool booked = stored->resource.status == fhir::AppointmentStatus::booked;
    WriteOutcome outcome{std::move(*stored), false, false, std::nullopt};
    if (open)
        outcome.unresolved = move_unknown(booked);
    co_return outcome;
}

/// Nothing can be done just now. The intent stays as it is and is taken up again, the later the longer it
/// waits.
Awaitable<Engine::Outcome> Engine::park_move(WritePtr move)
{
    auto change =
        change_of(*move, move->intent.state == IntentState::sent ? IntentState::unknown : move->intent.state);
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(change.now - move->intent.created);
    change.next_attempt = change.now + std::clamp<std::chrono::milliseconds>(
                                           waited / 2, std::chrono::seconds(1), std::chrono::minutes(1));
    change.note = move->intent.note;
    auto advanced = co_await parts_.store.advance(std::move(change));
    if (!advanced)
        co_return std::unexpected(move_unknown(false));
    auto outcome = co_await move_answer(*move->payload.move, true);
    co_return outcome;
}

/// The old appointment stands and cannot be cancelled: the new one is, and nothing has happened.
Awaitable<Engine::Outcome> Engine::undo_move(WritePtr move, fhir::Error why)
{
    auto fresh = co_await parts_.store.appointment(move->payload.move->appointment);
    if (!fresh) {
        auto outcome = co_await undo_failed(std::move(move), false);
        co_return outcome;
    }
    if (!*fresh || (*fresh)->status != code_of(fhir::AppointmentStatus::booked)) {
        auto refused = co_await conclude_refused(std::move(move), taken_back(why));
        co_return refused;
    }
    const std::int64_t version = (*fresh)->version;
    auto stored = to_stored(**fresh);
    auto opened = co_await open_change(std::move(**fresh));
    if (!stored || !opened || !time_to_send(*move)) {
        auto outcome = co_await undo_failed(std::move(move), false);
        co_return outcome;
    }
    WritePtr undo = std::move(*opened);
    undo->intent.kind = store::IntentKind::cancel;
    undo->intent.state = IntentState::sent;
    undo->payload.reason = "The earlier appointment could not be cancelled";
    undo->payload.wanted = with_status(std::move(stored->resource), fhir::AppointmentStatus::cancelled);
    undo->payload.wanted->id.reset();
    undo->payload.wanted->cancelation_reason = fhir::concept_text(undo->payload.reason);
    auto begun = co_await record_change(context_of(move->payload), version, undo, {});
    if (!begun || begun->answer != store::Begun::Answer::recorded) {
        auto outcome = co_await undo_failed(std::move(move), false);
        co_return outcome;
    }
    undo->deadline = move->deadline;
    auto held = co_await send_update(undo);
    auto undone = co_await conclude(std::move(undo), std::move(held));
    if (undone && !undone->unresolved) {
        auto refused = co_await conclude_refused(std::move(move), taken_back(why));
        co_return refused;
    }
    auto outcome = co_await undo_failed(std::move(move), !undone && !is_passing(undone.error().kind()));
    co_return outcome;
}

/// Two appointments stand. Refused for good: a person must choose; otherwise tried again.
Awaitable<Engine::Outcome> Engine::undo_failed(WritePtr move, bool refused)
{
    const bool give_up = refused || move->intent.attempts + 1 >= settings_.attempts_allowed;
    ReadBack seen{ReadBack::Seen::no_answer, std::nullopt, std::string(both_stand)};
    auto open = co_await conclude_open(move, give_up ? IntentState::needs_person : IntentState::unknown,
                                       std::move(seen));
    auto outcome = co_await after_cancellation(std::move(move), std::move(open));
    co_return outcome;
}

Awaitable<void> Engine::resolve_move(WritePtr move, bool done, ReadBack seen, std::string key)
{
    move->deadline = adapters::Monotonic::now() + settings_.answer_limit;
    auto fresh = co_await parts_.store.appointment(move->payload.move->appointment);
    if (fresh && *fresh)
        move->successor_version = (*fresh)->version;
    Outcome outcome = fhir::fail(ErrorKind::internal);
    if (done) {
        auto held = held_by_word(*move, std::move(seen), std::move(key));
        outcome = co_await conclude_done(std::move(move), std::move(held));
    } else {
        outcome = co_await undo_move(std::move(move), not_given_up());
    }
    (void)outcome; // what became of it is read from the store
}

WriteContext Engine::context_of(const Payload& payload) const
{
    const adapters::Provenance& who = payload.provenance;
    const auto ods = fhir::OdsCode::parse(who.organisation_ods); // written here from a caller's
    identity::Caller caller{payload.client_id,
                            *ods,
                            who.organisation_name,
                            who.organisation_type,
                            who.organisation_phone,
                            {},
                            {}};
    return {std::move(caller), who.request_id, "", "", who.user_id, who.user_name};
}

/// What the settler does with a move.
Awaitable<void> Engine::settle_move(WritePtr move)
{
    move->deadline = adapters::Monotonic::now() + settings_.answer_limit;
    if (move->intent.state == IntentState::recorded) {
        auto outcome = co_await continue_move(move, std::nullopt);
        co_await note_settled(std::move(move), std::move(outcome));
        co_return;
    }
    auto fresh = co_await parts_.store.appointment(move->payload.move->appointment);
    if (fresh && *fresh)
        move->successor_version = (*fresh)->version;
    const bool undoing = move->intent.note == both_stand;
    auto seen = co_await read_back(move);
    const bool kept = seen.seen == ReadBack::Seen::no_effect;
    const bool gone = seen.seen == ReadBack::Seen::gone;
    const bool sure = absences_after(*move, seen) >= settings_.absences_needed;
    const bool enough = move->intent.attempts + 1 >=
                        settings_.attempts_allowed + (kept || gone ? settings_.absences_needed : 0);
    Outcome outcome = fhir::fail(ErrorKind::internal);
    if (seen.seen == ReadBack::Seen::effect || (gone && sure))
        outcome = co_await conclude_done(move, std::move(*seen.held));
    else if (kept && (sure || undoing))
        outcome = co_await undo_move(move, not_given_up());
    else {
        if (undoing)
            seen.note = both_stand;
        outcome = co_await conclude_open(move, enough ? IntentState::needs_person : IntentState::unknown,
                                         std::move(seen));
    }
    observability::log(observability::Level::info, "move_settled",
                       {{"open", outcome && outcome->unresolved.has_value()}, {"done", outcome.has_value()}});
    co_await note_settled(std::move(move), std::move(outcome));
}

} // namespace gateway::booking
