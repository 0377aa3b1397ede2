// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_change.hpp"
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/transitions.hpp"
#include "gateway/booking/wish.hpp"

#include "fhir/model/id.hpp"

#include <algorithm>

// Appointments on the waiting list, as far as consumers write them: put on, changed, taken off, given a slot.
namespace gateway::booking
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using fhir::Result;
using store::IntentKind;
using store::IntentState;

namespace
{

std::string actor_path(std::size_t participant)
{
    return "Appointment.participant[" + std::to_string(participant) + "].actor";
}

Result<void> shares(const policy::Directory& directory, const identity::Caller& caller,
                    const fhir::OdsCode& ods, fhir::Instant now, std::string path)
{
    if (!directory.practice(ods))
        return fhir::fail(ErrorKind::practice_unknown,
                          "No practice with the ODS code " + ods.text() + " is connected.", std::move(path));
    if (!directory.shares(ods, caller.ods, now))
        return fhir::fail(ErrorKind::organisation_not_allowed,
                          "This practice does not share its appointments with your organisation.",
                          std::move(path));
    return {};
}

/// Only what is shared now can be waited for.
Result<void> check_shared(const policy::Directory& directory, const identity::Caller& caller,
                          const Wish& wish, fhir::Instant now)
{
    for (std::size_t i = 0; i < wish.practices.size(); ++i)
        if (auto shared =
                shares(directory, caller, wish.practices[i], now, actor_path(wish.practice_participants[i]));
            !shared)
            return shared;
    for (const auto& group : wish.actors)
        for (const auto& actor : group)
            if (auto shared = shares(directory, caller, fhir::PracticeId::parse(actor.id)->ods, now,
                                     "Appointment.participant");
                !shared)
                return shared;
    return {};
}

} // namespace

Awaitable<Engine::Outcome> Engine::wait_flow(WriteContext context, fhir::Appointment wanted,
                                             std::optional<fhir::search::TokenValue> if_none_exist)
{
    auto checked = check_waiting(wanted, context.caller, if_none_exist);
    if (!checked)
        co_return std::unexpected(checked.error());
    auto known = co_await existing(context.caller, checked->identifiers);
    if (!known)
        co_return std::unexpected(known.error());
    if (*known)
        co_return std::move(**known);
    if (auto wish = check_wish(context.caller, wanted); !wish)
        co_return std::unexpected(wish.error());
    auto room = co_await room_on_list(context.caller);
    if (!room)
        co_return std::unexpected(room.error());
    auto outcome = co_await record_waiting(std::move(context), std::move(*checked), std::move(wanted));
    co_return outcome;
}

Result<void> Engine::check_wish(const identity::Caller& caller, const fhir::Appointment& wanted) const
{
    auto wish = read_wish(wanted);
    if (!wish)
        return std::unexpected(wish.error());
    if (!is_open(*wish, parts_.clock.now()))
        return std::unexpected(fhir::Error(ErrorKind::value_invalid, "The wanted period has passed.",
                                           "Appointment.requestedPeriod")
                                   .advise("Ask for a period that is still to come."));
    return check_shared(*parts_.directory(), caller, *wish, parts_.clock.now());
}

Awaitable<Result<void>> Engine::room_on_list(identity::Caller caller)
{
    auto waiting = co_await parts_.store.waiting(waiting_limit);
    if (!waiting)
        co_return std::unexpected(waiting.error());
    const auto own = std::ranges::count(*waiting, caller.ods.text(), &store::AppointmentRecord::booked_by);
    if (static_cast<std::size_t>(own) < settings_.waitlist_quota && waiting->size() < waiting_limit)
        co_return Result<void>();
    co_return std::unexpected(fhir::Error(ErrorKind::booking_limit,
                                          "Your organisation has as many appointments waiting as it may.",
                                          "Appointment.status")
                                  .advise("Cancel those that are no longer wanted.", fhir::Remedy::caller));
}

/// Written down twice, like a hold.
Awaitable<Engine::Outcome> Engine::record_waiting(WriteContext context, CheckedBooking checked,
                                                  fhir::Appointment wanted)
{
    const fhir::NhsNumber number = *checked.patient.nhs_number;
    auto write = std::make_shared<Write>(adapters::PatientContext{number, std::nullopt, std::nullopt});
    Payload& payload = write->payload;
    payload.provenance = provenance_of(context);
    payload.client_id = context.caller.client_id;
    payload.phone = checked.phone;
    payload.created = parts_.clock.now();
    payload.waiting =
        as_waiting(std::move(wanted), context.caller, checked.patient.participant, number, payload.created);
    payload.wanted = payload.waiting;
    write->intent.kind = IntentKind::hold;
    auto fresh = new_intent(context, checked, write);
    write->record = to_record(write->intent.appointment, *payload.waiting, context.caller.ods.text(),
                              context.caller.ods.text(), number.digits(), payload.created);
    fresh.appointment = write->record;
    auto obstacle = co_await begin_new(std::move(context), std::move(checked), std::move(fresh));
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = write->record;
    payload.wanted.reset();
    change.appointment->supplier = to_text(payload);
    change.outcome = to_text(FirstAnswer{true, std::nullopt});
    auto outcome = co_await keep(std::move(change), true);
    given_back_ = true; // perhaps it is there already
    co_return outcome;
}

