// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp, kept by every engine.
#include "tests/gateway/store/engines.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace gateway::store;
using Answer = Begun::Answer;
using tests::FakeClock;

namespace
{

constexpr fhir::Instant now = FakeClock::default_start;
constexpr auto minute = std::chrono::minutes(1);

class SqliteUnderTest : public tests::EngineUnderTest
{
public:
    std::unique_ptr<Store> open() override { return fixture_.open(); }

private:
    tests::SqliteFixture fixture_;
};

AppointmentRecord appointment(const std::string& id)
{
    AppointmentRecord record;
    record.id = id;
    record.updated = now;
    record.practice = "A10001";
    record.booked_by = "HUB01";
    record.patient = "9990000018";
    record.status = "pending";
    record.start = now + 60 * minute;
    record.end = now + 70 * minute;
    record.resource = R"({"resourceType":"Appointment"})";
    record.supplier = "{}";
    return record;
}

NewIntent booking(const std::string& id, std::vector<std::string> slots)
{
    NewIntent wanted;
    wanted.intent.id = "intent-" + id;
    wanted.intent.appointment = id;
    wanted.intent.practice = "A10001";
    wanted.intent.payload = "payload of " + id;
    wanted.intent.created = now;
    wanted.intent.lease = {"node", "token-" + id, now + minute};
    wanted.slots = std::move(slots);
    wanted.appointment = appointment(id);
    return wanted;
}

NewIntent cancelling(const std::string& id, std::int64_t version)
{
    NewIntent wanted;
    wanted.intent.id = "cancel-" + id;
    wanted.intent.kind = IntentKind::cancel;
    wanted.intent.appointment = id;
    wanted.intent.practice = "A10001";
    wanted.intent.created = now;
    wanted.intent.lease = {"node", "token-cancel-" + id, now + minute};
    wanted.expected_version = version;
    return wanted;
}

IntentChange change(const NewIntent& wanted, IntentState to)
{
    IntentChange step;
    step.intent = wanted.intent.id;
    step.token = wanted.intent.lease.token;
    step.to = to;
    step.now = now;
    return step;
}

IntentChange booked(const NewIntent& wanted)
{
    IntentChange step = change(wanted, IntentState::done);
    step.appointment = *wanted.appointment;
    step.appointment->status = "booked";
    return step;
}

class StoreContract : public testing::TestWithParam<tests::Engine>
{
protected:
    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = tests::run(context, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    Answer begin(const NewIntent& wanted) { return must(store->begin(wanted)).answer; }
    void reopen()
    {
        store.reset();
        store = engine->open();
    }

    boost::asio::io_context context{1};
    std::unique_ptr<tests::EngineUnderTest> engine = GetParam().make();
    std::unique_ptr<Store> store = engine->open();
};

TEST_P(StoreContract, NewBookingIsInvisibleUntilItsFirstVersion)
{
    const auto wanted = booking("a", {"s1"});
    EXPECT_EQ(begin(wanted), Answer::recorded);
    EXPECT_FALSE(must(store->appointment("a")));
    EXPECT_TRUE(must(store->find({})).empty());
    EXPECT_TRUE(must(store->appointment_any("a")));

    const auto advanced = must(store->advance(booked(wanted)));
    EXPECT_TRUE(advanced.applied);
    EXPECT_EQ(advanced.version, 1);
    EXPECT_EQ(must(store->appointment("a"))->status, "booked");
    EXPECT_EQ(must(store->find({})).size(), 1u);
}

TEST_P(StoreContract, EverythingComesBackAsItWentIn)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    const auto back = must(store->appointment("a"));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->updated, now);
    EXPECT_EQ(back->practice, "A10001");
    EXPECT_EQ(back->booked_by, "HUB01");
    EXPECT_EQ(back->patient, "9990000018");
    EXPECT_EQ(back->start, wanted.appointment->start);
    EXPECT_EQ(back->end, wanted.appointment->end);
    EXPECT_EQ(back->resource, wanted.appointment->resource);
    EXPECT_EQ(back->supplier, wanted.appointment->supplier);
    const auto intent = must(store->intent("intent-a"));
    ASSERT_TRUE(intent);
    EXPECT_EQ(intent->payload, "payload of a");
    EXPECT_EQ(intent->state, IntentState::done);
    EXPECT_EQ(intent->created, now);
}

TEST_P(StoreContract, ASlotHasOneActiveClaim)
{
    EXPECT_EQ(begin(booking("a", {"s1"})), Answer::recorded);
    const auto second = must(store->begin(booking("b", {"s0", "s1"})));
    EXPECT_EQ(second.answer, Answer::slot_taken);
    EXPECT_EQ(second.slot_index, 1u);
    EXPECT_EQ(second.appointment, "a");
    EXPECT_FALSE(must(store->intent("intent-b")));
    EXPECT_EQ(begin(booking("c", {"s0"})), Answer::recorded);
}

