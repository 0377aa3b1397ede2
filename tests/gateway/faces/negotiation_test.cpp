// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/negotiation.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

using gateway::faces::answer_type;
using gateway::faces::Body;
using gateway::faces::check_body_type;

namespace
{

std::string type(std::string_view accept, std::string_view format = {})
{
    const auto chosen = answer_type(accept, format);
    if (!chosen)
        return chosen.error().kind() == fhir::ErrorKind::not_acceptable ? "406" : "another error";
    return std::string(*chosen);
}

TEST(Negotiation, AcceptChoosesAmongTheNamesOfJsonAndXml)
{
    EXPECT_EQ(type(""), "application/fhir+json");
    EXPECT_EQ(type("*/*"), "application/fhir+json");
    EXPECT_EQ(type("application/json"), "application/json");
    EXPECT_EQ(type("text/*"), "text/json");
    EXPECT_EQ(type("application/fhir+xml"), "application/fhir+xml");
    EXPECT_EQ(type("application/xml; charset=utf-8"), "application/xml");
    EXPECT_EQ(type("text/xml"), "text/xml");
    EXPECT_EQ(type("application/fhir+xml, application/json;q=0.5"), "application/fhir+xml");
    EXPECT_EQ(type("application/fhir+xml, application/json"), "application/json") << "when both are as good";
    EXPECT_EQ(type("application/json;q=0.5, application/fhir+json"), "application/fhir+json");
    EXPECT_EQ(type("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "application/xml");
    EXPECT_EQ(type("APPLICATION/FHIR+JSON; Charset=UTF-8"), "application/fhir+json");
}

TEST(Negotiation, WhatIsNotOfferedIsNotAcceptable)
{
    EXPECT_EQ(type("application/fhir+json;q=0"), "406");
    EXPECT_EQ(type("text/csv"), "406");
    EXPECT_EQ(type("application/fhir+json; charset=latin1"), "406");
}

TEST(Negotiation, OnlyFhirVersionFourIsSpoken)
{
    EXPECT_EQ(type("application/fhir+json; fhirVersion=4.0"), "application/fhir+json");
    EXPECT_EQ(type("application/fhir+json; fhirVersion=\"4.0\""), "application/fhir+json");
    EXPECT_EQ(type("application/fhir+json; fhirVersion=3.0"), "406");
    EXPECT_EQ(type("application/fhir+json; fhirVersion=5.0, application/fhir+json; fhirVersion=4.0; q=0.1"),
              "application/fhir+json");
}

TEST(Negotiation, FormatParameterOverrulesAccept)
{
    EXPECT_EQ(type("application/fhir+xml", "json"), "application/fhir+json");
    EXPECT_EQ(type("", "application/fhir json"), "application/fhir+json") << "a plus that arrived as a blank";
    EXPECT_EQ(type("", "application/json"), "application/json");
    EXPECT_EQ(type("application/fhir+json", "xml"), "application/fhir+xml");
    EXPECT_EQ(type("", "application/fhir xml"), "application/fhir+xml");
    EXPECT_EQ(type("", "text/xml"), "text/xml");
    EXPECT_EQ(type("application/fhir+json", "yaml"), "406");
}

TEST(Negotiation, AnExclusionIsMoreExactThanAWildcard)
{
    EXPECT_EQ(type("application/fhir+json;q=0, */*"), "application/json");
}

std::string body(std::string_view content_type, Body wanted, std::string_view encoding = {})
{
    const auto fits = check_body_type(content_type, encoding, wanted);
    return fits                                                             ? "read"
           : fits.error().kind() == fhir::ErrorKind::unsupported_media_type ? "415 " + fits.error().path()
                                                                            : "another error";
}

TEST(Negotiation, BodiesAreReadInTheTypeOfTheirRoute)
{
    EXPECT_EQ(body("application/fhir+json", Body::resource), "read");
    EXPECT_EQ(body("application/json; charset=utf-8", Body::resource), "read");
    EXPECT_EQ(body("application/fhir+xml; fhirVersion=4.0", Body::resource), "read");
    EXPECT_EQ(body("text/xml", Body::resource), "read");
    EXPECT_EQ(body("application/json-patch+json", Body::patch), "read");
    EXPECT_EQ(body("application/x-www-form-urlencoded", Body::form), "read");
    EXPECT_EQ(body("anything/at-all", Body::none), "read");
}

TEST(Negotiation, OtherBodiesAreRefused)
{
    EXPECT_EQ(body("application/xhtml+xml", Body::resource), "415 http.Content-Type");
    EXPECT_EQ(body("application/fhir+xml", Body::patch), "415 http.Content-Type");
    EXPECT_EQ(body("", Body::resource), "415 http.Content-Type");
    EXPECT_EQ(body("application/fhir+json", Body::patch), "415 http.Content-Type");
    EXPECT_EQ(body("application/fhir+json; fhirVersion=3.0", Body::resource), "415 http.Content-Type");
    EXPECT_EQ(body("application/fhir+json; charset=iso-8859-1", Body::resource), "415 http.Content-Type");
    EXPECT_EQ(body("application/fhir+json", Body::resource, "gzip"), "415 http.Content-Encoding");
}

TEST(Negotiation, PreferencesAreReadAndOthersIgnored)
{
    using gateway::faces::parse_prefer;
    using Return = gateway::faces::Preferences::Return;
    EXPECT_EQ(parse_prefer("").return_, Return::representation);
    EXPECT_EQ(parse_prefer("return=minimal, wait=5").return_, Return::minimal);
    EXPECT_EQ(parse_prefer("respond-async, return=OperationOutcome").return_, Return::operation_outcome);
    EXPECT_EQ(parse_prefer("").handling, fhir::search::Handling::strict);
    EXPECT_EQ(parse_prefer("handling=lenient; foo=1").handling, fhir::search::Handling::lenient);
}

TEST(Negotiation, GzipIsUsedOnlyWhereAllowed)
{
    using gateway::faces::accepts_gzip;
    EXPECT_TRUE(accepts_gzip("gzip, deflate, br"));
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("br"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, *"));
}

TEST(Negotiation, GzipIsUndoneByAnyReader)
{
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "Slot " + std::to_string(i);
    const std::string packed = gateway::faces::gzip(text);
    EXPECT_LT(packed.size(), text.size());
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string back(text.size(), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(back.data());
    stream.avail_out = static_cast<uInt>(back.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    EXPECT_EQ(back, text);
}

} // namespace
