// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/faces/r4/subscription_shape.hpp"
#include "gateway/notify/service.hpp"
#include "tests/gateway/faces/face_fixture.hpp"
#include "tests/support/sqlite_fixture.hpp"

namespace tests::subscription_face
{

using fhir::codec::JsonValue;

constexpr std::string_view origin = "https://gateway.example.net";

std::string subscription_json(std::string_view more = {}, std::string_view channel = {},
                              std::string_view status = "requested")
{
    return R"({"resourceType":"Subscription","status":")" + std::string(status) +
           R"(","reason":"tell reception","criteria":"https://gateway.example.net/fhir/SubscriptionTopic/)"
           R"(appointment-status","channel":{"type":"rest-hook","endpoint":"https://hub.example.org/hook",)"
           R"("payload":"application/fhir+json","header":["Authorization: Bearer abc"])" +
           std::string(channel) + "}" + std::string(more) + "}";
}

/// FaceTest with subscriptions on a real store.
class SubscriptionFace : public FaceTest
{
protected:
    SubscriptionFace()
    {
        gateway::identity::Client client{"hub-901", *fhir::OdsCode::parse("ZZ901"), "Hub", {}, {}, {}, {}, {},
                                         {}};
        client.notify_hosts = {"hub.example.org"};
        subscribers_.replace({client});
        const auto directory = [] { return std::shared_ptr<const gateway::policy::Directory>(); };
        visibility_ = std::make_unique<gateway::notify::Visibility>(*store_, directory, nullptr, clock_);
        service_ = std::make_unique<gateway::notify::Subscriptions>(
            gateway::notify::ServiceParts{*store_, subscribers_, *visibility_, clock_, random_},
            gateway::notify::ServiceSettings{std::string(test_base)});
        face_ = gateway::faces::make_r4_face({.identity = identity_,
                                              .search = search_,
                                              .patients = patients_,
                                              .booking = booking_,
                                              .tasks = *tasks_,
                                              .directory = directory,
                                              .clock = clock_,
                                              .random = random_,
                                              .metrics = metrics_,
                                              .health = {},
                                              .settings = {std::string(test_base), "0.1.0"},
                                              .audit = &recorded_,
                                              .subscriptions = service_.get()});
    }
    std::string made()
    {
        const auto answer = post("Subscription", subscription_json());
        EXPECT_EQ(answer.status, 201U) << answer.body.view();
        return text_at(answer, "id");
    }
    std::string refusal(const std::string& body) { return outcome_of(post("Subscription", body)); }

    SqliteFixture database_;
    std::unique_ptr<gateway::store::Store> store_ = database_.open();
    gateway::notify::CurrentSubscribers subscribers_;
    std::unique_ptr<gateway::notify::Visibility> visibility_;
    std::unique_ptr<gateway::notify::Subscriptions> service_;
};

TEST_F(SubscriptionFace, TheSecretIsShownWhenItIsMadeAndNeverAgain)
{
    const auto answer = post("Subscription", subscription_json(), {{"Prefer", "return=minimal"}});
    ASSERT_EQ(answer.status, 201U) << answer.body.view();
    EXPECT_NE(answer.body.view().find("notification-secret"), std::string_view::npos);
    EXPECT_EQ(answer.headers.get("ETag"), "W/\"1\"");
    EXPECT_EQ(text_at(answer, "status"), "requested");
    const auto read = get("Subscription/" + text_at(answer, "id"));
    EXPECT_EQ(read.status, 200U);
    EXPECT_EQ(read.body.view().find("notification-secret"), std::string_view::npos);
}

TEST_F(SubscriptionFace, HeadersAreNeverShown)
{
    const auto id = made();
    const auto read = get("Subscription/" + id);
    EXPECT_EQ(text_at(read, "channel/header/0"), "Authorization: ****");
    const auto searched = get("Subscription?status=requested");
    EXPECT_EQ(searched.body.view().find("Bearer abc"), std::string_view::npos);
    EXPECT_NE(searched.body.view().find(id), std::string_view::npos);
}

TEST_F(SubscriptionFace, WhatWasReadCanBeSentBackAndKeepsItsHeaders)
{
    const auto id = made();
    const std::string read(get("Subscription/" + id).body.view());
    const auto changed = send("PUT", "/fhir/R4/Subscription/" + id,
                              {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}}, read);
    EXPECT_EQ(changed.status, 200U) << changed.body.view();
    EXPECT_EQ(text_at(changed, "channel/header/0"), "Authorization: ****");
    EXPECT_EQ(changed.headers.get("ETag"), "W/\"2\"");
}

TEST_F(SubscriptionFace, OffIsAnUpdateAndNeedsTheVersion)
{
    const auto id = made();
    const auto body = subscription_json(R"(,"id":")" + id + "\"", {}, "off");
    const Fields json{{"Content-Type", "application/fhir+json"}};
    EXPECT_EQ(send("PUT", "/fhir/R4/Subscription/" + id, json, body).status, 400U);
    auto with = json;
    with.emplace_back("If-Match", "W/\"9\"");
    EXPECT_EQ(send("PUT", "/fhir/R4/Subscription/" + id, with, body).status, 412U);
    with.back().second = "W/\"1\"";
    EXPECT_EQ(text_at(send("PUT", "/fhir/R4/Subscription/" + id, with, body), "status"), "off");
}

TEST_F(SubscriptionFace, ADeletedOneIsGone)
{
    const auto id = made();
    EXPECT_EQ(send("DELETE", "/fhir/R4/Subscription/" + id).status, 204U);
    EXPECT_EQ(get("Subscription/" + id).status, 404U);
    EXPECT_EQ(send("DELETE", "/fhir/R4/Subscription/" + id).status, 404U);
}

