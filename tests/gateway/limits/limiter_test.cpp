// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/limiter.hpp"
#include "gateway/observability/metrics.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using gateway::limits::Asking;
using gateway::limits::Limiter;
using gateway::limits::LimitSettings;
using gateway::limits::Moment;

class LimiterTest : public testing::Test
{
protected:
    static LimitSettings settings()
    {
        LimitSettings small;
        small.client = {10, 1s, 10};
        small.organisation = {20, 1s, 20};
        small.practice = {40, 1s, 40};
        small.patient_lookups = {60, 1min, 60};
        small.failed_lookup_cost = 5;
        small.failed_logins = {3, 1min, 3};
        return small;
    }

    bool admitted(Asking asking) { return !limiter.admit(asking); }
    int admitted(Asking asking, int times)
    {
        int count = 0;
        for (int i = 0; i < times; ++i)
            count += admitted(asking);
        return count;
    }
    std::string metric(const std::string& line) const
    {
        const auto text = metrics.text();
        const auto at = text.find(line);
        return at == std::string::npos ? "none" : text.substr(at, text.find('\n', at) - at);
    }

    Moment now{1h};
    gateway::observability::Metrics metrics;
    Limiter limiter{settings(), metrics, [this] { return now; }};
};

TEST_F(LimiterTest, AClientIsLimitedAndToldWhenToGoOn)
{
    EXPECT_EQ(admitted({"hub-1", {}, {}}, 30), 9);
    const auto refused = limiter.admit({"hub-1", {}, {}});
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error.kind(), fhir::ErrorKind::throttled);
    EXPECT_EQ(refused->error.retry_after(), 1s);
    EXPECT_NE(refused->error.sentence().find("client"), std::string::npos);
    EXPECT_TRUE(admitted({"hub-2", {}, {}}));
}

TEST_F(LimiterTest, WhoReadsTooMuchCanStillWrite)
{
    admitted({"hub-1", {}, {}}, 30);
    EXPECT_TRUE(admitted({.client = "hub-1", .organisation = {}, .practice = {}, .changes = true}));
    EXPECT_FALSE(admitted({.client = "hub-1", .organisation = {}, .practice = {}, .changes = true}));
}

TEST_F(LimiterTest, AnOrganisationIsLimitedOverAllOfItsClients)
{
    int all = 0;
    for (const char* client : {"a", "b", "c", "d"})
        all += admitted({client, "A90001", {}}, 9);
    EXPECT_EQ(all, 18);
    EXPECT_EQ(metric("apptgw_throttled_total{limit=\"organisation\"}"),
              "apptgw_throttled_total{limit=\"organisation\"} 18");
}

TEST_F(LimiterTest, APracticeIsLimitedOverAllOrganisationsButNotItsCancellations)
{
    int all = 0;
    for (const char* organisation : {"A90001", "A90002", "A90003"})
        all += admitted({{}, organisation, "A81001"}, 18);
    EXPECT_EQ(all, 40);
    EXPECT_TRUE(admitted({.client = {}, .organisation = {}, .practice = "A81001", .changes = true}));
    EXPECT_TRUE(limiter.admit_booking("A81001"));
    EXPECT_FALSE(limiter.admit_booking("A81002"));
}

TEST_F(LimiterTest, GuessingNumbersRunsDryFiveTimesAsFast)
{
    const Asking look_up{{}, "A90001", {}, Asking::About::patient_lookup};
    int found = 0, unknown = 0;
    for (; admitted(look_up); now += 100ms, ++found)
        limiter.looked_up("A90001", true);
    now += 10min;
    for (; admitted(look_up); now += 100ms, ++unknown)
        limiter.looked_up("A90001", false);
    EXPECT_GE(found, 60);
    EXPECT_LE(unknown, found / 4);
}

