// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/bundle.hpp"
#include "tests/gateway/search/fixture.hpp"

namespace tests::search
{

namespace
{

using fhir::codec::JsonValue;

class BundleWriter : public SearchTest
{
protected:
    BundleWriter() : SearchTest(2) {}

    static JsonValue written(const SlotResult& result, const gateway::search::BundlePage& page)
    {
        fhir::rest::OutBuffer out;
        gateway::search::write_slot_bundle(result, page, out);
        const auto bundle = fhir::codec::read<fhir::Bundle>(out.view());
        EXPECT_TRUE(bundle) << bundle.error().path() << ' ' << bundle.error().sentence() << '\n'
                            << out.view();
        return fhir::codec::parse_json(out.view()).value_or(JsonValue{});
    }

    JsonValue page_of(std::vector<RawParameter> parameters, std::size_t count = 50)
    {
        const auto result = find(query(std::move(parameters))).value();
        return written(*result, {base, 0, count, {}, "0c1d2e3f-4a5b-7c6d-8e7f-901a2b3c4d01"});
    }

    static std::vector<std::string> urls(const JsonValue& bundle, std::string_view mode)
    {
        std::vector<std::string> found;
        const JsonValue* entries = bundle.find("entry");
        for (const JsonValue& entry : entries ? entries->items() : std::vector<JsonValue>{})
            if (entry.find("search")->find("mode")->text() == mode)
                found.push_back(entry.find("fullUrl") ? entry.find("fullUrl")->text().substr(base.size() + 1)
                                                      : "");
        return found;
    }