TEST_P(StoreContract, TheSameSlotIdInAnotherPracticeIsAnotherSlot)
{
    EXPECT_EQ(begin(booking("a", {"s1"})), Answer::recorded);
    auto other = booking("b", {"s1"});
    other.intent.practice = other.appointment->practice = "B20002";
    EXPECT_EQ(begin(other), Answer::recorded);
}

TEST_P(StoreContract, AReleasedSlotCanBeClaimedAgain)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    auto refused = change(wanted, IntentState::refused);
    refused.withdraw = refused.release_claims = true;
    EXPECT_TRUE(must(store->advance(refused)).applied);
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::recorded);
}

TEST_P(StoreContract, AWithdrawnBookingLeavesNothingVisible)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    auto refused = change(wanted, IntentState::refused);
    refused.withdraw = refused.release_claims = true;
    must(store->advance(refused));
    EXPECT_FALSE(must(store->appointment_any("a")));
    EXPECT_TRUE(must(store->history("a")).empty());
}

TEST_P(StoreContract, AWithdrawnPendingBookingKeepsItsHistory)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    auto unknown = change(wanted, IntentState::unknown);
    unknown.appointment = *wanted.appointment;
    unknown.keep_lease = true;
    must(store->advance(unknown));
    auto refused = change(wanted, IntentState::refused);
    refused.appointment = *wanted.appointment;
    refused.appointment->status = "cancelled";
    refused.withdraw = refused.release_claims = true;
    EXPECT_EQ(must(store->advance(refused)).version, 2);
    const auto history = must(store->history("a"));
    ASSERT_EQ(history.size(), 2u);
    EXPECT_EQ(history[0].status, "cancelled");
    EXPECT_EQ(history[1].status, "pending");
    EXPECT_EQ(must(store->appointment_version("a", 1))->status, "pending");
    EXPECT_FALSE(must(store->appointment_version("a", 3)));
}

TEST_P(StoreContract, TwoHundredParallelClaimsOfOneSlotRecordExactlyOne)
{
    std::map<Answer, int> answers;
    for (int i = 0; i < 200; ++i)
        boost::asio::co_spawn(context, store->begin(booking("a" + std::to_string(i), {"s1"})),
                              [&](std::exception_ptr error, auto begun) {
                                  ASSERT_FALSE(error);
                                  ASSERT_TRUE(begun);
                                  ++answers[begun->answer];
                              });
    context.run();
    EXPECT_EQ(answers[Answer::recorded], 1);
    EXPECT_EQ(answers[Answer::slot_taken], 199);
}

TEST_P(StoreContract, AnIdempotencyKeyHasOneIntent)
{
    auto first = booking("a", {"s1"});
    first.ticket = Ticket{"client", "create", "key", "hash"};
    EXPECT_EQ(begin(first), Answer::recorded);

    auto again = booking("b", {"s1"});
    again.ticket = first.ticket;
    const auto known = must(store->begin(again));
    EXPECT_EQ(known.answer, Answer::ticket_known);
    EXPECT_EQ(known.ticket.intent, "intent-a");
    EXPECT_FALSE(known.ticket.outcome);

    again.ticket->request_hash = "another";
    EXPECT_EQ(begin(again), Answer::ticket_differs);
    again = booking("c", {"s2"});
    again.ticket = Ticket{"another client", "create", "key", "hash"};
    EXPECT_EQ(begin(again), Answer::recorded);
}

TEST_P(StoreContract, TheFirstOutcomeOfAKeyIsKeptWithItsVersion)
{
    auto wanted = booking("a", {"s1"});
    wanted.ticket = Ticket{"client", "create", "key", "hash"};
    begin(wanted);
    auto done = booked(wanted);
    done.outcome = "the outcome";
    must(store->advance(done));
    const auto ticket = must(store->ticket(*wanted.ticket));
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->outcome, "the outcome");
    EXPECT_EQ(ticket->version, 1);
    EXPECT_EQ(ticket->appointment, "a");
}

TEST_P(StoreContract, AForgottenKeyMayTryAgain)
{
    auto wanted = booking("a", {"s1"});
    wanted.ticket = Ticket{"client", "create", "key", "hash"};
    begin(wanted);
    auto refused = change(wanted, IntentState::refused);
    refused.forget_ticket = refused.withdraw = refused.release_claims = true;
    must(store->advance(refused));
    auto again = booking("b", {"s1"});
    again.ticket = wanted.ticket;
    EXPECT_EQ(begin(again), Answer::recorded);
}

