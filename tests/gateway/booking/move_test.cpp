// SPDX-License-Identifier: Apache-2.0
// Moving an appointment: the new one is booked before the old one is cancelled, and whatever fails on the
// way, the patient never has none, and never two that nobody knows of.
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;
using Fault = FakeAdapter::Fault;

namespace
{

class Moving : public testing::Test
{
protected:
    StoredAppointment booked(WriteContext caller = Clinic::from())
    {
        auto outcome = clinic.book(Clinic::wanted(), std::move(caller));
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().sentence());
        return outcome ? outcome->appointment : StoredAppointment();
    }
    fhir::Appointment now(const StoredAppointment& of)
    {
        return clinic.read(*of.resource.id).value().resource;
    }
    int old_stands() const { return clinic.adapter->standing(Clinic::slot_id(1)); }
    int new_stands() const { return clinic.far->standing(Clinic::far_slot_id(1)); }
    static std::string refers_to(const fhir::Appointment& appointment)
    {
        return appointment.supporting_information.empty()
                   ? ""
                   : appointment.supporting_information.back().reference.value_or("");
    }

    Clinic clinic;
    const Move there = Clinic::to(Clinic::far_slot_id(1));
};

TEST_F(Moving, BooksTheNewOneAtAnotherSystemThenCancelsTheOld)
{
    const auto old = booked();
    int standing_when_booked = 0;
    clinic.far->on_write = [&] { standing_when_booked = old_stands(); };
    const auto moved = clinic.move(old, there);
    ASSERT_TRUE(moved) << moved.error().sentence();
    EXPECT_FALSE(moved->created);
    EXPECT_FALSE(moved->unresolved);
    EXPECT_EQ(standing_when_booked, 1);
    EXPECT_EQ(old_stands(), 0);
    EXPECT_EQ(new_stands(), 1);
    const auto& next = moved->appointment.resource;
    EXPECT_EQ(moved->appointment.practice_ods, "B20002");
    EXPECT_EQ(next.status, AppointmentStatus::booked);
    EXPECT_EQ(next.start, Clinic::far_slot(1).slot.start);
    EXPECT_EQ(next.end, Clinic::far_slot(1).slot.end);
    EXPECT_EQ(next.description, "Ear pain");
    EXPECT_EQ(now(old).status, AppointmentStatus::cancelled);
    EXPECT_TRUE(clinic.search.shows_taken(Clinic::far_slot_id(1)));
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::slot_id(1)));
}

TEST_F(Moving, EachOfTheTwoNamesTheOther)
{
    const auto old = booked();
    const auto moved = clinic.move(old, there);
    ASSERT_TRUE(moved);
    EXPECT_EQ(refers_to(moved->appointment.resource), "Appointment/" + *old.resource.id);
    EXPECT_EQ(refers_to(now(old)), "Appointment/" + *moved->appointment.resource.id);
}

TEST_F(Moving, ReasonAndTextsGoWhereTheyBelong)
{
    const auto old = booked();
    auto wanted = there;
    wanted.reason = fhir::concept_text("Clinician away");
    wanted.comment = "Needs the ramp";
    ASSERT_TRUE(clinic.move(old, wanted));
    EXPECT_EQ(clinic.adapter->last_reason, "Clinician away");
    EXPECT_EQ(now(old).cancelation_reason->text, "Clinician away");
    EXPECT_EQ(clinic.far->last_booking.comment, "Needs the ramp");
    EXPECT_EQ(clinic.far->last_booking.description, "Ear pain");
}

TEST_F(Moving, TextsThatTheNewPracticeCannotHoldAreRefusedUnlessLeftOut)
{
    const auto old = booked();
    clinic.far->can.max_description = clinic.far->can.max_comment = 0;
    const auto refused = clinic.move(old, there);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().path(), "Appointment.description");
    EXPECT_EQ(old_stands(), 1);
    auto wanted = there;
    wanted.leave_out_texts = true;
    EXPECT_TRUE(clinic.move(old, wanted));
    EXPECT_EQ(new_stands(), 1);
}

