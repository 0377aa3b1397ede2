// SPDX-License-Identifier: Apache-2.0
// What nothing settles by itself, a person does who has looked in the practice's book.
#include "tests/gateway/booking/clinic.hpp"

#include "gateway/booking/resource_shape.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

class Resolve : public testing::Test
{
protected:
    Resolve()
    {
        clinic.settings.attempts_allowed = 2;
        clinic.restart();
    }

    void deafen() { practice.read_faults.assign(1000, Fault::cut_before); }
    /// A booking whose answer is lost and whose practice cannot be read: it ends on the worklist.
    std::string lose_booking(Fault fault = Fault::cut_after)
    {
        practice.write_faults = {fault};
        deafen();
        const auto pending = clinic.book(Clinic::wanted(), Clinic::from("key"));
        EXPECT_TRUE(pending && pending->unresolved);
        appointment = pending->appointment.resource.id.value();
        clinic.settle_fully();
        return waiting();
    }
    std::string lose_change(AppointmentStatus to, Fault fault)
    {
        const auto booked = clinic.book();
        EXPECT_TRUE(booked);
        appointment = booked->appointment.resource.id.value();
        practice.write_faults = {fault};
        deafen();
        auto next = booked->appointment.resource;
        next.status = to;
        if (to == AppointmentStatus::booked)
            next.description = "Ear pain, now both";
        const auto lost = clinic.update(booked->appointment, next, Clinic::from("key"));
        EXPECT_TRUE(lost && lost->unresolved);
        clinic.settle_fully();
        return waiting();
    }
    std::string waiting()
    {
        const auto list = clinic.worklist();
        EXPECT_EQ(list.size(), 1u);
        EXPECT_TRUE(list.at(0).needs_person);
        return list.at(0).intent;
    }
    static Resolution word(const std::string& intent, Finding finding)
    {
        return {intent, finding, "A. Jones", "Read to me by the practice's reception", false, {}};
    }
    fhir::Result<ResolvedIntent> resolve(Resolution resolution)
    {
        return tests::run(*clinic.context, clinic.service->resolve(std::move(resolution)));
    }
    StoredAppointment now() { return clinic.read(appointment).value(); }

    Clinic clinic;
    tests::FakeAdapter& practice = *clinic.adapter;
    std::string appointment;
};

TEST_F(Resolve, TheWorklistSaysWhatToDoNext)
{
    const auto intent = lose_booking();
    const auto open = clinic.worklist().at(0);
    EXPECT_EQ(open.state, "needs-person");
    EXPECT_EQ(open.intent, intent);
    for (const std::string& part : {"Appointment/" + appointment, std::string("A10001"),
                                    std::string("booked or not-booked"), std::string("again")})
        EXPECT_NE(open.next_step.find(part), std::string::npos) << open.next_step;
}

TEST_F(Resolve, ABookingThatAPersonFoundStandsWithItsClaimAndAnswersItsKey)
{
    auto said = word(lose_booking(), Finding::booked);
    said.practice_key = "A1";
    const auto ended = resolve(said);
    ASSERT_TRUE(ended) << ended.error().sentence();
    EXPECT_EQ(ended->intent.state, "done");
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_EQ(now().resource.status, AppointmentStatus::booked);
    EXPECT_EQ(now().version, 2);
    EXPECT_EQ(clinic.book(Clinic::wanted(1, "9990000026")).error().kind(), ErrorKind::slot_unavailable);

    const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(replay);
    EXPECT_TRUE(replay->replayed);
    EXPECT_EQ(replay->appointment.resource.id, appointment);
    EXPECT_EQ(replay->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(practice.books, 1);

    practice.read_faults.clear();
    EXPECT_TRUE(clinic.cancel(now()));
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 0);
}

