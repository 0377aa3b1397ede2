// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp about limits on claims.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

const fhir::Instant monday = now + std::chrono::hours(24);

/// Of HUB01, in session one of A10001.
NewIntent counted(const std::string& id, std::vector<std::string> slots, std::vector<ClaimLimit> limits = {})
{
    auto wanted = booking(id, std::move(slots));
    wanted.use = {"HUB01", "one", monday, {}};
    wanted.limits = std::move(limits);
    return wanted;
}

ClaimLimit at_most(std::size_t most)
{
    ClaimLimit limit;
    limit.most = most;
    return limit;
}

TEST_P(StoreContract, ALimitCountsTheSlotsOfTheRequestToo)
{
    EXPECT_EQ(begin(counted("a", {"s1", "s2"}, {at_most(1)})), Answer::limit_reached);
    EXPECT_EQ(begin(counted("a", {"s1", "s2"}, {at_most(2)})), Answer::recorded);
    EXPECT_EQ(begin(counted("b", {"s3"}, {at_most(2)})), Answer::limit_reached);
}

TEST_P(StoreContract, ARefusedRequestHasWrittenNothingAndNamesItsLimit)
{
    const auto refused = must(store->begin(counted("a", {"s1"}, {at_most(5), at_most(0)})));
    EXPECT_EQ(refused.answer, Answer::limit_reached);
    EXPECT_EQ(refused.limit_index, 1U);
    EXPECT_FALSE(must(store->held_slot("A10001", {"s1"})));
}

TEST_P(StoreContract, OnlyWhatALimitIsAboutCounts)
{
    begin(counted("a", {"s1"}));
    auto of_session = at_most(1), of_day = at_most(1), of_hour = at_most(1), of_all = at_most(1);
    of_session.session = "two";
    of_day.starts = fhir::Interval{monday + std::chrono::hours(24), monday + std::chrono::hours(48)};
    of_hour.made_after = now;
    of_all.of_organisation = false;
    auto other = counted("b", {"s2"}, {of_session, of_day, of_hour});
    EXPECT_EQ(begin(other), Answer::recorded);
    auto elsewhere = counted("c", {"s3"}, {at_most(1)});
    elsewhere.use.organisation = "HUB02";
    EXPECT_EQ(begin(elsewhere), Answer::recorded) << "another organisation's are not counted";
    auto all = counted("d", {"s4"}, {of_all});
    all.use.organisation = "HUB03";
    EXPECT_EQ(begin(all), Answer::limit_reached) << "unless the limit is for all of them together";
}

TEST_P(StoreContract, WhatThePracticeBooksItselfIsNotCountedForOthers)
{
    auto own = counted("a", {"s1"});
    own.use.organisation = "A10001";
    begin(own);
    auto of_all = at_most(1);
    of_all.of_organisation = false;
    EXPECT_EQ(begin(counted("b", {"s2"}, {of_all})), Answer::recorded);
}

TEST_P(StoreContract, AnAppointmentThatIsGivenUpForThisOneDoesNotCount)
{
    begin(counted("old", {"s1"}));
    auto limit = at_most(1);
    EXPECT_EQ(begin(counted("new", {"s2"}, {limit})), Answer::limit_reached);
    limit.except = "old";
    EXPECT_EQ(begin(counted("new", {"s2"}, {limit})), Answer::recorded);
}

TEST_P(StoreContract, WhatIsGivenBackCountsNoMore)
{
    const auto first = counted("a", {"s1"});
    begin(first);
    auto refused = change(first, IntentState::refused);
    refused.withdraw = true;
    refused.release_claims = true;
    must(store->advance(refused));
    EXPECT_EQ(begin(counted("b", {"s2"}, {at_most(1)})), Answer::recorded);
}

TEST_P(StoreContract, ClaimsInUseAreListedByStartOrByAge)
{
    begin(counted("a", {"s1"}));
    auto early = counted("b", {"s2"});
    early.use.start = now - std::chrono::hours(1);
    early.use.organisation = "HUB02";
    begin(early);
    const auto by_start = must(store->claims_in_use("A10001", now, now));
    ASSERT_EQ(by_start.size(), 1U);
    EXPECT_EQ(by_start[0].organisation, "HUB01");
    EXPECT_EQ(by_start[0].session, "one");
    EXPECT_EQ(by_start[0].start, monday);
    EXPECT_EQ(by_start[0].made, now);
    EXPECT_EQ(must(store->claims_in_use("A10001", now, now - minute)).size(), 2U);
    EXPECT_TRUE(must(store->claims_in_use("B20002", now, now - minute)).empty());
}

} // namespace
} // namespace tests
