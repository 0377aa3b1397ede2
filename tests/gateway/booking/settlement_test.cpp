// SPDX-License-Identifier: Apache-2.0
// Lost answers, hung practices and crashes: every write ends settled, and none is ever sent twice.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;
using Fault = FakeAdapter::Fault;

namespace
{

class Settlement : public testing::Test
{
protected:
    AppointmentStatus status(const WriteOutcome& outcome)
    {
        return clinic.read(*outcome.appointment.resource.id)->resource.status;
    }
    int standing() { return practice.standing(Clinic::slot_id(1)); }

    Clinic clinic;
    FakeAdapter& practice = *clinic.adapter;
};

TEST_F(Settlement, AConnectionCutAfterTheEffectIsAPlainBooking)
{
    practice.write_faults = {Fault::cut_after};
    const auto booked = clinic.book();
    ASSERT_TRUE(booked);
    EXPECT_TRUE(booked->created);
    EXPECT_FALSE(booked->unresolved);
    EXPECT_EQ(booked->appointment.version, 1);
    EXPECT_EQ(booked->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(practice.books, 1);
}

TEST_F(Settlement, APracticeThatNamesNoSlotsIsReadBackByTimes)
{
    practice.can.lists_slots = false;
    practice.rows["other"] = {"9990000018", Clinic::slot_id(2), "", "", false};
    practice.write_faults = {Fault::cut_after};
    const auto booked = clinic.book();
    ASSERT_TRUE(booked);
    EXPECT_FALSE(booked->unresolved);
    EXPECT_EQ(booked->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(standing(), 1);
}

TEST_F(Settlement, AnAppointmentAtOtherTimesIsNotTakenForTheBooking)
{
    practice.can.lists_slots = false;
    practice.rows["other"] = {"9990000018", Clinic::slot_id(2), "", "", false};
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    EXPECT_TRUE(pending->unresolved);
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::cancelled);
}

TEST_F(Settlement, WhatReceptionMovesIntoTheSlotIsNotTakenForTheBooking)
{
    ASSERT_TRUE(clinic.book(Clinic::wanted(2)));
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book(Clinic::wanted(1));
    ASSERT_TRUE(pending);
    ASSERT_TRUE(pending->unresolved);
    for (auto& [key, row] : practice.rows)
        row.slot = Clinic::slot_id(1);
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::pending) << "the slot is not free: for a person to say";
}

TEST_F(Settlement, AnEffectSeenOnlyLaterIsSettledToBookedOnce)
{
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before, Fault::cut_before};
    const auto pending = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(pending);
    ASSERT_TRUE(pending->unresolved);
    EXPECT_EQ(pending->unresolved->kind(), ErrorKind::outcome_unknown);
    EXPECT_EQ(pending->appointment.resource.status, AppointmentStatus::pending);
    EXPECT_EQ(pending->appointment.version, 1);
    EXPECT_EQ(status(*pending), AppointmentStatus::pending);
    EXPECT_EQ(clinic.worklist().size(), 1u);

    const auto meanwhile = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(meanwhile);
    EXPECT_TRUE(meanwhile->unresolved);
    EXPECT_EQ(meanwhile->appointment.resource.id, pending->appointment.resource.id);

    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::booked);
    EXPECT_EQ(practice.books, 1);
    EXPECT_EQ(standing(), 1);
    EXPECT_TRUE(clinic.worklist().empty());
    const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(replay);
    EXPECT_FALSE(replay->unresolved);
    EXPECT_EQ(replay->appointment.resource.status, AppointmentStatus::booked);
}

TEST_F(Settlement, AWriteThatEndsWhenNobodyWaitsForItIsOnRecord)
{
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before, Fault::cut_before};
    const auto pending = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(pending && pending->unresolved);
    EXPECT_TRUE(clinic.recorded.notes.empty()) << "what is still open is not an end";
    clinic.settle_fully();
    ASSERT_EQ(clinic.recorded.notes.size(), 1U);
    const auto& note = clinic.recorded.notes.front();
    EXPECT_EQ(note.record.event, gateway::audit::Event::write);
    EXPECT_EQ(note.record.via, "settlement");
    EXPECT_EQ(note.record.action, "settle book");
    EXPECT_EQ(note.record.agent, "HUB01");
    EXPECT_EQ(note.record.practice, "A10001");
    EXPECT_EQ(note.record.id, *pending->appointment.resource.id);
    EXPECT_EQ(note.record.outcome, gateway::audit::Outcome::ok);
    EXPECT_EQ(note.patient, "9990000018");
}