TEST_F(LimiterTest, BookingForPeopleNobodyKnowsEndsInTheSameLimit)
{
    const Asking book{.client = {},
                      .organisation = "A90001",
                      .practice = {},
                      .about = Asking::About::booking,
                      .changes = true};
    int booked = 0;
    for (; booked < 100 && admitted(book); ++booked, now += 50ms)
        limiter.unknown_patient_booked("A90001");
    EXPECT_LT(booked, 20);
    const auto refused = limiter.admit(book);
    ASSERT_TRUE(refused);
    EXPECT_NE(refused->error.sentence().find("patients"), std::string::npos);
}

TEST_F(LimiterTest, BookingForPeopleWhoAreKnownCostsNoLookUps)
{
    const Asking book{.client = {},
                      .organisation = "A90001",
                      .practice = {},
                      .about = Asking::About::booking,
                      .changes = true};
    for (int i = 0; i < 500; ++i, now += 50ms)
        EXPECT_TRUE(admitted(book));
}

TEST_F(LimiterTest, ManyUnknownAmongTheLookedUpRaiseOneAlarmInAWindow)
{
    for (int i = 0; i < 40; ++i)
        limiter.looked_up("A90001", true);
    for (int i = 0; i < 39; ++i)
        limiter.looked_up("A90001", false);
    EXPECT_EQ(metric("apptgw_abuse_alarms_total{"), "none");
    for (int i = 0; i < 40; ++i)
        limiter.looked_up("A90001", false);
    EXPECT_EQ(metric("apptgw_abuse_alarms_total{kind=\"patient_lookup\"}"),
              "apptgw_abuse_alarms_total{kind=\"patient_lookup\"} 1");
    now += 10min;
    for (int i = 0; i < 40; ++i)
        limiter.looked_up("A90001", false);
    EXPECT_EQ(metric("apptgw_abuse_alarms_total{kind=\"patient_lookup\"}"),
              "apptgw_abuse_alarms_total{kind=\"patient_lookup\"} 2");
}

TEST_F(LimiterTest, FailedLoginsAreCountedByAddressAndByClient)
{
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(limiter.login_failed("192.0.2.1", {}));
    EXPECT_TRUE(limiter.login_failed("192.0.2.1", {}));
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(limiter.login_failed("192.0.2." + std::to_string(10 + i), "hub-1"));
    EXPECT_TRUE(limiter.login_failed("192.0.2.20", "hub-1"));
    EXPECT_FALSE(limiter.login_failed("192.0.2.21", "hub-2"));
}

TEST_F(LimiterTest, ABurstIsToBeWrittenDownOnce)
{
    int bursts = 0;
    for (int i = 0; i < 50; ++i)
        if (const auto refused = limiter.admit({"hub-1", {}, {}}))
            bursts += refused->burst_begins;
    EXPECT_EQ(bursts, 1);
}

TEST_F(LimiterTest, NewSettingsHoldFromTheNextRequestOn)
{
    admitted({"hub-1", {}, {}}, 30);
    auto wider = settings();
    wider.client = {0, 1s, 1};
    limiter.use(wider);
    EXPECT_EQ(admitted({"hub-1", {}, {}}, 1000), 1000);
}

TEST(LimitSettings, LetAllOfEnglandBookThroughOneClientAtTheBusiestSecond)
{
    constexpr int bookings_a_second = 117;
    gateway::observability::Metrics metrics;
    Moment now{1h};
    Limiter limiter({}, metrics, [&] { return now; });
    for (int i = 0; i < 60 * bookings_a_second; ++i) {
        ASSERT_FALSE(limiter.admit({.client = "hub",
                                    .organisation = "A90001",
                                    .practice = "A81001",
                                    .about = Asking::About::booking,
                                    .changes = true}));
        now += std::chrono::nanoseconds(1s) / bookings_a_second;
    }
}

TEST(LimitSettings, LetNoOrganisationAloneKeepOthersOutOfAPractice)
{
    const LimitSettings defaults;
    EXPECT_GT(defaults.practice.permits, defaults.organisation.permits);
    EXPECT_GT(defaults.practice.burst, defaults.organisation.burst);
    EXPECT_GE(defaults.organisation.permits, defaults.client.permits);
}

} // namespace
} // namespace tests
