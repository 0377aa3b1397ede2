// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/contract/supplier.hpp"

#include <set>

// What every adapter makes of a supplier that misbehaves: reads fail in plain kinds, writes never lie.

namespace tests
{

using fhir::ErrorKind;
using Kind = adapters::simulation::Fault::Kind;

namespace
{

template <class T>
void expect_unknown(const fhir::Result<T>& result)
{
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::outcome_unknown) << result.error().sentence();
    EXPECT_TRUE(result.error().effect_possible());
}

/// For calls that are meant to run out of time; long enough for all that goes before on a busy machine.
constexpr std::chrono::seconds soon{1};

} // namespace

TEST_P(SupplierContract, AHangingSearchEndsInATimeout)
{
    set_limits(soon);
    misbehave(Kind::hang);
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_timeout);
}

TEST_P(SupplierContract, ASearchWhoseConnectionIsCutFails)
{
    misbehave(Kind::drop_before);
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_error);
}

TEST_P(SupplierContract, BrokenAnswersToASearchAreMalformed)
{
    for (const auto kind : {Kind::malformed, Kind::wrong_content_type, Kind::oversized}) {
        misbehave(kind);
        const auto found = find();
        ASSERT_FALSE(found) << adapters::simulation::fault_name(kind);
        EXPECT_EQ(found.error().kind(), ErrorKind::supplier_malformed)
            << adapters::simulation::fault_name(kind);
    }
}

TEST_P(SupplierContract, AServerErrorOnASearchIsTheSuppliers)
{
    misbehave(Kind::server_error);
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_error);
}

TEST_P(SupplierContract, ThrottledAndUnavailableSayWhenToAskAgain)
{
    const std::set expected{ErrorKind::supplier_unavailable, ErrorKind::throttled};
    for (const auto kind : {Kind::throttle, Kind::unavailable}) {
        misbehave(kind);
        const auto found = find();
        ASSERT_FALSE(found);
        EXPECT_TRUE(expected.contains(found.error().kind())) << found.error().sentence();
        EXPECT_TRUE(found.error().retry_after());
    }
}

TEST_P(SupplierContract, ARefusedBookingForBusynessHasNoEffect)
{
    const auto slot = offered("880011");
    for (const auto kind : {Kind::throttle, Kind::unavailable}) {
        misbehave(kind, true);
        const auto booked = book(slot);
        ASSERT_FALSE(booked);
        EXPECT_FALSE(booked.error().effect_possible());
        EXPECT_EQ(row("880011").status, "free");
    }
}

TEST_P(SupplierContract, ASearchWorksAgainOnceTheFaultIsGone)
{
    misbehave(Kind::drop_before);
    ASSERT_FALSE(find());
    behave();
    EXPECT_TRUE(find());
}

TEST_P(SupplierContract, ASlowAnswerWithinTheLimitIsAnAnswer)
{
    Fault slow;
    slow.latency = std::chrono::milliseconds(5);
    slow.jitter = std::chrono::milliseconds(5);
    misbehave(slow);
    EXPECT_TRUE(find());
}

TEST_P(SupplierContract, AnExpiredSessionIsRenewedForASearch)
{
    ASSERT_TRUE(find());
    Fault stale;
    stale.kind = Kind::stale_session;
    stale.times = 1;
    misbehave(stale);
    EXPECT_TRUE(find());
}

TEST_P(SupplierContract, AnExpiredSessionIsRenewedForABookingWhichHappensOnce)
{
    const auto slot = offered("880011");
    ASSERT_TRUE(list());
    Fault stale;
    stale.kind = Kind::stale_session;
    stale.times = 1;
    stale.writes_only = true;
    misbehave(stale);
    const auto booked = book(slot);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(row("880011").times_booked, 1U);
}

TEST_P(SupplierContract, ABookingThatHangsIsUnknown)
{
    const auto slot = offered("880011");
    set_limits(soon);
    misbehave(Kind::hang, true);
    expect_unknown(book(slot));
}

TEST_P(SupplierContract, ABookingCutBeforeItsEffectIsUnknownAndTheListDoesNotHoldIt)
{
    const auto slot = offered("880011");
    misbehave(Kind::drop_before, true);
    expect_unknown(book(slot));
    behave();
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    EXPECT_TRUE(listed->empty());
}

TEST_P(SupplierContract, ABookingCutAfterItsEffectIsUnknownAndTheListHoldsIt)
{
    const auto slot = offered("880011");
    misbehave(Kind::drop_after, true);
    expect_unknown(book(slot));
    behave();
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1U);
    expect_slot(listed->front().appointment, slot);
    EXPECT_EQ(row("880011").times_booked, 1U);
}

TEST_P(SupplierContract, ABookingWithABrokenAnswerIsUnknown)
{
    const std::vector<std::pair<Kind, std::string>> cases{
        {Kind::malformed, "880011"}, {Kind::wrong_content_type, "880013"}, {Kind::oversized, "880015"}};
    for (const auto& [kind, key] : cases) {
        behave();
        const auto slot = offered(key);
        misbehave(kind, true);
        expect_unknown(book(slot));
        EXPECT_EQ(row(key).times_booked, 1U) << adapters::simulation::fault_name(kind);
    }
}

TEST_P(SupplierContract, ABookingAnsweredWithAServerErrorIsUnknown)
{
    const auto slot = offered("880011");
    misbehave(Kind::server_error, true);
    expect_unknown(book(slot));
}

TEST_P(SupplierContract, ACancellationCutBeforeItsEffectIsUnknownAndTheListHoldsTheAppointment)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    misbehave(Kind::drop_before, true);
    expect_unknown(cancel(*booked));
    behave();
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->front().appointment.status, fhir::AppointmentStatus::booked);
}

TEST_P(SupplierContract, ACancellationCutAfterItsEffectIsUnknownAndTheListNoLongerHoldsItAsBooked)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    misbehave(Kind::drop_after, true);
    expect_unknown(cancel(*booked));
    behave();
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    if (!can().lists_cancelled)
        EXPECT_TRUE(listed->empty());
    for (const auto& each : *listed)
        EXPECT_EQ(each.appointment.status, fhir::AppointmentStatus::cancelled);
}

TEST_P(SupplierContract, ACancellationThatHangsIsUnknown)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    set_limits(soon);
    misbehave(Kind::hang, true);
    expect_unknown(cancel(*booked));
}

TEST_P(SupplierContract, ASlotThatReceptionTookIsUnavailable)
{
    const auto slot = offered("880011");
    Fault theft;
    theft.kind = Kind::slot_stolen;
    theft.times = 1;
    misbehave(theft);
    const auto booked = book(slot);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(row("880011").status, "reception");
}

TEST_P(SupplierContract, ASupplierClockThatIsSlightlyAheadDoesNoHarm)
{
    Fault skew;
    skew.kind = Kind::clock_skew;
    skew.skew = std::chrono::seconds(60);
    misbehave(skew);
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked) << booked.error().sentence();
}

TEST_P(SupplierContract, ASupplierClockThatIsFarAheadBooksNothingAndSaysSo)
{
    const auto slot = offered("880011");
    Fault skew;
    skew.kind = Kind::clock_skew;
    skew.skew = std::chrono::days(10);
    misbehave(skew);
    const auto booked = book(slot);
    ASSERT_FALSE(booked);
    EXPECT_FALSE(booked.error().effect_possible()) << booked.error().sentence();
    EXPECT_EQ(row("880011").times_booked, 0U);
}

} // namespace tests
