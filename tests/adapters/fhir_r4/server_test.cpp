// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

// The simulated server, spoken to in bare HTTP: strict where FHIR R4 is.

using namespace tests::fhir_r4;

namespace
{

std::size_t matches_in(const Response& response)
{
    std::size_t count = 0;
    for (const auto* entry : adapters::items_of(json(response), "entry"))
        count += adapters::view_at(*entry, {"search", "mode"}) == "match" ? 1 : 0;
    return count;
}

Response create(Server& server, const JsonValue& body, const std::string& if_none_exist = {})
{
    auto request = server.request("POST", "Appointment", text(body), "application/fhir+json");
    if (!if_none_exist.empty())
        request.headers.set("If-None-Exist", if_none_exist);
    return server.send(request);
}

Response put(Server& server, const JsonValue& body, const std::string& version = "W/\"1\"",
             const std::string& id = "ap-4001")
{
    auto request = server.request("PUT", "Appointment/" + id, text(body), "application/fhir+json");
    if (!version.empty())
        request.headers.set("If-Match", version);
    return server.send(request);
}

JsonValue booking_with(std::string_view element, JsonValue value)
{
    auto body = booking();
    body.set(element, std::move(value));
    return body;
}

JsonValue tree_of(const char* json_text)
{
    return *fhir::codec::parse_json(json_text);
}

} // namespace

TEST(FhirR4Server, WantsATokenForEverythingButItsStatement)
{
    Server server;
    server.token.clear();
    EXPECT_EQ(verdict(server.get("metadata")), "200");
    EXPECT_EQ(verdict(server.get("Slot?status=free")), "401 login");
    server.token = "made-up";
    EXPECT_EQ(verdict(server.get("Slot?status=free")), "401 expired");
}

TEST(FhirR4Server, TokensEnd)
{
    Server server;
    EXPECT_EQ(verdict(server.get("Slot/880011")), "200");
    server.clock.advance(std::chrono::seconds(300));
    EXPECT_EQ(verdict(server.get("Slot/880011")), "401 expired");
}

TEST(FhirR4Server, GivesTokensToItsClientAlone)
{
    Server server;
    const auto ask = [&](const std::string& body, const std::string& credentials) {
        auto request = server.request("POST", "auth/token", body, "application/x-www-form-urlencoded");
        request.headers.set("Authorization", credentials);
        const auto response = server.send(request);
        return std::to_string(response.status) + " " + adapters::text_of(json(response), "error");
    };
    EXPECT_EQ(ask("grant_type=client_credentials", "Basic eDp5"), "401 invalid_client");
    EXPECT_EQ(ask("grant_type=password", "Basic eDp5"), "400 unsupported_grant_type");
    EXPECT_EQ(ask("%zz", "Basic eDp5"), "400 invalid_request");
}

TEST(FhirR4Server, ServesItsOwnPracticeAlone)
{
    Server server;
    auto request = server.request("GET", "metadata");
    request.target = "/Z90002/fhir/R4/metadata";
    EXPECT_EQ(server.send(request).status, 404U);
    request.target = "/fhir/R4/metadata";
    EXPECT_EQ(server.send(request).status, 200U);
    request.target = "/metadata";
    EXPECT_EQ(server.send(request).status, 404U);
}

TEST(FhirR4Server, RefusesWhatItDoesNotKnow)
{
    Server server;
    for (const auto& [target, wanted] : std::vector<std::pair<std::string, std::string>>{
             {"Slot?end=ge2026-11-24T09:00:00Z", "400 not-supported"},
             {"Slot?start=tomorrow", "400 value"},
             {"Slot?start=xx2026-11-24T09:00:00Z", "400 value"},
             {"Slot?_count=none", "400 value"},
             {"Slot?_count=0", "400 value"},
             {"Slot?_include=Slot:nothing", "400 not-supported"},
             {"Slot?status=%zz", "400 structure"},
             {"Patient?phonetic=Tarrowby", "400 not-supported"},
             {"Patient?", "400 too-costly"},
             {"Appointment?status=booked", "400 too-costly"},
             {"Medication?_id=1", "404 not-supported"},
             {"Slot/nothing", "404 not-found"},
             {"Location/loc-77", "404 not-found"},
             {"Appointment/ap-1", "404 not-found"},
             {"?_page=p7", "410 processing"}})
        EXPECT_EQ(verdict(server.get(target)), wanted) << target;
}

TEST(FhirR4Server, AnswersJsonAlone)
{
    Server server;
    auto request = server.request("GET", "Slot/880011");
    request.headers.set("Accept", "application/fhir+xml");
    EXPECT_EQ(verdict(server.send(request)), "406 not-supported");
    EXPECT_EQ(verdict(server.post("Appointment", "<Appointment/>", "application/fhir+xml")),
              "415 not-supported");
    EXPECT_EQ(verdict(server.post("Appointment", "{")), "400 structure");
    EXPECT_EQ(verdict(server.post("Patient/_search", "{}")), "415 not-supported");
}

