// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::booking_json;
using tests::outcome_of;

/// One agent, as JSON.
std::string person(const std::string& id, const std::string& display, const std::string& more = {})
{
    return R"({"who":{"identifier":{"system":"https://fhir.nhs.uk/Id/sds-user-id","value":")" + id +
           R"("},"display":")" + display + "\"}" + more + "}";
}

std::string provenance(const std::string& agents)
{
    return R"({"resourceType":"Provenance","agent":[)" + agents + "]}";
}

std::string for_organisation(const std::string& ods)
{
    return R"(,"onBehalfOf":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":")" +
           ods + "\"}}";
}

class ProvenanceHeader : public tests::FaceTest
{
protected:
    fhir::rest::Response book(const std::string& header)
    {
        return post("Appointment", booking_json(), {{"X-Provenance", header}});
    }
};

} // namespace

TEST_F(ProvenanceHeader, ThePersonNamedReachesTheBooking)
{
    EXPECT_EQ(book(provenance(person("555012345678", "Ms A Receptionist"))).status, 201u);
    EXPECT_EQ(booking_.context->user_id, "555012345678");
    EXPECT_EQ(booking_.context->user_name, "Ms A Receptionist");
}

TEST_F(ProvenanceHeader, WithoutItNobodyIsNamed)
{
    EXPECT_EQ(post("Appointment", booking_json()).status, 201u);
    EXPECT_EQ(booking_.context->user_id, "");
    EXPECT_EQ(booking_.context->user_name, "");
}

TEST_F(ProvenanceHeader, AnAgentThatIsADeviceIsPassedOver)
{
    const std::string device = R"({"who":{"display":"Hub portal"}})";
    EXPECT_EQ(book(provenance(device + "," + person("1", "B"))).status, 201u);
    EXPECT_EQ(booking_.context->user_name, "B");
}

TEST_F(ProvenanceHeader, ThePersonActsForTheCallersOrganisationOrForNone)
{
    EXPECT_EQ(book(provenance(person("1", "B", for_organisation("ZZ901")))).status, 201u);
    EXPECT_EQ(outcome_of(book(provenance(person("1", "B", for_organisation("ZZ902"))))),
              "403 forbidden http.X-Provenance");
}

TEST_F(ProvenanceHeader, AnUpdateTakesItToo)
{
    const std::string id = add_appointment();
    const auto response = send("PATCH", "/fhir/R4/Appointment/" + id,
                               {{"Content-Type", "application/json-patch+json"},
                                {"If-Match", "W/\"1\""},
                                {"X-Provenance", provenance(person("7", "C"))}},
                               R"([{"op":"add","path":"/comment","value":"x"}])");
    EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.context->user_id, "7");
}

TEST_F(ProvenanceHeader, WhatNamesNoPersonIsRefusedAndBooksNothing)
{
    const std::pair<std::string, std::string> cases[] = {
        {"x", "400 structure"},
        {"{}", "400 value"},
        {"[]", "400 value"},
        {R"({"resourceType":"Patient"})", "400 value"},
        {R"({"resourceType":"Provenance"})", "400 required"},
        {R"({"resourceType":"Provenance","agent":{}})", "400 required"},
        {provenance(""), "400 required"},
        {provenance("null,1,[]"), "400 required"},
        {provenance(R"({"who":"Ms A"})"), "400 required"},
        {provenance(R"({"who":{"identifier":{"system":"https://example.org/id","value":"1"}}})"),
         "400 required"},
        {provenance(person("a b", "B")), "400 value"},
        {provenance(person(std::string(65, '1'), "B")), "400 value"},
        {provenance(person("1", std::string(201, 'x'))), "400 value"},
        {provenance(person("1", "\\u0000")), "400 structure"},
        {std::string(5000, '['), "400 structure"},
    };
    for (const auto& [header, wanted] : cases)
        EXPECT_EQ(outcome_of(book(header)), wanted + " http.X-Provenance") << header.substr(0, 100);
    EXPECT_FALSE(booking_.context);
}