TEST_P(StoreContract, AConditionalIdentifierIsUniquePerOrganisation)
{
    auto first = booking("a", {"s1"});
    first.identifiers = {{"https://hub.example/id", "7", true}};
    EXPECT_EQ(begin(first), Answer::recorded);
    auto second = booking("b", {"s2"});
    second.identifiers = first.identifiers;
    const auto known = must(store->begin(second));
    EXPECT_EQ(known.answer, Answer::identity_known);
    EXPECT_EQ(known.appointment, "a");
    second.appointment->booked_by = "HUB02";
    EXPECT_EQ(begin(second), Answer::recorded);
}

TEST_P(StoreContract, AHeldSlotAndAnIdentifierCanBeLookedUp)
{
    auto first = booking("a", {"s1"});
    first.identifiers = {{"https://hub.example/id", "7", false}};
    begin(first);
    const auto held = must(store->held_slot("A10001", {"s0", "s1"}));
    ASSERT_TRUE(held);
    EXPECT_EQ(held->slot_index, 1u);
    EXPECT_EQ(held->appointment, "a");
    EXPECT_FALSE(must(store->held_slot("A10001", {"s0"})));
    EXPECT_FALSE(must(store->held_slot("B20002", {"s1"})));
    EXPECT_EQ(must(store->identified("HUB01", {"https://hub.example/id", "7", true})),
              std::vector<std::string>{"a"});
    EXPECT_TRUE(must(store->identified("HUB02", {"https://hub.example/id", "7", true})).empty());
}

TEST_P(StoreContract, SeveralPlainUsesOfAnIdentifierMakeAConditionalOneAmbiguous)
{
    for (const std::string id : {"a", "b"}) {
        auto plain = booking(id, {"slot-" + id});
        plain.identifiers = {{"https://hub.example/id", "7", false}};
        EXPECT_EQ(begin(plain), Answer::recorded);
    }
    auto conditional = booking("c", {"s3"});
    conditional.identifiers = {{"https://hub.example/id", "7", true}};
    EXPECT_EQ(begin(conditional), Answer::identity_many);
}

TEST_P(StoreContract, OnlyTheHolderOfTheLeaseMovesAnIntent)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    auto stale = booked(wanted);
    stale.token = "another";
    EXPECT_FALSE(must(store->advance(stale)).applied);
    EXPECT_TRUE(must(store->advance(booked(wanted))).applied);
    EXPECT_FALSE(must(store->advance(booked(wanted))).applied);
    EXPECT_EQ(must(store->history("a")).size(), 1u);
}

TEST_P(StoreContract, AnAppointmentHasOneOpenChange)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    EXPECT_EQ(begin(cancelling("a", 1)), Answer::recorded);
    auto second = cancelling("a", 1);
    second.intent.id = "other";
    EXPECT_EQ(begin(second), Answer::change_open);
    EXPECT_EQ(must(store->open_intent("a"))->id, "cancel-a");
}

TEST_P(StoreContract, AStaleVersionChangesNothing)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    EXPECT_EQ(begin(cancelling("a", 2)), Answer::version_changed);
    EXPECT_EQ(begin(cancelling("nobody", 1)), Answer::version_changed);
    EXPECT_FALSE(must(store->open_intent("a")));
}

LeaseRequest lease_at(fhir::Instant moment, bool take_over = false)
{
    LeaseRequest request;
    request.lease = {"node", "settler", moment + minute};
    request.now = moment;
    request.take_over = take_over;
    return request;
}

TEST_P(StoreContract, OpenIntentsAreLeasedOnceAndOnlyWhenTheirLeaseHasEnded)
{
    begin(booking("a", {"s1"}));
    EXPECT_TRUE(must(store->lease(lease_at(now))).empty());
    const auto leased = must(store->lease(lease_at(now + minute)));
    ASSERT_EQ(leased.size(), 1u);
    EXPECT_EQ(leased[0].payload, "payload of a");
    EXPECT_EQ(leased[0].lease.token, "settler-0");
    EXPECT_TRUE(must(store->lease(lease_at(now + minute))).empty());
}

TEST_P(StoreContract, ARestartedNodeTakesOverItsOwnLeasesAtOnce)
{
    begin(booking("a", {"s1"}));
    auto foreign = booking("b", {"s2"});
    foreign.intent.lease.node = "another node";
    begin(foreign);
    auto running = booking("c", {"s3"});
    running.intent.lease.token = "second-run/c";
    begin(running);
    reopen();
    auto request = lease_at(now, true);
    request.run = "second-run/";
    const auto leased = must(store->lease(request));
    ASSERT_EQ(leased.size(), 1u);
    EXPECT_EQ(leased[0].appointment, "a");
}