TEST(FhirR4Server, ShowsEveryPageOnceAndForFiveMinutes)
{
    Server server({{"auth", "none"}});
    auto page = json(server.get("Slot?status=free&_count=20"));
    std::size_t seen = adapters::items_of(page, "entry").size();
    const auto next = [&] {
        for (const auto* link : adapters::items_of(page, "link"))
            if (adapters::view_of(*link, "relation") == "next")
                return adapters::text_of(*link, "url").substr(std::string(root).size());
        return std::string();
    };
    const std::string first = next();
    while (!next().empty()) {
        page = json(server.get(next()));
        seen += adapters::items_of(page, "entry").size();
    }
    EXPECT_EQ(seen, 42U);
    EXPECT_EQ(verdict(server.get(first)), "200");
    server.clock.advance(std::chrono::seconds(299));
    EXPECT_EQ(verdict(server.get(first)), "200");
    server.clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(verdict(server.get(first)), "410 processing");
}

TEST(FhirR4Server, FindsSlotsByTimeStatusAndSchedule)
{
    Server server;
    EXPECT_EQ(matches_in(server.get("Slot?schedule=Schedule/sch-5502")), 6U);
    EXPECT_EQ(matches_in(server.get("Slot?start=ge2026-11-24T09:10:00Z&start=lt2026-11-24T09:30:00Z")), 2U);
    EXPECT_EQ(matches_in(server.get("Slot?start=gt2026-11-24T09:10:00Z&start=le2026-11-24T09:30:00Z")), 2U);
    EXPECT_EQ(matches_in(server.get("Slot?start=2026-11-24T09:10:00Z")), 1U);
    EXPECT_EQ(matches_in(server.get("Slot?status=busy")), 0U);
    EXPECT_EQ(matches_in(server.get("Slot?_id=880011,880012")), 2U);
    server.simulator->reception_takes("880011");
    EXPECT_EQ(matches_in(server.get("Slot?status=free")), 41U);
    EXPECT_EQ(matches_in(server.get("Slot?status=busy-unavailable,busy")), 1U);
}

TEST(FhirR4Server, ABookingIsMadeOnceForOneIdentifier)
{
    Server server;
    const std::string condition = "identifier=https://apptgw.example/id/booking%7Cb-1";
    const auto first = create(server, booking(), condition);
    const auto again = create(server, booking(), condition);
    EXPECT_EQ(first.status, 201U);
    EXPECT_EQ(first.headers.get("Location"), std::string(root) + "Appointment/ap-4001/_history/1");
    EXPECT_EQ(first.headers.get("ETag"), "W/\"1\"");
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.body.view(), first.body.view());
    EXPECT_EQ(verdict(create(server, booking())), "409 conflict");
    EXPECT_EQ(verdict(create(server, booking(), "patient=pt-2001")), "400 not-supported");
}

TEST(FhirR4Server, SeveralBookingsOfOneIdentifierMatchNoCondition)
{
    Server server;
    auto second = booking();
    second.set("slot", tree_of(R"([{"reference":"Slot/880012"}])"));
    second.set("start", "2026-11-24T09:10:00Z");
    second.set("end", "2026-11-24T09:20:00Z");
    ASSERT_EQ(create(server, booking()).status, 201U);
    ASSERT_EQ(create(server, second).status, 201U);
    EXPECT_EQ(verdict(create(server, booking(), "identifier=https://apptgw.example/id/booking%7Cb-1")),
              "412 multiple-matches");
}

TEST(FhirR4Server, RefusesBookingsThatAreNone)
{
    Server server;
    for (const auto& [element, value, wanted] : std::vector<std::tuple<std::string, JsonValue, std::string>>{
             {"resourceType", "Slot", "400 structure"},
             {"colour", "blue", "400 structure"},
             {"description", "", "400 structure"},
             {"description", JsonValue(), "400 structure"},
             {"slot", JsonValue::array(), "400 structure"},
             {"status", "", "400 structure"},
             {"status", "proposed", "422 business-rule"},
             {"cancelationReason", tree_of(R"({"text":"x"})"), "422 invariant"},
             {"slot", tree_of(R"([{"reference":"Slot/none"}])"), "422 not-found"},
             {"slot", tree_of(R"([{"reference":"Slot/880011"},{"reference":"Slot/880013"}])"),
              "422 business-rule"},
             {"start", "2026-11-24T09:01:00Z", "422 invariant"},
             {"end", "2026-11-24T09:20:00Z", "422 invariant"},
             {"participant", tree_of(R"([{"actor":{"reference":"Patient/pt-2001"}}])"), "400 required"},
             {"participant", tree_of(R"([{"actor":{"reference":"Patient/pt-1"},"status":"accepted"}])"),
              "422 not-found"},
             {"participant", tree_of(R"([{"actor":{"reference":"Location/loc-1"},"status":"accepted"}])"),
              "422 required"},
             {"participant", tree_of(R"([{"actor":{"reference":"Device/d"},"status":"accepted"}])"),
              "422 not-found"}})
        EXPECT_EQ(verdict(create(server, booking_with(element, value))), wanted) << element << text(value);
    auto without = booking();
    without.remove("slot");
    EXPECT_EQ(verdict(create(server, without)), "422 required");
    for (const auto& row : server.simulator->book())
        EXPECT_EQ(row.times_booked, 0U);
}

