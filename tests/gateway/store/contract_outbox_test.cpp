// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/store/outbox_contract.hpp"

// The promises of outbox_store.hpp: to whom it goes, and how far that has come.

namespace tests
{
namespace outbox_contract
{

using namespace contract_outbox;

class OutboxContract : public contract_outbox::OutboxFixture
{};

TEST_P(OutboxContract, SequencesGrowAndAreNeverUsedAgain)
{
    const auto first = event("Appointment/a"), second = event("Appointment/b");
    EXPECT_LT(first, second);
    ASSERT_TRUE(fan_out({}));
    must(store->purge_outbox(now + minute));
    EXPECT_TRUE(events().empty());
    reopen();
    EXPECT_GT(event("Appointment/c"), second);
}

TEST_P(OutboxContract, EventsWithoutSubscriptionAreMatchedOnceAndThenGone)
{
    event("Appointment/a");
    EXPECT_EQ(must(store->outbox_figures()).unmatched, 1);
    EXPECT_TRUE(fan_out({}));
    EXPECT_EQ(place().matched, place().newest);
    EXPECT_EQ(must(store->outbox_figures()).unmatched, 0);
}

TEST_P(OutboxContract, EachSubscriptionCountsItsOwnEventsWithoutGaps)
{
    subscribe("s1");
    subscribe("s2");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1", "s2"}));
    event("Appointment/b");
    ASSERT_TRUE(fan_out({"s2"}));
    event("Appointment/c");
    ASSERT_TRUE(fan_out({"s1", "s2"}));
    DeliveryFilter filter;
    filter.from = 1;
    filter.subscription = "s1";
    EXPECT_EQ(numbers(must(store->deliveries(filter))), (Numbers{1, 2}));
    filter.subscription = "s2";
    EXPECT_EQ(numbers(must(store->deliveries(filter))), (Numbers{1, 2, 3}));
    EXPECT_EQ(must(store->subscription("s2"))->events, 3);
}

TEST_P(OutboxContract, OfTwoWhoMatchTheSameEventsOneIsRefused)
{
    subscribe("s1");
    event("Appointment/a");
    const OutboxPlace where = place();
    FanOut wanted{where.matched, where.newest, where.generation, {{"s1", events().front()}}, now};
    EXPECT_TRUE(must(store->fan_out(wanted)));
    EXPECT_FALSE(must(store->fan_out(wanted)));
    EXPECT_EQ(due_now(), Numbers{1});
}

TEST_P(OutboxContract, WhoSubscribedMeanwhileIsNotMissed)
{
    const OutboxPlace before = place();
    subscribe("s1");
    event("Appointment/a");
    EXPECT_FALSE(must(store->fan_out({before.matched, place().newest, before.generation, {}, now})));
    EXPECT_TRUE(fan_out({"s1"}));
}

TEST_P(OutboxContract, WhoIsOffOrInErrorGetsNothing)
{
    subscribe("s1", "off");
    subscribe("s2", "error");
    subscribe("s3", "requested");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1", "s2", "s3", "unknown"}));
    DeliveryFilter filter;
    const auto found = must(store->deliveries(filter));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().subscription, "s3");
}

TEST_P(OutboxContract, WhatIsDueIsLeasedInOrderWithItsEvent)
{
    subscribe("s1");
    event("Appointment/a");
    event("Appointment/b", 2);
    ASSERT_TRUE(fan_out({"s1"}));
    EXPECT_TRUE(place().waiting);
    const auto leased = lease();
    ASSERT_EQ(leased.size(), 1U);
    EXPECT_EQ(leased[0].subscription.body, "secret words of s1");
    EXPECT_EQ(numbers(leased[0].due), (Numbers{1, 2}));
    EXPECT_EQ(leased[0].due[1].event.subject, "Appointment/b");
    EXPECT_EQ(leased[0].due[1].event.version, 2);
    EXPECT_FALSE(place().waiting);
}

TEST_P(OutboxContract, AChannelIsLeasedToOneNodeAtATime)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    ASSERT_EQ(lease().size(), 1U);
    EXPECT_TRUE(lease().empty());
    EXPECT_EQ(lease(now + 4 * minute).size(), 1U); // whoever had it is gone
}