TEST_P(StoreContract, AnUnknownIntentIsLeasedWhenItsNextAttemptIsDue)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    auto unknown = change(wanted, IntentState::unknown);
    unknown.next_attempt = now + 5 * minute;
    unknown.attempts = 3;
    unknown.absences = 2;
    unknown.note = "supplier-timeout";
    must(store->advance(unknown));
    EXPECT_TRUE(must(store->lease(lease_at(now + 4 * minute))).empty());
    const auto leased = must(store->lease(lease_at(now + 5 * minute)));
    ASSERT_EQ(leased.size(), 1u);
    EXPECT_EQ(leased[0].attempts, 3);
    EXPECT_EQ(leased[0].absences, 2);
    EXPECT_EQ(leased[0].note, "supplier-timeout");
}

TEST_P(StoreContract, AClockThatWasSetBackDoesNotKeepIntentsWaiting)
{
    auto leased_ahead = booking("a", {"s1"});
    leased_ahead.intent.lease.until = now + 25 * 60 * minute;
    begin(leased_ahead);
    const auto paused = booking("b", {"s2"});
    begin(paused);
    auto unknown = change(paused, IntentState::unknown);
    unknown.next_attempt = now + 25 * 60 * minute;
    must(store->advance(unknown));
    EXPECT_EQ(must(store->lease(lease_at(now + minute))).size(), 2u);
}

TEST_P(StoreContract, TheWorklistCanBeReopened)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    must(store->advance(change(wanted, IntentState::needs_person)));
    EXPECT_EQ(must(store->intents_in(IntentState::needs_person, 10)).size(), 1u);
    EXPECT_TRUE(must(store->lease(lease_at(now + 60 * minute))).empty());
    EXPECT_TRUE(must(store->reopen("intent-a", now)));
    EXPECT_FALSE(must(store->reopen("intent-a", now)));
    EXPECT_EQ(must(store->lease(lease_at(now))).size(), 1u);
}

TEST_P(StoreContract, AnIntentOfTheWorklistIsLeasedToOnePersonAtATime)
{
    using Leased = LeasedForPerson::Answer;
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    const Lease first{"node", "first", now + minute};
    const Lease second{"node", "second", now + 3 * minute};
    EXPECT_EQ(must(store->lease_for_person("intent-a", first, now)).answer, Leased::not_waiting);
    EXPECT_EQ(must(store->lease_for_person("intent-b", first, now)).answer, Leased::not_known);
    must(store->advance(change(wanted, IntentState::needs_person)));
    const auto leased = must(store->lease_for_person("intent-a", first, now));
    EXPECT_EQ(leased.answer, Leased::leased);
    EXPECT_EQ(leased.intent.payload, "payload of a");
    EXPECT_EQ(must(store->lease_for_person("intent-a", second, now)).answer, Leased::held);
    EXPECT_FALSE(must(store->reopen("intent-a", now))) << "somebody is at it";
    EXPECT_EQ(must(store->intents_in(IntentState::needs_person, 10)).size(), 1u);
    EXPECT_EQ(must(store->lease_for_person("intent-a", second, now + 2 * minute)).answer, Leased::leased);

    auto late = booked(wanted);
    late.token = leased.intent.lease.token;
    EXPECT_FALSE(must(store->advance(late)).applied) << "the first one's time was over";
}

TEST_P(StoreContract, WhatAPersonSaidIsKeptWithTheIntent)
{
    auto wanted = booking("a", {"s1"});
    wanted.ticket = Ticket{"client", "create", "key", "hash"};
    begin(wanted);
    must(store->advance(change(wanted, IntentState::needs_person)));
    const auto leased = must(store->lease_for_person("intent-a", {"node", "person", now + minute}, now));
    auto said = booked(wanted);
    said.token = leased.intent.lease.token;
    said.resolution = "A. Jones has seen it";
    said.outcome = "x";
    EXPECT_TRUE(must(store->advance(said)).applied);
    reopen();
    const auto kept = must(store->intent("intent-a"));
    EXPECT_EQ(kept->state, IntentState::done);
    EXPECT_EQ(kept->resolution, "A. Jones has seen it");
    EXPECT_EQ(must(store->appointment("a"))->status, "booked");
    EXPECT_EQ(must(store->ticket(*wanted.ticket))->outcome, "x");
}

class NotedVersions : public StoreContract
{
protected:
    void SetUp() override
    {
        wanted = booking("a", {"s1"});
        begin(wanted);
        must(store->advance(booked(wanted)));
    }
    NativeVersion seen(std::int64_t after, std::string status) const
    {
        NativeVersion version;
        version.appointment = *wanted.appointment;
        version.appointment.version = after;
        version.appointment.status = std::move(status);
        return version;
    }

