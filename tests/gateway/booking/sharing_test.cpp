// SPDX-License-Identifier: Apache-2.0
// What agreements and valves mean to who books.
#include "gateway/booking/resource_shape.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using gateway::policy::Reason;
using tests::Clinic;

namespace
{

class SharedSlots : public testing::Test
{
protected:
    void at_most(std::size_t slots)
    {
        gateway::policy::Limit limit;
        limit.most = slots;
        clinic.search.terms.limits = {limit};
    }

    Clinic clinic;
};

TEST_F(SharedSlots, WhatTheRulesKeepBackIsNotBookedAndThePracticeHearsNothing)
{
    const struct
    {
        Reason reason;
        ErrorKind expected;
    } rows[] = {{Reason::no_agreement, ErrorKind::organisation_not_allowed},
                {Reason::practice_paused, ErrorKind::practice_paused},
                {Reason::embargoed, ErrorKind::outside_booking_window},
                {Reason::outside_booking_window, ErrorKind::outside_booking_window},
                {Reason::released_to_other, ErrorKind::outside_booking_window},
                {Reason::quota_reached, ErrorKind::booking_limit},
                {Reason::role_not_listed, ErrorKind::slot_unknown}};
    for (const auto& row : rows) {
        clinic.search.terms.reason = row.reason;
        const auto refused = clinic.book();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind(), row.expected) << static_cast<int>(row.reason);
        EXPECT_EQ(refused.error().path(), "Appointment.slot[0]");
        EXPECT_FALSE(refused.error().advice().empty());
    }
    EXPECT_EQ(clinic.adapter->books, 0);
}

TEST_F(SharedSlots, ARefusalThatEndsByItselfSaysWhen)
{
    clinic.search.terms.reason = Reason::embargoed;
    clinic.search.terms.until = fhir::parse_instant("2026-06-16T08:00:00+01:00");
    EXPECT_NE(clinic.book().error().sentence().find("2026-06-16T08:00:00+01:00"), std::string::npos);
}

TEST_F(SharedSlots, TheLimitHoldsWhateverASearchSaidBefore)
{
    at_most(1);
    ASSERT_TRUE(clinic.book(Clinic::wanted(1)));
    const auto second = clinic.book(Clinic::wanted(2, "9990000026"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::booking_limit);
    EXPECT_TRUE(clinic.book(Clinic::wanted(2, "9990000026"), Clinic::from("", "hash", "HUB02")))
        << "another organisation has its own";
}

TEST_F(SharedSlots, AHoldCountsLikeABooking)
{
    at_most(1);
    auto hold = Clinic::wanted(1);
    hold.status = AppointmentStatus::pending;
    ASSERT_TRUE(clinic.book(hold));
    EXPECT_EQ(clinic.book(Clinic::wanted(2, "9990000026")).error().kind(), ErrorKind::booking_limit);
}

TEST_F(SharedSlots, ACancellationGivesTheSlotBack)
{
    at_most(1);
    const auto first = clinic.book(Clinic::wanted(1)).value();
    ASSERT_TRUE(clinic.cancel(first.appointment));
    EXPECT_TRUE(clinic.book(Clinic::wanted(2)));
}

TEST_F(SharedSlots, AMoveIsNotInItsOwnWay)
{
    at_most(1);
    const auto first = clinic.book(Clinic::wanted(1)).value();
    const auto moved = clinic.move(first.appointment, Clinic::to(Clinic::slot_id(2)));
    EXPECT_TRUE(moved) << moved.error().sentence();
}

TEST_F(SharedSlots, CancellingNeedsNoAgreementAnyMore)
{
    const auto booked = clinic.book().value();
    clinic.search.terms.reason = Reason::no_agreement;
    clinic.directory = clinic.directory->with({});
    const auto cancelled = clinic.cancel(booked.appointment);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
}

} // namespace
