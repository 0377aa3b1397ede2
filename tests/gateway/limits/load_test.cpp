// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/load.hpp"
#include "tests/support/asio_test.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using gateway::limits::Load;
using gateway::limits::LoadSettings;
using gateway::limits::Moment;
using gateway::limits::Work;

class LoadTest : public testing::Test
{
protected:
    std::string shed() const
    {
        std::string which;
        for (const auto& [work, name] : {std::pair{Work::search, "search "},
                                         {Work::booking, "booking "},
                                         {Work::change, "change "},
                                         {Work::health, "health "}})
            if (load.must_shed(work))
                which += name;
        return which;
    }

    Moment now{1h};
    Load load{{200ms, 100, 1000}, 1, [this] { return now; }};
};

TEST_F(LoadTest, NothingIsRefusedWhereNobodyIsLate)
{
    load.loop(0).expect(now + 20ms);
    EXPECT_EQ(shed(), "");
    now += 20ms;
    EXPECT_EQ(shed(), "");
}

TEST_F(LoadTest, TheLaterAWorkerTheMoreIsRefusedAndHealthNever)
{
    load.loop(0).expect(now);
    now += 199ms;
    EXPECT_EQ(shed(), "");
    now += 1ms;
    EXPECT_EQ(shed(), "search ");
    now += 100ms;
    EXPECT_EQ(shed(), "search booking ");
    now += 200ms;
    EXPECT_EQ(shed(), "search booking change ");
    now += 1h;
    EXPECT_EQ(shed(), "search booking change ");
}

TEST_F(LoadTest, AWorkerIsLateBeforeItHasLookedAtItsClockAgain)
{
    load.loop(0).expect(now + 20ms);
    now += 20ms + 250ms;
    EXPECT_EQ(shed(), "search ");
    EXPECT_EQ(load.worst_lag(), 250ms);
}

TEST_F(LoadTest, IsOverAsSoonAsTheWorkerIsInTimeAgain)
{
    load.loop(0).expect(now);
    now += 5s;
    EXPECT_NE(shed(), "");
    load.loop(0).expect(now + 20ms);
    EXPECT_EQ(shed(), "");
}

TEST_F(LoadTest, RequestsInFlightCountToo)
{
    for (int i = 0; i < 99; ++i)
        load.begin();
    EXPECT_EQ(shed(), "");
    load.begin();
    EXPECT_EQ(shed(), "search ");
    for (int i = 0; i < 50; ++i)
        load.begin();
    EXPECT_EQ(shed(), "search booking ");
    for (int i = 0; i < 60; ++i)
        load.end();
    EXPECT_EQ(shed(), "");
}

TEST_F(LoadTest, SoDoWritesThatWaitForTheDisk)
{
    load.store_queue(999);
    EXPECT_EQ(shed(), "");
    load.store_queue(1500);
    EXPECT_EQ(shed(), "search booking ");
    load.store_queue(0);
    EXPECT_EQ(shed(), "");
}

TEST_F(LoadTest, ALateWorkerDoesNotCostTheOthersTheirWork)
{
    Load two({200ms, 100, 1000}, 2, [this] { return now; });
    two.loop(0).expect(now + 1h); // this thread's
    two.loop(1).expect(now);
    now += 1min;
    EXPECT_FALSE(two.must_shed(Work::search));
    EXPECT_EQ(two.worst_lag(), 1min);
}

TEST_F(LoadTest, WhoStopsIsNotLate)
{
    const std::atomic<bool> stopping = true;
    load.loop(0).expect(now);
    const auto watched = [&]() -> gateway::Awaitable<int> {
        co_await load.watch(0, stopping);
        co_return 0;
    };
    run(watched());
    now += 1h;
    EXPECT_EQ(shed(), "");
}

TEST_F(LoadTest, NewSettingsHoldAtOnce)
{
    load.loop(0).expect(now);
    now += 300ms;
    load.use({1s, 100, 1000});
    EXPECT_EQ(shed(), "");
}

} // namespace
} // namespace tests
