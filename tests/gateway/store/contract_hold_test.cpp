// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp about holds and who waits.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

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

} // namespace
} // namespace tests
