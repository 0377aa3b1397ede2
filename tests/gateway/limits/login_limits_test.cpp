// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/login_limits.hpp"
#include "gateway/observability/metrics.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/no_limits.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using gateway::limits::Limiter;
using gateway::limits::LoginLimits;
using gateway::limits::Moment;

class LoginLimitsTest : public testing::Test
{
protected:
    static gateway::limits::LimitSettings three_a_minute()
    {
        auto settings = no_limits();
        settings.failed_logins = {3, 1min, 3};
        return settings;
    }
    auto fail(std::string client = {}) { return run(logins.failed("192.0.2.1", std::move(client))); }

    Moment now{1h};
    gateway::observability::Metrics metrics;
    FakeRecorder recorded;
    Limiter limiter{three_a_minute(), metrics, [this] { return now; }};
    LoginLimits logins{limiter, recorded};
};

TEST_F(LoginLimitsTest, AFewFailuresAreAnsweredAsUsual)
{
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(fail("hub-1"));
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(LoginLimitsTest, AFloodIsWrittenDownOnceWithTheClientThatIsNamed)
{
    for (int i = 0; i < 3; ++i)
        fail("hub-1");
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(fail("hub-1"), 20s);
    ASSERT_EQ(recorded.notes.size(), 1U);
    const auto& record = recorded.notes[0].record;
    EXPECT_EQ(record.event, gateway::audit::Event::login_failure);
    EXPECT_EQ(record.client, "hub-1");
    EXPECT_EQ(record.reason, "throttled");
    EXPECT_EQ(record.status, 429U);
}

TEST_F(LoginLimitsTest, AnotherFloodAfterAQuietTimeIsWrittenDownAgain)
{
    for (int i = 0; i < 10; ++i)
        fail();
    now += 1min;
    for (int i = 0; i < 10; ++i)
        fail();
    EXPECT_EQ(recorded.notes.size(), 2U);
}

} // namespace
} // namespace tests
