// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/slot_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace fhir;
using namespace fhir::search;

namespace
{

using Parameters = std::vector<RawParameter>;

Parameters with(Parameters more)
{
    Parameters all{{"status", "free"}, {"start", "ge2026-03-10"}, {"start", "lt2026-03-17"}};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

Result<SlotQuery> strict(const Parameters& parameters)
{
    return parse_slot_query(parameters, Handling::strict, nullptr);
}

TEST(SlotQuery, AFederationWideSearchNeedsNothingButItsWindow)
{
    const auto query = strict(with({}));
    ASSERT_TRUE(query) << query.error().sentence();
    EXPECT_EQ(to_utc_text(query->window()->start), "2026-03-10T00:00:00Z");
    EXPECT_EQ(to_utc_text(query->window()->end), "2026-03-17T00:00:00Z");
    EXPECT_EQ(query->status[0][0].code, "free");
}

TEST(SlotQuery, CommasAreAlternativesAndRepeatsMustAllHold)
{
    const auto query = strict(with({{"service-type", "a,b"}, {"service-type", "c"}})).value();
    ASSERT_EQ(query.service_type.size(), 2u);
    EXPECT_EQ(query.service_type[0].size(), 2u);
    EXPECT_EQ(query.service_type[1][0].code, "c");
}

TEST(SlotQuery, WithoutAnUpperBoundIsTooCostly)
{
    const auto query = strict({{"start", "ge2026-03-10"}});
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::too_costly);
    EXPECT_EQ(query.error().path(), "http.start");
}

TEST(SlotQuery, ASingleDayIsAWindowOfItsOwn)
{
    EXPECT_TRUE(strict({{"start", "2026-03-10"}}));
}

TEST(SlotQuery, IdsNameTheirPracticeSoNoWindowIsNeeded)
{
    EXPECT_TRUE(strict({{"_id", "A11111.1,A11111.2"}}));
}

TEST(SlotQuery, TwentyEightDaysAcrossTheAutumnChangeAreAllowedAndTwentyNineAreNot)
{
    EXPECT_TRUE(strict({{"start", "ge2026-10-10"}, {"start", "lt2026-11-07"}}));
    const auto wide = strict({{"start", "ge2026-10-10"}, {"start", "lt2026-11-08"}});
    ASSERT_FALSE(wide);
    EXPECT_EQ(wide.error().kind(), ErrorKind::too_costly);
}

TEST(SlotQuery, BoundsThatExcludeEachOtherAreAnInvariant)
{
    const auto query = strict({{"start", "ge2026-03-17"}, {"start", "lt2026-03-10"}});
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::invariant);
}

TEST(SlotQuery, AnImpossibleDateIsRefusedEvenUnderLenientHandling)
{
    std::vector<Error> warnings;
    const auto query = parse_slot_query({{"start", "ge2026-02-30"}, {"start", "lt2026-03-10"}},
                                        Handling::lenient, &warnings);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::value_invalid);
}

