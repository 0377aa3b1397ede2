// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/organization.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "tests/fhir/stu3/generator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace tests
{

using namespace fhir;
using enum LostOnPurpose::What;

namespace
{

/// All that does not survive R4 JSON -> R4 XML -> STU3. fhir/stu3/README.md says why.
constexpr std::array<LostOnPurpose, 18> lost_on_purpose{{
    {"DomainResource", "text"},
    {"Meta", "source"},
    {"Reference", "type"},
    {"Identifier", "use", some_codes, "old"},
    {"Address", "use", some_codes, "billing"},
    {"Extension", "value", some_value_types, "valueUrl valueCanonical valueUuid"},
    {"Slot", "serviceCategory", all_but_one},
    {"Schedule", "serviceCategory", all_but_one},
    {"Appointment", "serviceCategory", all_but_one},
    {"Appointment", "status", some_codes, "checked-in waitlist"},
    {"Appointment", "cancelationReason", all_but_text},
    {"Appointment", "patientInstruction"},
    {"Appointment.participant", "period"},
    {"Location", "type", all_but_one},
    {"Location", "hoursOfOperation"},
    {"Location", "availabilityExceptions"},
    {"Patient.communication", "modifierExtension"},
    {"Patient.communication", "preferred", primitive_extras},
}};

const std::array types{&Slot::declaration(),    &Schedule::declaration(),     &Appointment::declaration(),
                       &Patient::declaration(), &Practitioner::declaration(), &Organization::declaration(),
                       &Location::declaration()};

/// Through one encoding and back; what went wrong, if anything did.
std::string through(codec::Encoding encoding, AnyResource& resource)
{
    const auto written = codec::to_text(resource, encoding);
    auto read = codec::read_resource(written, encoding);
    if (!read)
        return read.error().path() + ": " + read.error().sentence() + "\n" + written;
    resource = std::move(*read);
    return {};
}

TEST(RoundTrip, WhateverIsDeclaredSurvivesEveryEncoding)
{
    for (std::uint32_t seed = 0; seed < 200; ++seed)
        for (const auto* type : types) {
            auto resource = Generator(seed, lost_on_purpose).resource(*type);
            const auto before = codec::to_text(resource, codec::r4_json);
            for (const auto encoding : {codec::r4_json, codec::r4_xml, codec::stu3_json, codec::stu3_xml}) {
                const auto wrong = through(encoding, resource);
                ASSERT_TRUE(wrong.empty()) << wrong << type->name << " seed " << seed << "\n" << before;
                ASSERT_EQ(codec::to_text(resource, codec::r4_json), before)
                    << type->name << " seed " << seed << " encoding " << static_cast<int>(encoding.release)
                    << static_cast<int>(encoding.format);
            }
        }
}

/// A row that survives has no place in the table.
TEST(RoundTrip, WhatIsListedAsLostIsLost)
{
    for (const LostOnPurpose& row : lost_on_purpose) {
        if (row.what == primitive_extras || row.type == "Meta" || row.type == "Reference" ||
            row.type == "Identifier" || row.type == "Address" || row.type == "Extension")
            continue; // below
        std::size_t lost = 0, filled = 0;
        for (const auto* type : types) {
            if (row.type.substr(0, row.type.find('.')) != type->name && row.type != "DomainResource")
                continue;
            for (std::uint32_t seed = 0; seed < 30; ++seed) {
                std::vector<LostOnPurpose> others;
                std::ranges::copy_if(lost_on_purpose, std::back_inserter(others),
                                     [&](const LostOnPurpose& each) { return &each != &row; });
                auto resource = Generator(seed, others).resource(*type);
                const auto before = codec::to_text(resource, codec::r4_json);
                through(codec::r4_xml, resource);
                through(codec::stu3_json, resource);
                filled += before.find('"' + std::string(row.element) + "\":") != before.npos;
                lost += codec::to_text(resource, codec::r4_json) != before;
            }
        }
        EXPECT_GT(filled, 0u) << row.type << '.' << row.element;
        EXPECT_GT(lost, 0u) << row.type << '.' << row.element;
    }
}

TEST(RoundTrip, DataTypesLoseWhatIsListed)
{
    const std::array<std::string, 8> rows{
        R"({"resourceType":"Patient","meta":{"versionId":"1","source":"urn:x"}})",
        R"({"resourceType":"Patient","managingOrganization":{"reference":"Organization/1","type":"Organization"}})",
        R"({"resourceType":"Patient","identifier":[{"use":"old","value":"1"}]})",
        R"({"resourceType":"Patient","address":[{"use":"billing","city":"Penholt"}]})",
        R"({"resourceType":"Patient","extension":[{"url":"urn:x","valueUrl":"urn:y"}]})",
        R"({"resourceType":"Patient","extension":[{"url":"urn:x","valueCanonical":"urn:y"}]})",
        R"({"resourceType":"Patient","extension":[{"url":"urn:x","valueUuid":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}]})",
        R"({"resourceType":"Patient","communication":[{"language":{"text":"Welsh"},"preferred":true,"_preferred":{"id":"p"}}]})",
    };
    for (const auto& json : rows) {
        auto resource = codec::read_resource(json, codec::r4_json).value();
        EXPECT_EQ(codec::to_text(resource, codec::r4_json), json);
        EXPECT_EQ(through(codec::stu3_json, resource), "");
        EXPECT_NE(codec::to_text(resource, codec::r4_json), json);
    }
}

} // namespace

} // namespace tests