    NewIntent wanted;
};

TEST_P(NotedVersions, FollowTheVersionTheyWereSeenAt)
{
    const auto noted = must(store->note(seen(1, "arrived")));
    EXPECT_TRUE(noted.applied);
    EXPECT_EQ(noted.version, 2);
    EXPECT_EQ(must(store->appointment("a"))->status, "arrived");
    EXPECT_EQ(must(store->history("a")).size(), 2u);
    EXPECT_FALSE(must(store->note(seen(1, "noshow"))).applied);
    EXPECT_FALSE(must(store->note(seen(3, "noshow"))).applied);
    EXPECT_EQ(must(store->appointment("a"))->status, "arrived");
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::slot_taken);
}

TEST_P(NotedVersions, WaitForAnOpenChange)
{
    const auto cancel = cancelling("a", 1);
    EXPECT_EQ(begin(cancel), Answer::recorded);
    EXPECT_FALSE(must(store->note(seen(1, "arrived"))).applied);
    must(store->advance(change(cancel, IntentState::refused)));
    EXPECT_TRUE(must(store->note(seen(1, "arrived"))).applied);
}

TEST_P(NotedVersions, GiveSlotsBack)
{
    auto cancelled = seen(1, "cancelled");
    cancelled.release_claims = true;
    EXPECT_TRUE(must(store->note(cancelled)).applied);
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::recorded);
}

TEST_P(NotedVersions, MoveClaimsAsFarAsTheSlotsAreFree)
{
    EXPECT_EQ(begin(booking("b", {"s2"})), Answer::recorded);
    auto moved = seen(1, "booked");
    moved.slots = {"s2", "s3"};
    EXPECT_TRUE(must(store->note(moved)).applied);
    EXPECT_EQ(must(store->held_slot("A10001", {"s2"}))->appointment, "b");
    EXPECT_EQ(must(store->held_slot("A10001", {"s3"}))->appointment, "a");
    EXPECT_FALSE(must(store->held_slot("A10001", {"s1"})));
    reopen();
    EXPECT_EQ(begin(booking("c", {"s3"})), Answer::slot_taken);
}

TEST_P(StoreContract, OneNodeLooksThroughAPracticesBookAtATime)
{
    const auto lease = [](std::string token, fhir::Instant until) {
        return Lease{"node", std::move(token), until};
    };
    EXPECT_TRUE(must(store->lease_watch("A10001", lease("one", now + minute), now)));
    EXPECT_FALSE(must(store->lease_watch("A10001", lease("two", now + minute), now)));
    EXPECT_TRUE(must(store->lease_watch("A10002", lease("two", now + minute), now)));
    EXPECT_TRUE(must(store->lease_watch("A10001", lease("two", now + 3 * minute), now + 2 * minute)));
    must(store->end_watch("A10001", "one", now + 10 * minute)); // too late: it is the other's look
    EXPECT_FALSE(must(store->lease_watch("A10001", lease("one", now + 4 * minute), now + 2 * minute)));
    must(store->end_watch("A10001", "two", now + 10 * minute));
    EXPECT_FALSE(must(store->lease_watch("A10001", lease("one", now + 9 * minute), now + 8 * minute)));
    reopen();
    EXPECT_FALSE(must(store->lease_watch("A10001", lease("one", now + 9 * minute), now + 8 * minute)));
    EXPECT_TRUE(must(store->lease_watch("A10001", lease("one", now + 11 * minute), now + 10 * minute)));
}

TEST_P(StoreContract, NobodyMovesAnIntentWithoutALease)
{
    const auto wanted = booking("a", {"s1"});
    begin(wanted);
    must(store->advance(change(wanted, IntentState::needs_person)));
    auto blind = booked(wanted);
    blind.token.clear();
    EXPECT_FALSE(must(store->advance(blind)).applied);
}

class StoreFind : public StoreContract
{
protected:
    void SetUp() override
    {
        add("a", "A10001", "HUB01", "9990000018", 3);
        add("b", "A10001", "HUB02", "9990000026", 1);
        add("c", "B20002", "HUB01", "9990000018", 2);
    }
    void add(const std::string& id, const std::string& practice, const std::string& booked_by,
             const std::string& patient, int hour)
    {
        auto wanted = booking(id, {"slot-" + id});
        wanted.intent.practice = wanted.appointment->practice = practice;
        wanted.appointment->booked_by = booked_by;
        wanted.appointment->patient = patient;
        wanted.appointment->start = now + std::chrono::hours(hour);
        begin(wanted);
        must(store->advance(booked(wanted)));
    }
    std::string ids(const AppointmentFilter& filter)
    {
        std::string joined;
        for (const auto& found : must(store->find(filter)))
            joined += found.id;
        return joined;
    }
};