TEST_F(SubscriptionFace, StatusAndEventsAreOperations)
{
    const auto id = made();
    const auto status = get("Subscription/" + id + "/$status");
    EXPECT_EQ(status.status, 200U) << status.body.view();
    EXPECT_EQ(text_at(status, "type"), "searchset");
    const auto events = get("Subscription/" + id + "/$events?eventsSinceNumber=1&eventsUntilNumber=5");
    EXPECT_EQ(events.status, 200U) << events.body.view();
    EXPECT_EQ(text_at(events, "type"), "history");
    EXPECT_EQ(outcome_of(get("Subscription/" + id + "/$events?eventsSinceNumber=x")),
              "400 value http.eventsSinceNumber");
    EXPECT_EQ(get("Subscription/unknown/$status").status, 404U);
}

TEST_F(SubscriptionFace, ANewSecretIsAskedForByOperation)
{
    const auto id = made();
    const auto answer = send("POST", "/fhir/R4/Subscription/" + id + "/$rotate-secret");
    EXPECT_EQ(answer.status, 200U) << answer.body.view();
    EXPECT_NE(answer.body.view().find("notification-secret"), std::string_view::npos);
}

TEST_F(SubscriptionFace, WhatIsNotKeptOrObeyedIsRefusedWithItsPath)
{
    const std::string of_channel = "Subscription.channel";
    const auto path = [&](std::string_view more, std::string_view channel = {}) {
        const auto outcome = refusal(subscription_json(more, channel));
        return outcome.substr(outcome.rfind(' ') + 1);
    };
    EXPECT_EQ(path(R"(,"contact":[{"system":"phone","value":"01632960001"}])"), "Subscription.contact");
    EXPECT_EQ(path(R"(,"_criteria":{"extension":[{"url":"http://example.org/x","valueString":"a"}]})"),
              "Subscription.criteria.extension");
    EXPECT_EQ(
        path(R"(,"_criteria":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/)"
             R"(StructureDefinition/backport-filter-criteria","valueString":"Appointment?patient=1"}]})"),
        "Subscription.criteria.extension[0].value");
    EXPECT_EQ(path({}, R"(,"extension":[{"url":"http://example.org/x","valueString":"a"}])"),
              of_channel + ".extension[0]");
    EXPECT_EQ(path({}, R"(,"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/)"
                       R"(StructureDefinition/backport-timeout","valueUnsignedInt":600}])"),
              of_channel + ".extension[0].value");
    EXPECT_EQ(path({}, R"(,"_payload":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/)"
                       R"(StructureDefinition/backport-payload-content","valueCode":"full-resource"}]})"),
              of_channel + ".payload");
}

TEST_F(SubscriptionFace, HeadersThatWouldForgeSomethingAreRefused)
{
    for (const std::string header : {"Host: evil.example", "apptgw-signature: t=1",
                                     "Transfer-Encoding: chunked", "X", "X: ", ": x", "X y: z"}) {
        std::string body = subscription_json();
        body.replace(body.find("Authorization: Bearer abc"), 25, header);
        EXPECT_EQ(refusal(body), "400 value Subscription.channel.header[0]") << header;
    }
}

TEST_F(SubscriptionFace, AnEndpointOffTheListIsRefusedWithAPlainSentence)
{
    std::string body = subscription_json();
    body.replace(body.find("hub.example.org"), 15, "evil.example.or");
    const auto answer = post("Subscription", body);
    EXPECT_EQ(outcome_of(answer), "400 value Subscription.channel.endpoint");
    EXPECT_NE(answer.body.view().find("may not go to evil.example.or"), std::string_view::npos)
        << answer.body.view();
}

TEST_F(SubscriptionFace, AnUnknownTopicIsAnsweredWithThoseThereAre)
{
    std::string body = subscription_json();
    body.replace(body.find("appointment-status"), 18, "everything");
    const auto answer = post("Subscription", body);
    EXPECT_EQ(outcome_of(answer), "400 value Subscription.criteria");
    EXPECT_NE(answer.body.view().find("SubscriptionTopic/task-change"), std::string_view::npos);
}

TEST_F(SubscriptionFace, OtherChannelsAreRefused)
{
    std::string body = subscription_json();
    body.replace(body.find("rest-hook"), 9, "websocket");
    EXPECT_EQ(refusal(body), "400 value Subscription.channel.type");
}

TEST_F(SubscriptionFace, ItGoesAndComesAsXmlToo)
{
    const auto read = get("Subscription/" + made(), {{"Accept", "application/fhir+xml"}});
    EXPECT_EQ(read.status, 200U);
    EXPECT_NE(read.body.view().find("<criteria value=\"https://gateway.example.net/fhir/SubscriptionTopic/"),
              std::string_view::npos)
        << read.body.view();
}

TEST_F(SubscriptionFace, MetadataListsTheTopics)
{
    const std::string text(get("metadata").body.view());
    for (const gateway::notify::Topic& topic : gateway::notify::topics())
        EXPECT_NE(text.find(gateway::notify::canonical_of(topic, origin)), std::string::npos) << topic.name;
    EXPECT_NE(text.find("backport-subscription-events"), std::string::npos);
}

TEST_F(SubscriptionFace, EveryChangeIsOnRecord)
{
    const auto id = made();
    send("DELETE", "/fhir/R4/Subscription/" + id);
    ASSERT_EQ(recorded_.notes.size(), 2U);
    EXPECT_EQ(recorded_.notes[0].record.action, "POST [base]/Subscription");
    EXPECT_EQ(recorded_.notes[0].record.id, id);
    EXPECT_EQ(recorded_.notes[1].record.action, "DELETE [base]/Subscription/{id}");
    EXPECT_EQ(recorded_.notes[1].record.id, id);
}

} // namespace tests::subscription_face