TEST_F(Settlement, AWriteThatNeverWasIsOnRecordAsFailed)
{
    practice.write_faults = {Fault::cut_before};
    ASSERT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("key")));
    clinic.settle_fully();
    ASSERT_EQ(clinic.recorded.notes.size(), 1U);
    EXPECT_EQ(clinic.recorded.notes.front().record.outcome, gateway::audit::Outcome::failed);
    EXPECT_EQ(clinic.recorded.notes.front().record.reason, "supplier-unavailable");
}

TEST_F(Settlement, AConnectionCutBeforeTheEffectEndsRefusedWithTheSlotFree)
{
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(pending);
    ASSERT_TRUE(pending->unresolved);
    EXPECT_EQ(clinic.book().error().kind(), ErrorKind::slot_unavailable);
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::cancelled);
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
    EXPECT_EQ(practice.books, 1);
    const auto again = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(standing(), 1);
}

TEST_F(Settlement, OneAbsenceIsNotEnoughToGiveABookingUp)
{
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    clinic.clock.advance(std::chrono::minutes(1));
    EXPECT_EQ(clinic.settle(), 1u);
    EXPECT_EQ(status(*pending), AppointmentStatus::pending);
    practice.rows["late"] = {"9990000018", Clinic::slot_id(1), "", "",
                             false}; // the practice was slow, not deaf
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::booked);
}

TEST_F(Settlement, ABookingThatThePracticeMakesHalfAMinuteLaterIsFound)
{
    clinic.settings.settle_delays = gateway::booking::ServiceSettings{}.settle_delays;
    clinic.restart();
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    for (int second = 0; second < 29; ++second) {
        clinic.clock.advance(std::chrono::seconds(1));
        clinic.settle();
    }
    EXPECT_EQ(status(*pending), AppointmentStatus::pending);
    practice.rows["late"] = {"9990000018", Clinic::slot_id(1), "", "", false};
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::booked);
}

TEST_F(Settlement, APracticeThatAnswersAgainIsAskedAtTheFirstPaceHoweverLongItDidNot)
{
    clinic.settings.settle_delays = gateway::booking::ServiceSettings{}.settle_delays;
    clinic.restart();
    practice.write_faults = {Fault::cut_before};
    practice.read_faults.assign(8, Fault::cut_before);
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    for (int minute = 0; minute < 20 && !practice.read_faults.empty(); ++minute) {
        clinic.clock.advance(std::chrono::minutes(1));
        clinic.settle();
    }
    clinic.clock.advance(std::chrono::minutes(5));
    clinic.settle(); // answers
    for (int second = 0; second < 31; ++second) {
        clinic.clock.advance(std::chrono::seconds(1));
        clinic.settle();
    }
    EXPECT_EQ(status(*pending), AppointmentStatus::cancelled);
}

TEST_F(Settlement, ABookingIsNotGivenUpWhileThePracticeDoesNotOfferTheSlotAgain)
{
    practice.write_faults = {Fault::cut_before};
    practice.not_shown = {Clinic::slot_id(1)};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::pending);
    const auto list = clinic.worklist();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_TRUE(list[0].needs_person);
    EXPECT_EQ(list[0].last_failure, "slot-not-free");

    practice.not_shown.clear();
    ASSERT_TRUE(tests::run(*clinic.context, clinic.service->settle_again(list[0].intent)));
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::cancelled);
    EXPECT_TRUE(clinic.book());
}

TEST_F(Settlement, ItLooksAgainLessAndLessOften)
{
    clinic.settings.settle_delays = ServiceSettings{}.settle_delays;
    clinic.restart();
    practice.write_faults = {Fault::cut_after};
    practice.read_faults.assign(100, Fault::cut_before);
    ASSERT_TRUE(clinic.book());
    std::vector<int> looks;
    for (int second = 1; second <= 900; ++second) {
        clinic.clock.advance(std::chrono::seconds(1));
        const int before = practice.reads;
        clinic.settle();
        if (practice.reads > before)
            looks.push_back(second);
    }
    EXPECT_EQ(looks, (std::vector{1, 5, 15, 30, 60, 120, 240, 540, 840}));
}

