// SPDX-License-Identifier: Apache-2.0
// A session is withdrawn: every appointment in it is found, moved or cancelled once, and its end is told,
// whatever fails or restarts on the way.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;
using Fault = FakeAdapter::Fault;
using State = WithdrawnAppointment::State;

namespace
{

/// A session of the practice beside the one that is withdrawn.
adapters::OfferedSlot second_session(int number)
{
    auto offered = Clinic::slot(number);
    offered.slot.id = "A10001.b" + std::to_string(number);
    offered.slot.schedule = fhir::reference_to("Schedule/A10001.s2");
    offered.slot.start += std::chrono::hours(3);
    offered.slot.end += std::chrono::hours(3);
    offered.supplier_key = "second-" + std::to_string(number);
    return offered;
}

class Withdrawing : public testing::Test
{
protected:
    Withdrawing() { open_clinic(); }
    void open_clinic()
    {
        clinic = std::make_unique<Clinic>();
        for (int i = 1; i <= 3; ++i) {
            clinic->search.offer(second_session(i));
            clinic->adapter->offered.push_back(second_session(i));
        }
    }
    static WriteContext practice(std::string key = {}, std::string hash = "hash")
    {
        return Clinic::from(std::move(key), std::move(hash), "A10001");
    }
    static WithdrawRequest session(WithdrawRequest::Action action = WithdrawRequest::Action::move)
    {
        WithdrawRequest request;
        request.schedule = "A10001.s1";
        request.period = {tests::FakeClock::default_start,
                          tests::FakeClock::default_start + std::chrono::days(7)};
        request.reason = "Clinician away";
        request.action = action;
        return request;
    }
    fhir::Result<Withdrawal> withdraw(WithdrawRequest request = session(), WriteContext caller = practice())
    {
        return tests::run(*clinic->context, clinic->service->withdraw(std::move(caller), std::move(request)));
    }
    std::size_t work() { return tests::run(*clinic->context, clinic->service->work_on_withdrawals()); }
    Withdrawal shown(const std::string& id)
    {
        return tests::run(*clinic->context, clinic->service->withdrawal(tests::hub("A10001"), id)).value();
    }
    /// Until its end, with the settler at work beside it.
    Withdrawal finished(const std::string& id)
    {
        for (int round = 0; round < 40; ++round) {
            work();
            if (shown(id).done)
                break;
            clinic->clock.advance(std::chrono::seconds(20));
            clinic->settle();
        }
        return shown(id);
    }
    StoredAppointment booked(int slot, std::string patient, WriteContext caller = Clinic::from())
    {
        auto outcome = clinic->book(Clinic::wanted(slot, std::move(patient)), std::move(caller));
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().sentence());
        return outcome->appointment;
    }
    std::map<State, int> states(const Withdrawal& withdrawal)
    {
        std::map<State, int> count;
        for (const auto& each : withdrawal.appointments)
            ++count[each.state];
        return count;
    }
    int standing(std::string_view session_of) const
    {
        int count = 0;
        for (const auto& [key, row] : clinic->adapter->rows)
            count += !row.cancelled && row.slot.starts_with(session_of) &&
                     row.slot.size() == session_of.size() + 1;
        return count;
    }

    std::unique_ptr<Clinic> clinic;
};

TEST_F(Withdrawing, IsThePracticesAlone)
{
    booked(1, "9990000018");
    const auto refused = withdraw(session(), Clinic::from());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_FALSE(refused.error().advice().empty());
}

TEST_F(Withdrawing, OfASessionThatIsNotThereIsNotFound)
{
    auto request = session();
    request.schedule = "A10001.nothing";
    const auto refused = withdraw(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::not_found);
}

TEST_F(Withdrawing, FindsWhatEveryOrganisationBookedInTheSessionAndNothingElse)
{
    const auto first = booked(1, "9990000018");
    const auto second = booked(2, "9990000026", Clinic::from("", "hash", "HUB02"));
    auto other = Clinic::wanted(1, "9990000034");
    other.slot = {fhir::reference_to("Slot/A10001.b1")};
    other.start = second_session(1).slot.start;
    other.end = second_session(1).slot.end;
    ASSERT_TRUE(clinic->book(other));
    const auto begun = withdraw();
    ASSERT_TRUE(begun) << begun.error().sentence();
    EXPECT_FALSE(begun->done);
    ASSERT_EQ(begun->appointments.size(), 2u);
    EXPECT_EQ(begun->appointments[0].appointment, *first.resource.id);
    EXPECT_EQ(begun->appointments[1].appointment, *second.resource.id);
}