TEST_F(Moving, APracticeThatMustLinkThePatientTakesTheDetailsOfTheRequest)
{
    clinic.far->can.needs_patient_link = true;
    const auto old = booked();
    const auto refused = clinic.move(old, there);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::demographics_required);
    EXPECT_EQ(clinic.far->books, 0);
    auto wanted = there;
    wanted.patient.emplace();
    wanted.patient->name.emplace_back();
    wanted.patient->name[0].family = "Fairlamb";
    const auto moved = clinic.move(old, wanted);
    ASSERT_TRUE(moved) << moved.error().sentence();
    EXPECT_EQ(clinic.far->links, 1);
    EXPECT_EQ(old_stands(), 0);
}

TEST_F(Moving, IdentifiersStayWithTheOldAppointment)
{
    auto wanted = Clinic::wanted();
    wanted.identifier = {fhir::identifier_of("https://hub.example/id", "B-1")};
    const auto old =
        clinic.book(wanted, Clinic::from(), fhir::search::TokenValue{"https://hub.example/id", "B-1", false});
    ASSERT_TRUE(old) << old.error().sentence();
    const auto moved = clinic.move(old->appointment, there);
    ASSERT_TRUE(moved) << moved.error().sentence();
    for (const fhir::Identifier& each : moved->appointment.resource.identifier)
        EXPECT_NE(each.value, "B-1");
}

struct RefusedMove
{
    std::string_view what;
    std::function<Move(Clinic&, StoredAppointment&)> arrange;
    ErrorKind kind;
    std::string_view path;
};

class MoveRefused : public Moving, public testing::WithParamInterface<RefusedMove>
{};

TEST_P(MoveRefused, WithItsPathAndNothingIsSent)
{
    auto old = booked();
    const Move wanted = GetParam().arrange(clinic, old);
    const int sent = clinic.far->books + clinic.adapter->cancels;
    const auto refused = clinic.move(old, wanted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), GetParam().kind) << refused.error().sentence();
    EXPECT_EQ(refused.error().path(), GetParam().path);
    EXPECT_FALSE(refused.error().sentence().empty());
    EXPECT_EQ(clinic.far->books + clinic.adapter->cancels, sent);
}