/// `first-last` of each that is due.
std::vector<std::string> batches_in(const LeasedChannel& leased)
{
    std::vector<std::string> all;
    for (const DeliveryRecord& each : leased.due)
        all.push_back(std::to_string(each.first) + "-" + std::to_string(each.last));
    return all;
}

TEST_P(OutboxContract, WhatGoesTogetherIsKeptForWhoHoldsTheLeaseAlone)
{
    subscribe("s1");
    for (const char* subject : {"Appointment/a", "Appointment/b", "Appointment/c"})
        event(subject);
    ASSERT_TRUE(fan_out({"s1"}));
    const auto leased = lease();
    ASSERT_EQ(leased.size(), 1U);
    EXPECT_EQ(batches_in(leased[0]), (Words{"0-0", "0-0", "0-0"}));
    EXPECT_FALSE(must(store->keep_batches("s1", "another token", {{1, 3, {1, 2, 3}}})));
    EXPECT_FALSE(must(store->keep_batches("s1", "", {{1, 3, {1, 2, 3}}})));
    EXPECT_TRUE(must(store->keep_batches("s1", leased[0].token, {{1, 2, {1, 2}}, {3, 3, {3}}})));
    ChannelStep failed = step(leased[0]);
    failed.deliveries = {{1, DeliveryState::due, true, "timeout"}, {2, DeliveryState::due, true, "timeout"}};
    ASSERT_TRUE(must(store->settle_channel(failed)));
    reopen();
    const auto again = lease();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(batches_in(again[0]), (Words{"1-2", "1-2", "3-3"}));
    ChannelStep refused = step(again[0]);
    refused.deliveries = {{1, DeliveryState::due, true, "http_422", true},
                          {2, DeliveryState::due, true, "http_422", true}};
    ASSERT_TRUE(must(store->settle_channel(refused)));
    EXPECT_EQ(batches_in(lease().at(0)), (Words{"1-1", "2-2", "3-3"}));
}

TEST_P(OutboxContract, WhatWaitsWithOthersGoesAloneOnceAnOperatorHadToDoWithOneOfThem)
{
    subscribe("s1");
    for (const char* subject : {"Appointment/a", "Appointment/b", "Appointment/c", "Appointment/d"})
        event(subject);
    ASSERT_TRUE(fan_out({"s1"}));
    const auto leased = lease();
    ASSERT_TRUE(must(store->keep_batches("s1", leased.at(0).token, {{1, 3, {1, 2, 3}}})));
    ASSERT_TRUE(must(store->settle_channel(step(leased[0]))));
    EXPECT_EQ(order(2, {DeliveryState::due}, DeliveryState::held), 1);
    EXPECT_EQ(order(2, {DeliveryState::held}, DeliveryState::due), 1);
    EXPECT_EQ(batches_in(lease().at(0)), (Words{"1-1", "2-2", "3-3", "0-0"}))
        << "what was never sent may go together";
}

TEST_P(OutboxContract, AfterARestartANodeTakesItsOwnLeasesOver)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    const auto before = lease(now, "first");
    ASSERT_EQ(before.size(), 1U);
    reopen();
    EXPECT_TRUE(lease(now, "first").empty());
    ASSERT_EQ(lease(now, "second").size(), 1U);
    EXPECT_FALSE(deliver(before[0])); // who comes back too late changes nothing
}

TEST_P(OutboxContract, WhatWasNotSettledIsDueAgainUnderItsNumber)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    ASSERT_EQ(numbers(lease(now, "first").at(0).due), Numbers{1});
    reopen(); // killed between the commit and the delivery
    EXPECT_EQ(numbers(lease(now, "second").at(0).due), Numbers{1});
}

TEST_P(OutboxContract, AnEventThatNobodyHadMatchedIsThereAfterARestart)
{
    subscribe("s1");
    const auto wanted = booking("a", {"slot"});
    begin(wanted);
    must(store->advance(booked(wanted)));
    reopen();
    ASSERT_TRUE(fan_out({"s1"}));
    EXPECT_EQ(due_now(), Numbers{1});
}

TEST_P(OutboxContract, WhatIsDoneIsNotDueAnyMore)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    ASSERT_TRUE(deliver(lease().at(0)));
    EXPECT_TRUE(lease().empty());
    DeliveryFilter filter;
    const auto found = must(store->deliveries(filter));
    EXPECT_EQ(found.at(0).state, DeliveryState::done);
    EXPECT_EQ(found.at(0).attempts, 1);
}

