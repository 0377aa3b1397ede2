// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/sharing.hpp"

#include <gtest/gtest.h>

namespace tests::sharing_cases
{

namespace
{

using namespace gateway::policy;

fhir::OdsCode ods(std::string_view text)
{
    return fhir::OdsCode::parse(text).value();
}

const fhir::Instant noon = fhir::parse_instant("2026-06-15T12:00:00+01:00").value();

Agreement agreement(std::string id, std::string_view sharer, std::string_view user)
{
    Agreement made;
    made.id = std::move(id);
    made.sharers = {ods(sharer)};
    made.users = {ods(user)};
    return made;
}

/// QICB contains UPCN, which contains practice A00001; hub H00001 belongs to nobody.
Agreed country()
{
    Agreed agreed;
    agreed.areas = {{ods("QICB"), "ICB", "icb", std::nullopt, {}},
                    {ods("UPCN"), "PCN", "pcn", ods("QICB"), {ods("A00001"), ods("A00002")}}};
    return agreed;
}

Terms terms(const Agreed& agreed, std::string_view practice = "A00001", std::string_view consumer = "H00001",
            Use use = Use::book)
{
    static std::vector<std::unique_ptr<Sharing>> kept; // terms lean on it
    kept.push_back(std::make_unique<Sharing>(agreed));
    return kept.back()->terms(ods(practice), ods(consumer), use, noon);
}

std::vector<std::string> ids(const Terms& found)
{
    std::vector<std::string> all;
    for (const auto* each : found.agreements())
        all.push_back(each->id);
    return all;
}

TEST(Sharing, NothingIsSharedUntilAnAgreementSaysSo)
{
    const auto found = terms({});
    EXPECT_FALSE(found.allowed());
    EXPECT_EQ(found.refusal().reason, Reason::no_agreement);
}

TEST(Sharing, APracticeDoesWhatItLikesWithItsOwnBook)
{
    Agreed agreed;
    agreed.valves = {{ods("A00001"), Valve::State::paused, 0, std::nullopt, "flood"}};
    EXPECT_TRUE(terms(agreed, "A00001", "A00001").all_slots());
}

TEST(Sharing, AFederationSharesEverythingWithItsConsumersOnly)
{
    Agreed agreed;
    agreed.federations = {{"North", {ods("A00001")}, {ods("H00001")}}};
    EXPECT_TRUE(terms(agreed).all_slots());
    EXPECT_FALSE(terms(agreed, "A00001", "H00002").allowed());
    EXPECT_FALSE(terms(agreed, "A00002").allowed());
    EXPECT_FALSE(terms(agreed, "H00001", "A00001").allowed()) << "sharing has a direction";
}

TEST(Sharing, WhatIsAgreedForAnAreaHoldsForEveryPracticeBelowIt)
{
    Agreed agreed = country();
    agreed.agreements = {agreement("icb-wide", "QICB", "H00001")};
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"icb-wide"});
    EXPECT_FALSE(terms(agreed, "B00009").allowed());
}

TEST(Sharing, AnAreaAsConsumerMeansEveryOrganisationInIt)
{
    Agreed agreed = country();
    agreed.agreements = {agreement("neighbours", "A00001", "QICB")};
    EXPECT_TRUE(terms(agreed, "A00001", "A00002").allowed());
    EXPECT_FALSE(terms(agreed, "A00001", "H00001").allowed());
}

TEST(Sharing, WhatIsNearerToThePracticeGoesFirst)
{
    Agreed agreed = country();
    agreed.agreements = {agreement("icb-wide", "QICB", "H00001"), agreement("pcn-wide", "UPCN", "H00001")};
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"pcn-wide"});
    agreed.agreements.push_back(agreement("own", "A00001", "H00001"));
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"own"});
    EXPECT_EQ(ids(terms(agreed, "A00002")), std::vector<std::string>{"pcn-wide"});
}

