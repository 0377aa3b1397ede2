// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/shares.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using gateway::limits::AlarmRule;
using gateway::limits::Moment;
using gateway::limits::Shares;

constexpr AlarmRule rule{10min, 5, 50};
constexpr Moment first{1h};

TEST(Shares, AreAlarmingFromEnoughBadOnesThatAreEnoughOfAll)
{
    Shares shares(rule, 100);
    for (int i = 0; i < 12; ++i)
        shares.did("a", first);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(shares.was_bad("a", first)) << i;
    EXPECT_FALSE(shares.alarmed_until("a", first));
    EXPECT_TRUE(shares.was_bad("a", first));
    EXPECT_EQ(shares.alarmed_until("a", first + 1min), first + 10min);
}

TEST(Shares, TellOnceInAWindowAndBeginAnewAfterIt)
{
    Shares shares(rule, 100);
    int alarms = 0;
    for (int i = 0; i < 50; ++i)
        alarms += shares.was_bad("a", first);
    EXPECT_EQ(alarms, 1);
    EXPECT_FALSE(shares.alarmed_until("a", first + 10min));
    for (int i = 0; i < 50; ++i)
        alarms += shares.was_bad("a", first + 10min);
    EXPECT_EQ(alarms, 2);
}

TEST(Shares, KeepNoMoreKeysThanTheyMay)
{
    Shares shares(rule, 10);
    for (int i = 0; i < 1000; ++i)
        shares.did("key" + std::to_string(i), first + std::chrono::seconds(i % 7));
    EXPECT_EQ(shares.size(), 10U);
}

} // namespace
} // namespace tests
