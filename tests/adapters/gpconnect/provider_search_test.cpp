// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;

namespace
{

const std::string by_type =
    "&searchFilter=https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1%7Curgent-care";
const std::string by_code = "&searchFilter=https://fhir.nhs.uk/Id/ods-organization-code%7CZ98H7";

std::string search_verdict(const std::string& target, fhir::Instant now = tests::FakeClock::default_start)
{
    Provider provider;
    provider.clock.set(now);
    return verdict(provider.send(Interaction::search_slot, target));
}

std::vector<std::string> slot_ids(const fhir::rest::Response& response)
{
    std::vector<std::string> found;
    for (const auto* slot : adapters::entries_of(json(response), "Slot"))
        found.push_back(adapters::text_of(*slot, "id"));
    return found;
}

std::vector<std::string> on_25th(const std::string& filters)
{
    Provider provider;
    return slot_ids(
        provider.send(Interaction::search_slot, slot_search("ge2026-11-25", "le2026-11-25", filters)));
}

} // namespace

TEST(GpConnectSlotSearch, WindowIsAtMostFourteenDays)
{
    for (const auto& [end, expected] :
         {std::pair{"le2026-11-23", "200"}, std::pair{"le2026-11-24", "200"},
          std::pair{"le2026-12-07", "200"}, std::pair{"le2026-12-08", "422 INVALID_PARAMETER"},
          std::pair{"le2026-11-22", "422 INVALID_PARAMETER"}})
        EXPECT_EQ(search_verdict(slot_search("ge2026-11-23", end)), expected) << end;
}

TEST(GpConnectSlotSearch, DatesThatAreRefused)
{
    for (const auto* start :
         {"gt2026-11-24", "le2026-11-24", "2026-11-24", "ge", "ge2026-11", "ge2026", "ge2026-11-24T10:00:00",
          "ge2026-13-01", "ge2026-11-24T10:00", "ge2026-11-24T10:00:00%2B01:00", "gexyz"})
        EXPECT_EQ(search_verdict(slot_search(start, "le2026-11-25")), "422 INVALID_PARAMETER") << start;
    for (const auto* end : {"lt2026-11-25", "ge2026-11-25", "2026-11-25", "le2026-11"})
        EXPECT_EQ(search_verdict(slot_search("ge2026-11-24", end)), "422 INVALID_PARAMETER") << end;
}

TEST(GpConnectSlotSearch, OffsetMustBeThatOfTheUkOnTheDay)
{
    const auto summer = at("2026-07-01T08:00:00Z");
    EXPECT_EQ(search_verdict(slot_search("ge2026-07-02T09:00:00%2B01:00", "le2026-07-03"), summer), "200");
    EXPECT_EQ(search_verdict(slot_search("ge2026-07-02T09:00:00%2B00:00", "le2026-07-03"), summer),
              "422 INVALID_PARAMETER");
    // Across the change of the clocks each bound has its own offset.
    EXPECT_EQ(search_verdict(slot_search("ge2027-03-26T08:00:00%2B00:00", "le2027-04-02T18:30:00%2B01:00")),
              "200");
}

TEST(GpConnectSlotSearch, RawPlusOfTheOffsetIsUnderstood)
{
    EXPECT_EQ(search_verdict(slot_search("ge2026-11-24T09:00:00+00:00", "le2026-11-25")), "200");
}

TEST(GpConnectSlotSearch, ParameterNamesMayBePercentEncoded)
{
    Provider provider;
    auto found = provider.send(
        Interaction::search_slot,
        slot_search("ge2026-11-24", "le2026-11-24", "&_include%3Arecurse=Schedule%3Aactor%3ALocation"));
    EXPECT_EQ(entries(found, "Location"), 1U);
}

TEST(GpConnectSlotSearch, MissingAndRepeatedParametersAreBadRequests)
{
    for (const auto* target :
         {"Slot?status=free&_include=Slot:schedule&end=le2026-11-25",
          "Slot?status=free&_include=Slot:schedule&start=ge2026-11-24",
          "Slot?_include=Slot:schedule&start=ge2026-11-24&end=le2026-11-25",
          "Slot?status=free&start=ge2026-11-24&end=le2026-11-25",
          "Slot?status=free&_include=Slot:schedule&start=ge2026-11-24&start=ge2026-11-24&end=le2026-11-25"})
        EXPECT_EQ(search_verdict(target), "400 BAD_REQUEST") << target;
    EXPECT_EQ(search_verdict("Slot?status=busy&_include=Slot:schedule&start=ge2026-11-24&end=le2026-11-25"),
              "422 INVALID_PARAMETER");
}

TEST(GpConnectSlotSearch, DateOnlyEndIncludesTheDay)
{
    Provider provider;
    EXPECT_EQ(
        slot_ids(provider.send(Interaction::search_slot, slot_search("ge2026-11-24", "le2026-11-24"))).size(),
        6U);
}

TEST(GpConnectSlotSearch, SlotsMustEndWithinTheWindow)
{
    Provider provider;
    const auto found =
        slot_ids(provider.send(Interaction::search_slot, slot_search("ge2026-11-24T18:40:00%2B00:00",
                                                                     "le2026-11-24T18:55:00%2B00:00")));
    EXPECT_EQ(found, std::vector<std::string>{"90412"});
}

TEST(GpConnectSlotSearch, FilterTable)
{
    using Slots = std::vector<std::string>;
    EXPECT_EQ(on_25th(""), Slots{});
    EXPECT_EQ(on_25th(by_type), (Slots{"90431"}));
    EXPECT_EQ(on_25th(by_code), (Slots{"90441"}));
    EXPECT_EQ(on_25th(by_type + by_code), (Slots{"90431", "90441", "90451"}));
    EXPECT_EQ(on_25th("&searchFilter=https://example.org/other%7Curgent-care"), Slots{});
}

TEST(GpConnectSlotSearch, IncludesOnlyWhatIsAskedForAndAlwaysTheOrganisation)
{
    Provider provider;
    auto bare = provider.send(Interaction::search_slot, slot_search("ge2026-11-24", "le2026-11-24"));
    EXPECT_EQ(entries(bare, "Schedule"), 3U);
    EXPECT_EQ(entries(bare, "Practitioner"), 0U);
    EXPECT_EQ(entries(bare, "Location"), 0U);
    EXPECT_EQ(entries(bare, "Organization"), 1U);
    auto full = provider.send(
        Interaction::search_slot,
        slot_search(
            "ge2026-11-24", "le2026-11-24",
            "&_include:recurse=Schedule:actor:Practitioner&_include:recurse=Schedule:actor:Location"));
    EXPECT_EQ(entries(full, "Practitioner"), 2U);
    EXPECT_EQ(entries(full, "Location"), 1U);
}

TEST(GpConnectSlotSearch, BundleHoldsNothingTheProfileBars)
{
    Provider provider;
    const auto body =
        text(json(provider.send(Interaction::search_slot, slot_search("ge2026-11-24", "le2026-11-24"))));
    for (const auto* barred :
         {"\"total\"", "\"link\"", "\"fullUrl\"", "\"specialty\"", "\"comment\"", "\"search\""})
        EXPECT_EQ(body.find(barred), std::string::npos) << barred;
}

TEST(GpConnectSlotSearch, NothingFreeIsABundleWithoutEntries)
{
    Provider provider;
    auto found = provider.send(Interaction::search_slot, slot_search("ge2026-12-01", "le2026-12-02"));
    EXPECT_EQ(found.status, 200U);
    EXPECT_EQ(json(found).find("entry"), nullptr);
}
