// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/buckets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using gateway::limits::Buckets;
using gateway::limits::Moment;
using gateway::limits::Rate;

constexpr std::size_t many = 1000;
constexpr Moment start{1h};

int granted(Buckets& buckets, std::string_view key, Moment now, int asked, std::int64_t reserve = 0)
{
    int count = 0;
    for (int i = 0; i < asked; ++i)
        count += buckets.take(key, now, 1, reserve).granted();
    return count;
}

TEST(Buckets, GrantABurstThenTheRate)
{
    Buckets buckets({10, 1s, 5}, many);
    EXPECT_EQ(granted(buckets, "a", start, 20), 5);
    EXPECT_EQ(granted(buckets, "a", start + 99ms, 20), 0);
    EXPECT_EQ(granted(buckets, "a", start + 100ms, 20), 1);
    EXPECT_EQ(granted(buckets, "a", start + 1100ms, 20), 5);
}

TEST(Buckets, NeverGrantMoreThanRateAndBurstHoweverTimePasses)
{
    Buckets buckets({7, 1s, 3}, many);
    int all = 0;
    for (auto now = start; now < start + 10s; now += 1237us)
        all += granted(buckets, "a", now, 2);
    EXPECT_GE(all, 3 + 69);
    EXPECT_LE(all, 3 + 70);
}

TEST(Buckets, SayWhenThereIsEnoughAgain)
{
    Buckets buckets({10, 1s, 5}, many);
    granted(buckets, "a", start, 5);
    const auto refused = buckets.take("a", start, 3);
    EXPECT_EQ(refused.wait, 300ms);
    EXPECT_FALSE(buckets.take("a", start + 299ms, 3).granted());
    EXPECT_TRUE(buckets.take("a", start + 300ms, 3).granted());
}

TEST(Buckets, AreSeparateForEachKey)
{
    Buckets buckets({1, 1s, 1}, many);
    EXPECT_TRUE(buckets.take("a", start).granted());
    EXPECT_FALSE(buckets.take("a", start).granted());
    EXPECT_TRUE(buckets.take("b", start).granted());
}

TEST(Buckets, KeepAReserveForThoseWhoMayUseIt)
{
    Buckets buckets({10, 1s, 10}, many);
    EXPECT_EQ(granted(buckets, "a", start, 20, 3), 7);
    EXPECT_EQ(granted(buckets, "a", start, 20), 3);
}

TEST(Buckets, ChargeWhatHasBeenDoneDownToEmptyAndNoFurther)
{
    Buckets buckets({10, 1s, 10}, many);
    buckets.charge("a", start, 1000);
    EXPECT_FALSE(buckets.take("a", start + 99ms).granted());
    EXPECT_TRUE(buckets.take("a", start + 100ms).granted());
}

TEST(Buckets, LookingTakesNothing)
{
    Buckets buckets({1, 1s, 2}, many);
    EXPECT_TRUE(buckets.look("a", start).granted());
    EXPECT_EQ(buckets.size(), 0U);
    granted(buckets, "a", start, 2);
    EXPECT_EQ(buckets.look("a", start).wait, 1s);
    EXPECT_FALSE(buckets.look("a", start).burst_begins);
}

TEST(Buckets, ABurstBeginsOnceUntilTheBucketHasBeenFullAgain)
{
    Buckets buckets({10, 1s, 2}, many);
    granted(buckets, "a", start, 2);
    EXPECT_TRUE(buckets.take("a", start).burst_begins);
    EXPECT_FALSE(buckets.take("a", start).burst_begins);
    EXPECT_TRUE(buckets.take("a", start + 100ms).granted());
    EXPECT_FALSE(buckets.take("a", start + 100ms).burst_begins);
    granted(buckets, "a", start + 1s, 2);
    EXPECT_TRUE(buckets.take("a", start + 1s).burst_begins);
}

TEST(Buckets, ForgetWhoeverIsFullAgain)
{
    Buckets buckets({10, 1s, 10}, many);
    for (int i = 0; i < 100; ++i)
        buckets.take("key" + std::to_string(i), start);
    EXPECT_EQ(buckets.size(), 100U);
    for (int i = 0; i < 100; ++i)
        buckets.take("one", start + 1s);
    EXPECT_EQ(buckets.size(), 1U);
}

TEST(Buckets, AFloodOfNewKeysNeitherGrowsThemNorFreesWhoIsLimited)
{
    Buckets buckets({1, 1s, 4}, 10);
    granted(buckets, "limited", start, 4);
    for (int i = 0; i < 10000; ++i)
        EXPECT_TRUE(buckets.take("flood" + std::to_string(i), start).granted());
    EXPECT_EQ(buckets.size(), 10U);
    EXPECT_FALSE(buckets.take("limited", start).granted());
}

TEST(Buckets, WithoutPermitsNothingIsLimitedOrKept)
{
    Buckets buckets({0, 1s, 1}, many);
    EXPECT_EQ(granted(buckets, "a", start, 100), 100);
    EXPECT_EQ(buckets.size(), 0U);
}

TEST(Buckets, ANewRateHoldsFromTheNextRequestOn)
{
    Buckets buckets({1, 1s, 1}, many);
    granted(buckets, "a", start, 1);
    EXPECT_FALSE(buckets.take("a", start).granted());
    buckets.use({10, 1s, 20});
    EXPECT_TRUE(buckets.take("a", start).granted());
    buckets.use({0, 1s, 1});
    EXPECT_EQ(granted(buckets, "a", start, 100), 100);
}

TEST(Buckets, MoreThanABucketHoldsIsGrantedByAFullOne)
{
    Buckets buckets({10, 1s, 5}, many);
    EXPECT_TRUE(buckets.take("a", start, 8).granted());
    EXPECT_FALSE(buckets.take("a", start + 300ms).granted());
}

TEST(Buckets, ManyThreadsTogetherGetNoMoreThanOne)
{
    Buckets buckets({1, 1h, 1000}, many);
    std::atomic<int> all = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { all += granted(buckets, "a", start, 500); });
    }
    EXPECT_EQ(all, 1000);
}

} // namespace
} // namespace tests
