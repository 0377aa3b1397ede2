// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp, kept by every engine: claims, keys, identifiers, changes, and all that survives.
#include "tests/gateway/store/store_contract.hpp"

#include <map>

namespace tests
{
namespace
{

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

TEST_P(StoreContract, TheNewestVersionsOfAllAppointmentsAreFoundNewestFirst)
{
    const auto first = booking("a", {"s1"});
    begin(first);
    must(store->advance(booked(first)));
    const auto second = booking("b", {"s2"});
    begin(second);
    must(store->advance(booked(second)));
    const auto found = must(store->newest_versions(2));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found.front().id, "b");
    EXPECT_EQ(found.front().version, 1);
    EXPECT_EQ(found.front().patient, "9990000018");
    EXPECT_EQ(found.back().id, "a");
    EXPECT_EQ(must(store->newest_versions(1)).size(), 1u);
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

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, testing::ValuesIn(engines), engine_name);

} // namespace
} // namespace tests
