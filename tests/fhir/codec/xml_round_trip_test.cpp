// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/parameters.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace
{

using namespace fhir;

std::vector<std::filesystem::path> json_samples(Release release)
{
    std::vector<std::filesystem::path> files;
    const std::string folder = release == Release::r4 ? "codec" : "stu3";
    for (const auto& entry :
         std::filesystem::directory_iterator(APPTGW_SOURCE_DIR "/tests/fhir/" + folder + "/data"))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    return files;
}

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

void drop_other_values(std::vector<ParametersParameter>& parameters)
{
    for (auto& each : parameters) {
        if (std::holds_alternative<OtherValue>(each.value))
            each.value = std::monostate();
        drop_other_values(each.part);
    }
}

/// Without narrative and without values of types that have no struct.
AnyResource as_xml_holds_it(AnyResource resource)
{
    if (auto* patient = resource.as<Patient>())
        patient->text.reset();
    if (auto* parameters = resource.as<Parameters>())
        drop_other_values(parameters->parameter);
    return resource;
}

TEST(FhirXml, EverySampleSurvivesXml)
{
    for (const auto release : {Release::r4, Release::stu3})
        for (const auto& file : json_samples(release)) {
            const codec::Encoding json{release, codec::Format::json}, xml{release, codec::Format::xml};
            const auto resource = codec::read_resource(content_of(file), json);
            ASSERT_TRUE(resource) << file;
            const auto written = codec::to_text(*resource, xml);
            const auto read = codec::read_resource(written, xml);
            ASSERT_TRUE(read) << file << ' ' << read.error().path() << ' ' << read.error().sentence()
                              << written;
            EXPECT_EQ(codec::to_text(*read, json), codec::to_text(as_xml_holds_it(*resource), json)) << file;
            EXPECT_EQ(codec::to_text(*read, xml), codec::to_text(as_xml_holds_it(*resource), xml)) << file;
        }
}

TEST(FhirXml, PrettyXmlSaysTheSame)
{
    codec::WriteOptions pretty;
    pretty.pretty = true;
    for (const auto& file : json_samples(Release::r4)) {
        const auto resource = codec::read_resource(content_of(file), codec::r4_json);
        const auto plain = codec::read_resource(codec::to_text(*resource, codec::r4_xml), codec::r4_xml);
        const auto text = codec::to_text(*resource, codec::r4_xml, pretty);
        EXPECT_NE(text.find("\n  <"), std::string::npos);
        const auto read = codec::read_resource(text, codec::r4_xml);
        ASSERT_TRUE(read) << file << ' ' << read.error().sentence();
        EXPECT_EQ(codec::to_text(*read, codec::r4_json), codec::to_text(*plain, codec::r4_json)) << file;
    }
}

TEST(FhirXml, ASlotIsWrittenAsTheStandardShowsIt)
{
    Slot slot;
    slot.id = "Z99.1";
    slot.extension.emplace_back().url = "urn:x";
    slot.extension[0].value = Code("a\"<&>\n");
    slot.service_type.push_back(concept_of("urn:s", "c", "Talk & listen"));
    slot.schedule = reference_to("Schedule/1");
    slot.start = *parse_instant("2027-06-12T08:20:00Z");
    slot.end = *parse_instant("2027-06-12T08:30:00Z");
    EXPECT_EQ(
        codec::to_text(slot, codec::r4_xml),
        R"(<Slot xmlns="http://hl7.org/fhir"><id value="Z99.1"/>)"
        R"(<extension url="urn:x"><valueCode value="a&quot;&lt;&amp;&gt;&#10;"/></extension>)"
        R"(<serviceType><coding><system value="urn:s"/><code value="c"/><display value="Talk &amp; listen"/></coding></serviceType>)"
        R"(<schedule><reference value="Schedule/1"/></schedule><status value="free"/>)"
        R"(<start value="2027-06-12T09:20:00+01:00"/><end value="2027-06-12T09:30:00+01:00"/></Slot>)");
}

TEST(FhirXml, PrimitivesKeepIdsAndExtensions)
{
    const std::string json =
        R"({"resourceType":"Patient","name":[{"given":["Ann",null,"May"],"_given":[null,{"extension":[{"url":"urn:x","valueBoolean":true}]},{"id":"third"}]}],"birthDate":"1961-11-30","_birthDate":{"id":"b","extension":[{"url":"urn:y","valueString":"z"}]},"_gender":{"extension":[{"url":"urn:z","valueCode":"unasked"}]}})";
    const auto patient = codec::read<Patient>(json, codec::r4_json);
    ASSERT_TRUE(patient) << patient.error().sentence();
    const auto xml = codec::to_text(*patient, codec::r4_xml);
    EXPECT_NE(
        xml.find(
            R"(<given value="Ann"/><given><extension url="urn:x"><valueBoolean value="true"/></extension></given><given id="third" value="May"/>)"),
        std::string::npos)
        << xml;
    const auto read = codec::read<Patient>(xml, codec::r4_xml);
    ASSERT_TRUE(read) << read.error().path() << read.error().sentence();
    EXPECT_EQ(codec::to_text(*read, codec::r4_json), codec::to_text(*patient, codec::r4_json));
    EXPECT_EQ(codec::to_text(*read, codec::r4_xml), xml);
}

TEST(FhirXml, NarrativeIsDroppedOnReadingAndReported)
{
    codec::ReadReport report;
    const auto read = codec::read<Patient>(
        R"(<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>A <b>bold</b> claim &#160;</p>more</div></text><active value="true"/></Patient>)",
        codec::r4_xml, {}, &report);
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_FALSE(read->text);
    EXPECT_EQ(read->active, true);
    EXPECT_EQ(report.ignored, std::vector<std::string>{"Patient.text"});
}

TEST(FhirXml, NarrativeIsWrittenAsText)
{
    Patient patient;
    patient.text.emplace();
    patient.text->div = R"(<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x">a</div>)";
    EXPECT_EQ(
        codec::to_text(patient, codec::r4_xml),
        R"(<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">&lt;p onclick=&quot;x&quot;&gt;a</div></text></Patient>)");
}

