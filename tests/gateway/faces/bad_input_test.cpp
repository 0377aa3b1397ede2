// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

#include <ostream>

namespace
{

using tests::booking_json;
using tests::Fields;
using tests::outcome_of;

struct BadRequest
{
    std::string name; ///< what is wrong
    std::string method = "GET";
    std::string path; ///< below the base
    Fields fields;
    std::string body;
    std::string outcome; ///< status, issue code, expression
};

void PrintTo(const BadRequest& request, std::ostream* out)
{
    *out << request.name;
}

const Fields fhir_body = {{"Content-Type", "application/fhir+json"}};
const Fields patch_body = {{"Content-Type", "application/json-patch+json"}, {"If-Match", "W/\"1\""}};
const std::string day = "start=ge2026-11-24&start=lt2026-11-25";
const std::string an_id = tests::FakeBooking::new_id;

BadRequest booking(std::string name, std::string body, std::string outcome)
{
    return {std::move(name), "POST", "Appointment", fhir_body, std::move(body), std::move(outcome)};
}

BadRequest booking_with(std::string name, Fields more, std::string outcome)
{
    more.insert(more.begin(), fhir_body.begin(), fhir_body.end());
    return {std::move(name), "POST", "Appointment", std::move(more), booking_json(), std::move(outcome)};
}

BadRequest search(std::string name, std::string path, std::string outcome)
{
    return {std::move(name), "GET", std::move(path), {}, {}, std::move(outcome)};
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    text.replace(text.find(from), from.size(), to);
    return text;
}

class BadInput : public tests::FaceTest, public testing::WithParamInterface<BadRequest>
{};

TEST_P(BadInput, IsAnsweredWithAnOutcomeThatNamesThePlaceAndHasNoEffect)
{
    const BadRequest& bad = GetParam();
    const auto response = send(bad.method, "/fhir/R4/" + bad.path, bad.fields, bad.body);
    EXPECT_EQ(outcome_of(response), bad.outcome) << response.body.view();
    EXPECT_EQ(tests::text_at(response, "resourceType"), "OperationOutcome");
    EXPECT_GT(tests::text_at(response, "issue/0/details/text").size(), 20u);
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_FALSE(booking_.written) << "a refused request reached the booking service";
    EXPECT_FALSE(search_.asked) << "a refused request reached the search";
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, BadInput,
    testing::Values(
        booking("malformed JSON", R"({"resourceType":"Appointment",)", "400 structure"),
        booking("no body", "", "400 structure"),
        booking("a duplicate key", R"({"resourceType":"Appointment","status":"booked","status":"cancelled"})",
                "400 structure"),
        booking("a wrong type", booking_json(R"(,"minutesDuration":"ten")"),
                "400 structure Appointment.minutesDuration"),
        booking("an unknown element", booking_json(R"(,"shoeSize":9)"), "400 structure Appointment.shoeSize"),
        booking("an unknown status", replaced(booking_json(), "booked", "bokked"),
                "400 value Appointment.status"),
        booking("an impossible date", replaced(booking_json(), "2026-11-24T09:00", "2026-02-30T09:00"),
                "400 value Appointment.start"),
        booking("no participant", R"({"resourceType":"Appointment","status":"booked"})",
                "400 required Appointment.participant"),
        booking("another resource type", R"({"resourceType":"Slot"})",
                "400 invariant Appointment.resourceType")));

INSTANTIATE_TEST_SUITE_P(
    Headers, BadInput,
    testing::Values(
        booking_with("a CSV body", {{"Content-Type", "text/csv"}}, "415 not-supported http.Content-Type"),
        booking_with("JSON said to be XML", {{"Content-Type", "application/fhir+xml"}}, "400 structure"),
        booking_with("no media type", {{"Content-Type", ""}}, "415 not-supported http.Content-Type"),
        booking_with("CSV wanted", {{"Accept", "text/csv"}}, "406 not-supported http.Accept"),
        booking_with("an empty Idempotency-Key of blanks", {{"Idempotency-Key", "a b"}},
                     "400 value http.Idempotency-Key"),
        booking_with("a long Idempotency-Key", {{"Idempotency-Key", std::string(256, 'k')}},
                     "400 value http.Idempotency-Key"),
        booking_with("a condition on another parameter", {{"If-None-Exist", "patient=1"}},
                     "400 value http.If-None-Exist"),
        booking_with("a condition without a system", {{"If-None-Exist", "identifier=NM-1"}},
                     "400 value http.If-None-Exist"),
        booking_with("no token", {{"Authorization", ""}}, "401 login"),
        booking_with("an expired token", {{"Authorization", "Bearer expired"}}, "401 expired"),
        booking_with("a token for another audience", {{"Authorization", "Bearer wrong-audience"}},
                     "401 unknown"),
        booking_with("a token without the scope", {{"Authorization", "Bearer narrow"}},
                     "403 forbidden http.Authorization")));

INSTANTIATE_TEST_SUITE_P(
    Changes, BadInput,
    testing::Values(BadRequest{"PUT without If-Match", "PUT", "Appointment/" + an_id, fhir_body,
                               booking_json(), "400 required http.If-Match"},
                    BadRequest{"PUT with an If-Match that is no ETag",
                               "PUT",
                               "Appointment/" + an_id,
                               {{"Content-Type", "application/fhir+json"}, {"If-Match", "yesterday"}},
                               booking_json(),
                               "400 value http.If-Match"},
                    BadRequest{"PUT with another id in the body",
                               "PUT",
                               "Appointment/" + an_id,
                               {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}},
                               booking_json(R"(,"id":"other")"),
                               "400 invariant Appointment.id"},
                    BadRequest{"PATCH without If-Match",
                               "PATCH",
                               "Appointment/" + an_id,
                               {{"Content-Type", "application/json-patch+json"}},
                               "[]",
                               "400 required http.If-Match"},
                    BadRequest{"PATCH that is no JSON", "PATCH", "Appointment/" + an_id, patch_body, "[",
                               "400 structure"},
                    BadRequest{"PATCH as FHIR", "PATCH", "Appointment/" + an_id, fhir_body, "[]",
                               "415 not-supported http.Content-Type"},
                    BadRequest{"PATCH of an unknown appointment", "PATCH", "Appointment/" + an_id, patch_body,
                               "[]", "404 not-found"}));

