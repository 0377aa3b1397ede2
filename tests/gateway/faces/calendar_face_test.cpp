// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/calendar_face.hpp"

#include "gateway/faces/calendar_desk.hpp"
#include "gateway/observability/log.hpp"
#include "tests/gateway/faces/face_fixture.hpp"
#include "tests/support/calendar_fixture.hpp"

#include <gtest/gtest.h>

#include <mutex>

namespace tests::calendar_face
{

using fhir::rest::Request;
using fhir::rest::Response;
using gateway::audit::Event;

/// What stands behind addresses, asked in memory.
class CalendarFace : public testing::Test
{
protected:
    CalendarFace() { gateway::observability::set_level(gateway::observability::Level::error); }
    ~CalendarFace() override { gateway::observability::set_level(gateway::observability::Level::info); }

    gateway::calendar::MadeFeed made()
    {
        return world_.must(world_.feeds->make(CalendarWorld::caller(), {}));
    }
    Response ask(const std::string& url, Fields fields = {}, const std::string& method = "GET")
    {
        Request request;
        request.method = method;
        request.target = url.substr(std::string_view("https://gateway.example.net").size());
        request.peer_address = "192.0.2.1";
        for (auto& [name, value] : fields)
            request.headers.add(name, value);
        return run(world_.context, face_->handle(std::move(request)));
    }
    static std::string address(const std::string& secret)
    {
        return std::string(CalendarWorld::url) + "/" + secret + ".ics";
    }

    CalendarWorld world_;
    gateway::observability::Metrics metrics_;
    FakeRecorder recorded_;
    gateway::limits::Moment now_{std::chrono::hours(1)};
    gateway::limits::Limiter limiter_{no_limits(), metrics_, [this] { return now_; }};
    std::unique_ptr<gateway::http::Handler> face_ = gateway::faces::make_calendar_face(
        {*world_.feeds, world_.clock, world_.random, metrics_, CalendarWorld::url, &recorded_, &limiter_});
};

TEST_F(CalendarFace, WhoeverHasTheAddressReadsTheCalendar)
{
    world_.book("a");
    const auto answer = ask(made().url);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.headers.get("Content-Type"), "text/calendar;charset=utf-8");
    EXPECT_EQ(answer.headers.get("Cache-Control"), "private, no-cache");
    EXPECT_EQ(answer.headers.get("Referrer-Policy"), "no-referrer");
    EXPECT_TRUE(answer.body.view().starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    EXPECT_EQ(ask(made().url, {}, "HEAD").status, 200U);
}

TEST_F(CalendarFace, WhatSomebodyHasAlreadyIsNotSentAgain)
{
    world_.book("a");
    const auto url = made().url;
    const std::string tag(ask(url).headers.get("ETag"));
    EXPECT_EQ(ask(url, {{"If-None-Match", tag}}).status, 304U);
    EXPECT_EQ(ask(url, {{"If-None-Match", "\"x\", W/" + tag}}).status, 304U);
    EXPECT_TRUE(ask(url, {{"If-None-Match", tag}}).body.empty());
    world_.change("a", "cancelled");
    EXPECT_EQ(ask(url, {{"If-None-Match", tag}}).status, 200U);
}

TEST_F(CalendarFace, ARevokedAddressIsGoneAndOneThatNeverWasIsNotFound)
{
    const auto feed = made();
    const std::string tag(ask(feed.url).headers.get("ETag"));
    world_.must(world_.feeds->revoke(CalendarWorld::caller(), feed.feed.id));
    const auto gone = ask(feed.url, {{"If-None-Match", tag}});
    EXPECT_EQ(outcome_of(gone), "410 deleted");
    EXPECT_EQ(gone.headers.get("Cache-Control"), "no-store");
    for (const std::string& nobodys :
         {address(std::string(43, 'A')), address(""), address("%2e%2e"), std::string(CalendarWorld::url),
          std::string(CalendarWorld::url) + "/", feed.url + "/x", feed.url.substr(0, feed.url.size() - 4)})
        EXPECT_EQ(outcome_of(ask(nobodys)), "404 not-found") << nobodys;
}

TEST_F(CalendarFace, OnlyReadingIsOffered)
{
    const auto answer = ask(made().url, {}, "POST");
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.headers.get("Allow"), "GET, HEAD");
}

TEST_F(CalendarFace, ALookIsRecordedInTheNameOfWhoMadeTheFeed)
{
    const auto feed = made();
    ask(feed.url);
    ASSERT_EQ(recorded_.notes.size(), 1U);
    const auto& record = recorded_.notes[0].record;
    EXPECT_EQ(record.event, Event::export_);
    EXPECT_EQ(record.via, "calendar");
    EXPECT_EQ(record.agent, "HUB01");
    EXPECT_EQ(record.client, "hub");
    EXPECT_EQ(record.type + "/" + record.id, "Basic/" + feed.feed.id);
    ask(address("x"));
    EXPECT_EQ(recorded_.notes[1].record.event, Event::login_failure);
    EXPECT_EQ(recorded_.notes[1].record.outcome, gateway::audit::Outcome::refused);
}

