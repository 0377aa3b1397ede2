// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/explanation.hpp"
#include "tests/gateway/search/fixture.hpp"

#include <algorithm>

namespace tests::search
{

namespace
{

using namespace gateway::policy;
using gateway::search::Explanation;
using gateway::search::Finding;

/// ZH001 may see of A00001 what one agreement says.
class Offered : public SearchTest
{
protected:
    Offered() : SearchTest(1)
    {
        Agreement one;
        one.id = "one";
        one.sharers = {ods("A00001")};
        one.users = {ods("ZH001")};
        agreed.agreements = {one};
    }
    Agreement& agreement() { return agreed.agreements.front(); }

    std::vector<std::string> seen() { return ids(*find().value()); }

    gateway::search::Offer offer(const std::string& slot, Use use = Use::book)
    {
        const auto hit = run(search().slot(caller(), slot, false, "r")).value();
        return run(search().offer_of(caller(), hit, use)).value();
    }

    Explanation explained(std::string slot = {}, const std::string& organisation = "ZH001")
    {
        return run(search().explain({ods("A00001"),
                                     ods(organisation),
                                     {},
                                     fhir::Interval{at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")},
                                     std::move(slot),
                                     "r"}))
            .value();
    }

    /// `GP list: embargoed 4` of each session.
    static std::vector<std::string> texts(const Explanation& explanation)
    {
        std::vector<std::string> all;
        for (const auto& session : explanation.sessions)
            for (const Finding& finding : session.findings)
                all.push_back(session.schedule + " " + std::string(text_of(finding.reason).code) + " " +
                              std::to_string(finding.slots));
        return all;
    }
};

TEST_F(Offered, OnlySessionsThatAreSharedAreFound)
{
    agreement().roles = {"R0600"};
    EXPECT_EQ(seen(), (std::vector<std::string>{"A00001.n0", "A00001.n1", "A00001.n2", "A00001.n3"}));
}

TEST_F(Offered, SessionsThatAreNotSharedCannotBeReadAsSchedulesEither)
{
    agreement().roles = {"R0600"};
    ASSERT_FALSE(seen().empty());
    std::vector<gateway::search::MissingPractice> missing;
    const auto books = run(search().books(caller(), missing));
    ASSERT_EQ(books.size(), 1U);
    ASSERT_EQ(books.front()->schedules.size(), 1U);
    const std::string shared = books.front()->schedules.begin()->first;
    EXPECT_EQ(shared, "A00001.nurse");
    EXPECT_FALSE(books.front()->practitioners.empty());
    const auto read = [&](const std::string& id) {
        const auto book = run(search().book_with(caller(), "Schedule", id));
        return book && (*book)->holds("Schedule", id);
    };
    EXPECT_TRUE(read(shared));
    EXPECT_FALSE(read("A00001.gp"));
}

TEST_F(Offered, SlotsUnderEmbargoAppearWhenItEnds)
{
    agreement().embargo = Lead::parse("25h");
    EXPECT_EQ(seen(), (std::vector<std::string>{"A00001.g0", "A00001.n0"}));
    clock.advance(10min);
    EXPECT_EQ(seen(), (std::vector<std::string>{"A00001.g0", "A00001.n0", "A00001.g1", "A00001.n1"}));
}

TEST_F(Offered, AUsedUpQuotaHidesWhatIsLeft)
{
    agreement().quota.per_session = 1;
    used = {{true, "A00001.gp", at("2026-11-24T09:00:00Z"), clock.now()}};
    EXPECT_EQ(seen(), (std::vector<std::string>{"A00001.n0", "A00001.n1", "A00001.n2", "A00001.n3"}));
}

TEST_F(Offered, APausedPracticeIsNotAskedAndNamed)
{
    agreed.valves = {{ods("A00001"), Valve::State::paused, 0, clock.now() + 1h, "two doctors are ill"}};
    const auto result = find().value();
    EXPECT_EQ(result->total, 0U);
    ASSERT_EQ(result->missing.size(), 1U);
    EXPECT_EQ(result->missing.front().error.kind(), ErrorKind::practice_paused);
    EXPECT_NE(result->missing.front().error.sentence().find("two doctors are ill"), std::string::npos);
    EXPECT_EQ(calls(), 0);
    clock.advance(1h);
    EXPECT_EQ(find().value()->total, 8U);
}

TEST_F(Offered, PagesOfASearchEndWhenWhatIsSharedChanges)
{
    const auto token = search().freeze(caller(), find().value());
    ASSERT_TRUE(search().thaw(caller(), token));
    directory = directory->with(agreed);
    const auto after = search().thaw(caller(), token);
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().kind(), ErrorKind::gone);
}

TEST_F(Offered, AnOfferNamesItsAgreementAndTheLimitsToBeKept)
{
    agreement().quota.per_day = 3;
    const auto made = offer("A00001.g0");
    EXPECT_EQ(made.reason, Reason::none);
    EXPECT_EQ(made.rule, "one");
    ASSERT_EQ(made.limits.size(), 1U);
    EXPECT_EQ(made.limits.front().most, 3U);
}

TEST_F(Offered, WhatMayOnlyBeLookedAtIsNotBooked)
{
    agreement().uses = {Use::search};
    EXPECT_EQ(offer("A00001.g0", Use::search).reason, Reason::none);
    EXPECT_EQ(offer("A00001.g0", Use::book).reason, Reason::no_agreement);
}

TEST_F(Offered, AnExplanationCountsEverySessionByReason)
{
    agreement().roles = {"R0600"};
    const auto explanation = explained();
    EXPECT_EQ(explanation.practice.reason, Reason::none);
    EXPECT_EQ(texts(explanation), (std::vector<std::string>{"Schedule/A00001.gp role-missing 4",
                                                            "Schedule/A00001.nurse offered 4"}));
}

TEST_F(Offered, AnExplanationTellsTakenAndHeldFromOffered)
{
    ASSERT_TRUE(find());
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    search().slots_held({"A00001.g1"}, clock.now() + 5min);
    const auto explanation = explained("A00001.g1");
    EXPECT_EQ(texts(explanation),
              (std::vector<std::string>{"Schedule/A00001.gp offered 3", "Schedule/A00001.gp held 1",
                                        "Schedule/A00001.nurse offered 4"}))
        << "fresh from the source, which lists g0 again";
    ASSERT_TRUE(explanation.slot);
    EXPECT_EQ(explanation.slot->reason, Reason::held);
}

TEST_F(Offered, AnExplanationSaysWhatGoesForTheWholePractice)
{
    EXPECT_EQ(explained({}, "ZH002").practice.reason, Reason::no_agreement);
    agreement().until = fhir::parse_date("2026-11-22");
    directory = directory->with(agreed);
    EXPECT_EQ(explained().practice.reason, Reason::no_agreement);
    EXPECT_EQ(explained().practice.rule, "one");
    agreement().until.reset();
    agreed.valves = {{ods("A00001"), Valve::State::paused, 0, std::nullopt, "two doctors are ill"}};
    directory = directory->with(agreed);
    EXPECT_EQ(explained().practice.reason, Reason::practice_paused);
    EXPECT_EQ(explained().practice.detail, "The practice says: two doctors are ill.");
}

TEST_F(Offered, AnExplanationTellsASlowPracticeFromOneThatRefuses)
{
    const struct
    {
        ErrorKind kind;
        Reason expected;
    } rows[] = {{ErrorKind::supplier_timeout, Reason::back_end_slow},
                {ErrorKind::supplier_unavailable, Reason::back_end_unreachable},
                {ErrorKind::supplier_malformed, Reason::back_end_unreachable},
                {ErrorKind::service_disabled, Reason::capability_disabled},
                {ErrorKind::not_supported_by_practice, Reason::capability_disabled},
                {ErrorKind::access_denied, Reason::gateway_refused},
                {ErrorKind::session_lost, Reason::gateway_refused},
                {ErrorKind::organisation_not_allowed, Reason::restricted_organisation}};
    for (const auto& row : rows)
        EXPECT_EQ(gateway::search::explain_failure(fhir::Error(row.kind)).reason, row.expected);
}

TEST_F(Offered, AnExplanationSaysForWhichTypeThingsAreAndWhichIsConfigured)
{
    agreement().types = {"urgent-care"};
    const auto closed = find();
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_EQ(explained().practice.reason, Reason::restricted_type);
    EXPECT_EQ(explained().practice.rule, "one");
    EXPECT_EQ(explained().practice.detail, "No type is configured of the organisation.");
    EXPECT_EQ(calls(), 0);
    agreed.types = {{ods("ZH001"), {"gp-practice"}}};
    directory = directory->with(agreed);
    EXPECT_EQ(explained().practice.detail, "The organisation is configured as gp-practice.");
    agreed.types = {{ods("ZH001"), {"urgent-care"}}};
    directory = directory->with(agreed);
    EXPECT_EQ(explained().practice.reason, Reason::none);
    EXPECT_EQ(seen().size(), 8U);
}

} // namespace

} // namespace tests::search
