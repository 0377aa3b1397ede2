// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/work_check.hpp"

#include <gtest/gtest.h>

namespace notices_check_test
{

using namespace chaos;
using gateway::store::DeliveryState;
using gateway::store::OutboxEvent;
using std::chrono::minutes;

constexpr fhir::Instant nine = tests::FakeClock::default_start + std::chrono::hours(25);

OutboxEvent event(std::int64_t sequence, const std::string& subject, std::int64_t version)
{
    OutboxEvent made;
    made.sequence = sequence;
    made.topic = gateway::store::task_topic;
    made.subject = subject;
    made.version = version;
    made.at = nine - minutes(10) + std::chrono::seconds(sequence);
    made.practice = "Z9101";
    made.party = "HUB01";
    return made;
}

Heard heard(std::int64_t number, const OutboxEvent& what)
{
    Heard made;
    made.receiver = "/hooks/1";
    made.subscription = "s";
    made.type = "event-notification";
    made.delivery = "s-" + std::to_string(number);
    made.events = {{number, what.subject, what.version}};
    made.sent = Moment(what.at - tests::FakeClock::default_start);
    made.taken = true;
    return made;
}

/// HUB01 subscribed, and heard of two versions of one task and of another.
WorkState all_heard()
{
    WorkState state;
    state.now = nine;
    state.practices = {"Z9101"};
    state.events = {event(1, "Task/a", 1), event(2, "Task/b", 1), event(3, "Task/a", 2)};
    for (const std::string id : {"a", "b"}) {
        TaskLife& life = state.tasks.emplace_back();
        life.record.id = id;
        life.record.version = id == "a" ? 2 : 1;
    }
    Told& told = state.told.emplace_back();
    told.record.id = "s";
    told.record.status = "active";
    told.record.organisation = "HUB01";
    told.record.topic = gateway::store::task_topic;
    told.record.updated = nine - minutes(20);
    told.record.events = 3;
    told.receiver = "/hooks/1";
    for (const OutboxEvent& each : state.events) {
        const auto number = static_cast<std::int64_t>(told.deliveries.size()) + 1;
        told.deliveries.push_back({"s", number, DeliveryState::done, 1, each.at, "", each});
        state.heard.push_back(heard(number, each));
    }
    return state;
}

std::size_t complaints(const WorkState& state)
{
    return check_events({}, state).size() + check_deliveries(state).size() + check_heard(state).size() +
           check_audience(state).size();
}

TEST(NoticesCheck, WhatWasHeardOnceAndInOrderIsFine)
{
    EXPECT_EQ(complaints(all_heard()), 0U);
}

TEST(NoticesCheck, AVersionThatWasNotAnnouncedIsFound)
{
    auto state = all_heard();
    state.tasks[1].record.version = 2;
    EXPECT_EQ(check_events({}, state).size(), 1U);
    FinalState final_state;
    final_state.appointments.emplace_back().version = 1;
    EXPECT_EQ(check_events(final_state, all_heard()).size(), 1U);
}

TEST(NoticesCheck, AVersionThatWasAnnouncedTwiceOrWasNotWrittenIsFound)
{
    auto state = all_heard();
    state.events.push_back(event(4, "Task/b", 1));
    EXPECT_EQ(check_events({}, state).size(), 1U);
    state.events.back().version = 2;
    EXPECT_EQ(check_events({}, state).size(), 1U);
}

TEST(NoticesCheck, AGapInTheNumbersIsFound)
{
    auto state = all_heard();
    state.told[0].deliveries.erase(state.told[0].deliveries.begin() + 1);
    EXPECT_GE(check_deliveries(state).size(), 1U);
    state = all_heard();
    state.told[0].record.events = 4;
    EXPECT_EQ(check_deliveries(state).size(), 1U);
}

TEST(NoticesCheck, NumbersInAnotherOrderThanTheEventsAreFound)
{
    auto state = all_heard();
    std::swap(state.told[0].deliveries[0].event, state.told[0].deliveries[1].event);
    EXPECT_EQ(check_deliveries(state).size(), 1U);
}

TEST(NoticesCheck, AnEventThatASubscriberWasNotGivenIsFound)
{
    auto state = all_heard();
    state.events.push_back(event(4, "Task/b", 2));
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    state.told[0].record.updated = nine;
    EXPECT_TRUE(check_deliveries(state).empty()) << "it was not subscribed then";
    state.told[0].record.updated = nine - minutes(20);
    state.events.back().practice = state.events.back().party = "HUB02";
    EXPECT_TRUE(check_deliveries(state).empty()) << "it is not for it";
}

TEST(NoticesCheck, WhatWasNotAskedForWhenItWasGivenIsFound)
{
    auto state = all_heard();
    Told& told = state.told[0];
    for (OutboxEvent& each : state.events)
        each.status = each.version == 1 ? "requested" : "accepted";
    for (std::size_t i = 0; i < told.deliveries.size(); ++i)
        told.deliveries[i].event.status = state.events[i].status;
    told.record.version = 2;
    told.filters = {{1, "Task?status=requested"}, {2, "Task?status=accepted,completed"}};
    told.given_in = {{1, 1}, {2, 1}, {3, 2}};
    EXPECT_TRUE(check_deliveries(state).empty());
    told.given_in[2] = 2; // by an index that was older than the change
    EXPECT_EQ(check_deliveries(state).size(), 1U);
}

TEST(NoticesCheck, OnlyWhatWasAskedForIsMissed)
{
    auto state = all_heard();
    state.events.push_back(event(4, "Task/b", 2));
    state.events.back().status = "rejected";
    state.told[0].record.version = 1;
    state.told[0].filters = {{1, "Task?status=accepted"}};
    EXPECT_TRUE(check_deliveries(state).empty());
    state.told[0].filters[1] = "Task?status=accepted,rejected";
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    state.told[0].filters[1] = "Task?owner=HUB02";
    EXPECT_TRUE(check_deliveries(state).empty());
}

TEST(NoticesCheck, APracticesStateIsToldWithoutAVersion)
{
    auto state = all_heard();
    state.events.push_back(event(4, "Practice/Z9101", 3));
    state.events.back().topic = gateway::store::practice_topic;
    Told told;
    told.record = state.told[0].record;
    told.record.id = "v";
    told.record.topic = gateway::store::practice_topic;
    told.record.events = 1;
    told.receiver = "/hooks/2";
    told.deliveries = {{"v", 1, DeliveryState::done, 1, nine, "", state.events.back()}};
    state.told.push_back(told);
    auto notice = heard(1, state.events.back());
    notice.receiver = "/hooks/2";
    notice.subscription = "v";
    notice.delivery = "v-1";
    notice.events = {{1, "Z9101", 0}};
    state.heard.push_back(notice);
    EXPECT_EQ(complaints(state), 0U);
    state.heard.back().events[0].subject = "Z9102";
    EXPECT_EQ(complaints(state), 1U);
}

TEST(NoticesCheck, WhatIsSaidToBeHeardAndWasNotIsFound)
{
    auto state = all_heard();
    state.heard[1].taken = false;
    EXPECT_EQ(check_deliveries(state).size(), 1U);
}

TEST(NoticesCheck, WhatWaitsForNothingIsFound)
{
    auto state = all_heard();
    auto& last = state.told[0].deliveries[2];
    last.state = DeliveryState::due;
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    state.told[0].channel.held = true;
    EXPECT_TRUE(check_deliveries(state).empty());
    state.told[0].channel.held = false;
    state.held = true;
    state.told[0].deliveries[0].state = DeliveryState::held;
    EXPECT_TRUE(check_deliveries(state).empty()) << "what came before it is held";
}

TEST(NoticesCheck, WhatIsHeldByNobodyOrDroppedIsFound)
{
    auto state = all_heard();
    state.told[0].deliveries[2].state = DeliveryState::held;
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    state.told[0].deliveries[2].state = DeliveryState::cancelled;
    state.told[0].deliveries[2].failure = "not_visible";
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    state.events.push_back(event(4, "Task/a", 3));
    state.events.back().practice = state.events.back().party = "HUB02";
    EXPECT_TRUE(check_deliveries(state).empty()) << "it went to others";
}

TEST(NoticesCheck, ALossThatNobodyWasToldOfIsFound)
{
    auto state = all_heard();
    state.told[0].deliveries[2].state = DeliveryState::dead;
    EXPECT_EQ(check_deliveries(state).size(), 1U);
    TaskLife& life = state.tasks.emplace_back();
    life.record.kind = "message-dead-letter";
    life.record.requester = "HUB01";
    life.record.resource = R"({"input":[{"valueString":"Subscription/s: notifications were given up."}]})";
    EXPECT_TRUE(check_deliveries(state).empty());
}

TEST(NoticesCheck, TheSameAgainUnderItsIdIsFine)
{
    auto state = all_heard();
    state.heard.push_back(state.heard[0]);
    EXPECT_EQ(complaints(state), 0U);
}

TEST(NoticesCheck, TheSameAgainUnderAnotherIdIsFound)
{
    auto state = all_heard();
    state.heard.push_back(state.heard[0]);
    state.heard.back().delivery = "s-9";
    EXPECT_EQ(check_heard(state).size(), 2U) << "no event 9 is in it, and event 1 came before as s-1";
}

/// Events 1 and 2 came together.
WorkState two_together()
{
    auto state = all_heard();
    state.told[0].max_count = 2;
    state.heard[0].events.push_back(state.heard[1].events[0]);
    state.heard[0].delivery = "s-1-2";
    state.heard[1] = state.heard[0];
    return state;
}

TEST(NoticesCheck, WhatWasSentTogetherMayComeAgainTogetherAndWithoutWhatMayNotBeTold)
{
    auto state = two_together();
    EXPECT_TRUE(check_heard(state).empty());
    state.heard[1].events.pop_back();
    EXPECT_TRUE(check_heard(state).empty());
}

TEST(NoticesCheck, WhatWasSentTogetherAndThenOtherwiseIsFound)
{
    auto state = two_together();
    state.heard[1].events.pop_back();
    state.heard[1].delivery = "s-1";
    EXPECT_EQ(check_heard(state).size(), 1U);
    state.heard[0].refused = true;
    EXPECT_TRUE(check_heard(state).empty()) << "then it was not wanted so";
    state.heard[0].refused = false;
    state.ordered = {"s"};
    EXPECT_TRUE(check_heard(state).empty()) << "an operator's doing";
}

TEST(NoticesCheck, WhatIsAddedToADeliveryIsFound)
{
    auto state = two_together();
    state.heard[0].events.pop_back();
    EXPECT_EQ(check_heard(state).size(), 1U);
}

TEST(NoticesCheck, AnotherMeaningOfANumberIsFound)
{
    auto state = all_heard();
    state.heard[1].events[0].version = 2;
    EXPECT_EQ(check_heard(state).size(), 1U);
}

TEST(NoticesCheck, SeveralTogetherAreCalledByTheFirstAndTheLast)
{
    auto state = all_heard();
    state.heard[0].events.push_back(state.heard[1].events[0]);
    state.heard.erase(state.heard.begin() + 1);
    EXPECT_EQ(check_heard(state).size(), 1U);
    state.heard[0].delivery = "s-1-2";
    EXPECT_EQ(check_heard(state).size(), 1U) << "more than it wanted";
    state.told[0].max_count = 2;
    EXPECT_TRUE(check_heard(state).empty());
}

TEST(NoticesCheck, ASubjectWhoseVersionsChangePlacesIsFound)
{
    auto state = all_heard();
    std::swap(state.heard[0], state.heard[2]);
    EXPECT_EQ(check_heard(state).size(), 1U);
    state.replayed = {"s"};
    EXPECT_TRUE(check_heard(state).empty()) << "an operator wanted it so";
    state = all_heard();
    std::swap(state.heard[0], state.heard[1]);
    EXPECT_TRUE(check_heard(state).empty()) << "of two subjects";
}

TEST(NoticesCheck, WhatWentToAnotherReceiverIsFound)
{
    auto state = all_heard();
    state.heard[0].receiver = "/hooks/2";
    EXPECT_EQ(check_heard(state).size(), 1U);
    state.heard[0].subscription = "unknown";
    EXPECT_EQ(check_heard(state).size(), 1U);
}

TEST(NoticesCheck, WhoHearsOfWhatIsNotTheirsIsFound)
{
    auto state = all_heard();
    state.events[1].party = "HUB02";
    EXPECT_EQ(check_audience(state).size(), 1U);
}

TEST(NoticesCheck, WhoHearsOfWhatIsNoLongerTheirsIsFound)
{
    auto state = all_heard();
    state.events[2].party = "HUB02"; // handed to others
    state.heard = {heard(1, state.events[0])};
    EXPECT_TRUE(check_audience(state).empty()) << "sent before";
    state.heard[0].sent += minutes(1);
    EXPECT_EQ(check_audience(state).size(), 1U);
}

} // namespace notices_check_test