TEST(FhirR4Server, BooksNothingInThePast)
{
    Server server({{"auth", "none"}});
    server.clock.set(tests::at("2026-11-24T09:00:00Z"));
    EXPECT_EQ(verdict(create(server, booking())), "422 business-rule");
    server.clock.set(tests::at("2026-11-24T08:59:59Z"));
    EXPECT_EQ(verdict(create(server, booking())), "201");
}

TEST(FhirR4Server, ChangesOnlyWhatMayChangeAndOnlyTheVersionNamed)
{
    Server server;
    const auto held = json(create(server, booking()));
    EXPECT_EQ(verdict(put(server, held, "")), "400 required");
    EXPECT_EQ(verdict(put(server, held, "W/\"7\"")), "412 conflict");
    EXPECT_EQ(verdict(put(server, held, "W/\"1\"", "ap-9")), "404 not-found");
    auto changed = held;
    changed.set("id", "ap-4002");
    EXPECT_EQ(verdict(put(server, changed)), "400 invariant");
    changed = held;
    changed.set("start", "2026-11-24T09:10:00Z");
    EXPECT_EQ(verdict(put(server, changed)), "422 business-rule");
    changed = held;
    changed.set("priority", JsonValue(1));
    EXPECT_EQ(verdict(put(server, changed)), "422 business-rule");
    changed = held;
    changed.set("status", "arrived");
    EXPECT_EQ(verdict(put(server, changed)), "422 business-rule");
    changed = held;
    changed.set("description", "Asthma review");
    const auto done = put(server, changed);
    EXPECT_EQ(done.status, 200U);
    EXPECT_EQ(done.headers.get("ETag"), "W/\"2\"");
}

TEST(FhirR4Server, WhatIsCancelledStaysCancelledAndFreesItsSlot)
{
    Server server;
    auto held = json(create(server, booking()));
    auto patch = server.request("PATCH", "Appointment/ap-4001",
                                R"([{"op":"replace","path":"/status","value":"cancelled"},
                                    {"op":"add","path":"/cancelationReason","value":{"text":"Recovered"}}])",
                                "application/json-patch+json");
    patch.headers.set("If-Match", "W/\"1\"");
    EXPECT_EQ(server.send(patch).status, 200U);
    EXPECT_EQ(matches_in(server.get("Slot?status=free")), 42U);
    held.set("status", "booked");
    EXPECT_EQ(verdict(put(server, held, "W/\"2\"")), "422 business-rule");
    EXPECT_EQ(create(server, booking()).status, 201U);
}

TEST(FhirR4Server, RefusesPatchesThatAreNone)
{
    Server server;
    create(server, booking());
    for (const char* body : {"{}", R"([{"op":"fly"}])", R"([{"op":"remove","path":"/nothing"}])",
                             R"([{"op":"test","path":"/status","value":"cancelled"}])"}) {
        auto patch = server.request("PATCH", "Appointment/ap-4001", body, "application/json-patch+json");
        patch.headers.set("If-Match", "W/\"1\"");
        EXPECT_EQ(verdict(server.send(patch)), "422 processing") << body;
    }
    auto plain = server.request("PATCH", "Appointment/ap-4001", "[]", "application/json");
    EXPECT_EQ(verdict(server.send(plain)), "415 not-supported");
}

TEST(FhirR4Server, OffersNothingElse)
{
    Server server;
    for (const auto& [method, target] :
         std::vector<std::pair<std::string, std::string>>{{"DELETE", "Appointment/ap-4001"},
                                                          {"POST", "Slot"},
                                                          {"PUT", "Patient/pt-2001"},
                                                          {"POST", "Appointment/ap-1"},
                                                          {"PUT", "Appointment"},
                                                          {"POST", ""}})
        EXPECT_EQ(verdict(server.send(server.request(method, target, "{}", "application/fhir+json"))),
                  "405 not-supported")
            << method << target;
}

TEST(FhirR4Server, IsEmptyAgainAfterAReset)
{
    Server server;
    create(server, booking());
    server.simulator->reset();
    for (const auto& row : server.simulator->book())
        EXPECT_EQ(row.status, "free");
}
