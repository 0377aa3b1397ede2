// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::booking_json;
using tests::Fields;
using tests::text_at;

const std::string booked_id = tests::FakeBooking::new_id;
const std::string booked_location =
    "https://gateway.example.net/fhir/R4/Appointment/" + booked_id + "/_history/";
const std::string cancel =
    R"([{"op":"test","path":"/status","value":"booked"},{"op":"replace","path":"/status","value":"cancelled"}])";

class AppointmentFace : public tests::FaceTest
{
protected:
    fhir::rest::Response patch(std::string body, std::string if_match = "W/\"1\"")
    {
        return send("PATCH", "/fhir/R4/Appointment/" + booked_id,
                    {{"Content-Type", "application/json-patch+json"}, {"If-Match", std::move(if_match)}},
                    std::move(body));
    }
};

TEST_F(AppointmentFace, CreateAnswersTheBookedVersionAndWhereItIs)
{
    const auto response = post("Appointment", booking_json());
    ASSERT_EQ(response.status, 201u) << response.body.view();
    EXPECT_EQ(response.headers.get("Location"), booked_location + "1");
    EXPECT_EQ(response.headers.get("ETag"), "W/\"1\"");
    EXPECT_EQ(text_at(response, "id"), booked_id);
    EXPECT_EQ(booking_.context->caller.ods.text(), "ZZ901");
}

