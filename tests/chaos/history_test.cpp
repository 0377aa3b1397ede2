// SPDX-License-Identifier: Apache-2.0
// The checkers, held against made-up histories: a checker that cannot fail proves nothing.
#include "tests/chaos/history.hpp"

#include <gtest/gtest.h>

using namespace chaos;
using Answer = Observed::Answer;

namespace
{

constexpr milliseconds hold_lifetime{60'000};

Moment at(int second)
{
    return Moment(std::chrono::seconds(second));
}

Observed deed(Deed what, int asked, int answered, const std::string& appointment = "a",
              std::int64_t version = 1, const std::string& status = "booked")
{
    Observed seen;
    seen.deed = what;
    seen.client = "client";
    seen.organisation = "HUB01";
    seen.practice = "Z9101";
    seen.asked = at(asked);
    seen.answered = at(answered);
    seen.answer = Answer::ok;
    seen.appointment = appointment;
    seen.version = version;
    seen.status = status;
    seen.content = status + std::to_string(version);
    seen.booked_by = "HUB01";
    return seen;
}

Observed booked(int asked, int answered, const std::string& appointment, const std::string& slot = "s")
{
    Observed seen = deed(Deed::book, asked, answered, appointment);
    seen.slots = {slot};
    seen.created = true;
    return seen;
}

Observed cancelled(int asked, int answered, const std::string& appointment)
{
    return deed(Deed::cancel, asked, answered, appointment, 2, "cancelled");
}

Observed held(int asked, int answered, const std::string& appointment)
{
    Observed seen = booked(asked, answered, appointment);
    seen.deed = Deed::hold;
    seen.status = "pending";
    return seen;
}

History numbered(History history)
{
    for (std::size_t i = 0; i < history.size(); ++i)
        history[i].number = i;
    return history;
}

std::size_t slot_complaints(History history)
{
    return check_slots(numbered(std::move(history)), hold_lifetime, {}).size();
}

TEST(SlotHistory, OneAfterTheOtherIsFine)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), cancelled(3, 4, "a"), booked(5, 6, "b")}), 0U);
}

TEST(SlotHistory, TwoBookingsOfOneSlotAreFound)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), booked(3, 4, "b")}), 1U);
}

TEST(SlotHistory, TwoBookingsAtTheSameTimeAreFound)
{
    EXPECT_EQ(slot_complaints({booked(1, 5, "a"), booked(2, 4, "b")}), 1U);
}

TEST(SlotHistory, TwoBookingsOfTwoSlotsAreFine)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a", "s"), booked(3, 4, "b", "t")}), 0U);
}

TEST(SlotHistory, ABookingBeforeTheCancellationWasAskedForIsFound)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), booked(3, 4, "b"), cancelled(5, 6, "a")}), 1U);
}

TEST(SlotHistory, ABookingWhileTheCancellationIsAtWorkIsFine)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), cancelled(3, 9, "a"), booked(4, 5, "b")}), 0U);
}

TEST(SlotHistory, ACancellationWithoutAnAnswerMayHaveFreedTheSlotAtAnyTimeAfter)
{
    auto lost = cancelled(3, 4, "a");
    lost.answer = Answer::none;
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), lost, booked(50, 51, "b")}), 0U);
}

TEST(SlotHistory, AnAppointmentSeenToStandAfterTheNextBookingIsFound)
{
    EXPECT_EQ(slot_complaints({booked(1, 2, "a"), cancelled(3, 4, "a"), booked(5, 6, "b"),
                               deed(Deed::read, 7, 8, "a", 2, "booked")}),
              1U);
}

TEST(SlotHistory, AHoldFreesItsSlotWhenItsTimeIsUpAndNotBefore)
{
    EXPECT_EQ(slot_complaints({held(1, 2, "a"), booked(62, 63, "b")}), 0U);
    EXPECT_EQ(slot_complaints({held(1, 2, "a"), booked(50, 51, "b")}), 1U);
}