TEST_P(OutboxContract, AFailureKeepsTheChannelQuietUntilItsNextAttempt)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    const auto leased = lease().at(0);
    ChannelStep failed = step(leased);
    failed.deliveries = {{1, DeliveryState::due, true, "timeout"}};
    failed.channel.failures = 1;
    failed.channel.failure = "timeout";
    failed.channel.failing_since = now;
    failed.channel.next_attempt = now + 2 * minute;
    ASSERT_TRUE(must(store->settle_channel(failed)));
    event("Appointment/b");
    ASSERT_TRUE(fan_out({"s1"})); // does not wake it either
    EXPECT_TRUE(lease(now + minute).empty());
    const auto again = lease(now + 2 * minute);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(numbers(again[0].due), (Numbers{1, 2}));
    EXPECT_EQ(again[0].channel.failures, 1);
    EXPECT_EQ(again[0].channel.failure, "timeout");
    EXPECT_EQ(again[0].channel.failing_since, now);
    EXPECT_EQ(again[0].due[0].attempts, 1);
}

TEST_P(OutboxContract, WhatIsHeldKeepsBackOnlyItsOwnSubject)
{
    subscribe("s1");
    for (const char* subject : {"Appointment/a", "Appointment/b", "Appointment/a"})
        event(subject);
    ASSERT_TRUE(fan_out({"s1"}));
    EXPECT_EQ(order(1, {DeliveryState::due}, DeliveryState::held), 1);
    const auto leased = lease().at(0);
    EXPECT_EQ(numbers(leased.due), Numbers{2});
    ASSERT_TRUE(deliver(leased));
    EXPECT_TRUE(lease().empty());
    EXPECT_EQ(order(1, {DeliveryState::held}, DeliveryState::due), 1);
    EXPECT_EQ(due_now(), (Numbers{1, 3}));
}

TEST_P(OutboxContract, AHeldChannelSleepsUntilItIsReleased)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    order(std::nullopt, {}, DeliveryState::held, true);
    EXPECT_TRUE(lease().empty());
    order(std::nullopt, {DeliveryState::held}, DeliveryState::due, false);
    EXPECT_EQ(due_now(), Numbers{1});
}

TEST_P(OutboxContract, AReplayedDeliveryKeepsItsNumber)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    ASSERT_TRUE(deliver(lease().at(0), DeliveryState::dead));
    EXPECT_EQ(must(store->outbox_figures()).dead, 1);
    EXPECT_EQ(order(std::nullopt, {DeliveryState::dead}, DeliveryState::due), 1);
    const auto leased = lease().at(0);
    EXPECT_EQ(numbers(leased.due), Numbers{1});
    EXPECT_EQ(leased.due[0].attempts, 0);
}

TEST_P(OutboxContract, WhatWasCancelledWhileItWasOnItsWayStaysSoUnlessItArrived)
{
    subscribe("s1");
    event("Appointment/a");
    event("Appointment/b");
    ASSERT_TRUE(fan_out({"s1"}));
    const auto leased = lease().at(0);
    EXPECT_EQ(order(std::nullopt, {DeliveryState::due}, DeliveryState::cancelled), 2);
    ChannelStep half = step(leased);
    half.deliveries = {{1, DeliveryState::done, true, ""}, {2, DeliveryState::due, true, "timeout"}};
    ASSERT_TRUE(must(store->settle_channel(half)));
    DeliveryFilter filter;
    filter.subscription = "s1";
    filter.from = 1;
    const auto found = must(store->deliveries(filter));
    EXPECT_EQ(found.at(0).state, DeliveryState::done);
    EXPECT_EQ(found.at(1).state, DeliveryState::cancelled);
}

TEST_P(OutboxContract, ASubscriptionThatIsGivenUpLeavesItsDeliveriesDead)
{
    subscribe("s1");
    event("Appointment/a");
    event("Appointment/b");
    ASSERT_TRUE(fan_out({"s1"}));
    const auto leased = lease().at(0);
    ChannelStep given_up = step(leased);
    given_up.status = leased.subscription;
    given_up.status->status = "error";
    given_up.give_up_waiting = true;
    ASSERT_TRUE(must(store->settle_channel(given_up)));
    EXPECT_EQ(must(store->outbox_figures()).dead, 2);
    EXPECT_EQ(must(store->outbox_figures()).due, 0);
    const auto subscription = must(store->subscription("s1"));
    EXPECT_EQ(subscription->status, "error");
    EXPECT_EQ(subscription->version, 2);
    EXPECT_EQ(subscription->body, "secret words of s1");
    EXPECT_TRUE(lease().empty());
}

