// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp about who works on what: leases, the worklist, jobs.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

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

} // namespace
} // namespace tests
