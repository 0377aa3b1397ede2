// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/scenario.hpp"

#include <gtest/gtest.h>

using namespace chaos;

namespace
{

TEST(Scenario, TheSameSeedGivesTheSameHistory)
{
    for (const std::uint64_t seed : {3, 4, 5}) {
        const auto first = run_scenario({seed, 150, false});
        const auto second = run_scenario({seed, 150, false});
        EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
        EXPECT_EQ(first.complaints, second.complaints);
    }
}

TEST(Scenario, AnotherSeedGivesAnotherHistory)
{
    EXPECT_NE(run_scenario({6, 50, false}).trace, run_scenario({7, 50, false}).trace);
}

TEST(Scenario, EveryQuestionIsAskedAndSomethingIsBooked)
{
    const auto verdict = run_scenario({8, 200, false});
    EXPECT_EQ(verdict.questions, 200U);
    EXPECT_GT(verdict.booked, 5U);
    EXPECT_GT(verdict.supplier_writes, verdict.booked / 2);
    EXPECT_TRUE(verdict.complaints.empty()) << verdict.complaints.front();
}

} // namespace