TEST_P(OutboxContract, AStatusThatSomebodyElseChangedMeanwhileStands)
{
    subscribe("s1", "requested");
    const auto leased = lease().at(0);
    SubscriptionWrite off;
    off.record = *must(store->subscription("s1"));
    off.record.status = "off";
    ASSERT_EQ(must(store->write_subscription(off)), 2);
    ChannelStep handshake = step(leased);
    handshake.status = leased.subscription;
    handshake.status->status = "active";
    ASSERT_TRUE(must(store->settle_channel(handshake)));
    EXPECT_EQ(must(store->subscription("s1"))->status, "off");
}

TEST_P(OutboxContract, ANewSubscriptionIsLookedAtForItsHandshake)
{
    subscribe("s1", "requested");
    const auto leased = lease();
    ASSERT_EQ(leased.size(), 1U);
    EXPECT_EQ(leased[0].subscription.status, "requested");
    EXPECT_TRUE(leased[0].due.empty());
}

TEST_P(OutboxContract, AHeartbeatWakesTheChannel)
{
    subscribe("s1");
    ChannelStep quiet = step(lease().at(0));
    quiet.channel.heartbeat = now + 2 * minute;
    ASSERT_TRUE(must(store->settle_channel(quiet)));
    EXPECT_TRUE(lease(now + minute).empty());
    EXPECT_EQ(lease(now + 2 * minute).size(), 1U);
}

TEST_P(OutboxContract, OfTwoWhoChangeTheSameVersionOfASubscriptionOneIsToldSo)
{
    subscribe("s1");
    SubscriptionWrite write;
    write.record = *must(store->subscription("s1"));
    write.record.body = "first";
    EXPECT_EQ(must(store->write_subscription(write)), 2);
    write.record.body = "second";
    EXPECT_EQ(must(store->write_subscription(write)), std::nullopt);
    EXPECT_EQ(must(store->subscriptions()).at(0).body, "first");
}

TEST_P(OutboxContract, ARemovedSubscriptionTakesItsDeliveriesAlong)
{
    subscribe("s1");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1"}));
    EXPECT_TRUE(must(store->remove_subscription("s1")));
    EXPECT_FALSE(must(store->remove_subscription("s1")));
    EXPECT_EQ(must(store->subscription("s1")), std::nullopt);
    DeliveryFilter filter;
    EXPECT_TRUE(must(store->deliveries(filter)).empty());
}

TEST_P(OutboxContract, OnlyWhatEverybodyHasHadIsPurged)
{
    subscribe("s1");
    subscribe("s2");
    event("Appointment/a");
    ASSERT_TRUE(fan_out({"s1", "s2"}));
    const auto leased = lease();
    ASSERT_TRUE(deliver(leased.at(0)));
    ASSERT_TRUE(deliver(leased.at(1), DeliveryState::due));
    must(store->purge_outbox(now + minute));
    EXPECT_EQ(events().size(), 1U); // the other one still waits
    DeliveryFilter filter;
    EXPECT_EQ(must(store->deliveries(filter)).size(), 1U);
    const auto waiting = lease();
    ASSERT_TRUE(deliver(waiting.at(0)));
    must(store->purge_outbox(now)); // not old enough
    EXPECT_EQ(events().size(), 1U);
    must(store->purge_outbox(now + minute));
    EXPECT_TRUE(events().empty());
}

TEST_P(OutboxContract, FiguresSayWhatWaitsAndSinceWhen)
{
    subscribe("s1");
    event("Appointment/a");
    event("Appointment/b");
    ASSERT_TRUE(fan_out({"s1"}));
    order(2, {DeliveryState::due}, DeliveryState::held);
    const auto figures = must(store->outbox_figures());
    EXPECT_EQ(figures.due, 1);
    EXPECT_EQ(figures.held, 1);
    EXPECT_EQ(figures.oldest, now);
}

} // namespace outbox_contract

using outbox_contract::OutboxContract;
INSTANTIATE_TEST_SUITE_P(Engines, OutboxContract, testing::ValuesIn(engines), engine_name);

} // namespace tests
