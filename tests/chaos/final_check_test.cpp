// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/payload.hpp"
#include "tests/chaos/final_check.hpp"

#include <gtest/gtest.h>

using namespace chaos;
using gateway::store::AppointmentRecord;

namespace
{

constexpr fhir::Instant nine = tests::FakeClock::default_start + std::chrono::hours(25);

AppointmentRecord appointment(const std::string& id, const std::string& status = "booked")
{
    AppointmentRecord record;
    record.id = id;
    record.practice = "Z9101";
    record.status = status;
    record.patient = "9990000018";
    record.start = nine;
    record.resource =
        R"({"resourceType":"Appointment","status":"booked","slot":[{"reference":"Slot/Z9101.1"}],)"
        R"("participant":[{"status":"accepted"}]})";
    return record;
}

FinalState one_booked()
{
    FinalState state;
    state.now = nine;
    state.appointments = {appointment("a")};
    state.books = {{"Z9101", nine, "booked", "9990000018", false, "", "Z9101.1"}};
    state.claims = {{"Z9101.1", "a"}};
    return state;
}

Observed acknowledged(const std::string& id)
{
    Observed seen;
    seen.deed = Deed::book;
    seen.answer = Observed::Answer::ok;
    seen.status = "booked";
    seen.appointment = id;
    return seen;
}

TEST(FinalCheck, AnAppointmentInBothBooksIsFine)
{
    const auto state = one_booked();
    EXPECT_TRUE(check_settled(state).empty());
    EXPECT_TRUE(check_books(state).empty());
    EXPECT_TRUE(check_claims(state).empty());
    EXPECT_TRUE(check_acknowledged(state, {acknowledged("a")}).empty());
}

TEST(FinalCheck, AnAppointmentThatThePracticeDoesNotHaveIsFound)
{
    auto state = one_booked();
    state.books[0].status = "free";
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, AnAppointmentOfAnotherPatientIsFound)
{
    auto state = one_booked();
    state.books[0].nhs_number = "9990000026";
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, AnAppointmentThatOnlyThePracticeHasIsFound)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, ACancellationByThePracticeThatWasNotSeenIsFound)
{
    auto state = one_booked();
    state.books[0].status = "free";
    state.ended_by_practice = {{"Z9101", nine, "9990000018"}};
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, WhatThePracticeMovedItselfNeedNotBeKnown)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    state.books[0].moved_here = true;
    EXPECT_TRUE(check_books(state).empty());
}

TEST(FinalCheck, AnAttendanceThatWasNotTakenOverIsFound)
{
    auto state = one_booked();
    state.books[0].attendance = "booked";
    EXPECT_TRUE(check_books(state).empty());
    state.books[0].attendance = "noshow";
    EXPECT_EQ(check_books(state).size(), 1U);
    state.appointments[0].status = "noshow";
    EXPECT_TRUE(check_books(state).empty());
    EXPECT_TRUE(check_claims(state).empty());
}

TEST(FinalCheck, AnAppointmentOverTwoSlotsOfWhichThePracticeHasOneIsFound)
{
    auto state = one_booked();
    const auto later = nine + std::chrono::minutes(10);
    state.books.push_back({"Z9101", later, "booked", "9990000018", false, "", "Z9101.2"});
    state.appointments[0].resource =
        R"({"resourceType":"Appointment","status":"booked","slot":[{"reference":"Slot/Z9101.1"},)"
        R"({"reference":"Slot/Z9101.2"}],"participant":[{"status":"accepted"}]})";
    EXPECT_TRUE(check_books(state).empty());
    EXPECT_EQ(check_claims(state).size(), 1U) << "the claim on the second slot";
    state.books[1].status = "free";
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, WhatWaitsForAPersonIsUndecided)
{
    auto state = one_booked();
    state.books[0].status = "free";
    state.waiting = {"a"};
    EXPECT_TRUE(check_books(state).empty());
}

TEST(FinalCheck, TwoAppointmentsInOneSlotAreFound)
{
    auto state = one_booked();
    state.appointments.push_back(appointment("b"));
    EXPECT_EQ(check_books(state).size(), 1U);
}

TEST(FinalCheck, AClaimOfACancelledAppointmentIsFound)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    EXPECT_EQ(check_claims(state).size(), 1U);
}