TEST_F(Settlement, AnAdapterThatThrowsLeavesItsIntentOnTheWorklistAndTheOthersSettled)
{
    clinic.settings.attempts_allowed = 3;
    clinic.restart();
    practice.write_faults = {Fault::cut_before, Fault::cut_after};
    practice.read_faults = {Fault::cut_before, Fault::cut_before};
    const auto broken = clinic.book(Clinic::wanted(1));
    const auto sound = clinic.book(Clinic::wanted(2));
    ASSERT_TRUE(broken && sound);
    practice.list_breaks_for = Clinic::slot_id(1);
    clinic.settle_fully();
    EXPECT_EQ(status(*sound), AppointmentStatus::booked);
    const auto list = clinic.worklist();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_TRUE(list[0].needs_person);
}

TEST_F(Settlement, NothingIsSentOnceTheTimeForAnAnswerIsOver)
{
    practice.can.register_patient = true;
    practice.unknown_patients = {"9990000018"};
    practice.registration_hangs = true;
    const auto late = clinic.book(Clinic::with_demographics(Clinic::wanted()));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_FALSE(late.error().effect_possible());
    EXPECT_EQ(practice.books, 1);
    EXPECT_TRUE(clinic.worklist().empty());
}

TEST_F(Settlement, AHungPracticeIsAnsweredUnknownInTimeAndSettled)
{
    for (const Fault fault : {Fault::hang_before, Fault::hang_after}) {
        Clinic hung;
        hung.adapter->write_faults = {fault};
        hung.adapter->read_faults = {Fault::hang_before};
        const auto began = std::chrono::steady_clock::now();
        const auto pending = hung.book();
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
        ASSERT_TRUE(pending);
        ASSERT_TRUE(pending->unresolved);
        hung.settle_fully();
        const auto end = hung.read(*pending->appointment.resource.id)->resource.status;
        EXPECT_EQ(end, fault == Fault::hang_after ? AppointmentStatus::booked : AppointmentStatus::cancelled);
        EXPECT_EQ(hung.adapter->books, 1);
    }
}

TEST_F(Settlement, APracticeThatNeverAnswersEndsOnTheWorklist)
{
    clinic.settings.attempts_allowed = 3;
    clinic.restart();
    practice.write_faults = {Fault::cut_after};
    practice.read_faults.assign(5, Fault::cut_before);
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    clinic.settle_fully();
    auto list = clinic.worklist();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_TRUE(list[0].needs_person);
    EXPECT_EQ(list[0].kind, "book");
    EXPECT_EQ(list[0].practice_ods, "A10001");
    EXPECT_EQ(list[0].last_failure, "outcome-unknown");
    EXPECT_EQ(status(*pending), AppointmentStatus::pending);

    practice.read_faults.clear();
    ASSERT_TRUE(tests::run(*clinic.context, clinic.service->settle_again(list[0].intent)));
    clinic.settle_fully();
    EXPECT_EQ(status(*pending), AppointmentStatus::booked);
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_FALSE(tests::run(*clinic.context, clinic.service->settle_again(list[0].intent)));
}

TEST_F(Settlement, APendingAppointmentCannotBeChanged)
{
    practice.write_faults = {Fault::cut_before};
    const auto pending = clinic.book();
    ASSERT_TRUE(pending);
    EXPECT_EQ(clinic.cancel(pending->appointment).error().kind(), ErrorKind::duplicate_in_flight);
    EXPECT_EQ(practice.cancels, 0);
}