TEST_F(AppointmentFace, PreferDecidesTheBodyOfAWrite)
{
    const auto minimal = post("Appointment", booking_json(), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(minimal.status, 201u);
    EXPECT_TRUE(minimal.body.empty());
    EXPECT_EQ(minimal.headers.get("Location"), booked_location + "1");
    const auto outcome = post("Appointment", booking_json(), {{"Prefer", "return=OperationOutcome"}});
    EXPECT_EQ(text_at(outcome, "resourceType"), "OperationOutcome");
    EXPECT_EQ(text_at(outcome, "issue/0/severity"), "information");
}

TEST_F(AppointmentFace, ConditionalCreateAnswersTheOneThatExists)
{
    booking_.exists = true;
    const auto response = post("Appointment", booking_json(),
                               {{"If-None-Exist", "identifier=https://hub.example.org/id/booking|NM-1"}});
    EXPECT_EQ(response.status, 200u) << response.body.view();
    ASSERT_TRUE(booking_.condition);
    EXPECT_EQ(booking_.condition->system, "https://hub.example.org/id/booking");
    EXPECT_EQ(booking_.condition->code, "NM-1");
}

TEST_F(AppointmentFace, ReplayIsMarked)
{
    booking_.replay = true;
    const auto response = post("Appointment", booking_json(), {{"Idempotency-Key", "abc-1"}});
    EXPECT_EQ(response.status, 201u);
    EXPECT_EQ(response.headers.get("Idempotency-Replayed"), "true");
    EXPECT_EQ(booking_.context->idempotency_key, "abc-1");
}

TEST_F(AppointmentFace, ARepeatWhileTheFirstRequestRunsIsToldWhenToComeAgain)
{
    booking_.failure = fhir::Error(fhir::ErrorKind::duplicate_in_flight).retry_in(std::chrono::seconds(2));
    const auto response = post("Appointment", booking_json(), {{"Idempotency-Key", "abc-1"}});
    EXPECT_EQ(response.status, 409u);
    EXPECT_EQ(response.headers.get("Retry-After"), "2");
}

TEST_F(AppointmentFace, HashOfARequestIgnoresLayoutButNotContent)
{
    post("Appointment", booking_json());
    const std::string first = booking_.context->request_hash;
    std::string spaced = booking_json();
    spaced.insert(1, "\n  ");
    post("Appointment", spaced);
    EXPECT_EQ(booking_.context->request_hash, first);
    post("Appointment", booking_json(R"(,"comment":"rings the bell")"));
    EXPECT_NE(booking_.context->request_hash, first);
    EXPECT_EQ(first.size(), 64u);
}

TEST_F(AppointmentFace, UnknownOutcomeIsATimeoutThatSaysWhereToAskAgain)
{
    booking_.unresolved = fhir::Error(fhir::ErrorKind::outcome_unknown);
    const auto response = post("Appointment", booking_json(), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(tests::outcome_of(response), "504 timeout");
    EXPECT_EQ(response.headers.get("Location"), booked_location + "1");
}

TEST_F(AppointmentFace, ReadAndVersionReadCarryTheETag)
{
    add_appointment();
    const auto read = get("Appointment/" + booked_id);
    EXPECT_EQ(read.status, 200u);
    EXPECT_EQ(read.headers.get("ETag"), "W/\"1\"");
    EXPECT_EQ(get("Appointment/" + booked_id, {{"If-None-Match", "W/\"1\""}}).status, 304u);
    EXPECT_EQ(get("Appointment/" + booked_id + "/_history/1").status, 200u);
    EXPECT_EQ(get("Appointment/" + booked_id + "/_history/2").status, 404u);
}

TEST_F(AppointmentFace, PutUpdatesTheVersionNamed)
{
    add_appointment();
    const auto response =
        send("PUT", "/fhir/R4/Appointment/" + booked_id,
             {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}},
             booking_json(",\"comment\":\"Needs a chaperone\",\"id\":\"" + booked_id + "\""));
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(response.headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(booking_.written->comment, "Needs a chaperone");
}

TEST_F(AppointmentFace, PatchIsEvaluatedOnTheVersionNamed)
{
    add_appointment();
    const auto response = patch(cancel);
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.written->status, fhir::AppointmentStatus::cancelled);
    EXPECT_EQ(text_at(response, "status"), "cancelled");
}

TEST_F(AppointmentFace, AWriteTakesNoParametersUnlessLenient)
{
    add_appointment();
    const Fields lenient{{"Prefer", "handling=lenient"}};
    EXPECT_EQ(tests::outcome_of(post("Appointment?colour=red", booking_json())),
              "400 not-supported http.colour");
    EXPECT_EQ(post("Appointment?colour=red", booking_json(), lenient).status, 201u);
    EXPECT_EQ(post("Appointment?_format=json&_pretty=true", booking_json()).status, 201u);
    for (const auto* method : {"PUT", "PATCH"}) {
        const auto type =
            std::string(method) == "PUT" ? "application/fhir+json" : "application/json-patch+json";
        const auto response = send(method, "/fhir/R4/Appointment/" + booked_id + "?colour=red",
                                   {{"Content-Type", type}, {"If-Match", "W/\"1\""}}, "[]");
        EXPECT_EQ(tests::outcome_of(response), "400 not-supported http.colour") << method;
    }
}

TEST_F(AppointmentFace, PatchOfAStaleVersionIsAConflict)
{
    add_appointment();
    EXPECT_EQ(patch(cancel, "W/\"9\"").status, 412u);
    EXPECT_FALSE(booking_.written);
}

TEST_F(AppointmentFace, PatchThatDoesNotFitIsUnprocessable)
{
    add_appointment();
    for (const auto* body :
         {R"([{"op":"test","path":"/status","value":"cancelled"}])", R"([{"op":"remove","path":"/nowhere"}])",
          R"([{"op":"remove","path":"/participant"}])", R"([{"op":"add","path":"/shoeSize","value":9}])",
          R"([{"op":"replace","path":"/id","value":"other"}])", R"({"op":"remove"})"})
        EXPECT_EQ(patch(body).status, 422u) << body;
    EXPECT_FALSE(booking_.written);
}

TEST_F(AppointmentFace, HistoryIsNewestFirstAndEachEntrySaysHowItCame)
{
    add_appointment();
    patch(cancel);
    const auto response = get("Appointment/" + booked_id + "/_history");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "type"), "history");
    EXPECT_EQ(text_at(response, "total"), "2");
    EXPECT_EQ(text_at(response, "entry/0/response/etag"), "W/\"2\"");
    EXPECT_EQ(text_at(response, "entry/1/request/method"), "POST");
    EXPECT_EQ(text_at(response, "entry/1/response/status"), "201 Created");
}

