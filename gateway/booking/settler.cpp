// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/task_calls.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/observability/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>
#include <limits>

namespace gateway::booking
{

using store::IntentState;

namespace
{

std::string_view verb_of(store::IntentKind kind)
{
    using enum store::IntentKind;
    switch (kind) {
    case book:
        return "book";
    case cancel:
        return "cancel";
    case amend:
        return "amend";
    case hold:
        return "hold";
    case move:
        return "move";
    }
    return "write";
}

constexpr auto lease_length = std::chrono::seconds(60);
constexpr std::size_t at_once = 16;
constexpr std::size_t worklist_limit = 1000;

} // namespace

Awaitable<void> Engine::recover()
{
    co_await remember_holds(); // at once: what is held must not look free while practices are asked
    co_await record_unrecorded();
    store::LeaseRequest request;
    request.lease = new_lease(lease_length);
    request.now = parts_.clock.now();
    request.limit = 10000;
    request.take_over = true;
    request.run = run_;
    auto leased = co_await parts_.store.lease(std::move(request));
    if (!leased)
        co_return;
    auto looked_at = co_await settle_all(std::move(*leased));
    observability::log(observability::Level::info, "intents_recovered",
                       {{"count", static_cast<std::int64_t>(looked_at)}});
}

Awaitable<std::size_t> Engine::settle_due()
{
    store::LeaseRequest request;
    request.lease = new_lease(lease_length);
    request.now = parts_.clock.now();
    request.limit = at_once;
    auto leased = co_await parts_.store.lease(std::move(request));
    if (!leased)
        co_return 0;
    auto looked_at = co_await settle_all(std::move(*leased));
    co_return looked_at;
}

/// A hung practice costs its own intents their time, not the others theirs.
Awaitable<std::size_t> Engine::settle_all(std::vector<store::IntentRecord> intents)
{
    auto executor = co_await boost::asio::this_coro::executor;
    using Settling =
        decltype(boost::asio::co_spawn(executor, settle(store::IntentRecord{}), boost::asio::deferred));
    for (std::size_t first = 0; first < intents.size(); first += at_once) {
        const std::size_t end = std::min(first + at_once, intents.size());
        std::vector<Settling> running;
        for (std::size_t i = first; i < end; ++i)
            running.push_back(
                boost::asio::co_spawn(executor, settle(std::move(intents[i])), boost::asio::deferred));
        auto group = boost::asio::experimental::make_parallel_group(std::move(running));
        auto ended =
            co_await group.async_wait(boost::asio::experimental::wait_for_all(), adapters::use_awaitable);
        (void)ended;
    }
    co_await count_open();
    co_return intents.size();
}

/// A bug in one adapter must not keep an intent from ever reaching a person.
Awaitable<void> Engine::settle(store::IntentRecord intent)
{
    bool broke = false;
    try {
        co_await settle_once(intent);
    } catch (const std::exception&) {
        broke = true;
    }
    if (broke)
        co_await give_up_for_now(std::move(intent));
}

Awaitable<void> Engine::settle_once(store::IntentRecord intent)
{
    auto restored = co_await restore(intent);
    if (!restored) {
        co_await give_up_for_now(std::move(intent));
        co_return;
    }
    WritePtr write = std::move(*restored);
    if (write->intent.kind == store::IntentKind::move) {
        co_await settle_move(std::move(write));
        co_return;
    }
    Outcome outcome = fhir::fail(fhir::ErrorKind::internal);
    if (write->intent.state == IntentState::recorded) { // nothing was sent
        outcome = co_await conclude_refused(write, fhir::Error(fhir::ErrorKind::supplier_unavailable));
        co_await note_settled(std::move(write), std::move(outcome));
        co_return;
    }
    auto seen = co_await read_back(write);
    const bool absent = seen.seen == ReadBack::Seen::no_effect;
    const bool gone = seen.seen == ReadBack::Seen::gone;
    const bool sure = absences_after(*write, seen) >= settings_.absences_needed;
    const auto attempts_allowed =
        settings_.attempts_allowed + (absent || gone ? settings_.absences_needed : 0);
    if (seen.seen == ReadBack::Seen::effect || (gone && sure))
        outcome = co_await conclude_done(write, std::move(*seen.held));
    else if (absent && sure)
        outcome = co_await conclude_refused(write, fhir::Error(fhir::ErrorKind::supplier_unavailable));
    else if (write->intent.attempts + 1 >= attempts_allowed)
        outcome = co_await conclude_open(write, IntentState::needs_person, std::move(seen));
    else
        outcome = co_await conclude_open(write, IntentState::unknown, std::move(seen));
    observability::log(observability::Level::info, "intent_settled",
                       {{"intent", write->intent.id},
                        {"open", outcome && outcome->unresolved.has_value()},
                        {"done", outcome.has_value()}});
    co_await note_settled(std::move(write), std::move(outcome));
}

/// Whoever asked may be gone, and the request's own record with it; the end is on record all the same.
Awaitable<void> Engine::note_settled(WritePtr write, Outcome outcome)
{
    auto own =
        own_write("settlement", "settle " + std::string(verb_of(write->intent.kind)), write->record, 0);
    if (outcome) {
        co_await note_own(std::move(own), std::move(outcome));
        co_return;
    }
    own.failure = fhir::catalogue_row(outcome.error().kind()).code;
    co_await put_on_record(parts_.audit, std::move(own));
}

Awaitable<fhir::Result<WritePtr>> Engine::restore(store::IntentRecord intent)
{
    auto payload = read_payload(intent.payload);
    if (!payload)
        co_return std::unexpected(payload.error());
    auto record = co_await parts_.store.appointment_any(intent.appointment);
    if (!record)
        co_return std::unexpected(record.error());
    const auto ods = fhir::OdsCode::parse(intent.practice);
    const bool whole = payload->wanted && (payload->move || intent.kind != store::IntentKind::move);
    if (!*record || !ods || !whole)
        co_return fhir::fail(fhir::ErrorKind::internal, "A stored intent is not complete.");
    if ((*record)->patient.empty()) { // held for nobody, then booked for somebody
        const auto number = named_number(*payload->wanted);
        (*record)->patient = number ? number->digits() : "";
    }
    auto write = std::make_shared<Write>(patient_of((*record)->patient, *payload->wanted));
    auto link = co_await link_of(intent.practice, write->patient);
    if (!link)
        co_return std::unexpected(link.error());
    write->patient.link = std::move(*link);
    write->intent = std::move(intent);
    write->payload = std::move(*payload);
    write->record = std::move(**record);
    write->practice = parts_.directory()->practice(*ods);
    co_return write;
}

/// Nothing could be read of it: look again later, and in the end show it to a person.
Awaitable<void> Engine::give_up_for_now(store::IntentRecord intent)
{
    store::IntentChange change;
    change.intent = intent.id;
    change.token = intent.lease.token;
    change.now = parts_.clock.now();
    change.attempts = intent.attempts + 1;
    change.absences = intent.absences;
    change.to = intent.state == IntentState::sent ? IntentState::unknown : intent.state;
    if (change.attempts >= settings_.attempts_allowed) {
        change.to = IntentState::needs_person;
        change.task = sync_conflict;
    }
    change.next_attempt = change.now + delay_after(intent.attempts);
    change.note = "internal";
    auto advanced = co_await parts_.store.advance(std::move(change));
    (void)advanced;
}

std::chrono::milliseconds Engine::delay_after(std::int64_t attempts) const
{
    const auto& delays = settings_.settle_delays;
    if (delays.empty())
        return std::chrono::seconds(30);
    return delays[std::min(static_cast<std::size_t>(attempts), delays.size() - 1)];
}

Awaitable<void> Engine::count_open()
{
    auto open = co_await worklist();
    if (!open)
        co_return;
    parts_.metrics.bookings_unknown(static_cast<double>(open->size()));
    parts_.metrics.bookings_need_person(
        static_cast<double>(std::ranges::count(*open, true, &OpenIntent::needs_person)));
}

Awaitable<fhir::Result<std::vector<OpenIntent>>> Engine::worklist()
{
    std::vector<OpenIntent> list;
    for (const IntentState state : {IntentState::needs_person, IntentState::unknown}) {
        auto found = co_await parts_.store.intents_in(state, worklist_limit);
        if (!found)
            co_return std::unexpected(found.error());
        for (const store::IntentRecord& intent : *found)
            list.push_back(shown(intent));
    }
    std::ranges::sort(list, {}, [](const OpenIntent& open) { return std::pair(open.since, open.intent); });
    co_return list;
}

Awaitable<fhir::Result<void>> Engine::settle_again(std::string intent)
{
    auto reopened = co_await parts_.store.reopen(std::move(intent), parts_.clock.now());
    if (!reopened)
        co_return std::unexpected(reopened.error());
    if (!*reopened)
        co_return fhir::fail(fhir::ErrorKind::not_found, "No such intent waits for a person.");
    co_return fhir::Result<void>();
}

Awaitable<void> Engine::purge()
{
    const auto now = parts_.clock.now();
    auto purged = co_await parts_.store.purge(now - settings_.keep_keys, now);
    (void)purged;
}

} // namespace gateway::booking