TEST(SlotQuery, AnUnknownParameterIsRefusedWithTheNearestName)
{
    const auto query = strict(with({{"service-typ", "x"}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::unknown_parameter);
    EXPECT_EQ(query.error().path(), "http.service-typ");
    EXPECT_EQ(query.error().advice(), "Did you mean service-type?");
}

TEST(SlotQuery, LenientHandlingLeavesUnknownParametersOutOfTheSelfLinkAndSaysSo)
{
    std::vector<Error> warnings;
    const auto query =
        parse_slot_query(with({{"colour", "red"}, {"status:text", "x"}}), Handling::lenient, &warnings)
            .value();
    EXPECT_EQ(to_query(query), "status=free&start=ge2026-03-10&start=lt2026-03-17");
    ASSERT_EQ(warnings.size(), 2u);
    EXPECT_EQ(warnings[0].path(), "http.colour");
}

TEST(SlotQuery, ALongNumberInAParameterNameIsNotRepeated)
{
    const auto query = strict(with({{"9990000018", "x"}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().sentence().find("9990000018"), std::string::npos);
    EXPECT_EQ(query.error().path().find("9990000018"), std::string::npos);
}

struct ChainCase
{
    std::string name, value, type, parameter;
};

void PrintTo(const ChainCase& row, std::ostream* out)
{
    *out << row.name;
}

class Chain : public testing::TestWithParam<ChainCase>
{};

TEST_P(Chain, IsReadAsTypeAndParameter)
{
    const auto query = strict(with({{GetParam().name, GetParam().value}}));
    ASSERT_TRUE(query) << query.error().sentence();
    ASSERT_EQ(query->actor_chains.size(), 1u);
    EXPECT_EQ(query->actor_chains[0].type, GetParam().type);
    EXPECT_EQ(query->actor_chains[0].parameter, GetParam().parameter);
    EXPECT_FALSE(query->actor_chains[0].values.empty());
}

INSTANTIATE_TEST_SUITE_P(
    SlotQuery, Chain,
    testing::Values(ChainCase{"schedule.actor:HealthcareService.identifier", "1", "HealthcareService",
                              "identifier"},
                    ChainCase{"schedule.actor:HealthcareService.organization.identifier",
                              "https://fhir.nhs.uk/Id/ods-organization-code|A11111", "HealthcareService",
                              "organization.identifier"},
                    ChainCase{"schedule:Schedule.actor:HealthcareService.identifier", "1",
                              "HealthcareService", "identifier"},
                    ChainCase{"schedule.actor:Location.identifier", "1", "Location", "identifier"},
                    ChainCase{"schedule.actor:Practitioner.identifier", "1", "Practitioner", "identifier"},
                    ChainCase{"schedule.actor:Practitioner.gender", "female", "Practitioner", "gender"},
                    ChainCase{"schedule.actor:PractitionerRole.role", "R0260", "PractitionerRole", "role"},
                    ChainCase{"schedule.actor.identifier", "1", "", "identifier"}));

TEST(SlotQuery, AnActorIsAskedForByReferenceOrByIdentifier)
{
    const auto query =
        strict(with({{"schedule:Schedule.actor", "Location/A11111.7"},
                     {"schedule.actor:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|A11111"},
                     {"schedule.actor:Practitioner", "A11111.3"}}))
            .value();
    ASSERT_EQ(query.schedule_actor.size(), 3u);
    EXPECT_EQ(query.schedule_actor[0][0].type, "Location");
    EXPECT_EQ(query.schedule_actor[1][0].identifier->code, "A11111");
    EXPECT_EQ(query.schedule_actor[2][0].type, "Practitioner");
    EXPECT_EQ(query.used[3].name, "schedule.actor");
}

TEST(SlotQuery, AModifierThatContradictsTheReferencesTypeIsRefused)
{
    const auto query = strict(with({{"schedule.actor:Practitioner", "Location/A11111.3"}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::invariant);
}

TEST(SlotQuery, IncludesAreReadWithTypeAndIteration)
{
    const auto query = strict(with({{"_include", "Slot:schedule"},
                                    {"_include:iterate", "Schedule:actor:Location"},
                                    {"_include:recurse", "Schedule:actor"}}))
                           .value();
    ASSERT_EQ(query.includes.size(), 3u);
    EXPECT_FALSE(query.includes[0].iterate);
    EXPECT_EQ(query.includes[1].target, "Location");
    EXPECT_TRUE(query.includes[2].iterate);
    EXPECT_EQ(query.used.back().name, "_include:iterate");
}

TEST(SlotQuery, AnIncludeThatIsNotOfferedIsRefused)
{
    const auto query = strict(with({{"_include", "Slot:scheduel"}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().kind(), ErrorKind::unknown_parameter);
    EXPECT_EQ(query.error().advice(), "Did you mean Slot:schedule?");
}

TEST(SlotQuery, ACountAboveTheLimitIsReducedAndZeroAsksForTheTotalOnly)
{
    EXPECT_EQ(strict(with({{"_count", "9999"}}))->paging.count, max_count);
    EXPECT_EQ(strict(with({{"_count", "99999999999999999999"}}))->paging.count, max_count);
    EXPECT_EQ(strict(with({{"_count", "0"}}))->paging.summary, Paging::Summary::count);
}

class BadControl : public testing::TestWithParam<std::pair<std::string, std::string>>
{};

TEST_P(BadControl, IsRefusedAtItsParameter)
{
    const auto query = strict(with({{GetParam().first, GetParam().second}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().path(), "http." + GetParam().first);
}

INSTANTIATE_TEST_SUITE_P(
    SlotQuery, BadControl,
    testing::Values(std::pair{"_count", "-1"}, std::pair{"_count", "ten"}, std::pair{"_count", ""},
                    std::pair{"_sort", "colour"}, std::pair{"_summary", "yes"}, std::pair{"_total", "all"},
                    std::pair{"status", ""}, std::pair{"status", "fre"}, std::pair{"status", "free,bookable"},
                    std::pair{"start:not", "2026-03-10"}, std::pair{"start", "2026-03-10,2026-03-11"},
                    std::pair{"schedule", "a b"}, std::pair{"_revinclude", "Appointment:slot"}));

TEST(SlotQuery, SortSummaryElementsAndTotalAreRead)
{
    const auto query = strict(with({{"_sort", "-start"},
                                    {"_summary", "data"},
                                    {"_elements", "start,end"},
                                    {"_total", "accurate"}}))
                           .value();
    EXPECT_TRUE(query.paging.sort.at(0).descending);
    EXPECT_EQ(query.paging.summary, Paging::Summary::data);
    EXPECT_EQ(query.paging.elements, (std::vector<std::string>{"start", "end"}));
    EXPECT_EQ(query.paging.total, Paging::Total::accurate);
}

TEST(SlotQuery, ASortThatIsNotOfferedIsAnsweredWithThoseThatAre)
{
    const auto query = strict(with({{"_sort", "colour"}}));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().advice(), "Sort by start, _lastUpdated.");
}

TEST(SlotQuery, NotTurnsATokenRound)
{
    EXPECT_TRUE(strict(with({{"delivery-channel:not", "Telephone"}}))->delivery_channel[0][0].negated);
}

TEST(SlotQuery, EveryParameterOfTheTableIsUnderstood)
{
    for (const ParameterInfo& row : slot_parameters()) {
        std::string value = row.type == SearchParamType::date ? "2026-03-11" : "A11111.1";
        if (row.name == "status")
            value = "busy";
        EXPECT_TRUE(strict(with({{std::string(row.name), value}}))) << row.name;
    }
}

TEST(SlotQuery, StandardParametersCiteTheirDefinition)
{
    for (const ParameterInfo& row : slot_parameters())
        EXPECT_TRUE(row.definition.starts_with("http://hl7.org/fhir/SearchParameter/Slot-") ||
                    row.documentation.starts_with("Custom"))
            << row.name;
}

} // namespace
