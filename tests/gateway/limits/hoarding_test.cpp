// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/hoarding.hpp"
#include "gateway/observability/metrics.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_booking.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/no_limits.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using fhir::AppointmentStatus;
using gateway::booking::WriteContext;
using gateway::limits::HoardingWatch;
using gateway::limits::LimitedBooking;
using gateway::limits::Limiter;
using gateway::limits::LimitSettings;
using gateway::limits::Moment;

/// Every appointment has an id of its own, and the practice is A11111.
class NumberedBooking : public FakeBooking
{
public:
    int made = 0;
    Awaitable<fhir::Result<Outcome>> book(WriteContext write, fhir::Appointment wanted,
                                          std::optional<fhir::search::TokenValue> condition) override
    {
        auto outcome = co_await FakeBooking::book(std::move(write), std::move(wanted), std::move(condition));
        if (outcome)
            outcome->appointment.resource.id = "a" + std::to_string(++made);
        co_return outcome;
    }
    Awaitable<fhir::Result<Outcome>> update(WriteContext, std::string id, std::int64_t version,
                                            fhir::Appointment wanted) override
    {
        wanted.id = std::move(id);
        co_return Outcome{{std::move(wanted), version + 1, {}, "A11111"}, false, false, std::nullopt};
    }
};

class Hoarding : public testing::Test
{
protected:
    static LimitSettings settings(bool refuse = false)
    {
        auto few = no_limits();
        few.quick_cancel = 10min;
        few.hoarding_alarm = {1h, 5, 50};
        few.refuse_hoarders = refuse;
        return few;
    }
    static WriteContext by(std::string_view ods)
    {
        return {.caller = caller_with("system/*.cruds", ods),
                .request_id = {},
                .idempotency_key = {},
                .request_hash = {},
                .user_id = {},
                .user_name = {}};
    }
    static fhir::Appointment with(AppointmentStatus status)
    {
        fhir::Appointment appointment;
        appointment.status = status;
        appointment.slot = {fhir::reference_to("Slot/A11111.1")};
        return appointment;
    }
    fhir::Result<gateway::booking::WriteOutcome> book(std::string_view ods = "ZZ901",
                                                      AppointmentStatus as = AppointmentStatus::booked)
    {
        return run(bookings.book(by(ods), with(as), std::nullopt));
    }
    void change(std::string id, AppointmentStatus status, std::string_view ods = "ZZ901")
    {
        (void)run(bookings.update(by(ods), std::move(id), 1, with(status)));
    }
    void book_and_cancel(int times, std::string_view ods = "ZZ901")
    {
        for (int i = 0; i < times; ++i)
            change(*book(ods)->appointment.resource.id, AppointmentStatus::cancelled, ods);
    }

    Moment now{1h};
    gateway::observability::Metrics metrics;
    FakeRecorder recorded;
    NumberedBooking inner;
    Limiter limiter{settings(), metrics, [this] { return now; }};
    HoardingWatch watch{settings(), metrics, [this] { return now; }};
    LimitedBooking bookings{inner, limiter, watch, recorded};
};

TEST_F(Hoarding, BookingAndCancellingAgainAndAgainIsWrittenDownOnce)
{
    book_and_cancel(4);
    EXPECT_TRUE(recorded.notes.empty());
    book_and_cancel(20);
    ASSERT_EQ(recorded.notes.size(), 1U);
    EXPECT_EQ(recorded.notes[0].record.reason, "hoarding");
    EXPECT_EQ(recorded.notes[0].record.agent, "ZZ901");
    EXPECT_EQ(recorded.notes[0].record.practice, "A11111");
    EXPECT_NE(metrics.text().find("apptgw_abuse_alarms_total{kind=\"hoarding\"} 1"), std::string::npos);
}

TEST_F(Hoarding, IsNotRefusedUnlessTheSettingsSaySo)
{
    book_and_cancel(20);
    EXPECT_TRUE(book());
    watch.use(settings(true));
    const auto refused = book();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), fhir::ErrorKind::throttled);
    EXPECT_EQ(refused.error().retry_after(), 3600s);
    EXPECT_TRUE(book("ZZ902"));
    now += 1h;
    EXPECT_TRUE(book());
}

TEST_F(Hoarding, ManyKeptBookingsOutweighAFewCancellations)
{
    for (int i = 0; i < 30; ++i)
        book();
    book_and_cancel(10);
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(Hoarding, ACancellationAfterAWhileIsAnOrdinaryOne)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(*book()->appointment.resource.id);
    now += 10min;
    for (const auto& id : ids)
        change(id, AppointmentStatus::cancelled);
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(Hoarding, LettingGoOfHoldsIsWhatHoldsAreFor)
{
    for (int i = 0; i < 20; ++i)
        change(*book("ZZ901", AppointmentStatus::pending)->appointment.resource.id,
               AppointmentStatus::cancelled);
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(Hoarding, AHoldThatWasBookedAndCancelledCounts)
{
    for (int i = 0; i < 5; ++i) {
        const auto id = *book("ZZ901", AppointmentStatus::pending)->appointment.resource.id;
        change(id, AppointmentStatus::booked);
        change(id, AppointmentStatus::cancelled);
    }
    EXPECT_EQ(recorded.notes.size(), 1U);
}

TEST_F(Hoarding, ChangingABookingIsNoFurtherBooking)
{
    const auto kept = *book()->appointment.resource.id;
    for (int i = 0; i < 50; ++i)
        change(kept, AppointmentStatus::booked);
    book_and_cancel(6);
    EXPECT_EQ(recorded.notes.size(), 1U);
}

TEST_F(Hoarding, WhatThePracticeCancelsIsItsOwnAffair)
{
    book_and_cancel(50, "A11111");
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(Hoarding, IsCountedForEachOrganisationAtEachPractice)
{
    for (const char* ods : {"ZZ901", "ZZ902", "ZZ903"})
        book_and_cancel(4, ods);
    EXPECT_TRUE(recorded.notes.empty());
}

TEST_F(Hoarding, RemembersNoMoreThanItMay)
{
    auto few = settings();
    few.max_tracked = 10;
    HoardingWatch small(few, metrics, [this] { return now; });
    for (int i = 0; i < 1000; ++i)
        small.booked("a" + std::to_string(i), "ZZ901", "A11111");
    EXPECT_LE(small.remembered(), 11U);
}

TEST_F(Hoarding, ABookingAtAPracticeThatIsAskedTooOftenNeverReachesIt)
{
    auto few = settings();
    few.practice = {2, 1min, 2};
    limiter.use(few);
    EXPECT_TRUE(book());
    EXPECT_TRUE(book("ZZ902"));
    const auto refused = book("ZZ903");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), fhir::ErrorKind::throttled);
    EXPECT_EQ(inner.made, 2);
    change("a1", AppointmentStatus::cancelled);
    EXPECT_NE(refused.error().sentence().find("practice"), std::string::npos);
}

} // namespace
} // namespace tests
