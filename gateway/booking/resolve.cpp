// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"

#include "gateway/observability/log.hpp"

namespace gateway::booking
{

using fhir::ErrorKind;
using store::IntentKind;
using store::IntentState;
using Seen = ReadBack::Seen;

namespace
{

constexpr auto longest_resolving = std::chrono::seconds(60);

fhir::Error not_leased(const store::LeasedForPerson& lease)
{
    using enum store::LeasedForPerson::Answer;
    if (lease.answer == not_known)
        return fhir::Error(ErrorKind::not_found, "There is no such intent.");
    if (lease.answer == held)
        return fhir::Error(
            ErrorKind::duplicate_in_flight,
            "Somebody else is settling this intent at the moment; look at it again in a minute.");
    const bool ended = lease.intent.state == IntentState::done || lease.intent.state == IntentState::refused;
    return fhir::Error(ErrorKind::transition_not_allowed,
                       ended
                           ? "This intent is settled already; it does not stand on the worklist."
                           : "The gateway is still settling this intent by itself; it does not stand on the "
                             "worklist yet.");
}

/// What the practice's system shows just now, in words for whoever stands before its book.
std::string sentence_of(const store::IntentRecord& intent, const ReadBack& seen)
{
    const bool cancel = cancels(intent.kind);
    if (seen.seen == Seen::no_answer && seen.note == "slot-not-free")
        return "The practice's system lists no such appointment, but does not offer the slot either.";
    if (seen.seen == Seen::no_answer)
        return "The practice's system could not be read (" + seen.note + ").";
    if (seen.seen == Seen::gone)
        return "The practice's system lists the appointment no longer, but does not offer the slot either.";
    if (intent.kind == IntentKind::amend)
        return seen.seen == Seen::effect ? "The practice's system shows the new texts."
                                         : "The practice's system does not show the new texts.";
    if (cancel)
        return seen.seen == Seen::effect ? "The practice's system shows the appointment as cancelled."
                                         : "The practice's system shows that the appointment stands.";
    return seen.seen == Seen::effect
               ? "The practice's system shows the appointment as booked."
               : "The practice's system lists no such appointment and offers the slot as free.";
}

bool contradicts(bool done, const ReadBack& seen)
{
    if (seen.seen == Seen::no_answer)
        return false;
    return done ? seen.seen == Seen::no_effect : seen.seen != Seen::no_effect;
}

} // namespace

/// A person's word ends an intent that nothing else could end. What the gateway can read for itself counts
/// for more, unless the person insists.
Awaitable<fhir::Result<ResolvedIntent>> Engine::resolve(Resolution resolution)
{
    if (auto complete = check(resolution); !complete)
        co_return std::unexpected(complete.error());
    auto leased = co_await parts_.store.lease_for_person(resolution.intent, new_lease(longest_resolving),
                                                         parts_.clock.now());
    if (!leased)
        co_return std::unexpected(leased.error());
    if (leased->answer != store::LeasedForPerson::Answer::leased)
        co_return std::unexpected(not_leased(*leased));
    auto refused = co_await resolve_leased(leased->intent, resolution);
    if (refused) {
        co_await leave_to_person(std::move(leased->intent));
        co_return std::unexpected(std::move(*refused));
    }
    co_await count_open();
    auto ended = co_await intent_shown(std::move(resolution.intent));
    if (ended && ended->intent.needs_person)
        co_return fhir::fail(ErrorKind::store_unavailable);
    co_return ended;
}

/// Nothing when the intent has ended as the person says.
Awaitable<std::optional<fhir::Error>> Engine::resolve_leased(store::IntentRecord intent,
                                                             Resolution resolution)
{
    const auto done = says_done(intent.kind, resolution.finding);
    if (!done)
        co_return fhir::Error(ErrorKind::value_invalid, "This intent is to " + shown(intent).kind + ": say " +
                                                            findings_for(intent.kind) + ", or again.");
    auto restored = co_await restore(std::move(intent));
    if (!restored)
        co_return restored.error();
    WritePtr write = std::move(*restored);
    // As if enough looks had found nothing: then the practice's book is asked for the slot as well.
    const auto absences = std::exchange(write->intent.absences, settings_.absences_needed);
    auto seen = co_await read_back(write);
    write->intent.absences = absences;
    const std::string shows = sentence_of(write->intent, seen);
    if (contradicts(*done, seen) && !resolution.override_read_back)
        co_return fhir::Error(ErrorKind::transition_not_allowed,
                              shows + " Nothing was changed; --override settles it as you say all the same.");
    write->changed_by = ChangedBy::person;
    write->resolution = to_text(resolution, shows, parts_.clock.now());
    observability::log(observability::Level::info, "intent_resolved",
                       {{"intent", write->intent.id},
                        {"practice", write->intent.practice},
                        {"as", std::string(code_of(resolution.finding))},
                        {"by", resolution.by},
                        {"against_read_back", contradicts(*done, seen)}});
    if (write->payload.move) {
        co_await resolve_move(std::move(write), *done, std::move(seen), std::move(resolution.practice_key));
    } else if (*done) {
        auto held = held_by_word(*write, std::move(seen), resolution.practice_key);
        auto outcome = co_await conclude_done(std::move(write), std::move(held));
        (void)outcome; // what became of it is read from the store
    } else {
        auto outcome =
            co_await conclude_refused(std::move(write), fhir::Error(ErrorKind::supplier_unavailable));
        (void)outcome;
    }
    co_return std::nullopt;
}

/// The practice's copy where it could be read; otherwise as much of it as is known. A booking whose key
/// nobody could tell has none until the practice's book shows it.
adapters::SupplierAppointment Engine::held_by_word(const Write& write, ReadBack seen, std::string key) const
{
    const bool cancel = cancels(write.intent.kind);
    if (seen.seen == Seen::effect || (cancel && seen.seen == Seen::gone))
        return std::move(*seen.held);
    adapters::SupplierAppointment held;
    auto kept = read_supplier_copy(write.record.supplier);
    if (kept && write.intent.kind != IntentKind::book)
        held = std::move(*kept);
    else
        held.appointment = *write.payload.wanted;
    if (!key.empty())
        held.key = std::move(key);
    held.appointment.status = write.payload.wanted->status;
    return held;
}

Awaitable<void> Engine::leave_to_person(store::IntentRecord intent)
{
    store::IntentChange change;
    change.intent = intent.id;
    change.token = intent.lease.token;
    change.to = IntentState::needs_person;
    change.now = parts_.clock.now();
    change.attempts = intent.attempts;
    change.absences = intent.absences;
    change.next_attempt = intent.next_attempt;
    change.note = intent.note;
    auto left = co_await parts_.store.advance(std::move(change));
    (void)left;
}

Awaitable<fhir::Result<ResolvedIntent>> Engine::intent_shown(std::string id)
{
    auto found = co_await parts_.store.intent(std::move(id));
    if (!found)
        co_return std::unexpected(found.error());
    if (!*found)
        co_return fhir::fail(ErrorKind::not_found, "There is no such intent.");
    co_return resolved(**found);
}

} // namespace gateway::booking
