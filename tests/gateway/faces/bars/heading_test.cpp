// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/bars/bars_fixture.hpp"

#include "fhir/bars/headers.hpp"

namespace
{

using tests::organisation;
using tests::refusal_in;
using tests::target;

/// One rule of the header table, the access rules or the versions; the request is a slot search.
struct HeadingRow
{
    const char* rule;
    tests::Fields fields;
    const char* expected; ///< empty: 200
};

void PrintTo(const HeadingRow& row, std::ostream* out)
{
    *out << row.rule;
}

class BarsHeading : public tests::BarsFaceTest, public testing::WithParamInterface<HeadingRow>
{};

TEST_P(BarsHeading, IsHeldToTheRule)
{
    const auto response = get(std::string(tests::slot_search), GetParam().fields);
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(response.status, 200u) << response.body.view();
}

std::string without_padding(std::string text)
{
    while (text.ends_with('='))
        text.pop_back();
    for (char& c : text)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

std::string base64(std::string_view json)
{
    return fhir::bars::encode_header(*fhir::codec::parse_json(json));
}

const std::vector<HeadingRow> heading_rows{
    {"everything as it should be", {}, ""},
    {"a missing request id is required", {{"X-Request-Id", ""}}, "400 REC_BAD_REQUEST required"},
    {"a missing correlation id is required", {{"X-Correlation-Id", ""}}, "400 REC_BAD_REQUEST required"},
    {"a request id that is no UUID is invalid", {{"X-Request-Id", "42"}}, "400 REC_BAD_REQUEST invalid"},
    {"a correlation id that is no UUID is invalid",
     {{"X-Correlation-Id", "x"}},
     "400 REC_BAD_REQUEST invalid"},
    {"a missing target is required", {{"NHSD-Target-Identifier", ""}}, "400 REC_BAD_REQUEST required"},
    {"a target that is not Base64", {{"NHSD-Target-Identifier", "%%%"}}, "400 REC_BAD_REQUEST value"},
    {"a target in another system",
     {{"NHSD-Target-Identifier", base64(R"({"system":"https://x.example","value":"9999000101"})")}},
     "400 REC_BAD_REQUEST value"},
    {"a target without padding and URL-safe is read",
     {{"NHSD-Target-Identifier", without_padding(target("9999000101"))}},
     ""},
    {"systems compare without case of Id and scheme",
     {{"NHSD-Target-Identifier",
       base64(R"({"system":"http://fhir.nhs.uk/id/dos-service-id","value":"9999000101","more":1})")}},
     ""},
    {"an unknown service is not found",
     {{"NHSD-Target-Identifier", target("9999000999")}},
     "404 REC_NOT_FOUND not-found"},
    {"a missing organisation is required",
     {{"NHSD-End-User-Organisation", ""}},
     "400 REC_BAD_REQUEST required"},
    {"an organisation without an ODS code",
     {{"NHSD-End-User-Organisation", base64(R"({"resourceType":"Organization","name":"x"})")}},
     "400 REC_BAD_REQUEST value"},
    {"an organisation whose identifier is one object, without resourceType, is read",
     {{"NHSD-End-User-Organisation",
       base64(
           R"({"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"ZZ901"}})")}},
     ""},
    {"missing software is required", {{"NHSD-Requesting-Software", ""}}, "400 REC_BAD_REQUEST required"},
    {"deviceName and version may be arrays",
     {{"NHSD-Requesting-Software",
       base64(R"({"deviceName":[{"name":"x","type":"manufacturer-name"}],"version":[{"value":"1"}]})")}},
     ""},
    {"an unreadable practitioner", {{"NHSD-Requesting-Practitioner", "%"}}, "400 REC_BAD_REQUEST value"},
    {"use-context is for the proxy alone", {{"use-context", "nonsense"}}, ""},
    {"no token", {{"Authorization", ""}}, "401 REC_UNAUTHORIZED security"},
    {"an expired token", {{"Authorization", "Bearer expired"}}, "401 REC_UNAUTHORIZED security"},
    {"another organisation's token",
     {{"NHSD-End-User-Organisation", organisation("ZZ902")}},
     "401 REC_UNAUTHORIZED forbidden"},
    {"a token for slots alone is enough to search", {{"Authorization", "Bearer narrow"}}, ""},
    {"the proxy's certificate stands for a token", {{"Authorization", ""}, {"certificate", "ab12"}}, ""},
    {"the proxy speaks for any organisation",
     {{"Authorization", ""}, {"certificate", "ab12"}, {"NHSD-End-User-Organisation", organisation("ZZ902")}},
     ""},
    {"another certificate does not",
     {{"Authorization", ""}, {"certificate", "cd34"}},
     "401 REC_UNAUTHORIZED security"},
    {"no Accept is JSON of version 1", {{"Accept", ""}}, ""},
    {"minor versions are tolerated", {{"Accept", "application/fhir+json; version=1.99.7"}}, ""},
    {"one of several versions is enough",
     {{"Accept", "application/fhir+json; version=2.0.0, application/fhir+json; version=1.4.0"}},
     ""},
    {"another major version",
     {{"Accept", "application/fhir+json; version=2.0.0"}},
     "406 REC_NOT_ACCEPTABLE processing"},
    {"another type", {{"Accept", "text/html"}}, "406 REC_NOT_ACCEPTABLE processing"},
    {"XML of another major version",
     {{"Accept", "application/fhir+xml; version=2"}},
     "406 REC_NOT_ACCEPTABLE processing"},
    {"a type that is refused by its quality",
     {{"Accept", "application/fhir+json; q=0"}},
     "406 REC_NOT_ACCEPTABLE processing"},
};

INSTANTIATE_TEST_SUITE_P(Rules, BarsHeading, testing::ValuesIn(heading_rows));

using BarsFace = tests::BarsFaceTest;

TEST_F(BarsFace, EveryAnswerEchoesBothIdsByteForByte)
{
    const tests::Fields ids{{"X-Request-Id", "0E6A1F5C-3B7D-4D28-8C94-5F1E2A3B4C01"},
                            {"X-Correlation-Id", "not a uuid"}};
    const auto refused = get("Slot", ids);
    EXPECT_EQ(refused.headers.get("X-Request-Id"), "0E6A1F5C-3B7D-4D28-8C94-5F1E2A3B4C01");
    EXPECT_EQ(refused.headers.get("X-Correlation-Id"), "not a uuid");
    const auto answered = get(std::string(tests::slot_search));
    EXPECT_EQ(answered.headers.get("X-Request-Id"), "0e6a1f5c-3b7d-4d28-8c94-5f1e2a3b4c01");
    EXPECT_EQ(answered.headers.get("X-Correlation-Id"), "7d2c9b80-1e4f-4a63-b5d7-c8e9f0a1b201");
}

TEST_F(BarsFace, RefusalsAreOutcomesOfTheStandard)
{
    const auto response = get("Slot", {{"NHSD-Target-Identifier", ""}});
    EXPECT_EQ(tests::text_at(response, "meta/profile/0"),
              "https://fhir.hl7.org.uk/StructureDefinition/UKCore-OperationOutcome");
    EXPECT_EQ(tests::text_at(response, "issue/0/severity"), "error");
    EXPECT_EQ(tests::text_at(response, "issue/0/details/coding/0/system"),
              "https://fhir.nhs.uk/CodeSystem/http-error-codes");
    EXPECT_FALSE(tests::text_at(response, "issue/0/diagnostics").empty());
}

struct RouteRow
{
    const char* method;
    const char* path;
    const char* expected;
    const char* allow;
};

class BarsRoutes : public tests::BarsFaceTest, public testing::WithParamInterface<RouteRow>
{};

TEST_P(BarsRoutes, AnswerAsTheStandardSays)
{
    const auto response = send(GetParam().method, GetParam().path);
    EXPECT_EQ(refusal_in(response), GetParam().expected);
    EXPECT_EQ(response.headers.get("Allow"), GetParam().allow);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BarsRoutes,
    testing::Values(RouteRow{"DELETE", "Appointment/0199f3c0-0000-7000-8000-000000000001",
                             "405 REC_METHOD_NOT_ALLOWED not-supported", "GET"},
                    RouteRow{"POST", "Slot", "405 REC_METHOD_NOT_ALLOWED not-supported", "GET"},
                    RouteRow{"GET", "$process-message", "405 REC_METHOD_NOT_ALLOWED not-supported", "POST"},
                    RouteRow{"POST", "Appointment", "501 REC_NOT_IMPLEMENTED not-supported", ""},
                    RouteRow{"PUT", "Appointment/1", "501 REC_NOT_IMPLEMENTED not-supported", ""},
                    RouteRow{"PATCH", "Appointment/1", "501 REC_NOT_IMPLEMENTED not-supported", ""},
                    RouteRow{"GET", "DocumentReference", "501 REC_NOT_IMPLEMENTED not-supported", ""},
                    RouteRow{"GET", "Endpoint/1/$template", "501 REC_NOT_IMPLEMENTED not-supported", ""},
                    RouteRow{"GET", "Slots", "404 REC_NOT_FOUND not-found", ""},
                    RouteRow{"GET", "", "404 REC_NOT_FOUND not-found", ""},
                    RouteRow{"GET", "Appointment/1", "400 REC_BAD_REQUEST value", ""},
                    RouteRow{"GET", "Appointment/0199f3c0-0000-7000-8000-000000000009",
                             "404 REC_NOT_FOUND not-found", ""}));

TEST_F(BarsFace, XmlIsAnsweredWhereItIsAskedForMost)
{
    for (const auto& [accept, type] :
         {std::pair{"application/fhir+xml; version=1.1.0", "application/fhir+xml; charset=utf-8"},
          std::pair{"application/fhir+json; q=0.5, application/fhir+xml",
                    "application/fhir+xml; charset=utf-8"},
          std::pair{"application/fhir+json, application/fhir+xml", "application/fhir+json; charset=utf-8"}})
        EXPECT_EQ(get(std::string(tests::slot_search), {{"Accept", accept}}).headers.get("Content-Type"),
                  type);
    const auto found = get(std::string(tests::slot_search), {{"Accept", "application/fhir+xml"}});
    EXPECT_TRUE(found.body.view().find("<Bundle xmlns=\"http://hl7.org/fhir\">") != std::string_view::npos);
    const auto refused = get("Slot", {{"Accept", "application/fhir+xml"}});
    EXPECT_EQ(refused.status, 400u);
    EXPECT_NE(refused.body.view().find("<code value=\"REC_BAD_REQUEST\""), std::string_view::npos);
}

TEST_F(BarsFace, AnotherBodyTypeIsRefused)
{
    EXPECT_EQ(refusal_in(post(booking(), {{"Content-Type", "text/plain"}})),
              "415 REC_UNSUPPORTED_MEDIA_TYPE not-supported");
    EXPECT_EQ(refusal_in(post(booking(), {{"Authorization", "Bearer narrow"}})),
              "401 REC_UNAUTHORIZED forbidden");
}

} // namespace