TEST_F(AppointmentFace, HistoryCanBeNarrowed)
{
    add_appointment();
    patch(cancel);
    EXPECT_EQ(text_at(get("Appointment/" + booked_id + "/_history?_count=1"), "entry/1"), "");
    EXPECT_EQ(text_at(get("Appointment/" + booked_id + "/_history?_since=2026-11-24T00:00:00Z"), "total"),
              "0");
    EXPECT_EQ(text_at(get("Appointment/" + booked_id + "/_history?_at=2026-11-24T00:00:00Z"), "total"), "1");
    EXPECT_EQ(get("Appointment/" + booked_id + "/_history?_since=soon").status, 400u);
}

TEST_F(AppointmentFace, HistoryIsPagedByLinks)
{
    add_appointment();
    patch(cancel);
    const auto first = get("Appointment/" + booked_id + "/_history?_count=1");
    EXPECT_EQ(text_at(first, "entry/0/resource/meta/versionId"), "2");
    ASSERT_EQ(text_at(first, "link/1/relation"), "next") << first.body.view();
    const auto next = text_at(first, "link/1/url").substr(std::string("https://gateway.example.net").size());
    const auto second = send("GET", next);
    EXPECT_EQ(text_at(second, "entry/0/resource/meta/versionId"), "1");
    EXPECT_EQ(text_at(second, "link/1"), "");
    EXPECT_EQ(text_at(second, "total"), "2");
}

TEST_F(AppointmentFace, HistoryBeyondItsEndIsAnEmptyPage)
{
    add_appointment();
    const auto response = get("Appointment/" + booked_id + "/_history?_offset=99");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(text_at(response, "entry"), "");
}

TEST_F(AppointmentFace, SearchIsSortedAsAsked)
{
    for (const char* start : {"10:00", "09:00", "11:00"}) {
        add_appointment();
        booking_.versions.back().resource.id = std::string("at-") + start;
        booking_.versions.back().resource.start =
            *fhir::parse_instant(std::string("2026-11-24T") + start + ":00Z");
    }
    const auto order = [&](const std::string& sort) {
        const auto response = get("Appointment?date=ge2026-11-24&_sort=" + sort);
        std::string ids;
        for (const char* place : {"0", "1", "2"})
            ids += text_at(response, std::string("entry/") + place + "/resource/id") + " ";
        return ids;
    };
    EXPECT_EQ(order("date"), "at-09:00 at-10:00 at-11:00 ");
    EXPECT_EQ(order("-date"), "at-11:00 at-10:00 at-09:00 ");
    EXPECT_EQ(order("_lastUpdated,-date"), "at-11:00 at-10:00 at-09:00 ");
    EXPECT_EQ(get("Appointment?date=ge2026-11-24&_sort=patient").status, 400u);
}

TEST_F(AppointmentFace, SearchPagesAndIncludes)
{
    add_book();
    for (int i = 0; i < 3; ++i)
        add_appointment();
    const auto response = get("Appointment?date=ge2026-11-24&_count=2&_include=Appointment:slot");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "total"), "3");
    EXPECT_EQ(text_at(response, "entry/2/search/mode"), "include");
    EXPECT_EQ(text_at(response, "entry/2/resource/resourceType"), "Slot");
    const std::string next = text_at(response, "link/1/url");
    ASSERT_NE(next.find("_offset=2"), std::string::npos) << response.body.view();
    const auto second = send("GET", next.substr(std::string("https://gateway.example.net").size()));
    EXPECT_EQ(text_at(second, "entry/0/search/mode"), "match");
    EXPECT_EQ(text_at(second, "link/1/url"), "");
}

TEST_F(AppointmentFace, LinksDoNotCarryAnNhsNumber)
{
    add_appointment();
    const auto response = get(
        "Appointment?date=ge2026-11-24&patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    const std::string self = text_at(response, "link/0/url");
    EXPECT_EQ(self.find("9990000018"), std::string::npos);
    EXPECT_NE(self.find("date="), std::string::npos);
}

} // namespace