TEST_P(StoreFind, OrderIsByStart)
{
    EXPECT_EQ(ids({}), "bca");
}

TEST_P(StoreFind, EveryConditionNarrows)
{
    AppointmentFilter filter;
    filter.visible_to = "HUB01";
    EXPECT_EQ(ids(filter), "ca");
    filter.visible_to = "A10001";
    EXPECT_EQ(ids(filter), "ba");
    filter = {};
    filter.patients = {"9990000018"};
    EXPECT_EQ(ids(filter), "ca");
    filter.practices = {"B20002"};
    EXPECT_EQ(ids(filter), "c");
    filter = {};
    filter.start_from = now + std::chrono::hours(2);
    EXPECT_EQ(ids(filter), "ca");
    filter.start_before = now + std::chrono::hours(3);
    EXPECT_EQ(ids(filter), "c");
    filter = {};
    filter.ids = {"b", "c", "x"};
    filter.booked_by = {"HUB02"};
    EXPECT_EQ(ids(filter), "b");
    filter = {};
    filter.statuses = {"cancelled"};
    EXPECT_EQ(ids(filter), "");
    filter.statuses = {"cancelled", "booked"};
    filter.limit = 2;
    EXPECT_EQ(ids(filter), "bc");
}

TEST_P(StoreFind, AnEmptyListOfPatientsFindsNobody)
{
    AppointmentFilter filter;
    filter.patients.emplace();
    EXPECT_EQ(ids(filter), "");
}

NewIntent holding(const std::string& id, std::vector<std::string> slots)
{
    auto wanted = booking(id, std::move(slots));
    wanted.intent.kind = IntentKind::hold;
    wanted.claim = ClaimKind::hold;
    wanted.hold_until = now + 5 * minute;
    return wanted;
}

TEST_P(StoreContract, AHoldClaimsItsSlotsUntilItsEnd)
{
    const auto wanted = holding("a", {"s1", "s2"});
    ASSERT_EQ(begin(wanted), Answer::recorded);
    must(store->advance(booked(wanted)));
    const auto refused = must(store->begin(booking("b", {"s2"})));
    EXPECT_EQ(refused.answer, Answer::slot_taken);
    EXPECT_EQ(refused.hold_until, now + 5 * minute);
    const auto held = must(store->held_slot("A10001", {"s1"}));
    ASSERT_TRUE(held);
    EXPECT_EQ(held->until, now + 5 * minute);
    const auto holds = must(store->holds());
    ASSERT_EQ(holds.size(), 2u);
    EXPECT_EQ(holds[0].appointment, "a");
    EXPECT_EQ(holds[0].until, now + 5 * minute);
}

TEST_P(StoreContract, AHoldThatIsBookedIsAHoldNoLonger)
{
    const auto wanted = holding("a", {"s1"});
    ASSERT_EQ(begin(wanted), Answer::recorded);
    must(store->advance(booked(wanted)));
    auto booked_now = cancelling("a", 1);
    booked_now.intent.kind = IntentKind::book;
    booked_now.book_holds = true;
    ASSERT_EQ(begin(booked_now), Answer::recorded);
    EXPECT_TRUE(must(store->holds()).empty());
    EXPECT_FALSE(must(store->held_slot("A10001", {"s1"}))->until);

    auto failed = change(booked_now, IntentState::refused);
    failed.hold_until = now + 5 * minute;
    must(store->advance(failed));
    EXPECT_EQ(must(store->holds()).size(), 1u);
}

TEST_P(StoreContract, AHoldThatHasEndedIsNotBooked)
{
    const auto wanted = holding("a", {"s1"});
    ASSERT_EQ(begin(wanted), Answer::recorded);
    must(store->advance(booked(wanted)));
    auto late = cancelling("a", 1);
    late.book_holds = true;
    late.intent.created = now + 5 * minute;
    EXPECT_EQ(begin(late), Answer::hold_ended);
}

TEST_P(StoreContract, HoldsBeyondTheQuotaAreRefused)
{
    auto first = holding("a", {"s1", "s2"});
    first.hold_quota = 2;
    ASSERT_EQ(begin(first), Answer::recorded);
    auto second = holding("b", {"s3"});
    second.hold_quota = 2;
    EXPECT_EQ(begin(second), Answer::quota_reached);
    second.intent.created = now + 6 * minute;
    EXPECT_EQ(begin(second), Answer::recorded) << "holds that have ended do not count";
}