TEST(FhirXml, PartsOfResourcesAreTaggedAsInJson)
{
    codec::WriteOptions part;
    part.elements = {"active"};
    Patient patient;
    patient.active = true;
    patient.birth_date = parse_date_time("1961-11-30");
    EXPECT_EQ(
        codec::to_text(patient, codec::r4_xml, part),
        R"(<Patient xmlns="http://hl7.org/fhir"><meta><tag><system value="http://terminology.hl7.org/CodeSystem/v3-ObservationValue"/><code value="SUBSETTED"/></tag></meta><active value="true"/></Patient>)");
}

TEST(FhirXml, WhatXmlCannotHoldIsReplaced)
{
    Patient patient;
    patient.name.emplace_back().family = std::string("a\x01"
                                                     "b\xEF\xBF\xBF"
                                                     "c\xEF\xBB\xBF");
    const auto xml = codec::to_text(patient, codec::r4_xml);
    EXPECT_NE(xml.find("value=\"a b\xEF\xBF\xBD"
                       "c\xEF\xBB\xBF\""),
              std::string::npos)
        << xml;
}

TEST(FhirXml, AnyPrefixStandsForTheNamespace)
{
    const auto read = codec::read<Patient>("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- ours "
                                           "--><f:Patient xmlns:f=\"http://hl7.org/fhir\" "
                                           "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                                           "xsi:schemaLocation=\"http://hl7.org/fhir x.xsd\">\n"
                                           " <f:active value=\"true\"/>\n</f:Patient>",
                                           codec::r4_xml);
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(read->active, true);
}

struct XmlRefusal
{
    std::string xml;
    std::string path;
    ErrorKind kind;
};

TEST(FhirXml, WhatIsNotSoundIsRefusedWithItsPath)
{
    const std::string open = R"(<Patient xmlns="http://hl7.org/fhir">)", shut = "</Patient>";
    const XmlRefusal rows[] = {
        {"", "", ErrorKind::malformed},
        {"{}", "", ErrorKind::malformed},
        {"<Patient>", "", ErrorKind::malformed},
        {"<!DOCTYPE Patient [<!ENTITY x \"y\">]>" + open + R"(<active value="true"/>)" + shut, "",
         ErrorKind::malformed},
        {"<?xml-stylesheet href='x'?>" + open + R"(<active value="true"/>)" + shut, "", ErrorKind::malformed},
        {open + R"(<?php x?><active value="true"/>)" + shut, "", ErrorKind::malformed},
        {open + R"(<language value="&nbsp;"/>)" + shut, "", ErrorKind::malformed},
        {open + R"(<![CDATA[x]]>)" + shut, "", ErrorKind::malformed},
        {open + "<language value=\"\xEF\xBF\xBF\"/>" + shut, "", ErrorKind::malformed},
        {open + R"(<active value="true" value="true"/>)" + shut, "", ErrorKind::malformed},
        {R"(<Patient><active value="true"/></Patient>)", "Patient", ErrorKind::malformed},
        {R"(<Patient xmlns="urn:x"><active value="true"/></Patient>)", "Patient", ErrorKind::malformed},
        {open + R"(<active xmlns="urn:x" value="true"/>)" + shut, "Patient.active", ErrorKind::malformed},
        {R"(<Person xmlns="http://hl7.org/fhir"><active value="true"/></Person>)", "Person",
         ErrorKind::value_invalid},
        {open + "<name/>" + shut, "Patient.name[0]", ErrorKind::malformed},
        {open + "Ann" + shut, "Patient", ErrorKind::malformed},
        {open + R"(<name><family>Ann</family></name>)" + shut, "Patient.name[0].family",
         ErrorKind::malformed},
        {open + R"(<active value="yes"/>)" + shut, "Patient.active", ErrorKind::value_invalid},
        {open + R"(<active value=""/>)" + shut, "Patient.active", ErrorKind::value_invalid},
        {open + R"(<active/>)" + shut, "Patient.active", ErrorKind::malformed},
        {open + R"(<active value="true"/><active value="true"/>)" + shut, "Patient.active",
         ErrorKind::invariant},
        {open + R"(<gender value="male"/><active value="true"/>)" + shut, "Patient.active",
         ErrorKind::malformed},
        {open + R"(<name><given value="a"/></name><gender value="male"/><name><given value="a"/></name>)" +
             shut,
         "Patient.name", ErrorKind::malformed},
        {open + R"(<name><given value="a"/></name><name><givn value="a"/></name>)" + shut,
         "Patient.name[1].givn", ErrorKind::unknown_element},
        {open + R"(<name colour="a"><given value="a"/></name>)" + shut, "Patient.name[0].colour",
         ErrorKind::unknown_element},
        {open + R"(<name><text value="a&#127;"/></name>)" + shut, "Patient.name[0].text",
         ErrorKind::malformed},
        {open + R"(<gender value="m"/>)" + shut, "Patient.gender", ErrorKind::value_invalid},
        {open +
             R"(<gender><extension url="urn:x"><valueCode value="a"/><valueString value="b"/></extension></gender>)" +
             shut,
         "Patient.gender.extension[0].valueString", ErrorKind::invariant},
        {open + R"(<extension><valueCode value="a"/></extension>)" + shut, "Patient.extension[0].url",
         ErrorKind::required},
        {open + R"(<extension url="urn:x"><url value="a"/></extension>)" + shut, "Patient.extension[0].url",
         ErrorKind::unknown_element},
        {open + R"(<contained/>)" + shut, "Patient.contained[0]", ErrorKind::malformed},

        {open + R"(<contained><Patient><active value="true"/></Patient><Patient/></contained>)" + shut,
         "Patient.contained[0]", ErrorKind::malformed},
        {open + R"(<link><type value="refer"/></link>)" + shut, "Patient.link[0].other", ErrorKind::required},
    };
    for (const auto& row : rows) {
        const auto read = codec::read_resource(row.xml, codec::r4_xml);
        ASSERT_FALSE(read) << row.xml;
        EXPECT_EQ(read.error().path(), row.path) << row.xml << read.error().sentence();
        EXPECT_EQ(read.error().kind(), row.kind) << row.xml << read.error().sentence();
    }
}

TEST(FhirXml, LimitsHoldAsInJson)
{
    std::string deep = R"(<Patient xmlns="http://hl7.org/fhir">)", end;
    for (int i = 0; i < 40; ++i) {
        deep += R"(<extension url="urn:x">)";
        end += "</extension>";
    }
    const auto read = codec::read_resource(deep + end + "</Patient>", codec::r4_xml);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind(), ErrorKind::too_deep);
    codec::ReadOptions small;
    small.max_bytes = 10;
    EXPECT_EQ(codec::read_resource(deep, codec::r4_xml, small).error().kind(), ErrorKind::body_too_large);
}