TEST_F(CalendarFace, NothingIsShownThatCannotBeRecorded)
{
    world_.book("a");
    recorded_.broken = true;
    const auto answer = ask(made().url);
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.body.view().find("VEVENT"), std::string_view::npos);
}

TEST_F(CalendarFace, TheSecretIsInNoLogMetricRecordOrRefusal)
{
    const auto feed = made();
    const std::string secret = CalendarWorld::secret_of(feed.url);
    gateway::observability::set_level(gateway::observability::Level::info);
    std::mutex mutex;
    std::string logged;
    gateway::observability::set_output([&](std::string_view line) {
        const std::lock_guard lock(mutex);
        logged += line;
    });
    std::string answers(ask(feed.url).body.view());
    answers += ask(feed.url, {}, "POST").body.view();
    world_.must(world_.feeds->revoke(CalendarWorld::caller(), feed.feed.id));
    answers += ask(feed.url).body.view();
    answers += ask(feed.url + "x").body.view();
    gateway::observability::flush();
    gateway::observability::set_output({});
    EXPECT_EQ(answers.find(secret), std::string::npos);
    EXPECT_EQ(logged.find(secret), std::string::npos);
    EXPECT_NE(logged.find("/calendar/{secret}.ics"), std::string::npos) << logged;
    EXPECT_EQ(metrics_.text().find(secret), std::string::npos);
    for (const auto& [record, patient] : recorded_.notes)
        for (const std::string& text : {record.action, record.id, record.reason, record.version, record.user})
            EXPECT_EQ(text.find(secret), std::string::npos);
}

TEST_F(CalendarFace, WhoTriesAddressesIsSlowedDown)
{
    auto limits = no_limits();
    limits.failed_logins = {2, std::chrono::minutes(1), 2};
    limiter_.use(limits);
    const auto feed = made();
    std::vector<unsigned> seen;
    for (int i = 0; i < 4; ++i)
        seen.push_back(ask(address(std::string(43, static_cast<char>('A' + i)))).status);
    EXPECT_EQ(seen.front(), 404U);
    EXPECT_EQ(seen.back(), 429U);
    EXPECT_EQ(ask(feed.url).status, 200U) << "whoever has an address is not locked out";
}

/// The operations that make, list and revoke them.
class CalendarOperations : public FaceTest
{
protected:
    CalendarOperations()
    {
        gateway::identity::Client client{"hub-901", *fhir::OdsCode::parse("ZZ901"),
                                         "Hub",     {},
                                         {},        gateway::identity::parse_scopes("system/*.cruds"),
                                         {},        {},
                                         {}};
        world_.clients.replace({client});
        face_ = gateway::faces::make_r4_face({.identity = identity_,
                                              .search = search_,
                                              .patients = patients_,
                                              .booking = booking_,
                                              .tasks = *tasks_,
                                              .directory = [this] { return world_.directory; },
                                              .clock = clock_,
                                              .random = random_,
                                              .metrics = metrics_,
                                              .health = {},
                                              .settings = {std::string(test_base), "0.1.0"},
                                              .audit = &recorded_,
                                              .calendars = world_.feeds.get()});
        add_book();
    }
    Response make(const std::string& parameters = {})
    {
        const std::string list = parameters.empty() ? "" : R"(,"parameter":[)" + parameters + "]";
        return post("Subscription/$calendar-feed", R"({"resourceType":"Parameters")" + list + "}");
    }
    static std::string schedule(const std::string& text)
    {
        return R"({"name":"schedule","valueReference":{"reference":")" + text + "\"}}";
    }
    Response revoke(const std::string& id)
    {
        return post("Subscription/$revoke-calendar-feed",
                    R"({"resourceType":"Parameters","parameter":[{"name":"feed","valueString":")" + id +
                        "\"}]}");
    }

    CalendarWorld world_;
};

TEST_F(CalendarOperations, AnswerWithTheAddressWhenAFeedIsMadeAndNeverAgain)
{
    const auto answer = post("Subscription/$calendar-feed", R"({"resourceType":"Parameters"})");
    ASSERT_EQ(answer.status, 201U) << answer.body.view();
    const std::string id = text_at(answer, "parameter/0/valueString");
    const std::string url = text_at(answer, "parameter/2/valueUri");
    EXPECT_TRUE(url.starts_with("https://gateway.example.net/calendar/")) << answer.body.view();
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
    const auto listed = get("Subscription/$calendar-feeds");
    EXPECT_EQ(listed.status, 200U);
    EXPECT_EQ(text_at(listed, "parameter/0/part/0/valueString"), id);
    EXPECT_EQ(listed.body.view().find(CalendarWorld::secret_of(url)), std::string_view::npos);
}