/// The cancellation of `old` together with the booking of a new appointment.
NewIntent moving(const std::string& old, NewIntent to)
{
    auto wanted = cancelling(old, 1);
    wanted.intent.kind = IntentKind::move;
    wanted.also.push_back(std::move(to));
    return wanted;
}

TEST_P(StoreContract, TwoIntentsAreWrittenDownTogether)
{
    const auto old = booking("a", {"s1"});
    begin(old);
    must(store->advance(booked(old)));
    auto move = moving("a", booking("b", {"s2"}));
    move.ticket = Ticket{"client", "reschedule", "key", "hash"};
    ASSERT_EQ(begin(move), Answer::recorded);
    EXPECT_EQ(must(store->open_intent("a"))->kind, IntentKind::move);
    EXPECT_EQ(must(store->open_intent("b"))->payload, "payload of b");
    EXPECT_EQ(must(store->ticket(*move.ticket))->intent, move.intent.id);
    EXPECT_EQ(must(store->held_slot("A10001", {"s2"}))->appointment, "b");
}

TEST_P(StoreContract, OfTwoIntentsNeitherIsWrittenWhereOneMeetsAnObstacle)
{
    const auto old = booking("a", {"s1"});
    begin(old);
    must(store->advance(booked(old)));
    begin(booking("c", {"s3"}));

    const auto taken = must(store->begin(moving("a", booking("b", {"s3"}))));
    EXPECT_EQ(taken.answer, Answer::slot_taken);
    EXPECT_EQ(taken.appointment, "c");
    EXPECT_FALSE(must(store->open_intent("a")));

    auto stale = moving("a", booking("d", {"s4"}));
    stale.expected_version = 7;
    EXPECT_EQ(must(store->begin(stale)).appointment, "a");
    EXPECT_FALSE(must(store->open_intent("d")));
    EXPECT_FALSE(must(store->held_slot("A10001", {"s4"})));
}

TEST_P(StoreContract, WhoWaitsIsListedByIdAndOnlyWhileWaiting)
{
    for (const std::string id : {"c", "a", "b"}) {
        auto wanted = booking(id, {});
        wanted.appointment->status = "waitlist";
        begin(wanted);
        auto kept = change(wanted, IntentState::done);
        kept.appointment = wanted.appointment;
        must(store->advance(kept));
    }
    begin(booking("d", {"s1"})); // pending, and not seen yet
    const auto ids = [&](std::size_t limit) {
        std::string all;
        for (const auto& record : must(store->waiting(limit)))
            all += record.id;
        return all;
    };
    EXPECT_EQ(ids(10), "abc");
    EXPECT_EQ(ids(2), "ab");
    const auto offer = cancelling("a", 1);
    begin(offer);
    auto offered = change(offer, IntentState::done);
    offered.appointment = appointment("a");
    offered.appointment->practice = "B20002";
    must(store->advance(offered));
    EXPECT_EQ(ids(10), "bc");
    EXPECT_EQ(must(store->appointment("a"))->practice, "B20002") << "an offer is of a practice";
}

JobRecord job(const std::string& id)
{
    JobRecord record;
    record.id = id;
    record.owner = "A10001";
    record.request_hash = "hash";
    record.payload = "payload of " + id;
    record.created = record.updated = now;
    return record;
}

LeaseRequest for_jobs(fhir::Instant at, std::string run = "run-1/")
{
    LeaseRequest request;
    request.lease = {"node", run + "token", at + minute};
    request.now = at;
    request.run = std::move(run);
    return request;
}

