// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/task_calls.hpp"

#include "gateway/observability/log.hpp"

#include <algorithm>

namespace gateway::booking
{

using fhir::ErrorKind;
using store::IntentKind;
using store::IntentState;

namespace
{

/// Reasons for which a hold is worth nothing any more. After any other its holder may still put things right.
bool is_slot_lost(ErrorKind kind)
{
    using enum ErrorKind;
    return kind == slot_unavailable || kind == slot_unknown || kind == slot_in_past ||
           kind == outside_booking_window;
}

/// What answers an amendment may show that the practice has moved the appointment meanwhile. That is for the
/// look at its book to find: were it kept as the practice's copy, it would pass for what was always so.
adapters::SupplierAppointment where_it_was(adapters::SupplierAppointment held, const std::string& copy)
{
    const auto kept = read_supplier_copy(copy);
    if (!kept)
        return held;
    held.appointment.start = kept->appointment.start;
    held.appointment.end = kept->appointment.end;
    held.appointment.slot = kept->appointment.slot;
    return held;
}

} // namespace

bool is_passing(ErrorKind kind)
{
    using enum ErrorKind;
    constexpr std::array kinds{supplier_unavailable, supplier_timeout, supplier_error,  supplier_malformed,
                               session_lost,         throttled,        practice_paused, store_unavailable,
                               shutting_down,        already_linked,   internal};
    return std::ranges::find(kinds, kind) != kinds.end();
}

store::IntentChange Engine::change_of(const Write& write, IntentState to) const
{
    store::IntentChange change;
    change.intent = write.intent.id;
    change.token = write.intent.lease.token;
    change.to = to;
    change.now = parts_.clock.now();
    change.attempts = write.intent.attempts;
    change.absences = write.intent.absences;
    change.next_attempt = change.now;
    change.resolution = write.resolution;
    return change;
}

store::AppointmentRecord Engine::next_record(const Write& write, const fhir::Appointment& appointment) const
{
    return record_of(write, marked(appointment, origin_, write.changed_by));
}

store::AppointmentRecord Engine::record_of(const Write& write, const fhir::Appointment& shown) const
{
    const store::AppointmentRecord& now = write.record;
    auto next = to_record(now.id, shown, now.practice, now.booked_by, now.patient, parts_.clock.now());
    next.supplier = now.supplier;
    return next;
}

void Engine::tell_search(const Write& write, bool taken)
{
    const auto ods = fhir::OdsCode::parse(write.intent.practice);
    const auto slots = slot_ids(*write.payload.wanted);
    if (!ods)
        return;
    if (taken)
        parts_.search.slots_taken(*ods, slots);
    else
        parts_.search.slots_released(*ods, slots);
    given_back_ = given_back_ || !taken;
}

Awaitable<Engine::Outcome> Engine::decided_elsewhere(WritePtr write, fhir::Error otherwise)
{
    auto current = co_await current_answer(write->intent.appointment);
    if (!current || !*current)
        co_return std::unexpected(std::move(otherwise));
    if (!write->payload.move)
        co_return std::move(**current);
    const bool given_up = !(*current)->unresolved &&
                          (*current)->appointment.resource.status == fhir::AppointmentStatus::cancelled;
    if (!given_up && !(*current)->unresolved)
        co_return std::unexpected(std::move(otherwise));
    auto moved = co_await move_answer(*write->payload.move, !given_up);
    co_return moved;
}

Awaitable<Engine::Outcome> Engine::conclude(WritePtr write, Held held)
{
    if (held) {
        auto outcome = co_await conclude_done(std::move(write), std::move(*held));
        co_return outcome;
    }
    const bool perhaps_gone =
        cancels(write->intent.kind) && (held.error().kind() == ErrorKind::appointment_not_found ||
                                        held.error().kind() == ErrorKind::not_cancellable);
    if (perhaps_gone) { // cancelled by the practice itself: what the consumer wanted is so
        auto seen = co_await read_back(write);
        if (seen.seen == ReadBack::Seen::effect || seen.seen == ReadBack::Seen::gone) {
            auto outcome = co_await conclude_done(std::move(write), std::move(*seen.held));
            co_return outcome;
        }
    }
    if (!held.error().effect_possible() && write->intent.kind == IntentKind::move) {
        auto outcome = co_await undo_move(std::move(write), std::move(held.error()));
        co_return outcome;
    }
    if (!held.error().effect_possible()) {
        auto outcome = co_await conclude_refused(std::move(write), std::move(held.error()));
        co_return outcome;
    }
    // One look while the consumer still waits: most cut connections end here.
    auto seen = co_await read_back(write);
    if (seen.seen == ReadBack::Seen::effect) {
        auto outcome = co_await conclude_done(std::move(write), std::move(*seen.held));
        co_return outcome;
    }
    if (seen.seen != ReadBack::Seen::gone)
        seen.note = detail_code(held.error());
    auto outcome = co_await conclude_open(std::move(write), IntentState::unknown, std::move(seen));
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::conclude_done(WritePtr write, adapters::SupplierAppointment held)
{
    const IntentKind kind = write->intent.kind;
    fhir::Appointment appointment = *write->payload.wanted;
    if (kind == IntentKind::book)
        appointment = with_status(std::move(appointment), fhir::AppointmentStatus::booked);
    if (kind == IntentKind::book && !held.key.empty())
        appointment = with_practice_key(
            std::move(appointment), practice_identifier_system(origin_, write->intent.practice), held.key);
    if (kind == IntentKind::amend)
        held = where_it_was(std::move(held), write->record.supplier);
    auto change = change_of(*write, IntentState::done);
    const auto& slots = write->payload.slots;
    auto supplier = to_text(std::move(held), appointment,
                            slots.empty() ? kept_schedule(write->record.supplier)
                                          : slots.front().slot.schedule.reference.value_or(""));
    appointment = marked(std::move(appointment), origin_, write->changed_by);
    auto record = record_of(*write, appointment);
    record.supplier = std::move(supplier);
    change.appointment = record;
    const bool created = kind == IntentKind::book && !write->payload.hold_until;
    FirstAnswer answer{created, std::nullopt};
    if (write->payload.move) {
        answer.appointment = write->payload.move->appointment;
        answer.version = write->successor_version;
    }
    change.outcome = to_text(answer);
    change.release_claims = cancels(kind);
    change.task = write->payload.task;
    auto advanced = co_await parts_.store.advance(std::move(change));
    if (!advanced)
        co_return std::unexpected(unknown_outcome()); // it stays open and is settled
    if (!advanced->applied) {
        auto elsewhere = co_await decided_elsewhere(std::move(write), unknown_outcome());
        co_return elsewhere;
    }
    if (kind == IntentKind::book && write->practice)
        parts_.metrics.booking(write->practice->system, "booked");
    if (kind != IntentKind::amend)
        tell_search(*write, kind == IntentKind::book);
    if (write->payload.hold_until)
        tell_search_of_end(*write);
    record.version = advanced->version;
    co_return WriteOutcome{to_stored(record, std::move(appointment)), created, false, std::nullopt};
}

Awaitable<Engine::Outcome> Engine::conclude_refused(WritePtr write, fhir::Error error)
{
    const bool booking = write->intent.kind == IntentKind::book || write->intent.kind == IntentKind::hold;
    const auto& hold_until = write->payload.hold_until;
    auto change = change_of(*write, IntentState::refused);
    change.note = detail_code(error);
    // A right can be given, and then the same request is as good as new; a move has had effects by then.
    const bool denied = error.kind() == ErrorKind::access_denied && booking && !write->payload.move;
    change.forget_ticket = is_passing(error.kind()) || denied;
    if (!change.forget_ticket)
        change.outcome = to_text(FirstAnswer{false, error});
    // An offer that was not made in full: who waited waits on.
    const bool offer = write->intent.kind == IntentKind::hold && write->record.version > 0;
    const bool held_on = !offer && hold_until && write->record.version > 0 && !is_slot_lost(error.kind()) &&
                         change.now < *hold_until;
    if (held_on)
        change.hold_until = hold_until;
    if (held_on && write->intent.state == IntentState::unknown) // it was shown as being settled
        change.appointment = next_record(*write, as_hold(*write->payload.wanted, origin_, *hold_until));
    // Whoever booked it was told that it is being settled, and has gone.
    if (write->intent.kind == IntentKind::cancel && write->intent.state == IntentState::unknown &&
        write->payload.task.empty())
        change.task = cancel_failed;
    // The practice knows the number, and somebody else by it: only its own people can tell who is meant.
    if (booking && error.kind() == ErrorKind::demographics_mismatch)
        change.task = patient_match_review;
    const bool over = booking && !held_on && !offer;
    change.release_claims = booking && !held_on;
    change.withdraw = over && !write->payload.waiting;
    if (over && write->record.version > 0)
        change.appointment = write->payload.waiting
                                 ? waiting_again(*write, write->payload)
                                 : next_record(*write, with_status(*write->payload.wanted,
                                                                   fhir::AppointmentStatus::cancelled));
    auto advanced = co_await parts_.store.advance(std::move(change));
    if (!advanced)
        co_return std::unexpected(advanced.error());
    if (!advanced->applied) {
        auto elsewhere = co_await decided_elsewhere(std::move(write), std::move(error));
        co_return elsewhere;
    }
    const bool conflict = error.kind() == ErrorKind::slot_unavailable;
    if (booking && write->practice)
        parts_.metrics.booking(write->practice->system, conflict ? "conflict" : "refused");
    if (hold_until && !held_on)
        tell_search_of_end(*write);
    if (booking && !held_on && (conflict || write->record.version > 0))
        tell_search(*write, conflict);
    co_return std::unexpected(std::move(error));
}

Awaitable<Engine::Outcome> Engine::conclude_open(WritePtr write, IntentState to, ReadBack seen)
{
    const bool first = write->intent.state != IntentState::unknown;
    const bool invisible = write->record.version == 0;
    const bool booking = write->intent.kind == IntentKind::book;
    auto change = change_of(*write, to);
    change.note = seen.note;
    change.attempts = write->intent.attempts + 1;
    change.absences = absences_after(*write, seen);
    // A practice that answers is looked at again at the first pace, however long it did not.
    const bool answered = change.absences > 0 && seen.seen != ReadBack::Seen::no_answer;
    change.next_attempt = change.now + delay_after(answered ? change.absences - 1 : write->intent.attempts);
    if (invisible || (first && booking))
        change.appointment = next_record(*write, as_unsettled(*write->payload.wanted, origin_, change.now));
    auto record = change.appointment.value_or(write->record);
    if (to == IntentState::needs_person)
        change.task = sync_conflict;
    auto advanced = co_await parts_.store.advance(std::move(change));
    if (!advanced)
        co_return std::unexpected(unknown_outcome());
    if (!advanced->applied) {
        auto elsewhere = co_await decided_elsewhere(std::move(write), unknown_outcome());
        co_return elsewhere;
    }
    if (first && booking && write->practice)
        parts_.metrics.booking(write->practice->system, "unknown");
    if (invisible)
        tell_search(*write, true);
    observability::log(to == IntentState::needs_person ? observability::Level::error
                                                       : observability::Level::warning,
                       "intent_open",
                       {{"intent", write->intent.id},
                        {"practice", write->intent.practice},
                        {"reason", seen.note},
                        {"needs_person", to == IntentState::needs_person}});
    record.version = advanced->version;
    auto stored = to_stored(record);
    if (!stored)
        co_return std::unexpected(stored.error());
    co_return WriteOutcome{std::move(*stored), booking && !write->payload.hold_until, false,
                           unknown_outcome()};
}

} // namespace gateway::booking