TEST(SlotHistory, AHoldThatWasBookedKeepsItsSlot)
{
    EXPECT_EQ(slot_complaints(
                  {held(1, 2, "a"), deed(Deed::book_hold, 10, 11, "a", 2, "booked"), booked(70, 71, "b")}),
              1U);
}

TEST(SlotHistory, ABookingOfUnknownOutcomeMayTurnOutNotToHaveBeen)
{
    auto pending = booked(1, 2, "a");
    pending.answer = Answer::unknown;
    pending.status = "pending";
    EXPECT_EQ(slot_complaints({pending, booked(40, 41, "b")}), 0U);
    EXPECT_EQ(slot_complaints({pending, booked(40, 41, "b"), deed(Deed::read, 50, 51, "a", 2, "booked")}),
              1U);
}

TEST(SlotHistory, ThreeThatFitInOneOrderOnlyAreFine)
{
    EXPECT_EQ(slot_complaints({booked(1, 20, "c"), booked(1, 4, "a"), cancelled(5, 6, "a"), booked(6, 8, "b"),
                               cancelled(9, 10, "b")}),
              0U);
}

TEST(SlotHistory, WhatThePracticeEndedFreesTheSlotFromThenOn)
{
    const auto history = numbered({booked(1, 2, "a"), deed(Deed::read, 7, 8, "a"), booked(5, 6, "b")});
    EXPECT_EQ(check_slots(history, hold_lifetime, {}).size(), 1U);
    EXPECT_TRUE(check_slots(history, hold_lifetime, {{"s", {{at(4), at(4)}}}}).empty());
    EXPECT_EQ(check_slots(history, hold_lifetime, {{"s", {{at(7), at(7)}}}}).size(), 1U) << "too late";
    EXPECT_EQ(check_slots(history, hold_lifetime, {{"t", {{at(4), at(4)}}}}).size(), 1U) << "elsewhere";
}

/// One that waits, shown to have the slot.
Observed offered(int asked, int answered, const std::string& appointment,
                 const std::string& status = "pending")
{
    Observed seen = deed(Deed::read, asked, answered, appointment, 2, status);
    seen.offered = {"s"};
    return seen;
}

TEST(SlotHistory, OneSlotOfferedToTwoAtATimeIsFound)
{
    const History one_after_the_other{deed(Deed::wait, 1, 2, "a", 1, "waitlist"),
                                      deed(Deed::wait, 1, 2, "b", 1, "waitlist"), offered(3, 4, "a"),
                                      offered(5, 6, "a"), offered(7, 8, "b")};
    EXPECT_EQ(slot_complaints(one_after_the_other), 0U);
    History both = one_after_the_other;
    both.push_back(offered(9, 10, "a"));
    both.push_back(offered(11, 12, "b"));
    both[2].answered = both[2].asked;
    both[4].answered = both[4].asked;
    both.insert(both.begin() + 3, offered(4, 4, "b"));
    both[3].asked = at(4);
    EXPECT_EQ(slot_complaints(both), 1U);
}

TEST(SlotHistory, AnOfferThatWasBookedKeepsItsSlot)
{
    EXPECT_EQ(
        slot_complaints({deed(Deed::wait, 1, 2, "a", 1, "waitlist"), offered(3, 4, "a"),
                         offered(5, 6, "a", "booked"), booked(7, 8, "b"), offered(9, 10, "a", "booked")}),
        1U);
}

Observed with_key(Observed seen, const std::string& key = "k")
{
    seen.key = key;
    return seen;
}

TEST(KeyHistory, ARepeatWithTheSameAnswerIsFine)
{
    auto again = with_key(booked(3, 4, "a"));
    again.replayed = true;
    EXPECT_TRUE(check_keys(numbered({with_key(booked(1, 2, "a")), again})).empty());
}

TEST(KeyHistory, TwoAppointmentsForOneKeyAreFound)
{
    EXPECT_EQ(
        check_keys(numbered({with_key(booked(1, 2, "a", "s")), with_key(booked(3, 4, "b", "t"))})).size(),
        1U);
}

