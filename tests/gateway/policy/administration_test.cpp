// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/administration.hpp"

#include "tests/support/administered.hpp"

#include <gtest/gtest.h>

namespace tests::administration_cases
{
namespace
{

using fhir::ErrorKind;
using gateway::policy::Reason;

constexpr const char* paused = R"({"practice":"A10001","state":"paused","reason":"flood"})";
constexpr const char* moor =
    R"({"id":"moor","title":"Moor","practices":["A10002"],"consumers":["HUB01"],"slots_per_day":6})";

TEST(PolicyAdministration, WhatTheFileSaysHoldsUntilSomebodyChangesIt)
{
    Administered world;
    ASSERT_TRUE(world.opened) << world.opened.error().sentence();
    EXPECT_EQ(world.reason(), Reason::none);
    const auto entry = world.administration->entry("agreement", "configured");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->version, 0);
    EXPECT_TRUE(entry->configured);
}

TEST(PolicyAdministration, AChangeHoldsAtOnceAndAlsoAfterARestart)
{
    Administered world;
    ASSERT_TRUE(world.put("valve", "A10001", paused));
    EXPECT_EQ(world.reason(), Reason::practice_paused);
    world.directory.replace(world.directory.snapshot()->with({}));
    world.restart();
    EXPECT_EQ(world.reason(), Reason::practice_paused);
}

TEST(PolicyAdministration, ARequestThatHasBegunKeepsToWhatItSaw)
{
    Administered world;
    const auto before = world.directory.snapshot();
    ASSERT_TRUE(world.put("valve", "A10001", paused));
    EXPECT_EQ(before->sharing().valve(*fhir::OdsCode::parse("A10001"), world.clock.now()), nullptr);
    EXPECT_NE(world.directory.snapshot()->revision(), before->revision());
}

TEST(PolicyAdministration, AnEntryTakesThePlaceOfTheFilesAndRemovedItHidesIt)
{
    Administered world;
    ASSERT_TRUE(world.put("agreement", "configured",
                          R"({"title":"Other","practices":["A10002"],"consumers":["HUB01"]})", 0));
    EXPECT_EQ(world.reason("A10001"), Reason::no_agreement);
    EXPECT_EQ(world.reason("A10002"), Reason::none);
    ASSERT_TRUE(world.remove("agreement", "configured", 1));
    EXPECT_EQ(world.reason("A10002"), Reason::no_agreement);
    world.restart();
    EXPECT_EQ(world.reason("A10001"), Reason::no_agreement) << "the file's does not come back by itself";
    EXPECT_EQ(world.administration->entry("agreement", "configured").error().kind(), ErrorKind::not_found);
    const auto again = world.put("agreement", "configured",
                                 R"({"title":"Again","practices":["A10001"],"consumers":["HUB01"]})");
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_EQ(again->version, 3);
    EXPECT_EQ(world.reason("A10001"), Reason::none);
}

TEST(PolicyAdministration, WhatIsWrongIsRefusedWholeWithASentence)
{
    const struct
    {
        const char *kind, *key, *body;
        ErrorKind expected;
        const char* said;
    } rows[] = {
        {"valve", "A10001", "{", ErrorKind::malformed, ""},
        {"valve", "A10001", "[]", ErrorKind::value_invalid, "object"},
        {"valve", "A10001", R"({"state":"shut"})", ErrorKind::value_invalid, "`state`"},
        {"valve", "A10001", R"({"state":"open","stat":"x"})", ErrorKind::value_invalid, "Did you mean"},
        {"valve", "A10001", R"({"practice":"A10002","state":"open"})", ErrorKind::invariant, "A10001"},
        {"valve", "A99999", R"({"state":"open"})", ErrorKind::value_invalid, "A99999"},
        {"agreement", "moor", R"({"title":"M","practices":["A10009"],"consumers":["HUB01"]})",
         ErrorKind::value_invalid, "A10009"},
        {"agreement", "moor", R"({"title":"M","practices":["A10001"]})", ErrorKind::value_invalid,
         "`consumers`"},
        {"agreement", "Moor!", R"({"title":"M","practices":["A10001"],"consumers":["HUB01"]})",
         ErrorKind::value_invalid, "`id`"},
        {"area", "UPCN", R"({"name":"P","kind":"pcn","part_of":"UPCN"})", ErrorKind::value_invalid,
         "part of itself"},
    };
    Administered world;
    const auto before = world.directory.snapshot();
    for (const auto& row : rows) {
        const auto refused = world.put(row.kind, row.key, row.body);
        ASSERT_FALSE(refused) << row.body;
        EXPECT_EQ(refused.error().kind(), row.expected) << row.body << refused.error().sentence();
        EXPECT_NE(refused.error().sentence().find(row.said), std::string::npos) << refused.error().sentence();
    }
    EXPECT_EQ(world.directory.snapshot(), before);
    EXPECT_TRUE(run(world.store.policies())->empty());
}

TEST(PolicyAdministration, AnAreaThatAnAgreementNamesIsNotTakenAway)
{
    Administered world;
    ASSERT_TRUE(world.put("area", "UPCN", R"({"name":"P","kind":"pcn","members":["A10002"]})"));
    ASSERT_TRUE(
        world.put("agreement", "of-pcn", R"({"title":"P","practices":["UPCN"],"consumers":["HUB01"]})"));
    EXPECT_EQ(world.reason("A10002"), Reason::none);
    EXPECT_EQ(world.remove("area", "UPCN", 1).error().kind(), ErrorKind::value_invalid);
    EXPECT_EQ(world.reason("A10002"), Reason::none);
}

TEST(PolicyAdministration, OfTwoWhoChangeTheSameVersionTheSecondIsToldSo)
{
    Administered world;
    EXPECT_EQ(world.put("agreement", "moor", moor)->version, 1);
    EXPECT_EQ(world.put("agreement", "moor", moor, 1)->version, 2);
    EXPECT_EQ(world.put("agreement", "moor", moor, 1).error().kind(), ErrorKind::version_conflict);
    EXPECT_EQ(world.put("agreement", "moor", moor).error().kind(), ErrorKind::version_conflict);
    EXPECT_EQ(world.remove("agreement", "moor", 1).error().kind(), ErrorKind::version_conflict);
    EXPECT_EQ(world.remove("agreement", "nobody", 1).error().kind(), ErrorKind::not_found);
}

TEST(PolicyAdministration, EveryVersionCanBeReadWithWhoAndWhy)
{
    Administered world;
    ASSERT_TRUE(world.put("agreement", "configured",
                          R"({"title":"Other","practices":["A10002"],"consumers":["HUB01"]})", 0));
    ASSERT_TRUE(world.remove("agreement", "configured", 1));
    const auto versions = run(world.administration->history("agreement", "configured"));
    ASSERT_TRUE(versions);
    ASSERT_EQ(versions->size(), 3U);
    EXPECT_TRUE((*versions)[0].removed);
    EXPECT_EQ((*versions)[0].reason, "it ended");
    EXPECT_EQ((*versions)[1].author, "A. Jones");
    EXPECT_EQ((*versions)[2].version, 0);
    EXPECT_FALSE(run(world.administration->history("agreement", "nobody")));
}

TEST(PolicyAdministration, AChangeNeedsAReason)
{
    Administered world;
    const auto refused = run(
        world.administration->change({{"valve", "A10001", paused}, false, std::nullopt, "A. Jones", "  "}));
    EXPECT_EQ(refused.error().kind(), ErrorKind::required);
}

TEST(PolicyAdministration, EveryChangeAndEveryRefusalLeavesARecord)
{
    Administered world;
    ASSERT_TRUE(world.put("valve", "A10001", paused));
    ASSERT_FALSE(world.put("valve", "A10001", "{}"));
    ASSERT_EQ(world.audited.size(), 2U);
    EXPECT_EQ(world.audited[0].event, gateway::audit::Event::configuration);
    EXPECT_EQ(world.audited[0].user, "A. Jones");
    EXPECT_EQ(world.audited[0].type, "Valve");
    EXPECT_EQ(world.audited[0].practice, "A10001");
    EXPECT_EQ(world.audited[0].version, "1");
    EXPECT_EQ(world.audited[1].outcome, gateway::audit::Outcome::refused);
    EXPECT_EQ(world.audited[1].reason, "version-conflict");
}

TEST(PolicyAdministration, WhatCannotBeKeptDoesNotHold)
{
    Administered world;
    world.store.fails = true;
    EXPECT_EQ(world.put("valve", "A10001", paused).error().kind(), ErrorKind::store_unavailable);
    EXPECT_EQ(world.reason(), Reason::none);
}

TEST(PolicyAdministration, AFileThatIsReadAgainHoldsAtOnce)
{
    Administered world;
    world.settings.policy_tables = {{"agreement", "moor", moor}};
    ASSERT_TRUE(world.read_file_again());
    EXPECT_EQ(world.reason("A10001"), Reason::no_agreement);
    EXPECT_EQ(world.reason("A10002"), Reason::none);
    EXPECT_FALSE(world.administration->entry("agreement", "configured"));
    EXPECT_EQ(world.audited.back().action, "read practices file");
}

TEST(PolicyAdministration, WhatOperatorsChangedStandsOverAFileThatIsReadAgain)
{
    Administered world;
    ASSERT_TRUE(world.put("valve", "A10001", paused));
    ASSERT_TRUE(world.remove("agreement", "configured", 0));
    world.settings.policy_tables.push_back({"agreement", "moor", moor});
    ASSERT_TRUE(world.read_file_again());
    EXPECT_EQ(world.reason("A10001"), Reason::no_agreement);
    EXPECT_TRUE(world.administration->entry("valve", "A10001"));
    EXPECT_EQ(world.reason("A10002"), Reason::none);
}

TEST(PolicyAdministration, AFileThatCannotBeReadTogetherWithThatChangesNothing)
{
    Administered world;
    world.settings.policy_tables = {{"agreement", "moor", R"({"id":"moor","title":"Moor","colour":"red"})"}};
    ASSERT_FALSE(world.read_file_again());
    EXPECT_EQ(world.reason("A10001"), Reason::none);
    EXPECT_EQ(world.audited.back().outcome, gateway::audit::Outcome::refused);
}

TEST(PolicyAdministration, AServiceOfAFileThatIsReadAgainIsThereAtItsKnownPractices)
{
    Administered world;
    gateway::policy::BookableService service{"9999000101", "Same day", {}, {}, {}};
    service.practices = {*fhir::OdsCode::parse("A10002"), *fhir::OdsCode::parse("A10009")};
    world.settings.services = {service};
    ASSERT_TRUE(world.read_file_again());
    const auto* known = world.directory.snapshot()->service("9999000101");
    ASSERT_NE(known, nullptr);
    EXPECT_EQ(known->practices.size(), 1U);
}

TEST(PolicyAdministration, WhatNamesAPracticeThatIsGoneStandsInNobodysWay)
{
    Administered world;
    ASSERT_TRUE(world.put("agreement", "moor", moor));
    world.settings.practices.pop_back();
    world.restart();
    ASSERT_TRUE(world.opened);
    EXPECT_TRUE(world.put("valve", "A10001", paused));
}

TEST(PolicyAdministration, AnAgreementForATypeIsForWhomeverTheFileSaysToBeOfIt)
{
    Administered world;
    world.settings.identity.clients.push_back(
        {"hub", *fhir::OdsCode::parse("HUB01"), "Hub", "gp-practice", {}, {}, {}, {}, {}});
    ASSERT_TRUE(world.read_file_again());
    ASSERT_TRUE(
        world.put("agreement", "urgent",
                  R"({"title":"T","practices":["A10002"],"consumers":["HUB01"],"types":["urgent-care"]})"));
    EXPECT_EQ(world.reason("A10002"), Reason::restricted_type);
    world.settings.identity.clients.back().organisation_type = "urgent-care";
    ASSERT_TRUE(world.read_file_again());
    EXPECT_EQ(world.reason("A10002"), Reason::none);
}

} // namespace
} // namespace tests::administration_cases
