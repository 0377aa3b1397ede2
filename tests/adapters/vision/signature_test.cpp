// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/envelope.hpp"
#include "adapters/vision/soap_names.hpp"
#include "tests/adapters/vision/data_file.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace vision = adapters::vision;
namespace xml = adapters::xml;

namespace
{

const vision::SignedTimestamp vector_timestamp{"TS-6f1d2c3b4a5968778695a4b3c2d1e0f0",
                                               "2026-06-12T17:20:00.000Z", "2026-06-12T17:35:00.000Z"};
constexpr const char* vector_digest = "z35ikdfNmMktpgCOjNoUlLei5uo=";

const vision::SigningIdentity& identity()
{
    static const auto made = vision::make_signing_identity();
    return made;
}

vision::Signer signer()
{
    return vision::Signer::make(identity().key, identity().certificate).value();
}

/// Of the request that another implementation signed.
vision::Known known_of(const xml::Document& request)
{
    const auto security =
        request.root().child(vision::soap_space, "Header").child(vision::wsse_space, "Security");
    return {"fedgateway-test", std::string(security.child(vision::wsse_space, "BinarySecurityToken").text())};
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto found = text.find(from);
    EXPECT_NE(found, std::string::npos) << from;
    return text.replace(found, from.size(), to);
}

std::string_view objection(const std::string& body, fhir::Instant now = at("2026-06-12T17:21:00Z"),
                           bool checks_signature = true)
{
    const auto request = xml::read(body).value();
    auto known = known_of(xml::read(vision_data("sealed_request.xml")).value());
    known.checks_signature = checks_signature;
    return vision::objection_to_header(request.root(), known, now, std::chrono::minutes(5));
}

} // namespace

TEST(VisionSignature, CanonicalTextsAreThoseOfTheTestVector)
{
    EXPECT_EQ(vision::sha1_of(vector_timestamp.canonical()), vector_digest);
    // a5c0c96d3088dcad984a4ed1b41eea6dfbc3bef1
    EXPECT_EQ(vision::sha1_of(vision::canonical_signed_info(vector_timestamp.id, vector_digest)),
              "pcDJbTCI3K2YSk7RtB7qbfvDvvE=");
}

TEST(VisionSignature, ARequestThatAnotherImplementationSignedIsAccepted)
{
    EXPECT_EQ(objection(vision_data("sealed_request.xml")), "");
}

TEST(VisionSignature, WhateverIsChangedInTheHeaderIsNoticed)
{
    const auto sound = vision_data("sealed_request.xml");
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"fedgateway-test", "somebody"},
        {"MIIDcj", "MIIDcg"},
        {"17:20:00.000Z</wsu:Created>", "17:20:00.001Z</wsu:Created>"},
        {"17:35:00.000Z", "19:35:00.000Z"},
        {vector_digest, "z35ikdfNmMktpgCOjNoUlLei5ug="},
        {"WXkoMK3cvn", "WXkoMK3cvo"},
        {"URI=\"#TS-6f", "URI=\"#TS-7f"},
        {"wsu:Id=\"TS-6f", "wsu:Id=\"TS-7f"},
        {"xmldsig#rsa-sha1", "xmldsig#hmac-sha1"},
        {"<wsu:Created>2026-06-12T17:20:00.000Z</wsu:Created>", ""},
    };
    for (const auto& [from, to] : changes)
        EXPECT_NE(objection(replaced(sound, from, to)), "") << from;
}

TEST(VisionSignature, EverythingButTheSignaturesValueCanBeCheckedAlone)
{
    const auto sound = vision_data("sealed_request.xml");
    const auto forged = replaced(sound, "WXkoMK3cvn", "WXkoMK3cvo");
    const auto changed = replaced(sound, "17:20:00.000Z</wsu:Created>", "17:20:01.000Z</wsu:Created>");
    EXPECT_EQ(objection(forged, at("2026-06-12T17:20:00Z"), false), "");
    EXPECT_NE(objection(changed, at("2026-06-12T17:20:00Z"), false), "");
}

TEST(VisionSignature, ARequestIsAcceptedWithinItsWindowAndTheAllowedSkewOnly)
{
    const auto sound = vision_data("sealed_request.xml");
    EXPECT_EQ(objection(sound, at("2026-06-12T17:15:00Z")), "");
    EXPECT_NE(objection(sound, at("2026-06-12T17:14:59Z")), "");
    EXPECT_EQ(objection(sound, at("2026-06-12T17:39:59Z")), "");
    EXPECT_NE(objection(sound, at("2026-06-12T17:40:00Z")), "");
}

TEST(VisionSignature, WhatIsSealedHereIsAcceptedThere)
{
    const FakeClock clock;
    FakeRandom random;
    const auto text =
        vision::sealed(xml::NewElement("request"), "gateway & co", signer(), clock, random).value();
    const auto request = xml::read(text);
    ASSERT_TRUE(request) << text;
    const vision::Known known{"gateway & co", signer().certificate()};
    EXPECT_EQ(vision::objection_to_header(request->root(), known, clock.now(), std::chrono::seconds(0)), "");
    const auto header = request->root().child(vision::soap_space, "Header");
    EXPECT_EQ(header.child(vision::wsa_space, "Action").text(), "Vision");
    EXPECT_TRUE(header.child(vision::wsa_space, "MessageID").text().starts_with("uuid:"));
    EXPECT_EQ(request->root().child(vision::soap_space, "Body").children().size(), 1U);
}

TEST(VisionSignature, EveryRequestHasIdsOfItsOwn)
{
    const FakeClock clock;
    FakeRandom random;
    const xml::NewElement request("request");
    EXPECT_NE(vision::sealed(request, "u", signer(), clock, random).value(),
              vision::sealed(request, "u", signer(), clock, random).value());
}

TEST(VisionSignature, TimesAreUtcWithThreeDecimals)
{
    EXPECT_EQ(vision::timestamp_text(at("2026-06-12T17:20:00Z")), "2026-06-12T17:20:00.000Z");
    EXPECT_EQ(vision::timestamp_text(at("2026-06-12T17:20:00.045+01:00")), "2026-06-12T16:20:00.045Z");
}

TEST(VisionSignature, AKeyThatCannotSignIsRefusedWithAdviceForTheOperator)
{
    const auto other = vision::make_signing_identity();
    const std::vector<std::pair<std::string, std::string>> pairs = {
        {"", ""},
        {"no key", identity().certificate},
        {identity().key, "no certificate"},
        {identity().key, other.certificate},
    };
    for (const auto& [key, certificate] : pairs) {
        const auto made = vision::Signer::make(key, certificate);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind(), fhir::ErrorKind::access_denied);
        EXPECT_EQ(made.error().remedy(), fhir::Remedy::operator_);
    }
}

TEST(VisionSignature, SignaturesAndCertificatesThatAreNoneVerifyNothing)
{
    const auto certificate = signer().certificate();
    const auto signature = signer().sign("text").value();
    EXPECT_TRUE(vision::is_signed_by("text", signature, certificate));
    EXPECT_FALSE(vision::is_signed_by("other", signature, certificate));
    for (const auto* garbage : {"", "=", "==", "a", "%%%%", "AAAA"}) {
        EXPECT_FALSE(vision::is_signed_by("text", garbage, certificate)) << garbage;
        EXPECT_FALSE(vision::is_signed_by("text", signature, garbage)) << garbage;
    }
}

} // namespace tests
