// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/event_feed.hpp"

#include "tests/gateway/notify/notify_fixture.hpp"

namespace tests::notify::event_feed_test
{

class NotifyFeed : public NotifyTest
{
protected:
    std::string read(std::optional<std::int64_t> after, const gateway::identity::Caller& who = caller())
    {
        return must(feed_.read(who, after));
    }
    EventFeed feed_{*store_, *visibility_, {}, {std::chrono::milliseconds(0), std::chrono::milliseconds(1)}};
};

TEST_F(NotifyFeed, TellsWhatTheCallerMaySeeByIdAndCode)
{
    book("a");
    const auto text = read(0);
    EXPECT_NE(text.find("id: 1\nevent: appointment-status\ndata: {"), std::string::npos) << text;
    EXPECT_NE(text.find("\"focus\":\"Appointment/a\""), std::string::npos);
    EXPECT_EQ(text.find("9990000018"), std::string::npos);
    EXPECT_TRUE(text.ends_with("id: 1\n\n"));
}

TEST_F(NotifyFeed, GoesOnBehindTheLastEventThatIsKnown)
{
    book("a");
    book("b");
    const auto text = read(1);
    EXPECT_EQ(text.find("Appointment/a"), std::string::npos);
    EXPECT_NE(text.find("Appointment/b"), std::string::npos);
    EXPECT_EQ(read(2).find("data:"), std::string::npos);
    EXPECT_NE(read(2).find(": heartbeat"), std::string::npos);
}

TEST_F(NotifyFeed, BeginsNowWhereNothingIsKnown)
{
    book("a");
    EXPECT_EQ(read({}).find("data:"), std::string::npos);
}

TEST_F(NotifyFeed, OthersSeeNothingButThatTimePasses)
{
    book("a");
    const auto text = read(0, caller("other", "HUB02"));
    EXPECT_EQ(text.find("data:"), std::string::npos);
    EXPECT_TRUE(text.ends_with("id: 1\n\n"));
}

TEST_F(NotifyFeed, TheTokensScopesCount)
{
    book("a");
    auto narrow = caller();
    narrow.scopes = gateway::identity::parse_scopes("system/Subscription.rs system/Task.rs");
    EXPECT_EQ(read(0, narrow).find("data:"), std::string::npos);
}

TEST_F(NotifyFeed, ASlotIsNotNamed)
{
    store::OutboxEvent released;
    released.topic = store::slot_topic;
    released.subject = "Slot/A10001.secret";
    released.practice = "A10001";
    released.at = clock_.now();
    must(store_->write_event(released));
    const auto text = read(0);
    EXPECT_NE(text.find("Organization/A10001"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

} // namespace tests::notify::event_feed_test
