// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/criteria.hpp"
#include "gateway/notify/endpoint.hpp"
#include "tests/support/fake_identity.hpp"

#include <gtest/gtest.h>

namespace tests::notify::criteria_test
{

using namespace gateway::notify;
namespace store = gateway::store;

constexpr std::string_view origin = "https://gateway.example.net";

store::OutboxEvent event_with(const std::string& status, const std::string& practice,
                              const std::string& party = {})
{
    store::OutboxEvent event;
    event.topic = store::appointment_topic;
    event.status = status;
    event.practice = practice;
    event.party = party;
    return event;
}

TEST(NotifyTopics, ACanonicalNamesATopicWithOrWithoutItsVersion)
{
    for (const Topic& topic : topics()) {
        EXPECT_EQ(topic_of(canonical_of(topic, origin), origin), &topic);
        EXPECT_EQ(topic_of(canonical_of(topic, origin) + "|1.0", origin), &topic);
    }
    EXPECT_EQ(topic_of("https://elsewhere.example/fhir/SubscriptionTopic/appointment-status", origin),
              nullptr);
    EXPECT_EQ(topic_of("Appointment?status=booked", origin), nullptr);
}

TEST(NotifyFilter, ValuesAreAlternativesAndNamesMustAllFit)
{
    const auto filter = parse_filter("Appointment?status=booked,cancelled&practice=A10001",
                                     *topic_named(store::appointment_topic));
    ASSERT_TRUE(filter);
    EXPECT_TRUE(filter->matches(event_with("booked", "A10001")));
    EXPECT_TRUE(filter->matches(event_with("cancelled", "A10001")));
    EXPECT_FALSE(filter->matches(event_with("arrived", "A10001")));
    EXPECT_FALSE(filter->matches(event_with("booked", "A10002")));
}

TEST(NotifyFilter, ATokensSystemAndEscapesAreTaken)
{
    const auto filter =
        parse_filter("Appointment?status=http%3A%2F%2Fhl7.org%2Ffhir%2Fappointmentstatus%7Cbooked",
                     *topic_named(store::appointment_topic));
    ASSERT_TRUE(filter) << filter.error().sentence();
    EXPECT_TRUE(filter->matches(event_with("booked", "A10001")));
}

TEST(NotifyFilter, TasksAreFilteredByOwnerAndRequester)
{
    const auto filter = parse_filter("Task?owner=A10001&requester=HUB01", *topic_named(store::task_topic));
    ASSERT_TRUE(filter);
    EXPECT_TRUE(filter->matches(event_with("requested", "A10001", "HUB01")));
    EXPECT_FALSE(filter->matches(event_with("requested", "HUB01", "A10001")));
}

TEST(NotifyFilter, NothingElseIsTaken)
{
    const Topic& topic = *topic_named(store::appointment_topic);
    for (const char* text :
         {"", "status=booked", "Task?status=booked", "Appointment?patient=9990000018", "Appointment?status=",
          "Appointment?status=a,,b", "Appointment?status=a&status=b", "Appointment?practice=%zz",
          "Appointment?practice=a b", "Appointment?=x", "Appointment?patient.identifier=https://x|1"})
        EXPECT_FALSE(parse_filter(text, topic)) << text;
    EXPECT_FALSE(parse_filter("Appointment?status=" + std::string(1000, 'a'), topic));
    const auto patient = parse_filter("Appointment?patient=1", topic);
    EXPECT_NE(patient.error().sentence().find("never by patient"), std::string::npos);
}

TEST(NotifyEndpoint, IsTakenApart)
{
    const auto plain = parse_endpoint("https://Hub.Example.org/hooks?x=1");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->origin, "https://hub.example.org");
    EXPECT_EQ(plain->host, "hub.example.org");
    EXPECT_EQ(plain->target, "/hooks?x=1");
    EXPECT_EQ(parse_endpoint("https://hub.example.org:443")->host, "hub.example.org");
    EXPECT_EQ(parse_endpoint("https://hub.example.org:443")->target, "/");
    EXPECT_EQ(parse_endpoint("https://hub.example.org:8443/")->host, "hub.example.org:8443");
    EXPECT_EQ(parse_endpoint("https://[2001:db8::1]:8443/a")->origin, "https://[2001:db8::1]:8443");
    EXPECT_EQ(parse_endpoint("https://hub.example.org?x")->target, "/?x");
}

TEST(NotifyEndpoint, WhatCouldMeanAnotherPlaceIsRefused)
{
    for (const char* url :
         {"", "http://hub.example.org/", "HTTPS://hub.example.org", "https://", "https:///x",
          "https://user@hub.example.org/", "https://hub.example.org@evil.example/",
          "https://hub.example.org#x", "https://hub.example.org/a b", "https://hub.example.org:0/",
          "https://hub.example.org:99999/", "https://hub.example.org:/", "https://hub.example.org:80:80/",
          "https://hub_example.org/",
          "https://h\xc3\xbc"
          "b.example.org/",
          "https://hub.example.org\\@evil.example/", "https://[::1/", "file:///etc/passwd",
          "https://hub.example.org/\r\nX: y"})
        EXPECT_FALSE(parse_endpoint(url)) << url;
    EXPECT_FALSE(parse_endpoint("https://hub.example.org/" + std::string(2000, 'a')));
}

TEST(NotifyEndpoint, OnlyHostsOfTheListAreAllowedWithTheirPort)
{
    const Subscriber subscriber{
        tests::caller_with("system/*.rs"), {"hub.example.org", "b.example:8443"}, false};
    const auto allowed = [&](const char* url) {
        return check_allowed(*parse_endpoint(url), subscriber).has_value();
    };
    EXPECT_TRUE(allowed("https://hub.example.org/a"));
    EXPECT_TRUE(allowed("https://HUB.example.org:443/a"));
    EXPECT_TRUE(allowed("https://b.example:8443/a"));
    EXPECT_FALSE(allowed("https://b.example/a"));
    EXPECT_FALSE(allowed("https://hub.example.org:8443/a"));
    EXPECT_FALSE(allowed("https://hub.example.org.evil.example/a"));
    EXPECT_FALSE(allowed("https://a.hub.example.org/a"));
}

} // namespace tests::notify::criteria_test