const RefusedMove refused_moves[] = {
    {"the same slot", [](Clinic&, StoredAppointment&) { return Clinic::to(Clinic::slot_id(1)); },
     ErrorKind::not_amendable, "Appointment.slot[0]"},
    {"no slot", [](Clinic&, StoredAppointment&) { return Move(); }, ErrorKind::required, "Appointment.slot"},
    {"an unknown slot", [](Clinic&, StoredAppointment&) { return Clinic::to("B20002.99"); },
     ErrorKind::slot_unknown, "Appointment.slot[0]"},
    {"a cancelled appointment",
     [](Clinic& clinic, StoredAppointment& old) {
         old = clinic.cancel(old)->appointment;
         return Clinic::to(Clinic::far_slot_id(1));
     },
     ErrorKind::transition_not_allowed, "Appointment.status"},
    {"a hold",
     [](Clinic& clinic, StoredAppointment& old) {
         auto hold = Clinic::wanted(2);
         hold.status = AppointmentStatus::pending;
         old = clinic.book(hold)->appointment;
         return Clinic::to(Clinic::far_slot_id(1));
     },
     ErrorKind::transition_not_allowed, "Appointment.status"},
    {"an appointment that has begun",
     [](Clinic& clinic, StoredAppointment& old) {
         clinic.clock.set(*old.resource.start);
         return Clinic::to(Clinic::far_slot_id(1));
     },
     ErrorKind::not_cancellable, "Appointment.status"},
    {"a slot in the past",
     [](Clinic& clinic, StoredAppointment&) {
         auto early = Clinic::far_slot(3);
         early.slot.id = "B20002.9";
         early.slot.start = clinic.clock.now() - std::chrono::minutes(10);
         early.slot.end = clinic.clock.now();
         clinic.search.offer(early);
         return Clinic::to("B20002.9");
     },
     ErrorKind::slot_in_past, "Appointment.slot[0]"},
    {"a slot that another patient has",
     [](Clinic& clinic, StoredAppointment&) {
         auto taken = Clinic::wanted(2, "9990000026");
         EXPECT_TRUE(clinic.book(taken));
         return Clinic::to(Clinic::slot_id(2));
     },
     ErrorKind::slot_unavailable, "Appointment.slot[0]"},
    {"a slot that is held for another patient",
     [](Clinic& clinic, StoredAppointment&) {
         auto hold = Clinic::wanted(2, "9990000026");
         hold.status = AppointmentStatus::pending;
         EXPECT_TRUE(clinic.book(hold));
         return Clinic::to(Clinic::slot_id(2));
     },
     ErrorKind::slot_unavailable, "Appointment.slot[0]"},
    {"a slot that another organisation holds",
     [](Clinic& clinic, StoredAppointment&) {
         auto hold = Clinic::wanted(2);
         hold.status = AppointmentStatus::pending;
         EXPECT_TRUE(clinic.book(hold, Clinic::from("", "hash", "HUB02")));
         return Clinic::to(Clinic::slot_id(2));
     },
     ErrorKind::slot_unavailable, "Appointment.slot[0]"},
    {"a version that is not the newest",
     [](Clinic&, StoredAppointment& old) {
         old.version = 7;
         return Clinic::to(Clinic::far_slot_id(1));
     },
     ErrorKind::version_conflict, "http.If-Match"},
    {"an appointment that is not there",
     [](Clinic&, StoredAppointment& old) {
         old.resource.id = "0199f3c0-0000-7000-8000-00000000dead";
         return Clinic::to(Clinic::far_slot_id(1));
     },
     ErrorKind::not_found, ""},
};

INSTANTIATE_TEST_SUITE_P(Moves, MoveRefused, testing::ValuesIn(refused_moves));

TEST_F(Moving, APracticeThatDoesNotShareWithTheOrganisationIsNoTarget)
{
    const auto south = Clinic::from("", "hash", "HUB03");
    const auto old = booked(south);
    const auto refused = clinic.move(old, there, south);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_EQ(refused.error().path(), "Appointment.slot[0]");
    EXPECT_EQ(old_stands(), 1);
}

TEST_F(Moving, ThePracticeItselfMovesAndTheOrganisationThatBookedKeepsIt)
{
    const auto old = booked();
    const auto moved = clinic.move(old, Clinic::to(Clinic::slot_id(2)), Clinic::from("", "hash", "A10001"));
    ASSERT_TRUE(moved) << moved.error().sentence();
    EXPECT_EQ(clinic.adapter->standing(Clinic::slot_id(2)), 1);
    EXPECT_TRUE(clinic.read(*moved->appointment.resource.id)) << "as HUB01 sees it";
}