TEST_P(StoreContract, AJobIsBegunOnceAndReadBack)
{
    EXPECT_TRUE(must(store->begin_job(job("a"))));
    auto again = job("a");
    again.payload = "another";
    EXPECT_FALSE(must(store->begin_job(again)));
    const auto read = must(store->job("a"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->payload, "payload of a");
    EXPECT_EQ(read->owner, "A10001");
    EXPECT_TRUE(read->open);
    EXPECT_FALSE(must(store->job("b")));
}

TEST_P(StoreContract, AJobIsWorkedOnByOneUntilItIsClosed)
{
    must(store->begin_job(job("a")));
    auto leased = must(store->lease_jobs(for_jobs(now)));
    ASSERT_EQ(leased.size(), 1u);
    EXPECT_TRUE(must(store->lease_jobs(for_jobs(now))).empty());
    leased[0].payload = "half";
    leased[0].lease.until = now + 5 * minute;
    EXPECT_TRUE(must(store->save_job(leased[0], true)));
    EXPECT_TRUE(must(store->lease_jobs(for_jobs(now + 2 * minute))).empty()) << "the lease was renewed";

    auto later = for_jobs(now + 6 * minute);
    later.lease.token += "-later";
    const auto taken_over = must(store->lease_jobs(later));
    ASSERT_EQ(taken_over.size(), 1u);
    EXPECT_EQ(taken_over[0].payload, "half");
    EXPECT_FALSE(must(store->save_job(leased[0], true))) << "the late worker is fenced off";

    auto last = taken_over[0];
    last.open = false;
    EXPECT_TRUE(must(store->save_job(last, false)));
    EXPECT_TRUE(must(store->lease_jobs(for_jobs(now + 60 * minute))).empty());
    EXPECT_FALSE(must(store->job("a"))->open);
}

TEST_P(StoreContract, AJobWaitsForItsNextStepAndIsTakenUpAfterARestartAtOnce)
{
    must(store->begin_job(job("a")));
    auto leased = must(store->lease_jobs(for_jobs(now)));
    ASSERT_EQ(leased.size(), 1u);
    EXPECT_EQ(must(store->lease_jobs(for_jobs(now, "run-2/"))).size(), 1u);
    leased = must(store->lease_jobs(for_jobs(now, "run-3/")));
    ASSERT_EQ(leased.size(), 1u);
    leased[0].next_step = now + minute;
    EXPECT_TRUE(must(store->save_job(leased[0], false)));
    EXPECT_TRUE(must(store->lease_jobs(for_jobs(now))).empty());
    EXPECT_EQ(must(store->lease_jobs(for_jobs(now + minute))).size(), 1u);
}

TEST_P(StoreContract, PatientLinksAreKeptPerPracticeAndReplaced)
{
    must(store->save_patient_links({{"A10001", "9990000018", "one"}, {"B20002", "9990000018", "two"}}));
    EXPECT_EQ(must(store->patient_link("A10001", "9990000018")), "one");
    EXPECT_EQ(must(store->patient_link("B20002", "9990000018")), "two");
    EXPECT_FALSE(must(store->patient_link("A10001", "9990000026")));
    must(store->save_patient_links({{"A10001", "9990000018", "new"}}));
    EXPECT_EQ(must(store->patient_link("A10001", "9990000018")), "new");
    must(store->forget_patient_link("A10001", "9990000018"));
    EXPECT_FALSE(must(store->patient_link("A10001", "9990000018")));
}

TEST_P(StoreContract, AnAssertionIdCountsOncePerClient)
{
    EXPECT_TRUE(must(store->remember_jti("client", "id", now + minute)));
    EXPECT_FALSE(must(store->remember_jti("client", "id", now + minute)));
    EXPECT_TRUE(must(store->remember_jti("another", "id", now + minute)));
    must(store->purge(now, now + 2 * minute));
    EXPECT_TRUE(must(store->remember_jti("client", "id", now + 3 * minute)));
}

TEST_P(StoreContract, PurgeKeepsOpenAndYoungKeys)
{
    auto settled = booking("a", {"s1"});
    settled.ticket = Ticket{"client", "create", "settled", "hash"};
    auto open = booking("b", {"s2"});
    open.ticket = Ticket{"client", "create", "open", "hash"};
    begin(settled);
    begin(open);
    auto done = booked(settled);
    done.outcome = "x";
    must(store->advance(done));
    must(store->purge(now, now));
    EXPECT_TRUE(must(store->ticket(*settled.ticket)));
    must(store->purge(now + minute, now));
    EXPECT_FALSE(must(store->ticket(*settled.ticket)));
    EXPECT_TRUE(must(store->ticket(*open.ticket)));
}

TEST_P(StoreContract, EverythingSurvivesReopening)
{
    auto wanted = booking("a", {"s1"});
    wanted.ticket = Ticket{"client", "create", "key", "hash"};
    begin(wanted);
    must(store->advance(booked(wanted)));
    must(store->save_patient_links({{"A10001", "9990000018", "one"}}));
    reopen();
    EXPECT_EQ(must(store->appointment("a"))->status, "booked");
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::slot_taken);
    EXPECT_EQ(must(store->patient_link("A10001", "9990000018")), "one");
    EXPECT_TRUE(must(store->ticket(*wanted.ticket)));
    must(store->check());
}

const auto sqlite = tests::Engine{"Sqlite", [] { return std::make_unique<SqliteUnderTest>(); }};
const auto name = [](const auto& instance) { return instance.param.name; };
INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, testing::Values(sqlite), name);
INSTANTIATE_TEST_SUITE_P(Engines, StoreFind, testing::Values(sqlite), name);
INSTANTIATE_TEST_SUITE_P(Engines, NotedVersions, testing::Values(sqlite), name);

} // namespace
