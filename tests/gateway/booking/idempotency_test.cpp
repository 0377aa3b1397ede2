// SPDX-License-Identifier: Apache-2.0
// An idempotency key belongs to one caller, one route and one body, and is kept.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;

namespace
{

void purge(Clinic& clinic)
{
    tests::run<int>(*clinic.context, [](SettlingService& service) -> gateway::Awaitable<int> {
        co_await service.purge();
        co_return 0;
    }(*clinic.service));
}

TEST(Idempotency, TheSameKeyOfAnotherCallerIsAnotherKey)
{
    Clinic clinic;
    const auto first = clinic.book(Clinic::wanted(1), Clinic::from("key", "hash", "HUB01"));
    const auto second = clinic.book(Clinic::wanted(2), Clinic::from("key", "other", "HUB02"));
    ASSERT_TRUE(first && second) << (second ? "" : second.error().sentence());
    EXPECT_FALSE(second->replayed);
    EXPECT_NE(first->appointment.resource.id, second->appointment.resource.id);
    EXPECT_EQ(clinic.adapter->books, 2);
}

TEST(Idempotency, TheSameKeyOnAnotherRouteIsAnotherKey)
{
    Clinic clinic;
    const auto booked = clinic.book(Clinic::wanted(), Clinic::from("key", "a booking"));
    ASSERT_TRUE(booked);
    const auto cancelled = clinic.cancel(booked->appointment, Clinic::from("key", "a cancellation"));
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_FALSE(cancelled->replayed);
    EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
    const auto replay = clinic.cancel(booked->appointment, Clinic::from("key", "a cancellation"));
    ASSERT_TRUE(replay);
    EXPECT_TRUE(replay->replayed);
    EXPECT_EQ(clinic.adapter->cancels, 1);
}

TEST(Idempotency, AMissingRightIsNotRememberedForItsKey)
{
    Clinic clinic;
    clinic.adapter->refusal = fhir::Error(fhir::ErrorKind::access_denied);
    clinic.adapter->write_faults = {tests::FakeAdapter::Fault::refuse};
    ASSERT_EQ(clinic.book(Clinic::wanted(), Clinic::from("key")).error().kind(),
              fhir::ErrorKind::access_denied);
    const auto later = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(later) << later.error().sentence();
    EXPECT_TRUE(later->created);
}

TEST(Idempotency, AKeyIsKeptForItsWholeLifeAcrossRestarts)
{
    Clinic clinic;
    ASSERT_EQ(clinic.settings.keep_keys, std::chrono::days(7));
    const auto first = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(first);
    for (int day = 1; day < 7; ++day) {
        clinic.clock.advance(std::chrono::days(1));
        clinic.restart();
        purge(clinic);
        const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
        ASSERT_TRUE(replay) << "day " << day;
        EXPECT_TRUE(replay->replayed);
        EXPECT_EQ(replay->appointment.resource.id, first->appointment.resource.id);
    }
    EXPECT_EQ(clinic.adapter->books, 1);
    clinic.clock.advance(std::chrono::days(1) + std::chrono::minutes(1));
    purge(clinic);
    EXPECT_EQ(clinic.book(Clinic::wanted(), Clinic::from("key")).error().kind(), ErrorKind::slot_unavailable)
        << "after its time it is a new request";
}

TEST(Idempotency, AKeyWhoseOutcomeIsNotKnownOutlivesItsTime)
{
    Clinic clinic;
    clinic.settings.attempts_allowed = 1;
    clinic.restart();
    clinic.adapter->write_faults = {tests::FakeAdapter::Fault::cut_after};
    clinic.adapter->read_faults.assign(100, tests::FakeAdapter::Fault::cut_before);
    const auto pending = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(pending);
    clinic.clock.advance(std::chrono::days(30));
    purge(clinic);
    const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(replay);
    EXPECT_TRUE(replay->unresolved);
    EXPECT_EQ(replay->appointment.resource.id, pending->appointment.resource.id);
    EXPECT_EQ(clinic.adapter->books, 1);
}

} // namespace
