// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/policy_desk.hpp"

#include "fhir/codec/json_value.hpp"
#include "tests/support/administered.hpp"

#include <gtest/gtest.h>

namespace tests::policy_desk_cases
{
namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

class AtThePolicyDesk : public testing::Test
{
protected:
    Response ask(const std::string& method, const std::string& target, std::string body = {},
                 const std::vector<std::pair<std::string, std::string>>& more = {})
    {
        Request request;
        request.method = method;
        request.target = target;
        request.body = std::move(body);
        request.headers.set("Authorization", "Bearer proof");
        request.headers.set("Content-Type", "application/json");
        request.headers.set("X-Change-Reason", "two%20doctors ill");
        for (const auto& [name, value] : more)
            request.headers.set(name, value);
        return run(gateway::faces::at_policy_desk(desk_, std::move(request)));
    }
    Response pause(const std::vector<std::pair<std::string, std::string>>& more)
    {
        return ask("PUT", "/policy/valves/a10001", R"({"state":"paused","reason":"flood"})", more);
    }
    static std::string text(const Response& response) { return std::string(response.body.view()); }

    Administered world_;
    gateway::faces::PolicyDesk desk_{world_.administration.get(),
                                     [](const Request& request) -> fhir::Result<std::string> {
                                         if (request.headers.get("Authorization") != "Bearer proof")
                                             return fhir::fail(fhir::ErrorKind::login_required);
                                         return "A. Jones";
                                     },
                                     world_.clock, "https://gateway.example.net/fhir/CodeSystem/outcome"};
};

TEST_F(AtThePolicyDesk, AnEntryIsMadeReadChangedAndRemovedByItsVersion)
{
    const auto made = pause({{"If-None-Match", "*"}});
    EXPECT_EQ(made.status, 201U) << text(made);
    EXPECT_EQ(made.headers.get("ETag"), "W/\"1\"");
    const auto read = ask("GET", "/policy/valves/A10001");
    EXPECT_EQ(read.status, 200U);
    EXPECT_EQ(read.headers.get("ETag"), "W/\"1\"");
    EXPECT_NE(text(read).find("paused"), std::string::npos);
    EXPECT_EQ(pause({{"If-Match", "W/\"1\""}}).headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(pause({{"If-Match", "W/\"1\""}}).status, 412U);
    EXPECT_EQ(ask("DELETE", "/policy/valves/A10001", {}, {{"If-Match", "W/\"2\""}}).status, 204U);
    EXPECT_EQ(ask("GET", "/policy/valves/A10001").status, 404U);
    const auto history = text(ask("GET", "/policy/valves/A10001/_history"));
    EXPECT_NE(history.find("\"removed\": true"), std::string::npos) << history;
    EXPECT_NE(history.find("two doctors ill"), std::string::npos) << history;
}

TEST_F(AtThePolicyDesk, AFilesEntryIsVersionZero)
{
    EXPECT_EQ(ask("GET", "/policy/agreements/configured").headers.get("ETag"), "W/\"0\"");
    EXPECT_NE(text(ask("GET", "/policy/agreements")).find("\"source\": \"configuration\""),
              std::string::npos);
    EXPECT_EQ(ask("DELETE", "/policy/agreements/configured", {}, {{"If-Match", "W/\"0\""}}).status, 204U);
    EXPECT_EQ(world_.reason(), gateway::policy::Reason::no_agreement);
}

TEST_F(AtThePolicyDesk, PracticesShowTheirValveAndWhatNamesThem)
{
    ASSERT_EQ(pause({{"If-None-Match", "*"}}).status, 201U);
    const auto all = text(ask("GET", "/policy/practices"));
    for (const char* expected : {"A10001", "A10002", "paused", "flood", "configured", "HUB01", "emis"})
        EXPECT_NE(all.find(expected), std::string::npos) << expected;
    const auto one = text(ask("GET", "/policy/practices/A10002"));
    EXPECT_EQ(one.find("configured"), std::string::npos);
    EXPECT_EQ(ask("GET", "/policy/practices/A99999").status, 404U);
}

TEST_F(AtThePolicyDesk, AnAgreementForATypeOfOrganisationIsShownWithIt)
{
    const auto made =
        ask("PUT", "/policy/agreements/urgent",
            R"({"title":"T","practices":["A10002"],"consumers":["HUB01"],"types":["urgent-care"]})",
            {{"If-None-Match", "*"}});
    ASSERT_EQ(made.status, 201U) << text(made);
    EXPECT_NE(text(ask("GET", "/policy/agreements/urgent")).find("urgent-care"), std::string::npos);
    EXPECT_NE(text(ask("GET", "/policy/practices/A10002")).find("urgent-care"), std::string::npos);
    EXPECT_EQ(world_.reason("A10002"), gateway::policy::Reason::restricted_type);
}

TEST_F(AtThePolicyDesk, NamesOfSlotsAreListedWithWhatTheyMeanOrMayMean)
{
    gateway::slot_types::SeenTypes seen;
    const auto practice = *fhir::OdsCode::parse("A10001");
    gateway::slot_types::SlotType video{{"Video*"}, {}, "clinical-triage", "Video"};
    seen.note({practice, "Video list", 4, world_.clock.now(), video});
    seen.note({*fhir::OdsCode::parse("A10002"), "Tel GP", 7, world_.clock.now()});
    desk_.slot_types = &seen;
    const auto all = text(ask("GET", "/policy/slot-types"));
    for (const char* expected : {"Video list", "clinical-triage", "Tel GP", "suggestion", "Telephone"})
        EXPECT_NE(all.find(expected), std::string::npos) << expected << " in " << all;
    const auto one = text(ask("GET", "/policy/slot-types/a10001"));
    EXPECT_EQ(one.find("Tel GP"), std::string::npos);
    EXPECT_EQ(ask("PUT", "/policy/slot-types/a10001", "{}").status, 405U);
}

TEST_F(AtThePolicyDesk, RefusalsAreOperationOutcomesAndChangeNothing)
{
    const struct
    {
        std::string method, target, body;
        std::vector<std::pair<std::string, std::string>> headers;
        unsigned status;
    } rows[] = {
        {"PUT", "/policy/valves/A10001", "{}", {{"Authorization", ""}, {"If-None-Match", "*"}}, 401},
        {"PUT", "/policy/valves/A10001", R"({"state":"open"})", {}, 400},
        {"PUT", "/policy/valves/A10001", R"({"state":"open"})", {{"If-Match", "1"}}, 400},
        {"PUT", "/policy/valves/A10001", R"({"state":"open"})", {{"If-Match", "W/\"7\""}}, 404},
        {"PUT", "/policy/valves/A10001", R"({"state":"shut"})", {{"If-None-Match", "*"}}, 400},
        {"PUT",
         "/policy/valves/A10001",
         R"({"state":"open"})",
         {{"If-None-Match", "*"}, {"X-Change-Reason", "%"}},
         400},
        {"PUT",
         "/policy/valves/A10001",
         R"({"state":"open"})",
         {{"If-None-Match", "*"}, {"Content-Type", "text/plain"}},
         415},
        {"POST", "/policy/valves", "{}", {}, 405},
        {"DELETE", "/policy/practices/A10001", "", {}, 405},
        {"GET", "/policy/elsewhere", "", {}, 404},
        {"GET", "/policy/valves/a/b", "", {}, 404},
    };
    for (const auto& row : rows) {
        const auto refused = ask(row.method, row.target, row.body, row.headers);
        EXPECT_EQ(refused.status, row.status) << row.method << " " << row.target << " " << text(refused);
        EXPECT_NE(text(refused).find("\"resourceType\":\"OperationOutcome\""), std::string::npos);
    }
    EXPECT_EQ(world_.reason(), gateway::policy::Reason::none);
}

} // namespace
} // namespace tests::policy_desk_cases