/// Ends an intent that sends nothing, with the version that the change carries.
Awaitable<Engine::Outcome> Engine::keep(store::IntentChange change, bool created)
{
    auto record = *change.appointment;
    auto advanced = co_await parts_.store.advance(std::move(change));
    if (!advanced || !advanced->applied)
        co_return fhir::fail(ErrorKind::store_unavailable);
    record.version = advanced->version;
    auto stored = to_stored(record);
    if (!stored)
        co_return std::unexpected(stored.error());
    co_return WriteOutcome{std::move(*stored), created, false, std::nullopt};
}

Awaitable<Engine::Outcome> Engine::change_waiting(WriteContext context, store::AppointmentRecord record,
                                                  fhir::Appointment wanted)
{
    auto stored = to_stored(record);
    auto payload = read_payload(record.supplier);
    if (!stored || !payload || !payload->waiting)
        co_return fhir::fail(ErrorKind::internal, "A stored appointment cannot be read.");
    if (auto allowed = check_transition(AppointmentStatus::waitlist, wanted.status); !allowed)
        co_return std::unexpected(allowed.error());
    if (wanted.status == AppointmentStatus::pending || wanted.status == AppointmentStatus::booked) {
        auto outcome =
            co_await take_slot(std::move(context), std::move(record), std::move(*payload), std::move(wanted));
        co_return outcome;
    }
    fhir::Appointment next = with_status(stored->resource, wanted.status);
    if (wanted.status == AppointmentStatus::cancelled) {
        if (const auto element = first_difference(stored->resource, wanted))
            co_return fhir::fail(ErrorKind::not_amendable,
                                 "Nothing else is changed by taking it off the list.",
                                 "Appointment." + *element);
        next.cancelation_reason = wanted.cancelation_reason;
    } else {
        auto checked = check_waiting(wanted, context.caller, std::nullopt);
        if (!checked)
            co_return std::unexpected(checked.error());
        if (checked->patient.nhs_number->digits() != record.patient)
            co_return fhir::fail(ErrorKind::not_amendable,
                                 "An appointment is not passed on to another patient.",
                                 "Appointment.participant");
        if (auto wish = check_wish(context.caller, wanted); !wish)
            co_return std::unexpected(wish.error());
        next = as_waiting(std::move(wanted), context.caller, checked->patient.participant,
                          *checked->patient.nhs_number, parts_.clock.now());
        payload->waiting = next;
        payload->passed.clear(); // another wish, another chance
    }
    auto outcome =
        co_await rewrite_waiting(std::move(context), std::move(record), std::move(next), std::move(*payload));
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::rewrite_waiting(WriteContext context, store::AppointmentRecord record,
                                                   fhir::Appointment next, Payload kept)
{
    const std::int64_t version = record.version;
    const bool waits = next.status == AppointmentStatus::waitlist;
    auto write = std::make_shared<Write>(nobody());
    write->record = std::move(record);
    write->intent.kind = waits ? IntentKind::amend : IntentKind::cancel;
    write->intent.state = IntentState::recorded; // there is nothing to send
    next.id.reset();
    write->payload.wanted = next;
    auto obstacle = co_await begin_change(std::move(context), version, write, {});
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = next_record(*write, next);
    change.appointment->supplier = waits ? to_text(kept) : std::string();
    change.outcome = to_text(FirstAnswer{false, std::nullopt});
    auto outcome = co_await keep(std::move(change), false);
    given_back_ = true;
    co_return outcome;
}

/// A slot that its consumer found: held, and booked where that is asked for.
Awaitable<Engine::Outcome> Engine::take_slot(WriteContext context, store::AppointmentRecord record,
                                             Payload waiting, fhir::Appointment wanted)
{
    auto checked = check_booking(wanted, context.caller, std::nullopt);
    if (!checked)
        co_return std::unexpected(checked.error());
    fhir::Appointment known = *waiting.waiting;
    known.slot = wanted.slot;
    known.start = wanted.start;
    known.end = wanted.end;
    if (const auto element = first_difference(known, wanted))
        co_return fhir::fail(ErrorKind::not_amendable,
                             "Only status, slot, start and end are changed to give who waits a slot.",
                             "Appointment." + *element);
    auto practice = sharing_practice(context.caller, checked->practice, "Appointment.slot[0]");
    if (!practice)
        co_return std::unexpected(practice.error());
    auto free = co_await refuse_if_held(context, *checked);
    if (!free)
        co_return std::unexpected(free.error());
    auto resolved = co_await resolve_slots(context, *checked);
    if (!resolved)
        co_return std::unexpected(resolved.error());
    if (auto fit = check_slots(wanted, resolved->slots, parts_.clock.now()); !fit)
        co_return std::unexpected(fit.error());
    const bool book = wanted.status == AppointmentStatus::booked;
    WriteContext first = context;
    if (book)
        first.idempotency_key.clear(); // it stands for the booking
    const std::string id = record.id;
    auto held = co_await offer(std::move(first), std::move(record), std::move(waiting), std::move(*resolved),
                               settings_.hold_lifetime, false);
    if (!held || !book)
        co_return held;
    auto current = co_await parts_.store.appointment(id);
    if (!current || !*current)
        co_return fhir::fail(ErrorKind::store_unavailable);
    auto opened = co_await open_change(std::move(**current));
    if (!opened)
        co_return std::unexpected(opened.error());
    auto outcome = co_await book_held(std::move(context), held->appointment.version, std::move(*opened),
                                      with_status(held->appointment.resource, AppointmentStatus::booked));
    co_return outcome;
}

} // namespace gateway::booking
