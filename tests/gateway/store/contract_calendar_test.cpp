// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/store/store_contract.hpp"

// The promises of calendar_store.hpp.

namespace tests
{
namespace
{

CalendarFeedRecord calendar_feed(const std::string& id, const std::string& client = "hub")
{
    CalendarFeedRecord record;
    record.id = id;
    record.secret_hash = std::string(31, '\x01') + std::string("\0", 1) + id;
    record.client = client;
    record.organisation = "HUB01";
    record.schedule = "A10001.s1";
    record.made = now;
    return record;
}

TEST_P(StoreContract, ACalendarFeedIsFoundByTheHashOfItsSecretAlone)
{
    EXPECT_TRUE(must(store->add_calendar_feed(calendar_feed("f1"), 5)));
    reopen();
    const auto found = must(store->calendar_feed_by_hash(calendar_feed("f1").secret_hash));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "f1");
    EXPECT_EQ(found->client, "hub");
    EXPECT_EQ(found->organisation, "HUB01");
    EXPECT_EQ(found->schedule, "A10001.s1");
    EXPECT_EQ(found->made, now);
    EXPECT_FALSE(found->revoked);
    EXPECT_FALSE(must(store->calendar_feed_by_hash(calendar_feed("f2").secret_hash)));
    EXPECT_FALSE(must(store->calendar_feed_by_hash("")));
}

TEST_P(StoreContract, NoTwoCalendarFeedsHaveTheSameSecret)
{
    ASSERT_TRUE(must(store->add_calendar_feed(calendar_feed("f1"), 5)));
    auto same = calendar_feed("f2");
    same.secret_hash = calendar_feed("f1").secret_hash;
    EXPECT_FALSE(must(store->add_calendar_feed(same, 5)));
    EXPECT_FALSE(must(store->add_calendar_feed(calendar_feed("f1"), 5)));
    EXPECT_EQ(must(store->calendar_feeds({})).size(), 1U);
}

TEST_P(StoreContract, AClientHasNoMoreCalendarFeedsThanItMay)
{
    EXPECT_TRUE(must(store->add_calendar_feed(calendar_feed("f1"), 1)));
    EXPECT_FALSE(must(store->add_calendar_feed(calendar_feed("f2"), 1)));
    EXPECT_TRUE(must(store->add_calendar_feed(calendar_feed("f3", "other"), 1)));
    ASSERT_TRUE(must(store->revoke_calendar_feed("f1", "hub", "hub", now)));
    EXPECT_TRUE(must(store->add_calendar_feed(calendar_feed("f2"), 1))) << "revoked ones do not count";
}

TEST_P(StoreContract, CalendarFeedsAreListedOfOneClientOrOfAll)
{
    must(store->add_calendar_feed(calendar_feed("f2"), 5));
    must(store->add_calendar_feed(calendar_feed("f1"), 5));
    must(store->add_calendar_feed(calendar_feed("f3", "other"), 5));
    const auto own = must(store->calendar_feeds("hub"));
    ASSERT_EQ(own.size(), 2U);
    EXPECT_EQ(own[0].id, "f1");
    EXPECT_EQ(own[1].id, "f2");
    EXPECT_EQ(must(store->calendar_feeds({})).size(), 3U);
}

TEST_P(StoreContract, ARevokedCalendarFeedStaysAndIsRevokedOnce)
{
    must(store->add_calendar_feed(calendar_feed("f1"), 5));
    EXPECT_FALSE(must(store->revoke_calendar_feed("f1", "other", "other", now))) << "not theirs";
    const auto revoked = must(store->revoke_calendar_feed("f1", "hub", "hub", now));
    ASSERT_TRUE(revoked);
    EXPECT_EQ(revoked->revoked, now);
    const auto again = must(store->revoke_calendar_feed("f1", {}, "A. Jones", now + minute));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->revoked, now);
    EXPECT_EQ(again->revoked_by, "hub");
    EXPECT_TRUE(must(store->calendar_feed_by_hash(calendar_feed("f1").secret_hash))->revoked);
    EXPECT_FALSE(must(store->revoke_calendar_feed("none", {}, "A. Jones", now)));
}

} // namespace
} // namespace tests
