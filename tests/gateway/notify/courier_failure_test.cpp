// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/notify/notify_fixture.hpp"

/// What happens when a receiver, or the gateway, fails.
namespace tests::notify::courier_failure_test
{

class FailingReceiver : public CourierTest
{};

TEST_F(FailingReceiver, EventsOfASubjectArriveInOrderWhateverFails)
{
    subscribed();
    book("a");
    change("a", 1, "arrived");
    receivers_.answer(503);
    rounds();
    EXPECT_EQ(heard(), Words{"1 Appointment/a"}); // the second waits behind the first
    clock_.advance(seconds(1));
    change("a", 2, "fulfilled");
    rounds();
    EXPECT_EQ(heard(), (Words{"1 Appointment/a", "2 Appointment/a", "3 Appointment/a"}));
}

TEST_F(FailingReceiver, ThePauseDoublesWithEveryFailureUpToTenMinutes)
{
    subscribed();
    book("a");
    for (const auto pause : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600}) {
        receivers_.answer(502);
        ASSERT_TRUE(round());
        clock_.advance(seconds(pause) - std::chrono::milliseconds(1));
        ASSERT_FALSE(round()) << pause;
        clock_.advance(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(round());
    EXPECT_EQ(receivers_.requests.size(), 13U);
}

TEST_F(FailingReceiver, ARetryCarriesTheSameDeliveryId)
{
    const auto made = subscribed();
    book("a");
    receivers_.answers.emplace_back(fhir::fail(fhir::ErrorKind::supplier_timeout));
    round();
    clock_.advance(seconds(1));
    round();
    ASSERT_EQ(receivers_.requests.size(), 2U);
    for (const auto& [origin, request] : receivers_.requests)
        EXPECT_EQ(request.headers.get("Apptgw-Delivery"), made.id + "-1");
}

TEST_F(FailingReceiver, RetryAfterIsRespected)
{
    subscribed();
    book("a");
    receivers_.answer(429, "90");
    round();
    clock_.advance(seconds(89));
    EXPECT_FALSE(round());
    clock_.advance(seconds(1));
    EXPECT_TRUE(round());
}

TEST_F(FailingReceiver, ARedirectIsAFailureAndIsNotFollowed)
{
    const auto made = subscribed();
    book("a");
    receivers_.answer(307);
    round();
    EXPECT_EQ(receivers_.requests.size(), 1U);
    EXPECT_EQ(must(store_->channel(made.id))->failure, "redirect");
}

TEST_F(FailingReceiver, AfterADayOfFailuresItIsGivenUpAndSomebodyIsTold)
{
    const auto made = subscribed();
    book("a");
    for (int hour = 0; hour <= 24; ++hour) {
        receivers_.answer(503);
        round();
        clock_.advance(std::chrono::hours(1));
    }
    EXPECT_EQ(now_of(made.id).status, "error");
    EXPECT_EQ(must(store_->outbox_figures()).dead, 1);
    ASSERT_EQ(dead_.size(), 1U);
    EXPECT_EQ(dead_[0].client, "hub");
    EXPECT_EQ(dead_[0].failure, "http_503");
    receivers_.requests.clear();
    book("b");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(FailingReceiver, GoneEndsItAtOnce)
{
    const auto made = subscribed();
    book("a");
    receivers_.answer(410);
    round();
    EXPECT_EQ(now_of(made.id).status, "error");
}

TEST_F(FailingReceiver, AnEventThatIsRefusedAgainAndAgainIsDeadAloneAndTheNextGoesOn)
{
    const auto made = subscribed();
    book("a");
    book("b");
    for (int i = 0; i < 5; ++i) {
        receivers_.answer(422);
        round();
        clock_.advance(minutes(10));
    }
    rounds();
    EXPECT_EQ(heard().back(), "2 Appointment/b");
    EXPECT_EQ(now_of(made.id).status, "active");
    EXPECT_EQ(must(store_->outbox_figures()).dead, 1);
    ASSERT_EQ(dead_.size(), 1U);
    EXPECT_EQ(dead_[0].first, 1);
}

TEST_F(FailingReceiver, AResourceThatCannotBeReadNowIsNotTriedAgainAtOnce)
{
    clients_[0].notify_full_resource = true;
    subscribers_.replace(clients_);
    auto full = wanted();
    full.payload = Payload::full_resource;
    subscribed(full);
    book("a");
    unreadable_ = true;
    EXPECT_TRUE(round());
    EXPECT_FALSE(round());
    unreadable_ = false;
    clock_.advance(seconds(1));
    EXPECT_TRUE(round());
    EXPECT_EQ(receivers_.requests.size(), 1U);
}

TEST_F(FailingReceiver, AnEventIsNotGivenUpWhileNobodyCanBeTold)
{
    const auto made = subscribed();
    book("a");
    deaf_ = true;
    for (int i = 0; i < 6; ++i) {
        receivers_.answer(422);
        round();
        clock_.advance(minutes(10));
    }
    EXPECT_EQ(must(store_->outbox_figures()).dead, 0);
    EXPECT_EQ(must(store_->outbox_figures()).due, 1);
    deaf_ = false;
    receivers_.answer(422);
    round();
    EXPECT_EQ(must(store_->outbox_figures()).dead, 1);
    EXPECT_EQ(dead_.size(), 1U);
}

TEST_F(FailingReceiver, ASubscriptionIsNotGivenUpWhileNobodyCanBeTold)
{
    const auto made = subscribed();
    book("a");
    deaf_ = true;
    receivers_.answer(410);
    round();
    EXPECT_EQ(now_of(made.id).status, "active");
    EXPECT_FALSE(round()) << "it is not asked again at once";
    deaf_ = false;
    clock_.advance(seconds(2));
    receivers_.answer(410);
    round();
    EXPECT_EQ(now_of(made.id).status, "error");
    EXPECT_EQ(must(store_->outbox_figures()).dead, 1);
    EXPECT_EQ(dead_.size(), 1U);
}

TEST_F(FailingReceiver, ADeadReceiverKeepsNobodyElseWaiting)
{
    subscribed();
    auto elsewhere = wanted();
    elsewhere.endpoint = "https://hub.example.org:8443/other";
    subscribed(elsewhere);
    book("a");
    receivers_.answers.emplace_back(fhir::fail(fhir::ErrorKind::supplier_timeout));
    round();
    EXPECT_EQ(receivers_.requests.size(), 2U); // one of the two failed, the other has it
    EXPECT_EQ(must(store_->outbox_figures()).due, 1);
}

TEST_F(FailingReceiver, NothingIsLostOrDoubledWhenTheProcessDiesBeforeItSettles)
{
    const auto made = subscribed();
    book("a");
    receivers_.meanwhile = [this] {
        // What the dying process has sent is not written down: its lease is taken over by the next one.
        courier_ = nullptr;
        throw std::runtime_error("killed");
    };
    EXPECT_ANY_THROW(run(context_, make_courier()->round()));
    courier_ = make_courier();
    rounds();
    ASSERT_EQ(receivers_.requests.size(), 2U);
    for (const auto& [origin, request] : receivers_.requests)
        EXPECT_EQ(request.headers.get("Apptgw-Delivery"), made.id + "-1");
    EXPECT_FALSE(round());
}

TEST_F(FailingReceiver, TwoNodesSendEverythingOnce)
{
    subscribed();
    settings_.node = "node-b";
    const auto other = make_courier();
    for (const char* id : {"a", "b", "c"})
        book(id);
    for (int i = 0; i < 5; ++i) {
        round();
        run(context_, other->round());
    }
    EXPECT_EQ(heard(), (Words{"1 Appointment/a", "2 Appointment/b", "3 Appointment/c"}));
}

TEST_F(FailingReceiver, MetricsTellWhatWaitsAndWhatBecameOfIt)
{
    subscribed();
    book("a");
    receivers_.answer(503);
    round();
    clock_.advance(std::chrono::milliseconds(500));
    struct Nothing
    {};
    run(context_, [](Courier& courier) -> gateway::Awaitable<Nothing> {
        co_await courier.measure();
        co_return Nothing{};
    }(*courier_));
    const auto text = metrics_.text();
    EXPECT_NE(text.find("apptgw_outbox_depth{state=\"due\"} 1"), std::string::npos) << text;
    EXPECT_NE(text.find("apptgw_outbox_oldest_seconds 0.5"), std::string::npos);
    EXPECT_NE(text.find("outcome=\"http_503\""), std::string::npos);
}

} // namespace tests::notify::courier_failure_test