TEST_F(Resolve, ABookingThatAPersonDidNotFindFreesItsSlotAndItsKey)
{
    const auto ended = resolve(word(lose_booking(Fault::cut_before), Finding::not_booked));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->intent.state, "refused");
    EXPECT_EQ(now().resource.status, AppointmentStatus::cancelled);
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
    const auto again = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->replayed);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Resolve, EachWordEndsItsOwnKindOfIntent)
{
    struct Case
    {
        AppointmentStatus change;
        Fault fault;
        Finding finding;
        std::string state;
        AppointmentStatus after;
    };
    const std::vector<Case> cases{
        {AppointmentStatus::cancelled, Fault::cut_after, Finding::cancelled, "done",
         AppointmentStatus::cancelled},
        {AppointmentStatus::cancelled, Fault::cut_before, Finding::not_cancelled, "refused",
         AppointmentStatus::booked},
        {AppointmentStatus::booked, Fault::cut_after, Finding::amended, "done", AppointmentStatus::booked},
        {AppointmentStatus::booked, Fault::cut_before, Finding::not_amended, "refused",
         AppointmentStatus::booked}};
    for (const Case& each : cases) {
        SCOPED_TRACE(code_of(each.finding));
        const auto ended = resolve(word(lose_change(each.change, each.fault), each.finding));
        ASSERT_TRUE(ended) << ended.error().sentence();
        EXPECT_EQ(ended->intent.state, each.state);
        EXPECT_EQ(now().resource.status, each.after);
        const bool amended = each.finding == Finding::amended;
        EXPECT_EQ(now().resource.description, amended ? "Ear pain, now both" : "Ear pain");
        EXPECT_TRUE(clinic.worklist().empty());
        EXPECT_EQ(clinic.search.shows_taken(Clinic::slot_id(1)), each.after == AppointmentStatus::booked);

        practice.read_faults.clear();
        if (each.after == AppointmentStatus::booked) {
            EXPECT_TRUE(clinic.cancel(now()));
        }
    }
}

TEST_F(Resolve, AWordThatFitsAnotherKindOfIntentIsRefused)
{
    const auto intent = lose_booking();
    const auto refused = resolve(word(intent, Finding::cancelled));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::value_invalid);
    EXPECT_NE(refused.error().sentence().find("booked or not-booked"), std::string::npos);
    EXPECT_EQ(waiting(), intent);
    EXPECT_TRUE(resolve(word(intent, Finding::booked))) << "it is still there to be settled";
}

TEST_F(Resolve, WhatTheGatewayCanReadItselfIsNotContradicted)
{
    const auto intent = lose_booking();
    practice.read_faults.clear();
    const auto refused = resolve(word(intent, Finding::not_booked));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::transition_not_allowed);
    EXPECT_NE(refused.error().sentence().find("shows the appointment as booked"), std::string::npos)
        << refused.error().sentence();
    EXPECT_EQ(waiting(), intent);
    EXPECT_EQ(now().resource.status, AppointmentStatus::pending);
}

TEST_F(Resolve, ABookingIsNotClaimedAgainstABookThatOffersItsSlot)
{
    const auto intent = lose_booking(Fault::cut_before);
    practice.read_faults.clear();
    const auto refused = resolve(word(intent, Finding::booked));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("offers the slot as free"), std::string::npos);
    EXPECT_EQ(waiting(), intent);
}

TEST_F(Resolve, WhoInsistsIsHeardAndThatIsKept)
{
    auto said = word(lose_booking(Fault::cut_before), Finding::booked);
    practice.read_faults.clear();
    said.override_read_back = true;
    const auto ended = resolve(said);
    ASSERT_TRUE(ended);
    EXPECT_TRUE(ended->against_read_back);
    EXPECT_NE(ended->seen.find("lists no such appointment"), std::string::npos);
    EXPECT_EQ(now().resource.status, AppointmentStatus::booked);
}

TEST_F(Resolve, TheNumberInThePracticesBookIsTakenWhereItCanBeRead)
{
    const auto intent = lose_booking();
    practice.read_faults.clear();
    ASSERT_TRUE(resolve(word(intent, Finding::booked)));
    EXPECT_TRUE(clinic.cancel(now()));
    EXPECT_EQ(practice.cancels, 1);
}

TEST_F(Resolve, ABookingWhoseNumberNobodyKnowsIsNotCancelledBlindly)
{
    ASSERT_TRUE(resolve(word(lose_booking(), Finding::booked)));
    const auto refused = clinic.cancel(now());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(practice.cancels, 0);
    EXPECT_EQ(now().resource.status, AppointmentStatus::booked);
    for (const auto& identifier : now().resource.identifier)
        EXPECT_NE(identifier.value, "") << "an empty number is no number";
}