TEST(FinalCheck, AnAppointmentWithoutItsClaimIsFound)
{
    auto state = one_booked();
    state.claims.clear();
    EXPECT_EQ(check_claims(state).size(), 1U);
}

TEST(FinalCheck, AHoldBeyondItsTimeIsFound)
{
    auto state = one_booked();
    state.holds = {{"Z9101", "Z9101.1", "a", nine - std::chrono::seconds(10)}};
    EXPECT_EQ(check_claims(state).size(), 1U);
}

TEST(FinalCheck, AnOpenIntentIsFound)
{
    auto state = one_booked();
    state.unsettled = {"intent"};
    EXPECT_EQ(check_settled(state).size(), 1U);
}

TEST(FinalCheck, AnAcknowledgedAppointmentThatIsGoneIsFound)
{
    EXPECT_EQ(check_acknowledged(one_booked(), {acknowledged("b")}).size(), 1U);
}

TEST(FinalCheck, ACancellationThatNobodyAskedForIsFound)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    EXPECT_EQ(check_acknowledged(state, {acknowledged("a")}).size(), 1U);
    Observed cancel;
    cancel.deed = Deed::cancel;
    cancel.appointment = "a";
    EXPECT_TRUE(check_acknowledged(state, {acknowledged("a"), cancel}).empty());
}

TEST(FinalCheck, OnlyWhatThePracticeDidToThisPatientExcusesALoss)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    state.ended_by_practice = {{"Z9101", nine, "9990000026"},
                               {"Z9101", nine + std::chrono::minutes(10), "9990000018"}};
    EXPECT_EQ(check_acknowledged(state, {acknowledged("a")}).size(), 1U);
    state.ended_by_practice.push_back({"Z9101", nine, "9990000018"});
    EXPECT_TRUE(check_acknowledged(state, {acknowledged("a")}).empty());
}

/// The second was made of the first by a move; both name each other.
FinalState one_moved(const std::string& first_status, const std::string& second_status)
{
    auto named = [](const std::string& id, const std::string& status, const std::string& other) {
        AppointmentRecord record = appointment(id, status);
        record.resource =
            R"({"resourceType":"Appointment","status":"booked","supportingInformation":[{"reference":)"
            R"("Appointment/)" +
            other + R"("}],"participant":[{"status":"accepted"}]})";
        return record;
    };
    FinalState state = one_booked();
    state.appointments = {named("a", first_status, "b"), named("b", second_status, "a")};
    return state;
}

TEST(FinalCheck, OneOfTwoMovedAppointmentsStands)
{
    EXPECT_TRUE(check_moves(one_moved("cancelled", "booked"), {}).empty());
    EXPECT_TRUE(check_moves(one_moved("booked", "cancelled"), {}).empty());
}

TEST(FinalCheck, AMoveThatLeftBothIsFound)
{
    auto state = one_moved("booked", "booked");
    EXPECT_EQ(check_moves(state, {}).size(), 1U);
    state.waiting = {"b"};
    EXPECT_TRUE(check_moves(state, {}).empty()) << "a person is to look";
}

TEST(FinalCheck, AMoveThatLeftNoneIsFoundUnlessTheLastWasCancelled)
{
    const auto state = one_moved("cancelled", "cancelled");
    EXPECT_EQ(check_moves(state, {}).size(), 1U);
    Observed cancel;
    cancel.deed = Deed::cancel;
    cancel.appointment = "b";
    EXPECT_TRUE(check_moves(state, {cancel}).empty());
}

TEST(FinalCheck, APracticeThatHadAHandInAMoveExcusesNoneLeftAndNeverBoth)
{
    auto none = one_moved("cancelled", "cancelled");
    none.ended_by_practice = {{"Z9101", nine, "9990000018"}};
    EXPECT_TRUE(check_moves(none, {}).empty());
    auto both = one_moved("booked", "booked");
    both.ended_by_practice = none.ended_by_practice;
    EXPECT_EQ(check_moves(both, {}).size(), 1U);
    both.books[0].moved_here = true;
    EXPECT_TRUE(check_moves(both, {}).empty()) << "moved by both at a time";
}

