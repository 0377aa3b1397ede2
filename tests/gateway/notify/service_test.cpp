// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/endpoint.hpp"
#include "gateway/notify/notification.hpp"
#include "tests/gateway/notify/notify_fixture.hpp"

#include <fstream>
#include <iterator>

namespace tests::notify::service_test
{

using fhir::ErrorKind;

class NotifyService : public NotifyTest
{
protected:
    fhir::Error error_of(Subscription wrong) { return refused(service_->create(caller(), std::move(wrong))); }
};

TEST_F(NotifyService, ASubscriptionIsReadAsItWasMade)
{
    auto said = wanted();
    said.filter_text = "Appointment?status=booked";
    said.heartbeat = seconds(30);
    said.timeout = seconds(7);
    said.max_count = 5;
    said.end = clock_.now() + minutes(30);
    const auto made = must(service_->create(caller(), said));
    const auto read = now_of(made.id);
    EXPECT_EQ(read.version, 1);
    EXPECT_EQ(read.organisation, "HUB01");
    EXPECT_EQ(read.endpoint, said.endpoint);
    EXPECT_EQ(read.headers, said.headers);
    EXPECT_EQ(read.filter.values("status")->front(), "booked");
    EXPECT_EQ(read.heartbeat, said.heartbeat);
    EXPECT_EQ(read.timeout, said.timeout);
    EXPECT_EQ(read.max_count, said.max_count);
    EXPECT_EQ(read.end, said.end);
    EXPECT_EQ(read.secret, made.secret);
    EXPECT_GE(made.secret.size(), 40U);
}

TEST_F(NotifyService, NobodyElseSeesIt)
{
    const auto made = must(service_->create(caller(), wanted()));
    for (const auto& other : {caller("other", "HUB02"), caller("other", "HUB01"), caller("hub", "HUB02")}) {
        EXPECT_EQ(refused(service_->read(other, made.id)).kind(), ErrorKind::not_found);
        EXPECT_EQ(refused(service_->remove(other, made.id)).kind(), ErrorKind::not_found);
        EXPECT_EQ(refused(service_->renew_secret(other, made.id)).kind(), ErrorKind::not_found);
        EXPECT_EQ(refused(service_->status(other, made.id)).kind(), ErrorKind::not_found);
        EXPECT_EQ(refused(service_->events(other, made.id, {}, {})).kind(), ErrorKind::not_found);
        auto change = made;
        EXPECT_EQ(refused(service_->update(other, 1, change)).kind(), ErrorKind::not_found);
        EXPECT_TRUE(must(service_->all(other)).empty());
    }
    EXPECT_EQ(must(service_->all(caller())).size(), 1U);
}

TEST_F(NotifyService, AnEndpointOffTheListIsRefusedWithWhoCanChangeThat)
{
    auto elsewhere = wanted();
    elsewhere.endpoint = "https://evil.example/hook";
    const auto error = error_of(elsewhere);
    EXPECT_EQ(error.kind(), ErrorKind::value_invalid);
    EXPECT_EQ(error.path(), "Subscription.channel.endpoint");
    EXPECT_EQ(error.sentence(), "Notifications of this client may not go to evil.example.");
    EXPECT_NE(error.advice().find("notify_hosts"), std::string::npos);
}

TEST_F(NotifyService, AnyPortIsAllowedOfThisMachineOnlyAndOnlyWhereTheListSaysSo)
{
    const auto is_allowed = [&](const std::string& url) {
        auto at = wanted();
        at.endpoint = url;
        return run(context_, service_->create(caller(), at)).has_value();
    };
    EXPECT_FALSE(is_allowed("https://localhost:8443/"));
    clients_[0].notify_hosts = {"localhost:*", "evil.example:*"};
    subscribers_.replace(clients_);
    EXPECT_TRUE(is_allowed("https://localhost:8443/"));
    EXPECT_TRUE(is_allowed("https://LOCALHOST/"));
    for (const char* url : {"https://127.0.0.1:8443/", "https://evil.example:8443/", "https://evil.example/",
                            "https://localhost.evil.example:8443/", "https://localhost:8443.evil.example/",
                            "https://localhost:@evil.example/", "https://localhost:*/"})
        EXPECT_FALSE(is_allowed(url)) << url;
}

TEST_F(NotifyService, AListHasHostsAndPortsAndAnyPortOfThisMachineAlone)
{
    for (const char* entry : {"hub.example.org", "Hub.Example.org:8443", "[2001:db8::1]:8443", "localhost:*",
                              "127.0.0.1:*", "[::1]:*"})
        EXPECT_TRUE(is_host_entry(entry)) << entry;
    for (const char* entry : {"", "*", ":*", "hub.example.org:*", "localhost:**", "https://hub.example.org",
                              "hub.example.org/x", "*.example.org", "hub.example.org:0"})
        EXPECT_FALSE(is_host_entry(entry)) << entry;
}

TEST_F(NotifyService, AClientThatTheSettingsDoNotKnowMaySubscribeNowhere)
{
    EXPECT_EQ(refused(service_->create(caller("unknown"), wanted())).path(), "Subscription.channel.endpoint");
}

TEST_F(NotifyService, WholeResourcesNeedPermission)
{
    auto full = wanted();
    full.payload = Payload::full_resource;
    EXPECT_EQ(error_of(full).path(), "Subscription.channel.payload");
    clients_[0].notify_full_resource = true;
    subscribers_.replace(clients_);
    EXPECT_TRUE(run(context_, service_->create(caller(), full)));
}

TEST_F(NotifyService, TheTopicsOwnTypeMustBeReadable)
{
    auto narrow = caller();
    narrow.scopes = gateway::identity::parse_scopes("system/Subscription.cruds system/Slot.rs");
    EXPECT_EQ(refused(service_->create(narrow, wanted())).kind(), ErrorKind::scope_missing);
    EXPECT_TRUE(run(context_, service_->create(narrow, wanted(store::slot_topic))));
}

TEST_F(NotifyService, AClientHasOnlySoMany)
{
    for (int i = 0; i < 5; ++i)
        must(service_->create(caller(), wanted()));
    EXPECT_EQ(error_of(wanted()).kind(), ErrorKind::booking_limit);
    EXPECT_TRUE(run(context_, service_->create(caller("other", "HUB02"), wanted())));
}

TEST_F(NotifyService, OffCancelsWhatWaits)
{
    auto subscription = subscribed();
    book("a");
    receivers_.answer(503);
    round();
    subscription.status = "off";
    const auto off = must(service_->update(caller(), subscription.version, subscription));
    EXPECT_EQ(off.status, "off");
    EXPECT_EQ(must(store_->outbox_figures()).due, 0);
    receivers_.requests.clear();
    clock_.advance(minutes(10));
    book("b");
    round();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(NotifyService, RequestedStartsItAnewWithAHandshake)
{
    auto subscription = subscribed();
    subscription.status = "requested";
    const auto again = must(service_->update(caller(), subscription.version, subscription));
    EXPECT_EQ(again.status, "requested");
    round();
    EXPECT_EQ(status_of(sent().at(0), "type"), "handshake");
    EXPECT_EQ(now_of(subscription.id).status, "active");
}

TEST_F(NotifyService, AnotherEndpointNeedsAHandshakeAndGetsNoneOfTheOldHeaders)
{
    auto subscription = subscribed();
    subscription.endpoint = "https://hub.example.org:8443/new";
    subscription.headers.clear();
    const auto moved = must(service_->update(caller(), subscription.version, subscription));
    EXPECT_EQ(moved.status, "requested");
    EXPECT_TRUE(moved.headers.empty());
}

TEST_F(NotifyService, HeadersThatAreNotSaidAgainStay)
{
    auto subscription = subscribed();
    subscription.headers.clear();
    subscription.timeout = seconds(3);
    const auto changed = must(service_->update(caller(), subscription.version, subscription));
    EXPECT_EQ(changed.headers, wanted().headers);
    EXPECT_EQ(changed.status, "active");
}

TEST_F(NotifyService, AStaleVersionAndAnotherTopicAreRefused)
{
    auto subscription = subscribed();
    EXPECT_EQ(refused(service_->update(caller(), subscription.version - 1, subscription)).kind(),
              ErrorKind::version_conflict);
    subscription.topic = topic_named(store::task_topic);
    EXPECT_EQ(refused(service_->update(caller(), subscription.version, subscription)).kind(),
              ErrorKind::not_amendable);
}

TEST_F(NotifyService, ARemovedOneIsGoneAndHearsNothing)
{
    const auto subscription = subscribed();
    EXPECT_TRUE(run(context_, service_->remove(caller(), subscription.id)));
    EXPECT_EQ(refused(service_->read(caller(), subscription.id)).kind(), ErrorKind::not_found);
    book("a");
    round();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(NotifyService, StatusSaysHowManyEventsThereWereAndWhyTheLastOneFailed)
{
    const auto subscription = subscribed();
    book("a");
    receivers_.answer(503);
    round();
    const auto bundle = fhir::codec::parse_json(must(service_->status(caller(), subscription.id))).value();
    EXPECT_EQ(bundle.find("type")->text(), "searchset");
    EXPECT_EQ(status_of(bundle, "type"), "query-status");
    EXPECT_EQ(status_of(bundle, "status"), "active");
    EXPECT_EQ(status_of(bundle, "events-since-subscription-start"), "1");
    EXPECT_NE(fhir::codec::to_json(bundle).find("http_503"), std::string::npos);
}

TEST_F(NotifyService, EventsAreShownFromOneNumberToAnother)
{
    const auto subscription = subscribed();
    for (const char* id : {"a", "b", "c", "d"})
        book(id);
    round();
    using Words = std::vector<std::string>;
    const auto shown = [&](std::optional<std::int64_t> from, std::optional<std::int64_t> to) {
        return focuses(
            fhir::codec::parse_json(must(service_->events(caller(), subscription.id, from, to))).value());
    };
    EXPECT_EQ(shown(2, 3), (Words{"2 Appointment/b", "3 Appointment/c"}));
    EXPECT_EQ(shown(4, {}), Words{"4 Appointment/d"});
    EXPECT_EQ(shown({}, 1), Words{"1 Appointment/a"});
    EXPECT_EQ(shown({}, {}).size(), 4U);
    EXPECT_TRUE(shown(9, {}).empty());
}

TEST_F(NotifyService, TextsOfASubscriptionAreSealedInTheDatabase)
{
    const auto made = must(service_->create(caller(), wanted()));
    store_.reset();
    std::ifstream file(database_.path(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::ifstream log(database_.path() + "-wal", std::ios::binary);
    bytes += std::string((std::istreambuf_iterator<char>(log)), std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find("Bearer abc"), std::string::npos);
    EXPECT_EQ(bytes.find(made.secret), std::string::npos);
    EXPECT_NE(bytes.find(made.id), std::string::npos);
}

// ---- what operators do

class NotifyOffice : public NotifyTest
{
protected:
    std::int64_t ordered(Order order, std::optional<std::int64_t> number = std::nullopt)
    {
        return must(office_.carry_out({order, id_, number, "A. Jones", "receiver repaired"}));
    }
    OutboxOffice office_{{*store_, clock_, &recorded_}, 3};
    const std::string id_ = subscribed().id;
};

TEST_F(NotifyOffice, ADeliveryIsHeldAndReleased)
{
    book("a");
    receivers_.answer(503);
    round();
    EXPECT_EQ(ordered(Order::hold, 1), 1);
    receivers_.requests.clear();
    clock_.advance(minutes(10));
    round();
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_EQ(ordered(Order::release, 1), 1);
    EXPECT_TRUE(round());
    EXPECT_EQ(receivers_.requests.size(), 1U);
}

TEST_F(NotifyOffice, ASubscriptionIsHeldAsAWhole)
{
    EXPECT_EQ(ordered(Order::hold), 0);
    book("a");
    EXPECT_TRUE(round()); // put where it belongs, not sent
    EXPECT_TRUE(receivers_.requests.empty());
    EXPECT_TRUE(must(office_.channel(id_)).channel.held);
    ordered(Order::release);
    round();
    EXPECT_EQ(receivers_.requests.size(), 1U);
}

TEST_F(NotifyOffice, AReplayIsSentUnderItsOldNumber)
{
    book("a");
    round();
    receivers_.requests.clear();
    EXPECT_EQ(ordered(Order::replay, 1), 1);
    round();
    ASSERT_EQ(receivers_.requests.size(), 1U);
    EXPECT_EQ(receivers_.requests[0].second.headers.get("Apptgw-Delivery"), id_ + "-1");
}

TEST_F(NotifyOffice, OnlySoManyReplaysAreMadeInAMinute)
{
    for (const char* id : {"a", "b", "c", "d", "e"})
        book(id);
    receivers_.answer(410);
    round();
    EXPECT_EQ(must(office_.figures()).dead, 5);
    EXPECT_EQ(ordered(Order::replay), 3);
    const auto refusal = refused(office_.carry_out({Order::replay, id_, std::nullopt, "A. Jones", "again"}));
    EXPECT_EQ(refusal.kind(), fhir::ErrorKind::throttled);
    clock_.advance(minutes(1));
    EXPECT_EQ(ordered(Order::replay), 2);
}

TEST_F(NotifyOffice, WhatIsCancelledIsNeverSent)
{
    book("a");
    receivers_.answer(503);
    round();
    EXPECT_EQ(ordered(Order::cancel), 1);
    receivers_.requests.clear();
    clock_.advance(minutes(10));
    round();
    EXPECT_TRUE(receivers_.requests.empty());
}

TEST_F(NotifyOffice, WhoDoesWhatAndWhyIsAuditedAndNeeded)
{
    EXPECT_EQ(refused(office_.carry_out({Order::hold, id_, std::nullopt, "A. Jones", " "})).kind(),
              fhir::ErrorKind::required);
    EXPECT_EQ(refused(office_.carry_out({Order::hold, id_, 99, "A. Jones", "x"})).kind(),
              fhir::ErrorKind::transition_not_allowed);
    EXPECT_EQ(refused(office_.carry_out({Order::hold, "unknown", std::nullopt, "A. Jones", "x"})).kind(),
              fhir::ErrorKind::not_found);
    ordered(Order::hold);
    ASSERT_EQ(recorded_.notes.size(), 4U);
    EXPECT_EQ(recorded_.notes.back().record.action, "outbox hold");
    EXPECT_EQ(recorded_.notes.back().record.user, "A. Jones");
    EXPECT_EQ(recorded_.notes.back().record.id, id_);
    EXPECT_EQ(recorded_.notes[0].record.outcome, gateway::audit::Outcome::refused);
}

TEST_F(NotifyOffice, OperatorsSeeNeitherHeadersNorSecrets)
{
    const auto shown = must(office_.channels());
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_TRUE(shown[0].subscription.headers.empty());
    EXPECT_TRUE(shown[0].subscription.secret.empty());
    EXPECT_EQ(shown[0].subscription.client, "hub");
}

} // namespace tests::notify::service_test
