// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "gateway/observability/log.hpp"

#include <algorithm>

// Works through withdrawals. Every change goes through the engine under a key of its own, made of the
// withdrawal, the appointment and the try: after a crash the same key finds what was done.
namespace gateway::booking
{

using fhir::ErrorKind;
using Action = WithdrawRequest::Action;
using State = WithdrawnAppointment::State;

namespace
{

constexpr std::size_t jobs_at_once = 4;
constexpr auto job_lease = std::chrono::seconds(90); // longer than one appointment takes
constexpr auto look_again_after = std::chrono::seconds(2);
constexpr auto unsettled_for = std::chrono::minutes(10);
constexpr std::int64_t tries_allowed = 3;

fhir::Error no_alternative()
{
    return fhir::Error(ErrorKind::slot_unknown, "No free slot of that length and kind was found.")
        .advise("Move the appointment with $reschedule to a slot of another kind, or cancel it.",
                fhir::Remedy::practice);
}

fhir::Error not_settled()
{
    return fhir::Error(
        ErrorKind::outcome_unknown,
        "What became of this appointment is not known yet; it is being settled, or stands on the "
        "worklist.");
}

fhir::Error only_held()
{
    return fhir::Error(ErrorKind::not_amendable,
                       "This is only held; it is released when the session is withdrawn.");
}

/// Another slot may do where this one did not.
bool is_about_slot(ErrorKind kind)
{
    using enum ErrorKind;
    constexpr std::array kinds{slot_unavailable, slot_unknown,           slot_in_past,
                               booking_limit,    outside_booking_window, patient_has_appointment};
    return std::ranges::find(kinds, kind) != kinds.end();
}

/// Asked again a little later: the practice cannot be reached just now, or another change is not settled.
bool is_in_doubt(ErrorKind kind)
{
    return kind == ErrorKind::duplicate_in_flight || is_passing(kind);
}

bool is_waiting_item(const WithdrawnAppointment& item)
{
    return item.state == State::waiting;
}

} // namespace

Awaitable<std::size_t> Engine::work_on_withdrawals()
{
    store::LeaseRequest request;
    request.lease = new_lease(job_lease);
    request.now = parts_.clock.now();
    request.limit = jobs_at_once;
    request.run = run_;
    auto leased = co_await parts_.store.lease_jobs(std::move(request));
    if (!leased)
        co_return 0;
    for (store::JobRecord& record : *leased)
        co_await work_on(std::move(record));
    co_return leased->size();
}

/// Saved after every appointment; what is lost by a crash is found again by its key.
Awaitable<void> Engine::work_on(store::JobRecord record)
{
    auto job = read_withdrawal(record.payload);
    if (!job) { // only a damaged store: a person must look at the appointments themselves
        record.open = false;
        auto closed = co_await parts_.store.save_job(std::move(record), false);
        (void)closed;
        co_return;
    }
    Withdrawal& withdrawal = job->withdrawal;
    withdrawal.id = record.id;
    const auto now = parts_.clock.now();
    const bool too_long = now - record.created > unsettled_for;
    for (std::size_t i = 0; i < withdrawal.appointments.size(); ++i) {
        WithdrawnAppointment& item = withdrawal.appointments[i];
        if (item.state != State::waiting && item.state != State::settling)
            continue;
        item = co_await withdraw_one(job->by, withdrawal, item);
        if (item.state == State::settling && too_long) {
            item.state = State::kept;
            if (!item.error)
                item.error = not_settled();
        }
        auto saved = co_await save_withdrawal(record, *job, true);
        if (!saved)
            co_return; // another node has taken over
    }
    const auto ods = fhir::OdsCode::parse(job->by.ods);
    if (ods && withdrawal.request.action != Action::propose) { // booked while the others were being moved
        identity::Caller practice{job->by.client, *ods, job->by.name, "", "", {}, {}};
        auto more = co_await affected_by(std::move(practice), withdrawal.request, withdrawal.appointments);
        if (more)
            std::ranges::move(*more, std::back_inserter(withdrawal.appointments));
    }
    record.open = withdrawal.ended() < withdrawal.appointments.size();
    record.next_step = parts_.clock.now() + (std::ranges::any_of(withdrawal.appointments, is_waiting_item)
                                                 ? std::chrono::milliseconds(0)
                                                 : std::chrono::milliseconds(look_again_after));
    auto saved = co_await save_withdrawal(record, *job, false);
    observability::log(observability::Level::info, "withdrawal",
                       {{"id", record.id},
                        {"saved", saved},
                        {"open", record.open},
                        {"appointments", static_cast<std::int64_t>(withdrawal.appointments.size())}});
}

Awaitable<bool> Engine::save_withdrawal(store::JobRecord& record, const WithdrawalJob& job, bool keep_lease)
{
    record.payload = to_text(job);
    record.updated = parts_.clock.now();
    record.lease.until = record.updated + job_lease;
    auto saved = co_await parts_.store.save_job(record, keep_lease);
    co_return saved && *saved;
}

WriteContext Engine::withdrawing(const WithdrawnBy& by, const Withdrawal& withdrawal,
                                 const WithdrawnAppointment& item, std::string_view step) const
{
    const auto ods = fhir::OdsCode::parse(by.ods); // written here from a caller's
    return {identity::Caller{by.client, *ods, by.name, "", "", {}, {}},
            by.request_id,
            withdrawal.id + "/" + item.appointment + "/" + std::string(step),
            withdrawal.id,
            by.user_id,
            by.user_name};
}

/// What came of it, and of a move also that the old one is over.
Awaitable<void> Engine::note_withdrawn(WithdrawnBy by, std::string appointment, WriteOutcome outcome)
{
    auto old = co_await parts_.store.appointment(std::move(appointment));
    if (!old || !*old || outcome.unresolved)
        co_return;
    auto own = own_write("withdrawal", "the session was withdrawn", **old, (*old)->version);
    own.agent = by.ods;
    if (outcome.appointment.resource.id.value_or((*old)->id) != (*old)->id)
        co_await put_on_record(parts_.audit, own);
    co_await note_own(std::move(own), std::move(outcome));
}

Awaitable<WithdrawnAppointment> Engine::withdraw_one(WithdrawnBy by, Withdrawal withdrawal,
                                                     WithdrawnAppointment item)
{
    auto record = co_await parts_.store.appointment(item.appointment);
    auto open = co_await parts_.store.open_intent(item.appointment);
    if (!record || !*record || !open)
        co_return item; // the store does not answer; the next round asks again
    const bool pending = (*record)->status == code_of(fhir::AppointmentStatus::pending);
    if (pending && *open) {
        item.state = State::settling;
        co_return item;
    }
    if (pending && withdrawal.request.action == Action::propose) {
        item.state = State::kept;
        item.error = only_held();
        co_return item;
    }
    if (pending) {
        co_await end_hold(item.appointment, "The session was withdrawn");
        item.state = State::released;
        co_return item;
    }
    if (withdrawal.request.action == Action::cancel) {
        auto cancelled = co_await cancel_withdrawn(std::move(by), std::move(withdrawal), std::move(item));
        co_return cancelled;
    }
    auto moved = co_await move_withdrawn(by, withdrawal, std::move(item), std::move(**record));
    const bool cancel = moved.state == State::kept && withdrawal.request.cancel_unmoved &&
                        withdrawal.request.action == Action::move;
    if (!cancel)
        co_return moved;
    auto cancelled = co_await cancel_withdrawn(std::move(by), std::move(withdrawal), std::move(moved));
    co_return cancelled;
}

Awaitable<WithdrawnAppointment> Engine::move_withdrawn(WithdrawnBy by, Withdrawal withdrawal,
                                                       WithdrawnAppointment item,
                                                       store::AppointmentRecord record)
{
    item.state = State::kept;
    item.error = no_alternative();
    for (; item.tries < tries_allowed; ++item.tries) {
        const WriteContext context = withdrawing(by, withdrawal, item, "move-" + std::to_string(item.tries));
        auto slots = co_await alternatives(context, withdrawal, record);
        Move wanted;
        if (item.tries < static_cast<std::int64_t>(slots.size()))
            wanted.slots = {fhir::reference_to(slots[static_cast<std::size_t>(item.tries)])};
        if (withdrawal.request.action == Action::propose) {
            if (!wanted.slots.empty())
                item = {item.appointment, State::proposed, *wanted.slots.front().reference, 0, std::nullopt};
            co_return item;
        }
        wanted.reason = fhir::concept_text(withdrawal.request.reason);
        auto moved = co_await reschedule(context, item.appointment, record.version, std::move(wanted));
        if (moved) {
            co_await note_withdrawn(by, item.appointment, *moved);
            item.state = moved->unresolved ? State::settling : State::moved;
            item.to = "Appointment/" + moved->appointment.resource.id.value_or("");
            item.error.reset();
            co_return item;
        }
        if (record.status == code_of(fhir::AppointmentStatus::cancelled)) // by somebody else, meanwhile
            co_return WithdrawnAppointment{item.appointment, State::cancelled, "", item.tries, std::nullopt};
        const ErrorKind why = moved.error().kind();
        const bool none_left = slots.size() <= static_cast<std::size_t>(item.tries);
        if (!none_left || is_in_doubt(why))
            item.error = moved.error();
        if (is_in_doubt(why))
            item.state = State::settling;
        if (none_left || !is_about_slot(why))
            co_return item;
    }
    co_return item;
}

Awaitable<WithdrawnAppointment> Engine::cancel_withdrawn(WithdrawnBy by, Withdrawal withdrawal,
                                                         WithdrawnAppointment item)
{
    auto record = co_await parts_.store.appointment(item.appointment);
    auto stored = record && *record ? to_stored(**record) : fhir::fail(ErrorKind::store_unavailable);
    if (!stored) {
        item.state = State::waiting;
        co_return item;
    }
    const std::int64_t version = stored->version;
    auto next = with_status(std::move(stored->resource), fhir::AppointmentStatus::cancelled);
    next.cancelation_reason = fhir::concept_text(withdrawal.request.reason);
    auto context = withdrawing(by, withdrawal, item, "cancel");
    auto cancelled = co_await update(std::move(context), item.appointment, version, std::move(next));
    if (cancelled)
        co_await note_withdrawn(by, item.appointment, *cancelled);
    if (!cancelled && cancelled.error().kind() == ErrorKind::transition_not_allowed &&
        (*record)->status == code_of(fhir::AppointmentStatus::cancelled))
        item = {item.appointment, State::cancelled, "", item.tries,
                std::nullopt}; // by somebody else, meanwhile
    else if (!cancelled)
        item = {item.appointment, is_in_doubt(cancelled.error().kind()) ? State::settling : State::kept, "",
                item.tries, cancelled.error()};
    else
        item = {item.appointment, cancelled->unresolved ? State::settling : State::cancelled, "", item.tries,
                std::nullopt};
    co_return item;
}

} // namespace gateway::booking