    static std::string link(const JsonValue& bundle, std::string_view relation)
    {
        for (const JsonValue& one : bundle.find("link")->items())
            if (one.find("relation")->text() == relation)
                return one.find("url")->text();
        return {};
    }
};

TEST_F(BundleWriter, LeavesOutTheTotalWhenNoneIsWanted)
{
    EXPECT_EQ(page_of({{"_total", "none"}}).find("total"), nullptr);
    EXPECT_NE(page_of({{"_total", "none"}, {"_summary", "count"}}).find("total"), nullptr);
}

TEST_F(BundleWriter, WritesAValidSearchsetWithTotalAndSelfLink)
{
    const JsonValue bundle = page_of({});
    EXPECT_EQ(bundle.find("type")->text(), "searchset");
    EXPECT_EQ(bundle.find("total")->text(), "16");
    EXPECT_EQ(urls(bundle, "match").size(), 16u);
    EXPECT_EQ(link(bundle, "self"),
              base + "/Slot?status=free&start=ge2026-11-24&start=lt2026-11-25&_count=50");
}

TEST_F(BundleWriter, EverySlotSaysWhereItComesFromAndWhenItWasSeen)
{
    const JsonValue bundle = page_of({});
    const JsonValue& meta = *bundle.find("entry")->items()[0].find("resource")->find("meta");
    EXPECT_EQ(meta.find("source")->text(), "https://gateway.example.net/provider/A00001");
    EXPECT_EQ(meta.find("profile")->items()[0].text(),
              "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Slot");
    EXPECT_EQ(meta.find("extension")->items()[0].find("url")->text(),
              "http://hl7.org/fhir/StructureDefinition/lastSourceSync");
    EXPECT_EQ(meta.find("versionId")->text().size(), 16u);
}

TEST_F(BundleWriter, SaysHowOldEachBookIs)
{
    ASSERT_TRUE(find());
    clock.advance(7s);
    const JsonValue bundle = page_of({});
    const auto& ages = bundle.find("meta")->find("extension")->items();
    ASSERT_EQ(ages.size(), 2u);
    EXPECT_EQ(ages[1].find("extension")->items()[0].find("valueString")->text(), "A00002");
    EXPECT_EQ(ages[1].find("extension")->items()[2].find("valueUnsignedInt")->text(), "7");
}

TEST_F(BundleWriter, EqualContentKeepsItsVersionAlthoughItWasSeenAgain)
{
    const std::string first(find().value()->page(0, 1).front().slot->json().version());
    clock.advance(settings.book_lifetime);
    EXPECT_EQ(find().value()->page(0, 1).front().slot->json().version(), first);
}

TEST_F(BundleWriter, IncludesEachScheduleOnce)
{
    const JsonValue bundle = page_of({{"_include", "Slot:schedule"}});
    EXPECT_EQ(urls(bundle, "include"),
              (std::vector<std::string>{"Schedule/A00001.gp", "Schedule/A00001.nurse", "Schedule/A00002.gp",
                                        "Schedule/A00002.nurse"}));
    EXPECT_EQ(bundle.find("total")->text(), "16");
}

TEST_F(BundleWriter, FollowsActorsServicesAndRoles)
{
    const JsonValue bundle = page_of({{"_include", "Slot:schedule"},
                                      {"_include:iterate", "Schedule:actor"},
                                      {"_include:iterate", "HealthcareService:organization"},
                                      {"_include:iterate", "HealthcareService:location"},
                                      {"_include:iterate", "PractitionerRole:practitioner"},
                                      {"schedule.actor:identifier", ods_system + "|A00001"}});
    auto found = urls(bundle, "include");
    std::ranges::sort(found);
    EXPECT_EQ(found, (std::vector<std::string>{"HealthcareService/A00001.h", "Location/A00001.l",
                                               "Organization/A00001.o", "Practitioner/A00001.d",
                                               "Practitioner/A00001.n", "PractitionerRole/A00001.r",
                                               "Schedule/A00001.gp", "Schedule/A00001.nurse"}));
}

TEST_F(BundleWriter, AnActorTypeNarrowsTheInclude)
{
    const JsonValue bundle =
        page_of({{"_include", "Slot:schedule"}, {"_include:iterate", "Schedule:actor:Practitioner"}});
    const auto found = urls(bundle, "include");
    EXPECT_EQ(found.size(), 6u);
    EXPECT_EQ(std::ranges::count(found, "Practitioner/A00001.d"), 1);
    EXPECT_EQ(std::ranges::count(found, "Practitioner/A00001.n"), 0);
}

TEST_F(BundleWriter, NamesMissingPracticesAndIgnoredParametersInOneOutcome)
{
    fakes["A00002"]->fails = true;
    std::vector<fhir::Error> warnings{
        fhir::Error(ErrorKind::unknown_parameter, "Slot cannot be searched by colour.", "http.colour")};
    const auto result = run(search().find_slots(caller(), query(), false, "r", warnings)).value();
    const JsonValue bundle = written(*result, {base});
    ASSERT_EQ(urls(bundle, "outcome").size(), 1u);
    const auto& issues = bundle.find("entry")->items().back().find("resource")->find("issue")->items();
    ASSERT_EQ(issues.size(), 2u);
    EXPECT_EQ(issues[0].find("diagnostics")->text(), "source=A00002");
    EXPECT_EQ(issues[0].find("severity")->text(), "warning");
    EXPECT_NE(issues[0].find("details")->find("text")->text().find("A00002 Practice A00002"),
              std::string::npos);
    EXPECT_EQ(issues[1].find("expression")->items()[0].text(), "http.colour");
}

TEST_F(BundleWriter, AnEmptyResultHasNoEntryElement)
{
    const JsonValue bundle = page_of({{"status", "busy"}});
    EXPECT_EQ(bundle.find("total")->text(), "0");
    EXPECT_EQ(bundle.find("entry"), nullptr);
}

TEST_F(BundleWriter, ACountOnlyAnswerHasNoEntries)
{
    const JsonValue bundle = page_of({{"_summary", "count"}});
    EXPECT_EQ(bundle.find("total")->text(), "16");
    EXPECT_EQ(bundle.find("entry"), nullptr);
}

TEST_F(BundleWriter, LinksLeadForwardAndBackThroughTheFrozenResult)
{
    const auto result = find().value();
    const std::string token = search().freeze(caller(), result);
    const JsonValue middle = written(*result, {base, 5, 5, token});
    EXPECT_EQ(link(middle, "first"), base + "/Slot?_cursor=" + token + "&_offset=0&_count=5");
    EXPECT_EQ(link(middle, "previous"), base + "/Slot?_cursor=" + token + "&_offset=0&_count=5");
    EXPECT_EQ(link(middle, "next"), base + "/Slot?_cursor=" + token + "&_offset=10&_count=5");
    const JsonValue last = written(*result, {base, 15, 5, token});
    EXPECT_EQ(link(last, "next"), "");
    EXPECT_EQ(urls(last, "match").size(), 1u);
}

TEST_F(BundleWriter, APagingLinkIsReadBack)
{
    const auto cursor =
        gateway::search::parse_cursor({{"_cursor", "abc"}, {"_offset", "10"}, {"_count", "5"}});
    ASSERT_TRUE(cursor && *cursor);
    EXPECT_EQ((*cursor)->token, "abc");
    EXPECT_EQ((*cursor)->offset, 10u);
    EXPECT_EQ((*cursor)->count, 5u);
    EXPECT_FALSE(gateway::search::parse_cursor({{"_cursor", "abc"}, {"_offset", "-1"}}));
    EXPECT_FALSE(gateway::search::parse_cursor({{"status", "free"}})->has_value());
}

TEST_F(BundleWriter, ElementsAndPrettyWriteTheSameSlotsAnew)
{
    const JsonValue bundle = page_of({{"_elements", "start"}});
    const JsonValue& slot = *bundle.find("entry")->items()[0].find("resource");
    EXPECT_EQ(slot.find("serviceType"), nullptr);
    EXPECT_NE(slot.find("start"), nullptr);
    EXPECT_NE(slot.find("schedule"), nullptr);
    const auto result = find().value();
    gateway::search::BundlePage page{base};
    const JsonValue compact = written(*result, page);
    page.pretty = true;
    EXPECT_EQ(written(*result, page), compact);
}

} // namespace

} // namespace tests::search
