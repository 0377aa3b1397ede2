// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/discovery.hpp"
#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/urls.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/named_uuid.hpp"
#include "tests/adapters/bars/world.hpp"

using namespace tests::bars;
using fhir::ErrorKind;
namespace standard = adapters::bars::standard;

namespace
{

// Published for the service id 9999000101.
constexpr const char* target =
    "eyJzeXN0ZW0iOiJodHRwczovL2ZoaXIubmhzLnVrL0lkL2Rvcy1zZXJ2aWNlLWlkIiwidmFsdWUiOiI5OTk5MDAwMTAxIn0=";

std::string statement(const std::string& with)
{
    return R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","version":"1.1.6")" + with + "}";
}

std::string definition(const std::string& with)
{
    return R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{)"
           R"("resourceType":"MessageDefinition",)"
           R"("url":"https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request")" +
           with + "}}]}";
}

} // namespace

TEST(BarsHeaders, ATargetIsWrittenAsPublished)
{
    EXPECT_EQ(standard::encode_header(standard::target_object("9999000101")), target);
}

TEST(BarsHeaders, ATargetIsReadPaddedOrNotAndInEitherAlphabet)
{
    const std::string padded = target;
    EXPECT_EQ(standard::target_service(padded), "9999000101");
    EXPECT_EQ(standard::target_service(padded.substr(0, padded.size() - 1)), "9999000101");
    const auto odd = standard::encode_header(standard::organisation_object("Z9H01", "Ïnn ÿ?>"));
    auto url_safe = odd;
    for (char& c : url_safe)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    EXPECT_EQ(standard::decode_header(url_safe), standard::decode_header(odd));
}

TEST(BarsHeaders, WhatIsNoJsonObjectIsNotRead)
{
    for (const auto& field :
         std::vector{std::string(), std::string("*"), std::string("W10="), std::string(30'000, 'A')})
        EXPECT_FALSE(standard::decode_header(field)) << field.substr(0, 10);
}

TEST(BarsHeaders, OnlyTheMajorPartOfAVersionCounts)
{
    EXPECT_EQ(standard::accepted_major("application/fhir+json; version=1.4.0"), 1);
    EXPECT_EQ(standard::accepted_major("application/fhir+json;version=\"2.0\""), 2);
    EXPECT_EQ(standard::accepted_major("application/fhir+json"), 1);
    EXPECT_EQ(standard::major_of("1x"), 0);
    EXPECT_EQ(standard::major_of(""), 0);
}

TEST(BarsMessage, NamesOfPartsAreMadeFromTheThread)
{
    const auto thread = fhir::uuid_v7(tests::at("2026-11-23T08:00:00Z"), 1, 2);
    const auto url = adapters::bars::url_in(thread, "patient");
    EXPECT_EQ(url, adapters::bars::url_in(thread, "patient"));
    EXPECT_NE(url, adapters::bars::url_in(thread, "sender"));
    EXPECT_TRUE(fhir::is_uuid(url.substr(9)));
    EXPECT_EQ(adapters::bars::moment_of(thread), tests::at("2026-11-23T08:00:00Z"));
    EXPECT_FALSE(adapters::bars::moment_of(fhir::named_uuid("anything")));
}

TEST(BarsDiscovery, MessagesAreTakenByEitherWayOfSayingSo)
{
    for (const char* with : {R"(,"rest":[{"operation":[{"name":"process-message"}]}])",
                             R"(,"messaging":[{"supportedMessage":[{"mode":"receiver"}]}])"}) {
        const auto read = adapters::bars::read_statement(statement(with));
        ASSERT_TRUE(read);
        EXPECT_TRUE(read->takes_messages) << with;
        EXPECT_FALSE(read->searches_slots);
    }
}

TEST(BarsDiscovery, AnotherMajorVersionIsRefused)
{
    EXPECT_EQ(kind(adapters::bars::read_statement(
                  R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","version":"2.0.0"})")),
              ErrorKind::not_supported_by_practice);
    EXPECT_EQ(kind(adapters::bars::read_statement(
                  R"({"resourceType":"CapabilityStatement","fhirVersion":"3.0.1","version":"1.1.0"})")),
              ErrorKind::not_supported_by_practice);
    EXPECT_EQ(kind(adapters::bars::read_statement("[]")), ErrorKind::supplier_malformed);
}

TEST(BarsDiscovery, ADefinitionCountsForItsServiceUseCaseAndMajorVersionAlone)
{
    const auto context = [](const std::string& service, const std::string& use_case) {
        return R"(,"useContext":[{"valueCodeableConcept":{"coding":[{"system":)"
               R"("https://fhir.nhs.uk/Id/dos-service-id","code":")" +
               service +
               R"("}]}},{"valueCodeableConcept":{"coding":[{"system":)"
               R"("https://fhir.nhs.uk/CodeSystem/usecases-categories-bars","code":")" +
               use_case + R"("}]}}])";
    };
    const auto books = [](const std::string& with) {
        return adapters::bars::read_definitions(definition(with), "9999000101", "a7t1")->booking;
    };
    EXPECT_TRUE(books(R"(,"version":"1.0.0-alpha.3")" + context("9999000101", "A7T1")));
    EXPECT_TRUE(books(R"(,"version":"1.9.0")"));
    EXPECT_FALSE(books(R"(,"version":"2.0.0")"));
    EXPECT_FALSE(books(R"(,"version":"1.0.0")" + context("9999000102", "a7t1")));
    EXPECT_FALSE(books(R"(,"version":"1.0.0")" + context("9999000101", "a1t1")));
}