TEST_F(Withdrawing, AsksThePracticesSystemInTheNameOfWhoeverBooked)
{
    booked(1, "9990000018", Clinic::from("", "hash", "HUB02"));
    const auto begun = withdraw(session(WithdrawRequest::Action::cancel));
    ASSERT_TRUE(begun) << begun.error().sentence();
    work();
    EXPECT_EQ(clinic->adapter->cancelled_for, "HUB02") << "some systems show it to nobody else";
}

TEST_F(Withdrawing, PutsTheOldAndTheNewOnRecordInThePracticesName)
{
    const auto first = booked(1, "9990000018");
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    const auto done = finished(begun->id);
    EXPECT_EQ(clinic->recorded.writes(),
              (std::vector<std::string>{
                  "withdrawal: the session was withdrawn, Appointment/" + *first.resource.id + "/2",
                  "withdrawal: the session was withdrawn, " + done.appointments[0].to + "/1"}));
    EXPECT_EQ(clinic->recorded.notes.front().record.agent, "A10001");
}

TEST_F(Withdrawing, MovesEachToAnotherSessionOfThePracticeAndTellsWhere)
{
    const auto first = booked(1, "9990000018");
    booked(2, "9990000026", Clinic::from("", "hash", "HUB02"));
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    const auto done = finished(begun->id);
    EXPECT_TRUE(done.done);
    EXPECT_EQ(states(done)[State::moved], 2);
    EXPECT_EQ(standing("A10001."), 0);
    EXPECT_EQ(standing("A10001.b"), 2);
    const auto next = clinic->read(done.appointments[0].to.substr(12));
    ASSERT_TRUE(next) << "as the hub that booked sees it";
    EXPECT_EQ(next->resource.status, AppointmentStatus::booked);
    const auto old = clinic->read(*first.resource.id);
    EXPECT_EQ(old->resource.cancelation_reason->text, "Clinician away");
}

TEST_F(Withdrawing, ProposesADifferentSlotForEachAndChangesNothing)
{
    booked(1, "9990000018");
    booked(2, "9990000026");
    const auto begun = withdraw(session(WithdrawRequest::Action::propose));
    ASSERT_TRUE(begun);
    const auto done = finished(begun->id);
    EXPECT_EQ(states(done)[State::proposed], 2);
    EXPECT_NE(done.appointments[0].to, done.appointments[1].to);
    EXPECT_TRUE(done.appointments[0].to.starts_with("Slot/A10001.b")) << done.appointments[0].to;
    EXPECT_EQ(standing("A10001."), 2);
}

TEST_F(Withdrawing, WhatFindsNoOtherSlotIsKeptAndSaysSoOrIsCancelled)
{
    for (int i = 1; i <= 3; ++i)
        clinic->search.forget("A10001.b" + std::to_string(i));
    booked(1, "9990000018");
    const auto kept = withdraw();
    ASSERT_TRUE(kept);
    const auto done = finished(kept->id);
    ASSERT_EQ(done.appointments.size(), 1u);
    EXPECT_EQ(done.appointments[0].state, State::kept);
    EXPECT_FALSE(done.appointments[0].error->sentence().empty());
    EXPECT_EQ(standing("A10001."), 1);

    auto request = session();
    request.cancel_unmoved = true;
    const auto cancelled = withdraw(request);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(finished(cancelled->id).appointments[0].state, State::cancelled);
    EXPECT_EQ(standing("A10001."), 0);
}

TEST_F(Withdrawing, MovesToOtherPracticesOnlyWhereThatIsAllowed)
{
    for (int i = 1; i <= 3; ++i)
        clinic->search.forget("A10001.b" + std::to_string(i));
    booked(1, "9990000018");
    auto request = session();
    request.elsewhere = true;
    const auto begun = withdraw(request);
    ASSERT_TRUE(begun);
    EXPECT_EQ(finished(begun->id).appointments[0].state, State::moved);
    EXPECT_EQ(clinic->far->books, 1);
}

TEST_F(Withdrawing, AProposalLeavesHoldsAlone)
{
    auto held = Clinic::wanted(1);
    held.status = AppointmentStatus::pending;
    const auto hold = clinic->book(held);
    ASSERT_TRUE(hold) << hold.error().sentence();
    const auto begun = withdraw(session(WithdrawRequest::Action::propose));
    ASSERT_TRUE(begun) << begun.error().sentence();
    const auto done = finished(begun->id);
    EXPECT_EQ(states(done)[State::kept], 1);
    EXPECT_TRUE(done.appointments.at(0).error);
    EXPECT_EQ(clinic->read(*hold->appointment.resource.id)->resource.status, AppointmentStatus::pending);
}

