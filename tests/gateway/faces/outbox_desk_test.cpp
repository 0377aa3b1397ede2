// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/outbox_desk.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/notify/office.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

namespace tests::outbox_desk
{

using fhir::rest::Request;
using fhir::rest::Response;

class AtTheOutboxDesk : public testing::Test
{
protected:
    AtTheOutboxDesk()
    {
        gateway::notify::Subscription subscription;
        subscription.id = "s1";
        subscription.client = "hub";
        subscription.organisation = "HUB01";
        subscription.status = "active";
        subscription.topic = gateway::notify::topic_named(gateway::store::appointment_topic);
        subscription.endpoint = "https://hub.example.org/hook";
        subscription.headers = {"Authorization: Bearer abc"};
        subscription.secret = "very-secret";
        gateway::store::SubscriptionWrite write;
        write.record = to_record(subscription);
        run(context_, store_->write_subscription(write));
        gateway::store::OutboxEvent event;
        event.topic = gateway::store::appointment_topic;
        event.subject = "Appointment/a";
        event.version = 1;
        event.at = clock_.now();
        event.practice = "A10001";
        event.changed = "created";
        run(context_, store_->write_event(event));
        const auto place = *run(context_, store_->outbox_place(clock_.now()));
        event.sequence = place.newest;
        run(context_,
            store_->fan_out({place.matched, place.newest, place.generation, {{"s1", event}}, clock_.now()}));
    }
    Response ask(const std::string& method, const std::string& target, std::string body = {},
                 const std::string& proof = "Bearer proof")
    {
        Request request;
        request.method = method;
        request.target = target;
        request.body = std::move(body);
        request.headers.set("Authorization", proof);
        return run(context_, gateway::faces::at_outbox_desk(desk_, std::move(request)));
    }
    static std::string text(const Response& response) { return std::string(response.body.view()); }

    boost::asio::io_context context_{1};
    FakeClock clock_;
    FakeRecorder recorder_;
    SqliteFixture database_;
    std::unique_ptr<gateway::store::Store> store_ = database_.open();
    gateway::notify::OutboxOffice office_{{*store_, clock_, &recorder_}};
    gateway::faces::OutboxDesk desk_{&office_,
                                     [](const Request& request) -> fhir::Result<std::string> {
                                         if (request.headers.get("Authorization") != "Bearer proof")
                                             return fhir::fail(fhir::ErrorKind::login_required);
                                         return "A. Jones";
                                     },
                                     "https://gateway.example.net/fhir/CodeSystem/outcome"};
};

TEST_F(AtTheOutboxDesk, WhatWaitsIsShownWithoutSecrets)
{
    const auto all = ask("GET", "/outbox", {}, {});
    EXPECT_EQ(all.status, 200U);
    EXPECT_NE(text(all).find("\"due\": 1"), std::string::npos) << text(all);
    const auto one = ask("GET", "/outbox/s1?state=due", {}, {});
    EXPECT_NE(text(one).find("Appointment/a"), std::string::npos) << text(one);
    for (const auto& shown : {text(all), text(one)}) {
        EXPECT_EQ(shown.find("Bearer abc"), std::string::npos);
        EXPECT_EQ(shown.find("very-secret"), std::string::npos);
    }
    EXPECT_EQ(text(ask("GET", "/outbox/s1?state=dead")).find("Appointment/a"), std::string::npos);
    EXPECT_EQ(ask("GET", "/outbox/s1?state=lost").status, 400U);
    EXPECT_EQ(ask("GET", "/outbox/nobody").status, 404U);
}

TEST_F(AtTheOutboxDesk, AnOrderNeedsAnOperatorAndAReasonAndIsOnRecord)
{
    EXPECT_EQ(ask("POST", "/outbox/s1/1", R"({"order":"hold","reason":"x"})", "Bearer other").status, 401U);
    EXPECT_EQ(ask("POST", "/outbox/s1/1", R"({"order":"hold"})").status, 400U);
    EXPECT_EQ(ask("POST", "/outbox/s1/1", R"({"order":"burn","reason":"x"})").status, 400U);
    EXPECT_EQ(ask("POST", "/outbox/s1/x", R"({"order":"hold","reason":"x"})").status, 404U);
    const auto held = ask("POST", "/outbox/s1/1", R"({"order":"hold","reason":"receiver asked"})");
    EXPECT_EQ(held.status, 200U) << text(held);
    EXPECT_NE(text(held).find("\"changed\": 1"), std::string::npos);
    EXPECT_EQ(recorder_.notes.back().record.user, "A. Jones");
    EXPECT_EQ(recorder_.notes.back().record.action, "outbox hold");
    EXPECT_NE(text(ask("GET", "/outbox/s1")).find("\"held\""), std::string::npos);
}

TEST_F(AtTheOutboxDesk, OtherVerbsAreRefusedWithThoseThereAre)
{
    const auto refused = ask("DELETE", "/outbox/s1");
    EXPECT_EQ(refused.status, 405U);
    EXPECT_EQ(refused.headers.get("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(ask("POST", "/outbox", R"({"order":"hold","reason":"x"})").status, 405U);
}

} // namespace tests::outbox_desk