TEST_F(Moving, ToASlotUnderTheOrganisationsOwnHoldBooksThatHold)
{
    const auto old = booked();
    auto hold = Clinic::wanted(2);
    hold.status = AppointmentStatus::pending;
    const auto held = clinic.book(hold);
    ASSERT_TRUE(held);
    const auto moved = clinic.move(old, Clinic::to(Clinic::slot_id(2)));
    ASSERT_TRUE(moved) << moved.error().sentence();
    EXPECT_EQ(moved->appointment.resource.id, held->appointment.resource.id);
    EXPECT_EQ(moved->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(refers_to(moved->appointment.resource), "Appointment/" + *old.resource.id);
    EXPECT_EQ(clinic.adapter->standing(Clinic::slot_id(2)), 1);
    EXPECT_EQ(old_stands(), 0);
}

TEST_F(Moving, AReplayAnswersWithTheNewAppointmentAndSendsNothing)
{
    const auto old = booked();
    const auto first = clinic.move(old, there, Clinic::from("key"));
    ASSERT_TRUE(first);
    const int sent = clinic.far->books + clinic.adapter->cancels;
    const auto again = clinic.move(old, there, Clinic::from("key"));
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->appointment.resource.id, first->appointment.resource.id);
    EXPECT_EQ(again->appointment.version, first->appointment.version);
    EXPECT_EQ(clinic.far->books + clinic.adapter->cancels, sent);
    const auto other = clinic.move(old, there, Clinic::from("key", "another body"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind(), ErrorKind::duplicate_key_other_body);
}

TEST_F(Moving, ARefusalOfTheNewPracticeLeavesTheOldAppointmentAndIsReplayed)
{
    const auto old = booked();
    clinic.far->write_faults = {Fault::refuse};
    for (int i = 0; i < 2; ++i) {
        const auto refused = clinic.move(old, there, Clinic::from("key"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind(), ErrorKind::slot_unavailable);
    }
    EXPECT_EQ(clinic.far->books, 1);
    EXPECT_EQ(old_stands(), 1);
    EXPECT_EQ(now(old).status, AppointmentStatus::booked);
    EXPECT_TRUE(clinic.move(old, Clinic::to(Clinic::far_slot_id(2)))) << "it can still be moved";
}

TEST_F(Moving, WhenTheOldOneMayNotBeCancelledTheNewOneIsCancelledAgain)
{
    const auto old = booked();
    clinic.adapter->refusal = fhir::Error(ErrorKind::access_denied);
    clinic.adapter->write_faults = {Fault::refuse};
    for (int i = 0; i < 2; ++i) {
        const auto refused = clinic.move(old, there, Clinic::from("key"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind(), ErrorKind::access_denied);
        EXPECT_NE(refused.error().sentence().find("stands as it was"), std::string::npos);
    }
    EXPECT_EQ(old_stands(), 1);
    EXPECT_EQ(new_stands(), 0);
    EXPECT_EQ(clinic.far->cancels, 1);
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_FALSE(clinic.search.shows_taken(Clinic::far_slot_id(1)));
}

TEST_F(Moving, WhenNeitherCanBeCancelledBothStandOnTheWorklist)
{
    const auto old = booked();
    clinic.adapter->refusal = clinic.far->refusal = fhir::Error(ErrorKind::access_denied);
    clinic.adapter->write_faults = {Fault::refuse};
    clinic.far->write_faults = {Fault::none, Fault::refuse};
    const auto open = clinic.move(old, there);
    ASSERT_TRUE(open) << open.error().sentence();
    EXPECT_TRUE(open->unresolved);
    const auto list = clinic.worklist();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_TRUE(list[0].needs_person);
    EXPECT_EQ(list[0].kind, "move");
    EXPECT_EQ(list[0].appointment, *old.resource.id);
    EXPECT_EQ(list[0].moves_to, *open->appointment.resource.id);
    EXPECT_EQ(list[0].practice_ods, "A10001");

    for (auto& [key, row] : clinic.adapter->rows)
        row.cancelled = true; // at the practice's own desk
    EXPECT_TRUE(tests::run(*clinic.context, clinic.service->settle_again(list[0].intent)));
    clinic.settle_fully();
    EXPECT_TRUE(clinic.worklist().empty());
    EXPECT_EQ(now(old).status, AppointmentStatus::cancelled);
    EXPECT_EQ(new_stands(), 1) << "the move is done, nothing is taken back";
}

TEST_F(Moving, AnUnknownBookingIsSettledAndThenTheOldOneIsCancelled)
{
    const auto old = booked();
    clinic.far->write_faults = {Fault::cut_after};
    clinic.far->read_faults = {Fault::cut_before};
    const auto open = clinic.move(old, there, Clinic::from("key"));
    ASSERT_TRUE(open);
    ASSERT_TRUE(open->unresolved);
    EXPECT_EQ(open->appointment.resource.status, AppointmentStatus::pending);
    EXPECT_EQ(clinic.adapter->cancels, 0) << "not before the new one is known to stand";
    const auto asked = clinic.move(old, there, Clinic::from("key"));
    ASSERT_TRUE(asked) << asked.error().sentence();
    EXPECT_TRUE(asked->unresolved);
    EXPECT_EQ(asked->appointment.resource.id, open->appointment.resource.id);

    clinic.settle_fully();
    EXPECT_EQ(old_stands(), 0);
    EXPECT_EQ(new_stands(), 1);
    const auto settled = clinic.move(old, there, Clinic::from("key"));
    ASSERT_TRUE(settled);
    EXPECT_FALSE(settled->unresolved);
    EXPECT_EQ(settled->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(clinic.far->books, 1);
    EXPECT_EQ(clinic.adapter->cancels, 1);
}

TEST_F(Moving, AnUnknownBookingThatNeverWasLeavesTheOldOne)
{
    const auto old = booked();
    clinic.far->write_faults = {Fault::cut_before};
    const auto open = clinic.move(old, there);
    ASSERT_TRUE(open && open->unresolved);
    clinic.settle_fully();
    EXPECT_EQ(old_stands(), 1);
    EXPECT_EQ(now(old).status, AppointmentStatus::booked);
    EXPECT_EQ(clinic.adapter->cancels, 0);
    EXPECT_TRUE(clinic.worklist().empty());
}

TEST_F(Moving, WhileItIsOpenNeitherOfTheTwoIsChanged)
{
    const auto old = booked();
    clinic.adapter->write_faults = {Fault::cut_before};
    const auto open = clinic.move(old, there);
    ASSERT_TRUE(open && open->unresolved);
    const auto late = clinic.cancel(open->appointment);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::duplicate_in_flight);
    EXPECT_FALSE(clinic.move(open->appointment, Clinic::to(Clinic::far_slot_id(2))));
    EXPECT_FALSE(clinic.cancel(old));
    clinic.settle_fully();
    EXPECT_EQ(old_stands() + new_stands(), 1);
}

TEST_F(Moving, AnAppointmentIsMovedOnAndBack)
{
    const auto old = booked();
    const auto moved = clinic.move(old, there);
    ASSERT_TRUE(moved);
    const auto back = clinic.move(moved->appointment, Clinic::to(Clinic::slot_id(1)));
    ASSERT_TRUE(back) << back.error().sentence();
    EXPECT_EQ(old_stands(), 1);
    EXPECT_EQ(new_stands(), 0);
    EXPECT_EQ(back->appointment.resource.supporting_information.size(), 1u);
}

// ---- every step's failure, and a crash after every step
// ---------------------------------------------------------

struct MoveTrouble
{
    std::string_view name;
    std::deque<Fault> far, near;
};

const MoveTrouble move_troubles[] = {
    {"nothing", {}, {}},
    {"booking refused", {Fault::refuse}, {}},
    {"booking lost before its effect", {Fault::cut_before}, {}},
    {"booking lost after its effect", {Fault::cut_after}, {}},
    {"booking without an answer, not done", {Fault::hang_before}, {}},
    {"booking without an answer, done", {Fault::hang_after}, {}},
    {"cancellation refused", {}, {Fault::refuse}},
    {"cancellation lost before its effect", {}, {Fault::cut_before}},
    {"cancellation lost after its effect", {}, {Fault::cut_after}},
    {"cancellation without an answer, not done", {}, {Fault::hang_before}},
    {"cancellation without an answer, done", {}, {Fault::hang_after}},
    {"cancellation refused, taking back refused", {Fault::none, Fault::refuse}, {Fault::refuse}},
    {"cancellation refused, taking back lost before", {Fault::none, Fault::cut_before}, {Fault::refuse}},
    {"cancellation refused, taking back lost after", {Fault::none, Fault::cut_after}, {Fault::refuse}},
    {"cancellation refused, taking back hangs", {Fault::none, Fault::hang_after}, {Fault::refuse}},
    {"both lost", {Fault::cut_after}, {Fault::cut_after}},
};

class EveryStep : public testing::TestWithParam<MoveTrouble>
{
protected:
    /// Hung practices are waited for, many times over.
    static void hasten(Clinic& clinic)
    {
        clinic.settings.answer_limit = std::chrono::milliseconds(200);
        clinic.settings.read_back_limit = std::chrono::milliseconds(50);
        clinic.restart();
    }
    /// Moves with the trouble; after `steps` turns of the loop the process dies. False: it was over before.
    bool move_for(Clinic& clinic, const StoredAppointment& old, int steps)
    {
        clinic.far->refusal = clinic.adapter->refusal = fhir::Error(ErrorKind::access_denied);
        clinic.far->write_faults = GetParam().far;
        clinic.adapter->write_faults = GetParam().near;
        bool over = false;
        boost::asio::co_spawn(*clinic.context,
                              clinic.service->reschedule(Clinic::from("key"), *old.resource.id, old.version,
                                                         Clinic::to(Clinic::far_slot_id(1))),
                              [&over](std::exception_ptr, const Clinic::Outcome&) { over = true; });
        clinic.context->restart();
        while (!over && steps-- > 0)
            clinic.context->run_one();
        return !over;
    }
    static bool is_listed(Clinic& clinic, const StoredAppointment& old)
    {
        const auto list = clinic.worklist();
        return std::ranges::any_of(list, [&](const OpenIntent& open) {
            return open.appointment == *old.resource.id && open.needs_person && !open.moves_to.empty();
        });
    }
    static void check(Clinic& clinic, const StoredAppointment& old)
    {
        const int near = clinic.adapter->standing(Clinic::slot_id(1));
        const int far = clinic.far->standing(Clinic::far_slot_id(1));
        EXPECT_TRUE(near + far == 1 || (near + far == 2 && is_listed(clinic, old)))
            << near << " old and " << far << " new appointments stand";
        EXPECT_LE(clinic.far->books, 1) << "a booking was sent twice";
        const auto record = clinic.read(*old.resource.id);
        ASSERT_TRUE(record);
        EXPECT_EQ(record->resource.status == AppointmentStatus::booked, near == 1);
        for (const OpenIntent& open : clinic.worklist())
            EXPECT_TRUE(open.needs_person) << open.kind << " is neither settled nor listed";
    }
};

TEST_P(EveryStep, EndsWithOneAppointmentOrAListedException)
{
    Clinic clinic;
    hasten(clinic);
    const auto old = clinic.book()->appointment;
    ASSERT_FALSE(move_for(clinic, old, 100000));
    clinic.settle_fully();
    check(clinic, old);
}

TEST_P(EveryStep, ACrashAnywhereEndsWithOneAppointmentOrAListedException)
{
    const bool plain = GetParam().far.empty() && GetParam().near.empty();
    for (int steps = 1;; steps += plain ? 1 : 3) { // the way is the same, up to the trouble
        SCOPED_TRACE(std::string(GetParam().name) + ", crash after " + std::to_string(steps));
        Clinic clinic;
        hasten(clinic);
        const auto old = clinic.book()->appointment;
        if (!move_for(clinic, old, steps))
            break;
        clinic.restart();
        clinic.settle_fully();
        check(clinic, old);
        if (HasFailure())
            break;
    }
}

INSTANTIATE_TEST_SUITE_P(Troubles, EveryStep, testing::ValuesIn(move_troubles));

} // namespace
