// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

class Update : public testing::Test
{
protected:
    Clinic clinic;
    tests::FakeAdapter& practice = *clinic.adapter;
    StoredAppointment booked = clinic.book()->appointment;
};

TEST_F(Update, CancellingTellsThePracticeFreesTheSlotAndMakesAVersion)
{
    const auto cancelled = clinic.cancel(booked);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_FALSE(cancelled->created);
    EXPECT_EQ(cancelled->appointment.version, 2);
    EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(practice.last_reason, "Feels better");
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
    EXPECT_EQ(clinic.cancel(cancelled->appointment).error().kind(), ErrorKind::transition_not_allowed);
    EXPECT_TRUE(clinic.book());
}

TEST_F(Update, AmendingChangesTheTextsOnly)
{
    auto next = booked.resource;
    next.description = "Ear pain, worse";
    const auto amended = clinic.update(booked, next);
    ASSERT_TRUE(amended) << amended.error().sentence();
    EXPECT_EQ(amended->appointment.version, 2);
    EXPECT_EQ(practice.rows.at("A1").description, "Ear pain, worse");
    next = amended->appointment.resource;
    next.start = *next.start + std::chrono::minutes(5);
    EXPECT_EQ(clinic.update(amended->appointment, next).error().path(), "Appointment.start");
    practice.can.amend = false;
    next = amended->appointment.resource;
    next.description = "Again";
    EXPECT_EQ(clinic.update(amended->appointment, next).error().kind(), ErrorKind::not_supported_by_practice);
}

TEST_F(Update, NothingChangedIsNoNewVersion)
{
    EXPECT_EQ(clinic.update(booked, booked.resource)->appointment.version, 1);
    EXPECT_EQ(practice.amends, 0);
}

TEST_F(Update, AStaleVersionIsAConflict)
{
    auto stale = booked;
    stale.version = 7;
    EXPECT_EQ(clinic.cancel(stale).error().kind(), ErrorKind::version_conflict);
    EXPECT_EQ(practice.cancels, 0);
}

TEST_F(Update, ALostCancellationIsReadBack)
{
    for (const bool reads : {false, true}) {
        Clinic other;
        other.adapter->can.read_appointment = reads;
        const auto first = other.book();
        other.adapter->write_faults = {Fault::cut_after};
        const auto cancelled = other.cancel(first->appointment);
        ASSERT_TRUE(cancelled);
        EXPECT_FALSE(cancelled->unresolved);
        EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
        EXPECT_EQ(other.adapter->cancels, 1);
    }
}

TEST_F(Update, ACancellationThatNeverArrivedLeavesTheAppointmentBooked)
{
    practice.write_faults = {Fault::cut_before};
    const auto unknown = clinic.cancel(booked);
    ASSERT_TRUE(unknown);
    EXPECT_TRUE(unknown->unresolved);
    EXPECT_EQ(unknown->appointment.resource.status, AppointmentStatus::booked);
    clinic.settle_fully();
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);
    EXPECT_EQ(clinic.read(*booked.resource.id)->version, 1);
    EXPECT_TRUE(clinic.cancel(booked));
}

/// A list can lag: an appointment that it leaves out once is not yet a cancelled one.
TEST_F(Update, AnAppointmentThatTheListLeavesOutIsNotTakenForCancelled)
{
    practice.write_faults = {Fault::cut_before};
    practice.not_listed = {Clinic::slot_id(1)};
    const auto open = clinic.cancel(booked);
    ASSERT_TRUE(open) << open.error().sentence();
    ASSERT_TRUE(open->unresolved);
    EXPECT_EQ(open->appointment.resource.status, AppointmentStatus::booked);
    for (int look = 0; look < 3; ++look) {
        clinic.clock.advance(std::chrono::minutes(1));
        ASSERT_EQ(clinic.settle(), 1u);
    }
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);

    practice.not_listed.clear(); // one more look would have been enough had it stayed away
    clinic.settle_fully();
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
    EXPECT_TRUE(clinic.worklist().empty());
}

TEST_F(Update, ACancellationAfterWhichTheSlotIsNotOfferedAgainIsDoneAfterSeveralLooks)
{
    practice.write_faults = {Fault::cut_after};
    practice.not_shown = {Clinic::slot_id(1)}; // some practices delete the slot
    const auto open = clinic.cancel(booked);
    ASSERT_TRUE(open && open->unresolved);
    clinic.settle_fully();
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(practice.cancels, 1);
}

TEST_F(Update, CancellingWhatThePracticeHasCancelledItselfIsDone)
{
    practice.rows.at("A1").cancelled = true;
    const auto cancelled = clinic.cancel(booked);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
    EXPECT_TRUE(clinic.book());
}

TEST_F(Update, ARefusedCancellationOfWhatThePracticeHoldsChangesNothing)
{
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::not_cancellable);
    EXPECT_EQ(clinic.cancel(booked).error().kind(), ErrorKind::not_cancellable);
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);
    EXPECT_FALSE(clinic.book());
}

TEST_F(Update, APatientWhoDidNotComeIsNotTakenForACancellation)
{
    practice.rows.at("A1").mark = fhir::AppointmentStatus::noshow;
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::not_cancellable);
    EXPECT_EQ(clinic.cancel(booked).error().kind(), ErrorKind::not_cancellable);
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);
}

TEST_F(Update, ASlotThatThePracticeFreedItselfCanBeBookedAgain)
{
    practice.rows.at("A1").cancelled = true;
    clinic.clock.advance(std::chrono::minutes(2));
    const auto second = clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02"));
    ASSERT_TRUE(second) << second.error().sentence();
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(clinic.read(*booked.resource.id)->version, 2);
    EXPECT_EQ(practice.cancels, 0);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Update, ASlotShownFreeWhileItsAppointmentStandsStaysTaken)
{
    clinic.clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")).error().kind(),
              ErrorKind::slot_unavailable);
    EXPECT_EQ(clinic.read(*booked.resource.id)->resource.status, AppointmentStatus::booked);
    EXPECT_EQ(clinic.read(*booked.resource.id)->version, 1);
    EXPECT_EQ(practice.books, 1);
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_TRUE(clinic.cancel(booked));
}

TEST_F(Update, HistoryIsNewestFirst)
{
    ASSERT_TRUE(clinic.cancel(booked));
    const auto versions =
        tests::run(*clinic.context, clinic.service->history(tests::hub(), *booked.resource.id));
    ASSERT_TRUE(versions);
    ASSERT_EQ(versions->size(), 2u);
    EXPECT_EQ(versions->at(0).resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(versions->at(1).resource.status, AppointmentStatus::booked);
}

} // namespace
