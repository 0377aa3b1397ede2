// SPDX-License-Identifier: Apache-2.0
#include "adapters/practice_parts.hpp"
#include "adapters/slot_pattern.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace std::chrono_literals;
using adapters::SlotPattern;

const fhir::Instant morning = fhir::parse_instant("2026-06-15T08:20:00Z").value();

fhir::Slot common_slot(const std::string& text)
{
    fhir::Slot slot;
    slot.extension.push_back(adapters::delivery_channel("Telephone"));
    slot.identifier.push_back(fhir::identifier_of("https://gateway.example.net/id", {}));
    slot.schedule = fhir::reference_to("Schedule/Z90001.ses1", text);
    slot.status = fhir::SlotStatus::free;
    slot.service_type.push_back(adapters::general_practice(text));
    slot.service_category.push_back(fhir::concept_text(text));
    slot.appointment_type = fhir::concept_text(text);
    return slot;
}

void expect_as_the_codec_writes(const fhir::Slot& common, const std::string& identifier,
                                fhir::Interval moments)
{
    const auto row =
        share(std::make_shared<const SlotPattern>(common), {"Z90001.1", identifier, moments, "key"});
    const auto written = fhir::codec::write_without_meta(fhir::Slot::declaration(), &row->slot());
    EXPECT_EQ(row->json().head(), written.head());
    EXPECT_EQ(row->json().tail(), written.tail());
    EXPECT_EQ(row->json().version(), written.version());
}

} // namespace

TEST(SlotPattern, ARowHasWhatIsCommonAndWhatIsItsOwn)
{
    const auto row = share(std::make_shared<const SlotPattern>(common_slot("Clinic")),
                           {"Z90001.1", "1", {morning, morning + 10min}, "key"});
    EXPECT_EQ(row->supplier_key(), "key");
    EXPECT_EQ(row->id(), "Z90001.1");
    EXPECT_EQ(row->slot().identifier.front().value, "1");
    EXPECT_EQ(row->start(), morning);
    EXPECT_EQ(row->end(), morning + 10min);
    EXPECT_EQ(row->slot().appointment_type->text, "Clinic");
}

TEST(SlotPattern, ItsRowsAreWrittenAsTheCodecWritesThem)
{
    expect_as_the_codec_writes(common_slot("Clinic"), "1", {morning, morning + 10min});
    expect_as_the_codec_writes(common_slot("Clinic"), "winter", {morning - 24h * 180, morning});
    expect_as_the_codec_writes(common_slot("Clinic"), "milliseconds", {morning + 7ms, morning + 10min});
}

TEST(SlotPattern, NoTextIsTakenForPartOfTheJson)
{
    for (const std::string& text :
         std::vector<std::string>{R"(","start":")", R"("value":"x")", R"("start":)", R"("end":")",
                                  R"(\u0022)", "\"", "\\", "\n", "K\xC3\xB6nig"}) {
        expect_as_the_codec_writes(common_slot(text), "1", {morning, morning + 10min});
        expect_as_the_codec_writes(common_slot("Clinic"), text, {morning, morning + 10min});
    }
}

TEST(SlotPattern, WhatElseIsCalledAsASlotsOwnStaysAsItIs)
{
    fhir::Slot common = common_slot("Clinic");
    common.identifier.insert(common.identifier.begin(),
                             fhir::identifier_of("https://supplier.example", "777"));
    fhir::Period period;
    period.start = fhir::parse_date_time("2026-06-15");
    period.end = fhir::parse_date_time("2026-06-16");
    fhir::Extension until;
    until.url = "https://supplier.example/until";
    until.value = period;
    common.extension.push_back(until);
    expect_as_the_codec_writes(common, "1", {morning, morning + 10min});
}

TEST(SlotPattern, WhereATextOfItsOwnCannotBeToldFromOthersItsRowsAreStillRight)
{
    fhir::Slot common = common_slot("Clinic");
    common.comment = "1900-01-01T00:00:00.001+00:00";
    expect_as_the_codec_writes(common, "1", {morning, morning + 10min});
    expect_as_the_codec_writes(common_slot("Clinic"), "", {morning, morning + 10min});
}

TEST(SlotPattern, KeysEndInWhatTheyShare)
{
    const auto pattern = std::make_shared<const SlotPattern>(common_slot("Clinic"), "/room 2");
    EXPECT_EQ(share(pattern, {"Z90001.1", "1", {morning, morning + 10min}, "1"})->supplier_key(), "1/room 2");
    EXPECT_EQ(share(pattern, {"Z90001.1", "1", {morning, morning + 10min}, "1"})->offered().supplier_key,
              "1/room 2");
}
