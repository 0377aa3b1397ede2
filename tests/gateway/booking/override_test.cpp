// SPDX-License-Identifier: Apache-2.0
// Booking against a rule of sharing, with the right to do so and a reason.
#include "gateway/booking/override.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

namespace tests::override_cases
{
namespace
{

using fhir::ErrorKind;
using gateway::policy::Reason;

class AgainstTheRules : public testing::Test
{
protected:
    AgainstTheRules()
    {
        clinic.search.terms.reason = Reason::practice_paused;
        clinic.search.terms.can_be_overridden = true;
    }
    static fhir::Appointment with_reason(std::string reason = "Child with a rash, agreed by telephone")
    {
        auto wanted = Clinic::wanted();
        fhir::Extension extension;
        extension.url = "https://gateway.example.net" + std::string(gateway::booking::override_reason_path);
        extension.value = std::move(reason);
        wanted.extension.push_back(std::move(extension));
        return wanted;
    }
    static gateway::booking::WriteContext privileged()
    {
        auto context = Clinic::from();
        context.caller.may_override = true;
        return context;
    }

    Clinic clinic;
};

TEST_F(AgainstTheRules, WithTheRightAndAReasonTheSlotIsBookedAndTheAppointmentSaysWhy)
{
    const auto booked = clinic.book(with_reason(), privileged());
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_TRUE(gateway::booking::names_override(booked->appointment.resource));
    EXPECT_EQ(clinic.adapter->books, 1);
}

TEST_F(AgainstTheRules, TheRightAloneBooksNothing)
{
    EXPECT_EQ(clinic.book(Clinic::wanted(), privileged()).error().kind(), ErrorKind::practice_paused);
}

TEST_F(AgainstTheRules, WithoutTheRightAReasonIsRefusedPlainly)
{
    const auto refused = clinic.book(with_reason());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_TRUE(refused.error().path().starts_with("Appointment.extension[")) << refused.error().path();
    EXPECT_FALSE(refused.error().advice().empty());
    EXPECT_EQ(clinic.adapter->books, 0);
}

TEST_F(AgainstTheRules, ABlankReasonIsNone)
{
    EXPECT_EQ(clinic.book(with_reason(" "), privileged()).error().kind(), ErrorKind::reason_required);
}

TEST_F(AgainstTheRules, NothingStandsInForAMissingAgreement)
{
    clinic.search.terms.reason = Reason::no_agreement;
    clinic.search.terms.can_be_overridden = false;
    EXPECT_EQ(clinic.book(with_reason(), privileged()).error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_EQ(clinic.adapter->books, 0);
}

TEST_F(AgainstTheRules, AQuotaThatIsReachedMeanwhileIsOverriddenToo)
{
    gateway::policy::Limit limit;
    limit.most = 0;
    clinic.search.terms.reason = Reason::none;
    clinic.search.terms.limits = {limit};
    ASSERT_EQ(clinic.book().error().kind(), ErrorKind::booking_limit);
    EXPECT_TRUE(clinic.book(with_reason(), privileged()));
}

TEST_F(AgainstTheRules, WhereNoRuleStandsInTheWayNothingIsOverridden)
{
    clinic.search.terms.reason = Reason::none;
    const auto booked = clinic.book(with_reason(), privileged());
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_FALSE(gateway::booking::names_override(booked->appointment.resource));
}

TEST_F(AgainstTheRules, AReasonDoesNotComeAlongWhenTheAppointmentIsMoved)
{
    const auto booked = clinic.book(with_reason(), privileged()).value();
    clinic.search.terms.reason = Reason::none;
    const auto moved = clinic.move(booked.appointment, Clinic::to(Clinic::slot_id(2)));
    ASSERT_TRUE(moved) << moved.error().sentence();
    EXPECT_FALSE(gateway::booking::names_override(moved->appointment.resource));
}

} // namespace
} // namespace tests::override_cases