INSTANTIATE_TEST_SUITE_P(
    Searches, BadInput,
    testing::Values(
        search("an unknown parameter", "Slot?" + day + "&shoe-size=9", "400 not-supported http.shoe-size"),
        search("an impossible date", "Slot?start=ge2026-13-01&start=lt2026-11-25", "400 value http.start"),
        search("a window that ends before it starts", "Slot?start=ge2026-11-25&start=lt2026-11-24",
               "400 invariant http.start"),
        search("a bad escape", "Slot?" + day + "&status=%zz", "400 value http.query"),
        search("CSV asked by _format", "Slot?" + day + "&_format=csv", "406 not-supported http._format"),
        search("a patient by a bad check digit",
               "Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000019",
               "400 value http.identifier"),
        search("an unknown type", "Spaceship/1", "404 not-supported"),
        search("an id that cannot be one", "Slot/a_b", "404 not-found"),
        search("an unknown appointment", "Appointment/" + an_id, "404 not-found"),
        search("a version that is no number", "Appointment/" + an_id + "/_history/x", "404 not-found"),
        search("a changed paging link", "Location?_offset=x", "400 value http._offset")));

INSTANTIATE_TEST_SUITE_P(
    Verbs, BadInput,
    testing::Values(
        BadRequest{"deleting an appointment", "DELETE", "Appointment/" + an_id, {}, {}, "405 not-supported"},
        BadRequest{"creating a slot", "POST", "Slot", fhir_body, "{}", "405 not-supported"},
        BadRequest{"writing a schedule", "PUT", "Schedule/A11111.s1", fhir_body, "{}", "405 not-supported"}));

using Refusals = tests::FaceTest;

TEST_F(Refusals, WindowTooWideIsTooCostly)
{
    const auto response = get("Slot?start=ge2026-11-24&start=lt2027-03-01");
    EXPECT_EQ(tests::text_at(response, "issue/0/code"), "too-costly");
    EXPECT_FALSE(search_.asked);
}

