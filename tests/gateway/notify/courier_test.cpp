// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/crypto.hpp"
#include "gateway/notify/signature.hpp"
#include "tests/gateway/notify/notify_fixture.hpp"

#include <algorithm>

/// What is told to whom.
namespace tests::notify::courier_test
{

class NotifyCourier : public CourierTest
{};

TEST_F(NotifyCourier, AHandshakeMakesASubscriptionActive)
{
    const auto made = must(service_->create(caller(), wanted()));
    EXPECT_EQ(made.status, "requested");
    EXPECT_TRUE(round());
    ASSERT_EQ(receivers_.requests.size(), 1U);
    const auto& [origin, request] = receivers_.requests[0];
    EXPECT_EQ(origin, "https://hub.example.org/");
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/hooks/apptgw?from=gp");
    EXPECT_EQ(request.headers.get("Authorization"), "Bearer abc");
    EXPECT_EQ(request.headers.get("Content-Type"), "application/fhir+json");
    EXPECT_EQ(request.headers.get("Apptgw-Delivery"), "");
    const auto body = sent().at(0);
    EXPECT_EQ(status_of(body, "type"), "handshake");
    EXPECT_EQ(status_of(body, "subscription"), std::string(base_url) + "/Subscription/" + made.id);
    EXPECT_EQ(now_of(made.id).status, "active");
    EXPECT_FALSE(round());
}

TEST_F(NotifyCourier, AHandshakeThatIsRefusedLeavesTheSubscriptionInErrorWithASentence)
{
    receivers_.answer(500);
    const auto made = must(service_->create(caller(), wanted()));
    round();
    EXPECT_EQ(now_of(made.id).status, "error");
    EXPECT_NE(now_of(made.id).error.find("handshake"), std::string::npos);
    book("a");
    rounds();
    EXPECT_EQ(receivers_.requests.size(), 1U);
}

TEST_F(NotifyCourier, ABookingIsToldWithItsIdAndNothingElse)
{
    const auto made = subscribed();
    book("a");
    EXPECT_TRUE(round());
    ASSERT_EQ(receivers_.requests.size(), 1U);
    EXPECT_EQ(receivers_.requests[0].second.headers.get("Apptgw-Delivery"), made.id + "-1");
    const std::string text = receivers_.requests[0].second.body;
    EXPECT_EQ(text.find("9990000018"), std::string::npos);
    const auto body = sent().at(0);
    EXPECT_EQ(body.find("type")->text(), "history");
    EXPECT_EQ(status_of(body, "type"), "event-notification");
    EXPECT_EQ(status_of(body, "events-since-subscription-start"), "1");
    EXPECT_EQ(focuses(body), Words{"1 Appointment/a"});
    ASSERT_EQ(body.find("entry")->items().size(), 2U);
    EXPECT_EQ(body.find("entry")->items()[1].find("resource"), nullptr);
    EXPECT_FALSE(round());
}

TEST_F(NotifyCourier, AnEmptyPayloadSaysOnlyThatSomethingHappened)
{
    auto quiet = wanted();
    quiet.payload = Payload::empty;
    subscribed(quiet);
    book("a");
    round();
    const auto body = sent().at(0);
    EXPECT_EQ(focuses(body), Words{"1"});
    EXPECT_EQ(body.find("entry")->items().size(), 1U);
}

TEST_F(NotifyCourier, WholeResourcesAreSentOnlyToWhoMayHaveThem)
{
    clients_[0].notify_full_resource = true;
    subscribers_.replace(clients_);
    auto full = wanted();
    full.payload = Payload::full_resource;
    subscribed(full);
    book("a");
    round();
    EXPECT_NE(sent().at(0).find("entry")->items()[1].find("resource"), nullptr);
    clients_[0].notify_full_resource = false;
    subscribers_.replace(clients_);
    book("b");
    round();
    EXPECT_EQ(sent().at(0).find("entry")->items()[1].find("resource"), nullptr);
}

TEST_F(NotifyCourier, TheSignatureIsOverTimeAndBodyWithTheSecretOfTheSubscription)
{
    const auto made = must(service_->create(caller(), wanted()));
    round();
    const auto& request = receivers_.requests.at(0).second;
    const auto at = std::chrono::duration_cast<seconds>(clock_.now().time_since_epoch()).count();
    const std::string signed_text = std::to_string(at) + "." + request.body;
    EXPECT_EQ(request.headers.get("Apptgw-Signature"),
              "t=" + std::to_string(at) + ",v1=" +
                  gateway::identity::to_hex(gateway::identity::hmac_sha256(made.secret, signed_text)));
}

TEST_F(NotifyCourier, AfterANewSecretBothSignForADay)
{
    auto subscription = subscribed();
    const auto renewed = must(service_->renew_secret(caller(), subscription.id));
    EXPECT_NE(renewed.secret, subscription.secret);
    const auto signatures = [&] {
        const std::string text = signature_of(renewed, "x", clock_.now());
        return std::count(text.begin(), text.end(), ',');
    };
    EXPECT_EQ(signatures(), 2);
    clock_.advance(std::chrono::hours(24));
    EXPECT_EQ(signatures(), 1);
}

TEST_F(NotifyCourier, SeveralEventsFitInOneNotificationWhereThatIsAskedFor)
{
    auto bundled = wanted();
    bundled.max_count = 10;
    const auto made = subscribed(bundled);
    for (const char* id : {"a", "b", "c"})
        book(id);
    round();
    ASSERT_EQ(receivers_.requests.size(), 1U);
    EXPECT_EQ(receivers_.requests[0].second.headers.get("Apptgw-Delivery"), made.id + "-1-3");
    EXPECT_EQ(heard(), (Words{"1 Appointment/a", "2 Appointment/b", "3 Appointment/c"}));
}

TEST_F(NotifyCourier, AHeartbeatComesWhereThereWasNothingElse)
{
    auto beating = wanted();
    beating.heartbeat = seconds(60);
    subscribed(beating);
    clock_.advance(seconds(40));
    book("a");
    round();
    EXPECT_EQ(status_of(sent().at(0), "type"), "event-notification");
    clock_.advance(seconds(59));
    EXPECT_FALSE(round());
    clock_.advance(seconds(1));
    EXPECT_TRUE(round());
    EXPECT_EQ(status_of(sent().at(0), "type"), "heartbeat");
}

TEST_F(NotifyCourier, AForeignOrganisationHearsNothing)
{
    const auto foreign = must(service_->create(caller("other", "HUB02"), wanted()));
    round();
    receivers_.requests.clear();
    book("a");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_EQ(must(service_->read(caller("other", "HUB02"), foreign.id)).events, 0);
}

TEST_F(NotifyCourier, WhoIsHiddenFromTheOrganisationIsNotTold)
{
    subscribed();
    dissent();
    book("a");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(NotifyCourier, WhoIsHiddenAfterTheEventWasMatchedIsNotToldEither)
{
    subscribed();
    book("a");
    receivers_.answer(503);
    round();
    receivers_.requests.clear();
    dissent();
    clock_.advance(minutes(1));
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_EQ(must(store_->outbox_figures()).due, 0);
}

TEST_F(NotifyCourier, AClientWhoseHostWasTakenOffTheListIsSentNothingMore)
{
    const auto made = subscribed();
    clients_[0].notify_hosts.clear();
    subscribers_.replace(clients_);
    book("a");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_EQ(now_of(made.id).status, "error");
}

TEST_F(NotifyCourier, AClientThatMayNotReadAnyMoreIsSentNothingMore)
{
    subscribed();
    clients_[0].scopes = gateway::identity::parse_scopes("system/Subscription.cruds system/Slot.rs");
    subscribers_.replace(clients_);
    book("a");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(NotifyCourier, PracticesStateIsToldToWhoSharesWithItByOdsCode)
{
    subscribed(wanted(store::practice_topic));
    must(store_->write_policy({"valve", "A10001", 0, "{}", false, "op", "ill", clock_.now()}));
    must(store_->write_policy({"valve", "B10001", 0, "{}", false, "op", "ill", clock_.now()}));
    rounds();
    EXPECT_EQ(heard(), Words{"1 A10001"});
}

TEST_F(NotifyCourier, FilteredEventsDoNotCount)
{
    auto filtered = wanted();
    filtered.filter_text = "Appointment?status=cancelled";
    filtered.filter = *parse_filter(filtered.filter_text, *filtered.topic);
    subscribed(filtered);
    book("a");
    change("a", 1, "cancelled");
    rounds();
    EXPECT_EQ(heard(), Words{"1 Appointment/a"});
}

TEST_F(NotifyCourier, ReceiversAreReachedOnPublicAddressesOnlyUnlessConfigured)
{
    subscribed();
    ASSERT_FALSE(receivers_.endpoints.empty());
    EXPECT_TRUE(receivers_.endpoints[0].public_addresses_only);
}

TEST_F(NotifyCourier, ASubscriptionEndsWhenItSaid)
{
    auto ending = wanted();
    ending.end = clock_.now() + minutes(5);
    const auto made = subscribed(ending);
    clock_.advance(minutes(5));
    book("a");
    rounds();
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_EQ(now_of(made.id).status, "off");
    EXPECT_EQ(must(store_->outbox_figures()).due, 0);
}

} // namespace tests::notify::courier_test
