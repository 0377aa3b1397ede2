// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"
#include "fhir/schema/schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace
{

using namespace fhir;

std::vector<std::filesystem::path> samples()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(APPTGW_SOURCE_DIR "/tests/fhir/codec/data"))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    return files;
}

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string sample(std::string_view name)
{
    return text_of(std::filesystem::path(APPTGW_SOURCE_DIR "/tests/fhir/codec/data") / name);
}

std::string compact(std::string_view json)
{
    return codec::to_json(codec::parse_json(json).value());
}

// The samples stand in R4 order with UK offsets, so what comes out must be what went in, byte for byte.
TEST(FhirJson, EverySampleComesOutAsItWentIn)
{
    for (const auto& file : samples()) {
        const auto json = text_of(file);
        const auto resource = codec::read_any(json);
        ASSERT_TRUE(resource) << file << ' ' << resource.error().path() << ' ' << resource.error().sentence();
        rest::OutBuffer out;
        codec::write(*resource, out);
        EXPECT_EQ(out.view(), compact(json)) << file;
    }
}

TEST(FhirJson, ACopyOfAResourceIsWrittenLikeTheOriginal)
{
    for (const auto& file : samples()) {
        const auto json = text_of(file);
        AnyResource copy;
        {
            const auto original = codec::read_any(json);
            ASSERT_TRUE(original);
            copy = *original;
        }
        rest::OutBuffer out;
        codec::write(copy, out);
        EXPECT_EQ(out.view(), compact(json)) << file;
    }
}

TEST(FhirJson, EveryDeclaredResourceHasASample)
{
    std::set<std::string_view> seen;
    for (const auto& file : samples())
        seen.insert(codec::read_any(text_of(file)).value().type().name);
    for (const auto* type : schema::resource_types())
        EXPECT_TRUE(seen.contains(type->name)) << type->name;
}

TEST(FhirJson, PrettyAndCompactAreTheSameDocument)
{
    for (const auto& file : samples()) {
        const auto resource = codec::read_any(text_of(file)).value();
        rest::OutBuffer pretty;
        codec::write(resource, pretty, {.elements = {}, .pretty = true});
        EXPECT_EQ(compact(pretty.view()), compact(text_of(file)));
        EXPECT_EQ(codec::pretty(pretty.view()), pretty.view());
    }
}

TEST(FhirJson, TypedReadGivesTheMembers)
{
    const auto slot = codec::read<Slot>(sample("slot.json"));
    ASSERT_TRUE(slot);
    EXPECT_EQ(slot->status, SlotStatus::busy_unavailable);
    EXPECT_EQ(to_utc_text(slot->start), "2026-06-15T09:20:00Z");
    EXPECT_EQ(slot->schedule.reference, "Schedule/A99001.55");

    const auto patient = codec::read<Patient>(sample("patient.json"));
    ASSERT_TRUE(patient);
    EXPECT_EQ(identifier_value(patient->identifier, "http://fhir.nhs.uk/id/nhs-number"), "9990000026");
    EXPECT_EQ(std::get<std::int32_t>(patient->multiple_birth), 2);
    EXPECT_EQ(patient->name[0].given, (std::vector<std::string>{"Avery", "", "Jo"}));
    EXPECT_EQ(patient->birth_date->precision, DateTime::Precision::month);
}

TEST(FhirJson, OrderOfMembersDoesNotMatter)
{
    const auto slot = codec::read<Slot>(
        R"({"end":"2026-06-15T09:30:00Z","status":"free","start":"2026-06-15T09:20:00Z","schedule":{"reference":"Schedule/a"},"resourceType":"Slot"})");
    ASSERT_TRUE(slot) << slot.error().sentence();
    EXPECT_EQ(codec::to_json(*slot),
              R"({"resourceType":"Slot","schedule":{"reference":"Schedule/a"},"status":"free",)"
              R"("start":"2026-06-15T10:20:00+01:00","end":"2026-06-15T10:30:00+01:00"})");
}

} // namespace