TEST(Sharing, APracticeCanSayNoToWhatItsFederationAgreed)
{
    Agreed agreed;
    agreed.federations = {{"North", {ods("A00001")}, {ods("H00001")}}};
    agreed.agreements = {agreement("not-us", "A00001", "H00001")};
    agreed.agreements.front().refuses = true;
    const auto found = terms(agreed);
    EXPECT_EQ(found.refusal().reason, Reason::no_agreement);
    EXPECT_EQ(found.refusal().agreement->id, "not-us");
}

TEST(Sharing, AmongEqualsARefusalWins)
{
    Agreed agreed;
    agreed.agreements = {agreement("yes", "A00001", "H00001"), agreement("no", "A00001", "H00001")};
    agreed.agreements.back().refuses = true;
    EXPECT_FALSE(terms(agreed).allowed());
}

TEST(Sharing, AnAgreementHoldsFromItsFirstToItsLastUkDay)
{
    const struct
    {
        const char *from, *until;
        bool holds;
    } rows[] = {{"2026-06-15", "2026-06-15", true},
                {"2026-06-16", "2026-12-31", false},
                {"2026-01-01", "2026-06-14", false}};
    for (const auto& row : rows) {
        Agreed agreed;
        agreed.agreements = {agreement("dated", "A00001", "H00001")};
        agreed.agreements.front().from = fhir::parse_date(row.from);
        agreed.agreements.front().until = fhir::parse_date(row.until);
        const auto found = terms(agreed);
        EXPECT_EQ(found.allowed(), row.holds) << row.from << " to " << row.until;
        if (!row.holds) {
            EXPECT_EQ(found.refusal().agreement->id, "dated") << "it can be said which one it was";
        }
    }
}

TEST(Sharing, TheLastDayEndsAtUkMidnight)
{
    Agreed agreed;
    agreed.agreements = {agreement("dated", "A00001", "H00001")};
    agreed.agreements.front().until = fhir::parse_date("2026-06-15");
    const Sharing sharing(agreed);
    const auto allowed = [&](std::string_view moment) {
        return sharing.terms(ods("A00001"), ods("H00001"), Use::book, fhir::parse_instant(moment).value())
            .allowed();
    };
    EXPECT_TRUE(allowed("2026-06-15T23:59:59+01:00"));
    EXPECT_FALSE(allowed("2026-06-16T00:00:00+01:00"));
}

TEST(Sharing, AnExpiredLocalAgreementGivesWayToTheWiderOne)
{
    Agreed agreed = country();
    agreed.agreements = {agreement("icb-wide", "QICB", "H00001"), agreement("own", "A00001", "H00001")};
    agreed.agreements.back().until = fhir::parse_date("2026-06-14");
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"icb-wide"});
}

TEST(Sharing, WhatIsNotAllowedByAnAgreementIsNotDone)
{
    Agreed agreed;
    agreed.agreements = {agreement("look-only", "A00001", "H00001")};
    agreed.agreements.front().uses = {Use::search};
    EXPECT_TRUE(terms(agreed, "A00001", "H00001", Use::search).allowed());
    EXPECT_FALSE(terms(agreed, "A00001", "H00001", Use::book).allowed());
    EXPECT_FALSE(terms(agreed, "A00001", "H00001", Use::task).allowed());
}

TEST(Sharing, APausedPracticeRefusesUntilThePauseEnds)
{
    Agreed agreed;
    agreed.federations = {{"North", {ods("A00001")}, {ods("H00001")}}};
    agreed.valves = {
        {ods("A00001"), Valve::State::paused, 0, noon + std::chrono::hours(1), "two doctors ill"}};
    const Sharing sharing(agreed);
    const auto at = [&](fhir::Instant moment) {
        return sharing.terms(ods("A00001"), ods("H00001"), Use::book, moment);
    };
    EXPECT_EQ(at(noon).refusal().reason, Reason::practice_paused);
    EXPECT_EQ(at(noon).refusal().until, noon + std::chrono::hours(1));
    EXPECT_TRUE(at(noon + std::chrono::hours(1)).allowed());
    EXPECT_TRUE(sharing.terms(ods("A00001"), ods("H00001"), Use::task, noon).allowed())
        << "work is still taken in";
}