TEST_F(Withdrawing, CancelsWithItsReasonAndLetsHoldsGo)
{
    booked(1, "9990000018");
    auto hold = Clinic::wanted(2, "9990000026");
    hold.status = AppointmentStatus::pending;
    const auto held = clinic->book(hold);
    ASSERT_TRUE(held);
    const auto begun = withdraw(session(WithdrawRequest::Action::cancel));
    ASSERT_TRUE(begun);
    const auto done = finished(begun->id);
    EXPECT_EQ(states(done)[State::cancelled], 1);
    EXPECT_EQ(states(done)[State::released], 1);
    EXPECT_EQ(clinic->adapter->last_reason, "Clinician away");
    EXPECT_EQ(clinic->read(*held->appointment.resource.id)->resource.status, AppointmentStatus::cancelled);
}

TEST_F(Withdrawing, TriesTheNextSlotWhenOneIsTakenMeanwhile)
{
    booked(1, "9990000018");
    clinic->adapter->write_faults = {Fault::refuse}; // slot_unavailable
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    const auto done = finished(begun->id);
    EXPECT_EQ(done.appointments[0].state, State::moved);
    EXPECT_EQ(done.appointments[0].tries, 1);
    EXPECT_EQ(standing("A10001.b"), 1);
}

TEST_F(Withdrawing, AnUnknownOutcomeIsWaitedFor)
{
    booked(1, "9990000018");
    clinic->adapter->write_faults = {Fault::cut_after};
    clinic->adapter->read_faults = {Fault::cut_before};
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    work();
    EXPECT_EQ(shown(begun->id).appointments[0].state, State::settling);
    const auto done = finished(begun->id);
    EXPECT_EQ(done.appointments[0].state, State::moved);
    EXPECT_EQ(standing("A10001."), 0);
    EXPECT_EQ(standing("A10001.b"), 1);
}

TEST_F(Withdrawing, APracticeThatCannotBeReachedIsAskedAgain)
{
    booked(1, "9990000018");
    clinic->adapter->refusal = fhir::Error(ErrorKind::supplier_unavailable);
    clinic->adapter->write_faults = {Fault::refuse, Fault::refuse};
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    work();
    EXPECT_FALSE(shown(begun->id).done);
    const auto done = finished(begun->id);
    EXPECT_EQ(done.appointments[0].state, State::moved);
    EXPECT_EQ(standing("A10001.b"), 1);
}

TEST_F(Withdrawing, WhatIsBookedMeanwhileIsFoundToo)
{
    booked(1, "9990000018");
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    booked(2, "9990000026");
    const auto done = finished(begun->id);
    EXPECT_EQ(states(done)[State::moved], 2);
}

TEST_F(Withdrawing, TheSameKeyIsTheSameWithdrawal)
{
    booked(1, "9990000018");
    const auto first = withdraw(session(), practice("key"));
    ASSERT_TRUE(first);
    finished(first->id);
    const auto again = withdraw(session(), practice("key"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, first->id);
    EXPECT_TRUE(again->done);
    const auto other = withdraw(session(), practice("key", "another body"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind(), ErrorKind::duplicate_key_other_body);
}

TEST_F(Withdrawing, IsShownToThePracticeAlone)
{
    booked(1, "9990000018");
    const auto begun = withdraw();
    ASSERT_TRUE(begun);
    const auto other = tests::run(*clinic->context, clinic->service->withdrawal(tests::hub(), begun->id));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind(), ErrorKind::not_found);
}

TEST_F(Withdrawing, GoesOnAfterACrashAnywhereAndDoesNothingTwice)
{
    for (int steps = 1;; ++steps) {
        SCOPED_TRACE("crash after " + std::to_string(steps));
        open_clinic();
        booked(1, "9990000018");
        booked(2, "9990000026");
        const auto begun = withdraw();
        ASSERT_TRUE(begun);
        bool over = false;
        boost::asio::co_spawn(*clinic->context, clinic->service->work_on_withdrawals(),
                              [&over](std::exception_ptr, std::size_t) { over = true; });
        clinic->context->restart();
        for (int i = 0; !over && i < steps; ++i)
            clinic->context->run_one();
        if (over)
            break;
        clinic->restart();
        const auto done = finished(begun->id);
        EXPECT_EQ(states(done)[State::moved], 2);
        EXPECT_EQ(standing("A10001."), 0);
        EXPECT_EQ(standing("A10001.b"), 2);
        if (HasFailure())
            break;
    }
}

} // namespace
