// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/capability_statement.hpp"
#include "fhir/model/operation_outcome.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using namespace fhir;
using XmlFace = tests::FaceTest;

const std::string search_path = "Slot?start=ge2026-11-24&start=lt2026-11-25";

template <class T>
T xml_of(const rest::Response& response)
{
    auto read = codec::read<T>(response.body.view(), codec::r4_xml);
    EXPECT_TRUE(read) << read.error().sentence() << response.body.view();
    return read ? std::move(*read) : T{};
}

std::string as_xml(const std::string& json)
{
    return codec::to_text(codec::read_resource(json, codec::r4_json).value(), codec::r4_xml);
}

TEST_F(XmlFace, AnswersSayInXmlWhatTheySayInJson)
{
    add_book();
    const auto appointment = "Appointment/" + add_appointment();
    for (const std::string& path :
         {search_path, std::string("Slot/A11111.1"), appointment, std::string("metadata"),
          std::string("Location"), search_path + "&_elements=start"}) {
        const auto json = get(path), xml = get(path, {{"Accept", "application/fhir+xml"}});
        EXPECT_EQ(xml.status, json.status) << path;
        EXPECT_EQ(xml.headers.get("Content-Type"), "application/fhir+xml;charset=utf-8") << path;
        EXPECT_EQ(xml.headers.get("ETag"), json.headers.get("ETag")) << path;
        const auto read = codec::read_resource(xml.body.view(), codec::r4_xml);
        ASSERT_TRUE(read) << path << read.error().path() << read.error().sentence();
        const auto as_json = codec::to_text(*read, codec::r4_json);
        if (read->as<Bundle>()) // each has an id of its own
            EXPECT_EQ(as_json.size(), json.body.size()) << path;
        else
            EXPECT_EQ(as_json, json.body.view()) << path;
    }
}

TEST_F(XmlFace, FormatAndOtherNamesAskForXmlToo)
{
    add_book();
    EXPECT_EQ(get("Slot/A11111.1?_format=xml").headers.get("Content-Type"),
              "application/fhir+xml;charset=utf-8");
    EXPECT_EQ(get("Slot/A11111.1?_format=text/xml").headers.get("Content-Type"), "text/xml;charset=utf-8");
    EXPECT_EQ(get("Slot/A11111.1", {{"Accept", "application/xml"}}).headers.get("Content-Type"),
              "application/xml;charset=utf-8");
}

TEST_F(XmlFace, PrettyXmlIsLaidOut)
{
    add_book();
    const auto pretty = get("Slot/A11111.1?_format=xml&_pretty=true");
    EXPECT_NE(pretty.body.view().find("\n  <status value=\"free\"/>"), std::string_view::npos);
}

TEST_F(XmlFace, ABookingInXmlIsBookedAndAnsweredInXml)
{
    add_book();
    const auto response = send("POST", "/fhir/R4/Appointment",
                               {{"Content-Type", "application/fhir+xml"},
                                {"Accept", "application/fhir+xml"},
                                {"Idempotency-Key", "k1"}},
                               as_xml(tests::booking_json()));
    EXPECT_EQ(response.status, 201u) << response.body.view();
    EXPECT_EQ(xml_of<Appointment>(response).status, AppointmentStatus::booked);
}

TEST_F(XmlFace, FaultsOfAnXmlBodyAreNamedWithTheirPathInXml)
{
    auto body = as_xml(tests::booking_json());
    body.replace(body.find("<status"), 7, "<shoeSize value=\"9\"/><status");
    const auto response = send(
        "POST", "/fhir/R4/Appointment",
        {{"Content-Type", "text/xml"}, {"Accept", "application/fhir+xml"}, {"Idempotency-Key", "k1"}}, body);
    EXPECT_EQ(response.status, 400u);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/fhir+xml;charset=utf-8");
    EXPECT_EQ(xml_of<OperationOutcome>(response).issue.at(0).expression,
              std::vector<std::string>{"Appointment.shoeSize"});
}

TEST_F(XmlFace, WhatIsRefusedBeforeItsFormatIsSettledIsToldInTheFormatAskedFor)
{
    for (const auto& [path, status] : {std::pair("Spaceship/1", 404u), std::pair("Slot/A11111.1", 401u)}) {
        const auto response = get(path, {{"Accept", "application/fhir+xml"}, {"Authorization", ""}});
        EXPECT_EQ(response.status, status) << path;
        EXPECT_EQ(xml_of<OperationOutcome>(response).issue.size(), 1u) << path;
    }
    EXPECT_EQ(
        get("Slot/A11111.1?_format=csv", {{"Accept", "application/fhir+xml"}}).headers.get("Content-Type"),
        "application/fhir+json;charset=utf-8");
}

TEST_F(XmlFace, ADtdIsRefused)
{
    const auto response = send(
        "POST", "/fhir/R4/Appointment", {{"Content-Type", "application/fhir+xml"}, {"Idempotency-Key", "k1"}},
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + as_xml(tests::booking_json()));
    EXPECT_EQ(tests::outcome_of(response), "400 structure");
}

TEST_F(XmlFace, TheCapabilityStatementNamesBothFormats)
{
    const auto statement = xml_of<CapabilityStatement>(get("metadata?_format=xml"));
    EXPECT_EQ(statement.format,
              (std::vector<Code>{"application/fhir+json", "application/fhir+xml", "json", "xml"}));
    EXPECT_EQ(statement.patch_format, std::vector<Code>{"application/json-patch+json"});
}

} // namespace