TEST(FhirXml, AttributesAndPrefixesAreNotManifold)
{
    std::string attributes, prefixes;
    for (int i = 0; i < 64; ++i) {
        attributes += " b" + std::to_string(i) + "=''";
        prefixes += "<p xmlns:a" + std::to_string(i) + "='u'>";
    }
    for (const auto& xml : {"<Patient" + attributes + " xmlns='http://hl7.org/fhir'/>",
                            "<Patient xmlns='http://hl7.org/fhir'>" + prefixes}) {
        const auto read = codec::read_resource(xml, codec::r4_xml);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind(), ErrorKind::malformed);
    }
}

// One by one they would take minutes.
TEST(FhirXml, ManyIdsOfPrimitivesAreWrittenInOneGo)
{
    std::string json = R"({"resourceType":"Patient","name":[{"given":[)", ids = R"("_given":[)";
    for (int i = 0; i < 40000; ++i) {
        json += i == 0 ? "null" : ",null";
        ids += i == 0 ? R"({"id":"a"})" : R"(,{"id":"a"})";
    }
    json += "]," + ids + "]}]}";
    const auto patient = codec::read_resource(json, codec::r4_json);
    ASSERT_TRUE(patient) << patient.error().sentence();
    EXPECT_EQ(codec::to_text(*patient, codec::r4_json), json);
    const auto again = codec::read_resource(codec::to_text(*patient, codec::r4_xml), codec::r4_xml);
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_EQ(codec::to_text(*again, codec::r4_json), json);
}

TEST(FhirXml, LenientReadingPassesOverWhatIsUnknown)
{
    codec::ReadReport report;
    codec::ReadOptions lenient;
    lenient.unknown = codec::Unknown::ignore;
    const auto read = codec::read<Patient>(
        R"(<Patient xmlns="http://hl7.org/fhir"><gender value="male"/><contained><Person><id value="p"/></Person></contained><colour value="red"/><active value="true" since="1"/></Patient>)",
        codec::r4_xml, lenient, &report);
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(read->active, true);
    EXPECT_EQ(report.ignored,
              (std::vector<std::string>{"Patient.contained[0]", "Patient.colour", "Patient.active.since"}));
}

} // namespace