TEST_F(Refusals, EveryRefusalOfTheBookingServiceIsPassedOn)
{
    using fhir::ErrorKind;
    const std::vector<std::pair<fhir::Error, std::string>> cases = {
        {fhir::Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]"),
         "409 conflict Appointment.slot[0]"},
        {fhir::Error(ErrorKind::slot_in_past).at("Appointment.slot[0]"),
         "422 business-rule Appointment.slot[0]"},
        {fhir::Error(ErrorKind::practice_unknown).at("Appointment.slot[0]"),
         "404 not-found Appointment.slot[0]"},
        {fhir::Error(ErrorKind::invariant).at("Appointment.end"), "400 invariant Appointment.end"},
        {fhir::Error(ErrorKind::duplicate_key_other_body), "422 business-rule"},
        {fhir::Error(ErrorKind::duplicate_in_flight), "409 duplicate"},
        {fhir::Error(ErrorKind::multiple_matches).at("http.If-None-Exist"),
         "412 multiple-matches http.If-None-Exist"},
    };
    for (const auto& [error, outcome] : cases) {
        booking_.failure = error;
        EXPECT_EQ(outcome_of(post("Appointment", booking_json())), outcome);
    }
}

TEST_F(Refusals, ReadTakesNoSearchParameters)
{
    add_book();
    EXPECT_EQ(outcome_of(get("Slot/A11111.1?shoe-size=9")), "400 not-supported http.shoe-size");
    EXPECT_EQ(get("Slot/A11111.1?shoe-size=9", {{"Prefer", "handling=lenient"}}).status, 200u);
}

TEST_F(Refusals, UnauthenticatedIsChallenged)
{
    EXPECT_EQ(get("Slot?" + day, {{"Authorization", ""}}).headers.get("WWW-Authenticate"),
              "Bearer realm=\"fhir\"");
    EXPECT_EQ(get("Slot?" + day, {{"Authorization", "Bearer expired"}}).headers.get("WWW-Authenticate"),
              "Bearer realm=\"fhir\", error=\"invalid_token\"");
    EXPECT_EQ(get("Schedule", {{"Authorization", "Bearer narrow"}}).headers.get("WWW-Authenticate"),
              "Bearer realm=\"fhir\", error=\"insufficient_scope\", scope=\"system/Schedule.s\"");
}

TEST_F(Refusals, DeletingAnAppointmentSaysWhatToDoInstead)
{
    const auto response = send("DELETE", "/fhir/R4/Appointment/" + an_id);
    EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD, PUT, PATCH, OPTIONS");
    EXPECT_NE(response.body.view().find("ancel"), std::string_view::npos);
}

TEST_F(Refusals, StaleVersionIsAConflict)
{
    const auto id = add_appointment();
    const auto response = send("PUT", "/fhir/R4/Appointment/" + id,
                               {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"7\""}},
                               booking_json(",\"id\":\"" + id + "\""));
    EXPECT_EQ(response.status, 412u);
    EXPECT_EQ(tests::text_at(response, "issue/0/code"), "conflict");
}

TEST_F(Refusals, PutToAnUnknownIdDoesNotCreate)
{
    const auto response = send("PUT", "/fhir/R4/Appointment/" + an_id,
                               {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}},
                               booking_json(",\"id\":\"" + an_id + "\""));
    EXPECT_EQ(outcome_of(response), "405 not-supported Appointment.id");
}

TEST_F(Refusals, WhatTheHttpLayerRefusesIsAnOutcomeToo)
{
    const auto response = face_->refuse(fhir::Error(fhir::ErrorKind::body_too_large));
    EXPECT_EQ(outcome_of(response), "413 too-long");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_FALSE(response.headers.get("X-Request-Id").empty());
}

TEST_F(Refusals, RetryAfterIsSent)
{
    search_.failure = fhir::Error(fhir::ErrorKind::supplier_unavailable).retry_in(std::chrono::seconds(30));
    EXPECT_EQ(get("Slot?" + day).headers.get("Retry-After"), "30");
}

TEST_F(Refusals, NeitherOutcomeNorUrlTellsThePatient)
{
    const auto response = get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000019");
    EXPECT_EQ(response.body.view().find("9990000019"), std::string_view::npos);
}

} // namespace