FinalState::Job job(gateway::booking::WithdrawnAppointment::State said)
{
    FinalState::Job made;
    made.practice = "Z9101";
    made.updated = nine;
    made.withdrawal.id = "w";
    made.withdrawal.done = true;
    made.withdrawal.request.action = gateway::booking::WithdrawRequest::Action::cancel;
    made.withdrawal.request.period = {nine, nine + std::chrono::minutes(10)};
    gateway::booking::WithdrawnAppointment item;
    item.appointment = "a";
    item.state = said;
    made.withdrawal.appointments = {item};
    return made;
}

TEST(FinalCheck, AWithdrawalThatSaysTheTruthIsFine)
{
    auto state = one_booked();
    state.appointments[0].status = "cancelled";
    state.jobs = {job(gateway::booking::WithdrawnAppointment::State::cancelled)};
    EXPECT_TRUE(check_withdrawals(state).empty());
    EXPECT_TRUE(check_acknowledged(state, {acknowledged("a")}).empty()) << "it says who cancelled it";
}

TEST(FinalCheck, AWithdrawalThatSaysCancelledOfWhatStandsIsFound)
{
    auto state = one_booked();
    state.jobs = {job(gateway::booking::WithdrawnAppointment::State::cancelled)};
    EXPECT_EQ(check_withdrawals(state).size(), 1U);
    state.jobs = {job(gateway::booking::WithdrawnAppointment::State::moved)};
    EXPECT_EQ(check_withdrawals(state).size(), 1U);
}

TEST(FinalCheck, AWithdrawalWithoutAnEndIsFound)
{
    auto state = one_booked();
    state.jobs = {job(gateway::booking::WithdrawnAppointment::State::waiting)};
    state.jobs[0].withdrawal.done = false;
    EXPECT_EQ(check_withdrawals(state).size(), 1U);
    state.jobs[0].withdrawal.done = true;
    EXPECT_EQ(check_withdrawals(state).size(), 1U) << "one appointment without an end";
}

TEST(FinalCheck, AnAppointmentThatAWithdrawalOverlookedIsFound)
{
    auto state = one_booked();
    state.jobs = {job(gateway::booking::WithdrawnAppointment::State::kept)};
    state.jobs[0].withdrawal.appointments.clear();
    EXPECT_EQ(check_withdrawals(state).size(), 1U);
    state.appointments[0].updated = nine;
    EXPECT_TRUE(check_withdrawals(state).empty()) << "booked at the last moment";
}

/// Of a patient who waits for any slot of the practice between nine and ten.
AppointmentRecord waiting(const std::string& id, const std::string& passed)
{
    AppointmentRecord record = appointment(id, "waitlist");
    gateway::booking::Payload payload;
    payload.waiting.emplace();
    payload.waiting->status = fhir::AppointmentStatus::waitlist;
    payload.waiting->participant.emplace_back().status = fhir::ParticipationStatus::accepted;
    fhir::Period period;
    period.start = fhir::uk_date_time(nine);
    period.end = fhir::uk_date_time(nine + std::chrono::hours(1));
    payload.waiting->requested_period = {period};
    payload.passed = {passed};
    record.supplier = to_text(payload);
    return record;
}

TEST(FinalCheck, WhoWaitsBesideASlotThatWasNeverOfferedIsFound)
{
    auto state = one_booked();
    state.now = nine + std::chrono::hours(1);
    state.appointments = {waiting("w", "Z9101.2")};
    state.books[0].end = nine + std::chrono::minutes(10);
    state.claims.clear();
    EXPECT_TRUE(check_waiting_list(state).empty()) << "the slot is not free";
    state.books[0].status = "free";
    EXPECT_EQ(check_waiting_list(state).size(), 1U);
    state.appointments = {waiting("w", "Z9101.1")};
    EXPECT_TRUE(check_waiting_list(state).empty()) << "it was offered once";
}

TEST(FinalCheck, WhoWaitsAndHoldsASlotIsFound)
{
    auto state = one_booked();
    state.appointments = {waiting("a", "")};
    EXPECT_EQ(check_claims(state).size(), 1U);
}

TEST(FinalCheck, APendingAppointmentThatNothingWillEndIsFound)
{
    auto state = one_booked();
    state.appointments[0].status = "pending";
    EXPECT_EQ(check_waiting_list(state).size(), 1U);
    state.holds = {{"Z9101", "Z9101.1", "a", nine + std::chrono::seconds(10)}};
    EXPECT_TRUE(check_waiting_list(state).empty());
}

} // namespace