TEST_F(CalendarOperations, NameTheSession)
{
    const auto answer = make(schedule("Schedule/A11111.s1"));
    ASSERT_EQ(answer.status, 201U) << answer.body.view();
    EXPECT_EQ(text_at(answer, "parameter/1/valueReference/reference"), "Schedule/A11111.s1");
    EXPECT_EQ(outcome_of(make(schedule("Schedule/A11111.none"))),
              "404 not-found Parameters.parameter[0].value");
    EXPECT_EQ(outcome_of(make(schedule("Slot/A11111.1"))), "400 value Parameters.parameter[0].value");
}

TEST_F(CalendarOperations, RevokeOnesOwn)
{
    const std::string id = text_at(make(), "parameter/0/valueString");
    EXPECT_EQ(revoke(id).status, 200U);
    EXPECT_EQ(text_at(get("Subscription/$calendar-feeds"), "parameter/0/part/2/name"), "revoked");
    EXPECT_EQ(outcome_of(revoke("none")), "404 not-found Parameters.parameter[0].value");
    EXPECT_EQ(outcome_of(post("Subscription/$revoke-calendar-feed", R"({"resourceType":"Parameters"})")),
              "400 required Parameters.parameter");
}

TEST_F(CalendarOperations, AreOnRecordWithWhoCalled)
{
    const std::string id = text_at(make(), "parameter/0/valueString");
    revoke(id);
    EXPECT_EQ(recorded_.writes(),
              (std::vector<std::string>{"fhir: POST [base]/Subscription/$calendar-feed, Basic/" + id + "/",
                                        "fhir: POST [base]/Subscription/$revoke-calendar-feed, Basic/" + id +
                                            "/"}));
    EXPECT_EQ(recorded_.notes[0].record.agent, "ZZ901");
    EXPECT_EQ(recorded_.notes[0].record.client, "hub-901");
}

TEST_F(CalendarOperations, AreInTheCapabilityStatement)
{
    const std::string text(get("metadata").body.view());
    for (const char* name : {"calendar-feed", "calendar-feeds", "revoke-calendar-feed"})
        EXPECT_NE(text.find("OperationDefinition/subscription-" + std::string(name) + "\""),
                  std::string::npos)
            << name;
    EXPECT_EQ(get("OperationDefinition/subscription-calendar-feed").status, 200U);
}

class AtTheCalendarDesk : public testing::Test
{
protected:
    Response ask(const std::string& method, const std::string& target, std::string body = {},
                 const std::string& proof = "Bearer proof")
    {
        Request request;
        request.method = method;
        request.target = target;
        request.body = std::move(body);
        request.headers.set("Authorization", proof);
        return run(world_.context, gateway::faces::at_calendar_desk(desk_, std::move(request)));
    }

    CalendarWorld world_;
    FakeRecorder recorded_;
    gateway::calendar::MadeFeed made_ = world_.must(world_.feeds->make(CalendarWorld::caller(), {}));
    gateway::faces::CalendarDesk desk_{world_.feeds.get(),
                                       [](const Request& request) -> fhir::Result<std::string> {
                                           if (request.headers.get("Authorization") != "Bearer proof")
                                               return fhir::fail(fhir::ErrorKind::login_required);
                                           return "A. Jones";
                                       },
                                       &recorded_, "https://gateway.example.net/fhir/CodeSystem/outcome"};
    const std::string order_ = R"({"order":"revoke","reason":"address was in an e-mail"})";
};

TEST_F(AtTheCalendarDesk, OperatorsSeeAllFeedsWithoutTheirAddresses)
{
    const std::string text(ask("GET", "/calendars", {}, {}).body.view());
    EXPECT_NE(text.find(made_.feed.id), std::string::npos);
    EXPECT_EQ(text.find(CalendarWorld::secret_of(made_.url)), std::string::npos);
}

TEST_F(AtTheCalendarDesk, RevokingNeedsProofAndReasonAndIsOnRecord)
{
    const std::string target = "/calendars/" + made_.feed.id;
    EXPECT_EQ(ask("POST", target, order_, "Bearer x").status, 401U);
    EXPECT_EQ(ask("POST", target, R"({"order":"revoke"})").status, 400U);
    EXPECT_EQ(ask("POST", target, R"({"order":"burn","reason":"x"})").status, 400U);
    EXPECT_EQ(ask("POST", target, "[").status, 400U);
    EXPECT_EQ(ask("POST", "/calendars/none", order_).status, 404U);
    EXPECT_EQ(ask("POST", target, order_).status, 200U);
    EXPECT_EQ(ask("GET", target).status, 405U);
    EXPECT_EQ(ask("POST", "/calendars").status, 405U);
    ASSERT_EQ(recorded_.notes.size(), 2U);
    const auto& record = recorded_.notes[1].record;
    EXPECT_EQ(record.event, Event::configuration);
    EXPECT_EQ(record.user, "A. Jones");
    EXPECT_EQ(record.id, made_.feed.id);
    EXPECT_TRUE(world_.must(world_.feeds->all())[0].revoked);
}

} // namespace tests::calendar_face