/// One agreement with H00001 for urgent care only.
Agreed for_urgent_care()
{
    Agreed agreed;
    agreed.agreements = {agreement("urgent", "A00001", "H00001")};
    agreed.agreements.front().types = {"urgent-care"};
    return agreed;
}

TEST(Sharing, AnAgreementForATypeOfOrganisationIsForThoseOfWhomItIsConfigured)
{
    Agreed agreed = for_urgent_care();
    const struct
    {
        std::vector<std::string> types;
        bool allowed;
    } rows[] = {{{}, false},
                {{"urgent-care"}, true},
                {{"Urgent-Care"}, true},
                {{"gp-practice"}, false},
                {{"urgent-care", "gp-practice"}, false}};
    for (const auto& row : rows) {
        agreed.types = {{ods("H00001"), row.types}};
        const auto found = terms(agreed);
        EXPECT_EQ(found.allowed(), row.allowed) << row.types.size();
        if (row.allowed)
            continue;
        EXPECT_EQ(found.refusal().reason, Reason::restricted_type);
        EXPECT_EQ(found.refusal().rule(), "urgent");
    }
}

TEST(Sharing, ATypeThatNobodyHasConfiguredOpensNothing)
{
    EXPECT_EQ(terms(for_urgent_care()).refusal().reason, Reason::restricted_type);
    EXPECT_EQ(terms(for_urgent_care(), "A00001", "H00002").refusal().reason, Reason::no_agreement)
        << "it does not name that one";
}

TEST(Sharing, WhatIsMeantForOtherTypesStandsBeforeWhatTheAreaAgreed)
{
    Agreed agreed = country();
    agreed.types = {{ods("H00001"), {"gp-practice"}}};
    agreed.agreements = {agreement("pcn-wide", "UPCN", "H00001"), agreement("own", "A00001", "H00001")};
    agreed.agreements.back().types = {"urgent-care"};
    EXPECT_EQ(terms(agreed).refusal().rule(), "own");
    EXPECT_EQ(ids(terms(agreed, "A00002")), std::vector<std::string>{"pcn-wide"});
    agreed.agreements.back().until = fhir::parse_date("2026-06-14");
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"pcn-wide"});
}

TEST(Sharing, TypeIsNotTheReasonWhereTheAgreementWouldNotAllowItAnyway)
{
    Agreed agreed = for_urgent_care();
    agreed.agreements.front().uses = {Use::search};
    EXPECT_EQ(terms(agreed).refusal().reason, Reason::no_agreement);
    EXPECT_EQ(terms(agreed, "A00001", "H00001", Use::search).refusal().reason, Reason::restricted_type);
}

TEST(Sharing, ANoForATypeIsForThatTypeAndForThoseOfNone)
{
    Agreed agreed = country();
    agreed.agreements = {agreement("pcn-wide", "UPCN", "H00001"), agreement("no", "A00001", "H00001")};
    agreed.agreements.back().refuses = true;
    agreed.agreements.back().types = {"urgent-care"};
    EXPECT_EQ(terms(agreed).refusal().rule(), "no");
    agreed.types = {{ods("H00001"), {"urgent-care", "gp-practice"}}};
    EXPECT_EQ(terms(agreed).refusal().rule(), "no");
    agreed.types = {{ods("H00001"), {"gp-practice"}}};
    EXPECT_EQ(ids(terms(agreed)), std::vector<std::string>{"pcn-wide"});
}

TEST(Sharing, APracticesOwnBookIsItsOwnWhateverItsType)
{
    Agreed agreed = for_urgent_care();
    agreed.agreements.front().users = {ods("A00001")};
    EXPECT_TRUE(terms(agreed, "A00001", "A00001").all_slots());
}

} // namespace

} // namespace tests::sharing_cases