TEST_F(Settlement, AConsumerThatHangsUpDoesNotStopTheBooking)
{
    boost::asio::cancellation_signal hang_up;
    practice.on_write = [&] { hang_up.emit(boost::asio::cancellation_type::terminal); };
    boost::asio::co_spawn(*clinic.context,
                          clinic.service->book(Clinic::from(), Clinic::wanted(), std::nullopt),
                          boost::asio::bind_cancellation_slot(
                              hang_up.slot(), [](std::exception_ptr, const Clinic::Outcome&) {}));
    clinic.context->run();
    EXPECT_EQ(standing(), 1);
    EXPECT_EQ(clinic.book().error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(
        tests::run(*clinic.context, clinic.service->search(tests::hub(), {}, 10))->at(0).resource.status,
        AppointmentStatus::booked);
    EXPECT_TRUE(clinic.worklist().empty());
}

/// Runs `steps` steps of one booking with a key, then the process dies. True when the booking had ended
/// before.
bool book_and_crash(Clinic& clinic, int steps)
{
    bool ended = false;
    boost::asio::co_spawn(
        *clinic.context,
        clinic.service->book(Clinic::from("key"), Clinic::with_demographics(Clinic::wanted()), std::nullopt),
        [&](std::exception_ptr, const Clinic::Outcome&) { ended = true; });
    for (int i = 0; i < steps && !ended; ++i)
        clinic.context->run_one();
    clinic.crash();
    return ended;
}

void crash_at_every_step(bool needs_link, std::vector<Fault> faults)
{
    bool ended = false;
    int steps = 0;
    for (; !ended; ++steps) {
        Clinic clinic;
        clinic.adapter->can.needs_patient_link = needs_link;
        clinic.adapter->write_faults = {faults.begin(), faults.end()};
        ended = book_and_crash(clinic, steps);
        clinic.start();
        clinic.recover();
        clinic.settle_fully();
        SCOPED_TRACE("crash after step " + std::to_string(steps));
        EXPECT_LE(clinic.adapter->books, 1);
        EXPECT_TRUE(clinic.worklist().empty());
        const auto visible =
            tests::run(*clinic.context, clinic.service->search(tests::hub(), {}, 10)).value();
        int booked = 0;
        for (const auto& appointment : visible)
            booked += appointment.resource.status == AppointmentStatus::booked;
        EXPECT_EQ(booked, clinic.adapter->standing(Clinic::slot_id(1)));

        clinic.adapter->write_faults.clear();
        const auto repeat = clinic.book(Clinic::with_demographics(Clinic::wanted()), Clinic::from("key"));
        ASSERT_TRUE(repeat) << repeat.error().sentence();
        EXPECT_EQ(repeat->appointment.resource.status, AppointmentStatus::booked);
        EXPECT_EQ(clinic.adapter->standing(Clinic::slot_id(1)), 1);
        EXPECT_LE(clinic.adapter->rows.size(), 1u);
    }
    EXPECT_GT(steps, 3);
}

TEST(Crash, AtAnyStepOfABookingNeverBooksTwiceAndEndsRight)
{
    crash_at_every_step(false, {});
}

TEST(Crash, AtAnyStepOfABookingThatLinksFirst)
{
    crash_at_every_step(true, {});
}

TEST(Crash, AtAnyStepOfABookingWhoseAnswerIsLost)
{
    crash_at_every_step(false, {Fault::cut_after});
}

TEST(Crash, AtAnyStepOfABookingThatNeverArrived)
{
    crash_at_every_step(false, {Fault::cut_before});
}

TEST(Crash, AtAnyStepOfACancellationEndsRight)
{
    bool ended = false;
    for (int steps = 0; !ended; ++steps) {
        SCOPED_TRACE("crash after step " + std::to_string(steps));
        Clinic clinic;
        const auto booked = clinic.book();
        ASSERT_TRUE(booked);
        auto next = booked->appointment.resource;
        next.status = AppointmentStatus::cancelled;
        boost::asio::co_spawn(*clinic.context, clinic.service->update(Clinic::from(), *next.id, 1, next),
                              [&](std::exception_ptr, const Clinic::Outcome&) { ended = true; });
        clinic.context->restart();
        for (int i = 0; i < steps && !ended; ++i)
            clinic.context->run_one();
        clinic.crash();
        clinic.start();
        clinic.recover();
        clinic.settle_fully();
        EXPECT_LE(clinic.adapter->cancels, 1);
        const bool stands = clinic.adapter->standing(Clinic::slot_id(1)) == 1;
        const auto after = clinic.read(*booked->appointment.resource.id);
        ASSERT_TRUE(after);
        EXPECT_EQ(after->resource.status, stands ? AppointmentStatus::booked : AppointmentStatus::cancelled);
        EXPECT_TRUE(clinic.worklist().empty());
    }
}

} // namespace