TEST_F(Resolve, WhoAndWhyIsKeptWithTheIntentAndTheVersionIsMarked)
{
    const auto intent = lose_booking();
    ASSERT_TRUE(resolve(word(intent, Finding::booked)));
    clinic.restart();
    const auto kept = tests::run(*clinic.context, clinic.service->intent_shown(intent));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->found, "booked");
    EXPECT_EQ(kept->by, "A. Jones");
    EXPECT_EQ(kept->reason, "Read to me by the practice's reception");
    EXPECT_EQ(kept->at, clinic.clock.now());
    EXPECT_FALSE(kept->against_read_back);
    const auto tags = now().resource.meta->tag;
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].system->text, changed_by_system("https://apptgw.example"));
    EXPECT_EQ(tags[0].code->text, "person");
}

TEST_F(Resolve, OnlyWhatWaitsForAPersonIsSettledByOne)
{
    EXPECT_EQ(resolve(word("0199f3c0-0000-7000-8000-000000000001", Finding::booked)).error().kind(),
              ErrorKind::not_found);

    practice.write_faults = {Fault::cut_after};
    deafen();
    ASSERT_TRUE(clinic.book());
    const auto settling = clinic.worklist().at(0);
    EXPECT_FALSE(settling.needs_person);
    const auto early = resolve(word(settling.intent, Finding::booked));
    EXPECT_EQ(early.error().kind(), ErrorKind::transition_not_allowed);
    EXPECT_NE(early.error().sentence().find("still settling"), std::string::npos);

    practice.read_faults.clear();
    clinic.settle_fully();
    const auto late = resolve(word(settling.intent, Finding::not_booked));
    EXPECT_NE(late.error().sentence().find("settled already"), std::string::npos);
}

TEST_F(Resolve, TwoPeopleDoNotSettleTheSameIntent)
{
    const auto intent = lose_booking();
    const gateway::store::Lease other{"another", "token", clinic.clock.now() + std::chrono::seconds(30)};
    ASSERT_TRUE(
        tests::run(*clinic.context, clinic.store->lease_for_person(intent, other, clinic.clock.now())));
    const auto refused = resolve(word(intent, Finding::booked));
    EXPECT_EQ(refused.error().kind(), ErrorKind::duplicate_in_flight);
    EXPECT_FALSE(tests::run(*clinic.context, clinic.service->settle_again(intent)));
    clinic.clock.advance(std::chrono::seconds(31));
    EXPECT_TRUE(resolve(word(intent, Finding::booked)));
}

TEST_F(Resolve, WhoAndWhyMustBeSaid)
{
    auto nobody = word(lose_booking(), Finding::booked);
    auto silent = nobody;
    nobody.by = " ";
    silent.reason.clear();
    EXPECT_EQ(resolve(nobody).error().kind(), ErrorKind::required);
    EXPECT_EQ(resolve(silent).error().kind(), ErrorKind::required);
    silent.reason.assign(501, 'x');
    EXPECT_EQ(resolve(silent).error().kind(), ErrorKind::text_too_long);
}

TEST(ResolveCrash, AtAnyStepLeavesTheIntentWaitingOrEndedAsSaid)
{
    bool ended = false;
    int steps = 0;
    for (; !ended; ++steps) {
        SCOPED_TRACE("crash after step " + std::to_string(steps));
        Clinic clinic;
        clinic.settings.attempts_allowed = 1;
        clinic.restart();
        clinic.adapter->write_faults = {Fault::cut_after};
        clinic.adapter->read_faults.assign(20, Fault::cut_before);
        ASSERT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("key")));
        clinic.settle_fully();
        const auto intent = clinic.worklist().at(0).intent;
        const Resolution said{intent, Finding::booked, "A. Jones", "Seen", false, "A1"};
        clinic.context->restart();
        boost::asio::co_spawn(*clinic.context, clinic.service->resolve(said),
                              [&](std::exception_ptr, const auto& result) { ended = result.has_value(); });
        for (int i = 0; i < steps && !ended; ++i)
            clinic.context->run_one();
        clinic.crash();
        clinic.start();
        clinic.clock.advance(std::chrono::minutes(2)); // the lease of whoever was at it has ended
        if (!clinic.worklist().empty()) {
            EXPECT_FALSE(ended);
            ASSERT_TRUE(tests::run(*clinic.context, clinic.service->resolve(said)));
        }
        const auto replay = clinic.book(Clinic::wanted(), Clinic::from("key"));
        ASSERT_TRUE(replay);
        EXPECT_EQ(replay->appointment.resource.status, AppointmentStatus::booked);
        EXPECT_EQ(clinic.adapter->books, 1);
    }
    EXPECT_GT(steps, 3);
}

} // namespace