TEST(KeyHistory, AMoveThatWasTakenBackHasNotUsedTheKeyAndOneThatWasMadeHas)
{
    auto first = with_key(deed(Deed::move, 1, 2, "a", 1)), again = with_key(deed(Deed::move, 3, 4, "b", 1));
    first.moved = again.moved = "old";
    first.answer = Answer::unknown;
    EXPECT_TRUE(check_keys(numbered({first, again}), {"a"}).empty());
    EXPECT_EQ(check_keys(numbered({first, again})).size(), 1U) << "the first may stand";
    first.answer = Answer::ok;
    EXPECT_GE(check_keys(numbered({first, again}), {"a"}).size(), 1U) << "it was said to be done";
}

TEST(KeyHistory, ARepeatWithALaterVersionIsFound)
{
    auto again = with_key(booked(3, 4, "a"));
    again.version = 2;
    EXPECT_EQ(check_keys(numbered({with_key(booked(1, 2, "a")), again})).size(), 1U);
}

TEST(KeyHistory, ARepeatAfterAnUnknownOutcomeMayShowTheEnd)
{
    auto pending = with_key(booked(1, 2, "a"));
    pending.answer = Answer::unknown;
    auto end = with_key(booked(30, 31, "a"));
    end.version = 2;
    EXPECT_TRUE(check_keys(numbered({pending, end})).empty());
}

TEST(KeyHistory, AConditionThatMatchedHasNotUsedTheKey)
{
    auto found = with_key(booked(3, 4, "a"));
    found.created = false;
    auto later = with_key(deed(Deed::book, 5, 6, "a", 2));
    EXPECT_TRUE(check_keys(numbered({found, later})).empty());
}

TEST(KeyHistory, AChangeThatChangedNothingHasNotUsedTheKey)
{
    auto nothing = with_key(deed(Deed::amend, 3, 4, "a", 1));
    nothing.expected = 1;
    auto later = with_key(deed(Deed::amend, 5, 6, "a", 2));
    later.expected = 1;
    EXPECT_TRUE(check_keys(numbered({nothing, later})).empty());
    nothing.expected = 0;
    EXPECT_EQ(check_keys(numbered({nothing, later})).size(), 1U);
}

TEST(KeyHistory, TheSameKeyOfAnotherClientIsAnotherKey)
{
    auto other = with_key(booked(3, 4, "b", "t"));
    other.client = "other";
    EXPECT_TRUE(check_keys(numbered({with_key(booked(1, 2, "a")), other})).empty());
}

TEST(VersionHistory, GoingUpIsFine)
{
    EXPECT_TRUE(
        check_versions(numbered({booked(1, 2, "a"), deed(Deed::read, 3, 4), cancelled(5, 6, "a")})).empty());
}

TEST(VersionHistory, AnOlderVersionAfterANewerWasAnsweredIsFound)
{
    EXPECT_EQ(
        check_versions(numbered({booked(1, 2, "a"), cancelled(3, 4, "a"), deed(Deed::read, 5, 6)})).size(),
        1U);
}

TEST(VersionHistory, AnOlderVersionWhileTheNewerIsBeingMadeIsFine)
{
    EXPECT_TRUE(
        check_versions(numbered({booked(1, 2, "a"), cancelled(3, 9, "a"), deed(Deed::read, 5, 6)})).empty());
}

TEST(VersionHistory, TwoLooksOfOneVersionAreFound)
{
    auto other = deed(Deed::read, 3, 4);
    other.content = "something else";
    EXPECT_EQ(check_versions(numbered({booked(1, 2, "a"), other})).size(), 1U);
}

TEST(Visibility, AnAppointmentOfAnotherOrganisationIsFound)
{
    auto seen = deed(Deed::read, 1, 2);
    seen.organisation = "HUB02";
    EXPECT_EQ(check_visibility({seen}).size(), 1U);
    EXPECT_TRUE(check_visibility({deed(Deed::read, 1, 2)}).empty());
}

} // namespace
