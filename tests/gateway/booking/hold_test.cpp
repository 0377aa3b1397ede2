// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/resource_shape.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;
using Fault = FakeAdapter::Fault;

namespace
{

fhir::Appointment hold_of(int slot = 1, std::string nhs_number = "9990000018")
{
    auto wanted = Clinic::wanted(slot, std::move(nhs_number));
    wanted.status = AppointmentStatus::pending;
    return wanted;
}

class Hold : public testing::Test
{
protected:
    StoredAppointment held(int slot = 1, WriteContext caller = Clinic::from())
    {
        auto outcome = clinic.book(hold_of(slot), std::move(caller));
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().sentence());
        return outcome ? outcome->appointment : StoredAppointment();
    }
    Clinic::Outcome book(const StoredAppointment& hold, WriteContext caller = Clinic::from())
    {
        return clinic.update(hold, with_status(hold.resource, AppointmentStatus::booked), std::move(caller));
    }
    void end_holds()
    {
        tests::run<int>(*clinic.context, [](SettlingService& service) -> gateway::Awaitable<int> {
            co_await service.end_holds();
            co_return 0;
        }(*clinic.service));
    }
    AppointmentStatus status(const StoredAppointment& of)
    {
        return clinic.read(*of.resource.id).value().resource.status;
    }

    Clinic clinic;
    FakeAdapter& practice = *clinic.adapter;
};

TEST_F(Hold, IsAnsweredAsPendingWithItsEndAndThePracticeHearsNothing)
{
    const auto outcome = clinic.book(hold_of());
    ASSERT_TRUE(outcome) << outcome.error().sentence();
    EXPECT_TRUE(outcome->created);
    EXPECT_FALSE(outcome->unresolved);
    const auto& appointment = outcome->appointment.resource;
    EXPECT_EQ(outcome->appointment.version, 1);
    EXPECT_EQ(appointment.status, AppointmentStatus::pending);
    EXPECT_EQ(appointment.participant[0].status, fhir::ParticipationStatus::tentative);
    const auto* end = fhir::find_extension(appointment.extension, hold_until_url("https://apptgw.example"));
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(std::get<fhir::Instant>(end->value), clinic.clock.now() + std::chrono::minutes(5));
    EXPECT_EQ(practice.books, 0);
    EXPECT_EQ(clinic.search.held_until(Clinic::slot_id(1)), clinic.clock.now() + std::chrono::minutes(5));
}

TEST_F(Hold, KeepsEverybodyElseOutAndSaysUntilWhen)
{
    held();
    const auto other = clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_NE(other.error().sentence().find("until 08:05"), std::string::npos) << other.error().sentence();
    EXPECT_FALSE(clinic.book(hold_of(), Clinic::from("", "hash", "HUB02")));
    EXPECT_EQ(practice.books, 0);
}

TEST_F(Hold, TellsItsOwnOrganisationHowToBookIt)
{
    const auto hold = held();
    const auto again = clinic.book(Clinic::wanted());
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().sentence().find(*hold.resource.id), std::string::npos);
    EXPECT_NE(again.error().advice().find("status booked"), std::string::npos);
}

TEST_F(Hold, IsBookedByTheChangeToBooked)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(4));
    const auto booked = book(hold);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_FALSE(booked->created);
    EXPECT_EQ(booked->appointment.version, 2);
    EXPECT_EQ(booked->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(booked->appointment.resource.participant[0].status, fhir::ParticipationStatus::accepted);
    EXPECT_EQ(fhir::find_extension(booked->appointment.resource.extension,
                                   hold_until_url("https://apptgw.example")),
              nullptr);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
    EXPECT_EQ(practice.last_booking.slots.at(0).supplier_key, "key-1");
    clinic.clock.advance(std::chrono::minutes(10));
    end_holds();
    EXPECT_EQ(status(hold), AppointmentStatus::booked) << "the end of a hold that was booked is nothing";
}

TEST_F(Hold, TakesOtherTextsWhenItIsBooked)
{
    const auto hold = held();
    auto next = with_status(hold.resource, AppointmentStatus::booked);
    next.description = "Ear pain and fever";
    ASSERT_TRUE(clinic.update(hold, next));
    EXPECT_EQ(practice.last_booking.description, "Ear pain and fever");
}

TEST_F(Hold, EndsOnTimeAndTheSlotCanBeBooked)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(5) - std::chrono::seconds(1));
    end_holds();
    EXPECT_EQ(status(hold), AppointmentStatus::pending);
    clinic.clock.advance(std::chrono::seconds(1));
    end_holds();
    const auto ended = clinic.read(*hold.resource.id).value();
    EXPECT_EQ(ended.resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(ended.resource.cancelation_reason->text, "The hold has ended");
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
}

TEST_F(Hold, ThatEndsByItselfIsOnRecord)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(5));
    end_holds();
    EXPECT_EQ(clinic.recorded.writes(),
              std::vector<std::string>{"hold: The hold has ended, Appointment/" + *hold.resource.id + "/2"});
    EXPECT_EQ(clinic.recorded.notes.front().record.agent, "HUB01") << "whose hold it was";
}

TEST_F(Hold, ThatHasEndedIsNotBookedThoughNobodyHasNotedItsEnd)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(5));
    const auto late = book(hold);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::hold_expired);
    EXPECT_EQ(practice.books, 0);
}

TEST_F(Hold, ThatHasEndedIsToldToWhoeverBooksItLater)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(5));
    end_holds();
    const auto late = book(hold);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::hold_expired);
}

TEST_F(Hold, ThatHasEndedKeepsNobodyOutThoughNobodyHasNotedItsEnd)
{
    const auto hold = held();
    clinic.clock.advance(std::chrono::minutes(5));
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
    EXPECT_EQ(status(hold), AppointmentStatus::cancelled);
}

TEST_F(Hold, IsReleasedByTheChangeToCancelled)
{
    const auto hold = held();
    const auto released = clinic.cancel(hold);
    ASSERT_TRUE(released) << released.error().sentence();
    EXPECT_EQ(released->appointment.resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(released->appointment.resource.cancelation_reason->text, "Feels better");
    EXPECT_EQ(practice.cancels, 0);
    EXPECT_EQ(clinic.search.held_until(Clinic::slot_id(1)), clinic.clock.now());
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
}

TEST_F(Hold, OutlivesARestart)
{
    const auto hold = held();
    clinic.search.slots_held({Clinic::slot_id(1)}, clinic.clock.now());
    clinic.restart();
    EXPECT_EQ(clinic.search.held_until(Clinic::slot_id(1)), clinic.clock.now() + std::chrono::minutes(5));
    EXPECT_FALSE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
    EXPECT_TRUE(book(hold));
}

TEST_F(Hold, IsRememberedAfterARestartBeforeAnyPracticeIsAsked)
{
    const auto hold = held();
    practice.write_faults = {Fault::hang_before};
    boost::asio::co_spawn(*clinic.context,
                          clinic.service->book(Clinic::from(), Clinic::wanted(2), std::nullopt),
                          boost::asio::detached);
    clinic.context->restart();
    while (practice.books == 0)
        clinic.context->run_one();
    clinic.crash();
    clinic.search.slots_held({Clinic::slot_id(1)}, clinic.clock.now());
    clinic.start();
    practice.read_faults = {Fault::hang_before};
    boost::asio::co_spawn(*clinic.context, clinic.service->recover(), boost::asio::detached);
    while (!practice.read_faults.empty())
        clinic.context->run_one();
    EXPECT_EQ(clinic.search.held_until(Clinic::slot_id(1)), clinic.clock.now() + std::chrono::minutes(5));
    clinic.crash();
}

TEST_F(Hold, StandsWhenItsBookingFailedInPassing)
{
    const auto hold = held();
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::supplier_unavailable);
    EXPECT_EQ(book(hold).error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_EQ(status(hold), AppointmentStatus::pending);
    EXPECT_FALSE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
    EXPECT_TRUE(book(hold));
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Hold, StandsWhenItsBookingIsRefusedForAnotherReasonThanItsSlot)
{
    const auto hold = held();
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::phone_required);
    EXPECT_EQ(book(hold).error().kind(), ErrorKind::phone_required);
    EXPECT_EQ(status(hold), AppointmentStatus::pending);
    EXPECT_EQ(clinic.search.held_until(Clinic::slot_id(1)), clinic.clock.now() + std::chrono::minutes(5));
    ASSERT_TRUE(clinic.cancel(hold));
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02")));
}

TEST_F(Hold, IsOverWhenThePracticeHasGivenTheSlotAway)
{
    const auto hold = held();
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::slot_unavailable);
    EXPECT_EQ(book(hold).error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(status(hold), AppointmentStatus::cancelled);
    EXPECT_TRUE(clinic.search.shows_taken(Clinic::slot_id(1)));
}

TEST_F(Hold, BookedWithALostAnswerIsSettledLikeAnyBooking)
{
    const auto hold = held();
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before};
    const auto booked = book(hold);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_TRUE(booked->unresolved);
    const auto& pending = booked->appointment.resource;
    EXPECT_EQ(pending.status, AppointmentStatus::pending);
    EXPECT_TRUE(fhir::find_extension(pending.extension, outcome_unknown_url("https://apptgw.example")));
    EXPECT_FALSE(fhir::find_extension(pending.extension, hold_until_url("https://apptgw.example")))
        << "an outcome being settled is no hold";
    clinic.clock.advance(std::chrono::minutes(10));
    end_holds();
    clinic.settle_fully();
    EXPECT_EQ(status(hold), AppointmentStatus::booked);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Hold, IsAHoldAgainWhenItsBookingTurnsOutNotToHaveHappened)
{
    clinic.settings.hold_lifetime = std::chrono::hours(24);
    clinic.restart();
    const auto hold = held();
    practice.write_faults = {Fault::cut_before};
    practice.read_faults = {Fault::cut_before};
    ASSERT_TRUE(book(hold)->unresolved);
    clinic.settle_fully();
    const auto again = clinic.read(*hold.resource.id).value();
    EXPECT_EQ(again.resource.status, AppointmentStatus::pending);
    const auto& extensions = again.resource.extension;
    EXPECT_TRUE(fhir::find_extension(extensions, hold_until_url("https://apptgw.example")));
    EXPECT_FALSE(fhir::find_extension(extensions, outcome_unknown_url("https://apptgw.example")));
    EXPECT_TRUE(book(again));
}

fhir::Appointment hold_for_nobody(int slot = 1)
{
    auto wanted = hold_of(slot);
    wanted.participant = {unnamed_patient()};
    return wanted;
}

TEST_F(Hold, MayNameItsPatientLater)
{
    const auto hold = clinic.book(hold_for_nobody());
    ASSERT_TRUE(hold) << hold.error().sentence();
    const auto& resource = hold->appointment.resource;
    const auto nameless = book(hold->appointment);
    ASSERT_FALSE(nameless);
    EXPECT_EQ(nameless.error().kind(), ErrorKind::required);
    EXPECT_EQ(nameless.error().path(), "Appointment.participant[0].actor");
    EXPECT_EQ(practice.books, 0);

    auto named = with_status(resource, AppointmentStatus::booked);
    named.participant[0].actor = Clinic::wanted().participant[0].actor;
    const auto booked = clinic.update(hold->appointment, named);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->appointment.resource.participant[0].status, fhir::ParticipationStatus::accepted);
    EXPECT_EQ(practice.rows.begin()->second.patient, "9990000018");
    const auto record = tests::run(*clinic.context, clinic.store->appointment(*resource.id)).value();
    EXPECT_EQ(record->patient, "9990000018");
    const auto found = tests::run(*clinic.context, clinic.store->find({.visible_to = {},
                                                                       .ids = {},
                                                                       .practices = {},
                                                                       .booked_by = {},
                                                                       .patients = {{"9990000018"}},
                                                                       .statuses = {},
                                                                       .start_from = {},
                                                                       .start_before = {}}));
    EXPECT_EQ(found->size(), 1u) << "a search for the patient finds it";
}

TEST_F(Hold, ForNobodyIsReleasedAndEndsLikeAnyOther)
{
    const auto first = clinic.book(hold_for_nobody(1));
    const auto second = clinic.book(hold_for_nobody(2));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(clinic.cancel(first->appointment));
    clinic.clock.advance(std::chrono::minutes(5));
    end_holds();
    EXPECT_EQ(status(second->appointment), AppointmentStatus::cancelled);
}

TEST_F(Hold, ForNobodyBookedWithALostAnswerIsSettledAfterARestart)
{
    const auto hold = clinic.book(hold_for_nobody());
    auto named = with_status(hold->appointment.resource, AppointmentStatus::booked);
    named.participant[0].actor = Clinic::wanted().participant[0].actor;
    practice.write_faults = {Fault::cut_after};
    practice.read_faults = {Fault::cut_before};
    ASSERT_TRUE(clinic.update(hold->appointment, named)->unresolved);
    clinic.restart();
    clinic.settle_fully();
    EXPECT_EQ(status(hold->appointment), AppointmentStatus::booked);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Hold, OfANamedPatientIsNotBookedForAnother)
{
    const auto hold = held();
    auto other = with_status(hold.resource, AppointmentStatus::booked);
    other.participant[0].actor = Clinic::wanted(1, "9990000026").participant[0].actor;
    EXPECT_EQ(clinic.update(hold, other).error().kind(), ErrorKind::not_amendable);
}

TEST_F(Hold, IsListedAmongThePendingAppointmentsOfItsOrganisationOnly)
{
    const auto hold = held(1);
    held(2, Clinic::from("", "hash", "HUB02"));
    fhir::search::AppointmentQuery pending;
    pending.status = {{{std::nullopt, "pending", false}}};
    const auto listed =
        tests::run(*clinic.context, clinic.service->search(tests::hub(), pending, 10)).value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].resource.id, hold.resource.id);
    const auto* end =
        fhir::find_extension(listed[0].resource.extension, hold_until_url("https://apptgw.example"));
    ASSERT_TRUE(end);
    EXPECT_EQ(std::get<fhir::Instant>(end->value), clinic.clock.now() + std::chrono::minutes(5));
}

TEST_F(Hold, IsMadeOnceForOneKey)
{
    const auto first = clinic.book(hold_of(), Clinic::from("key"));
    const auto second = clinic.book(hold_of(), Clinic::from("key"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->replayed);
    EXPECT_EQ(first->appointment.resource.id, second->appointment.resource.id);
}

TEST_F(Hold, IsRefusedBeyondTheQuotaOfItsOrganisation)
{
    clinic.settings.hold_quota = 2;
    clinic.restart();
    held(1);
    const auto second = held(2);
    const auto refused = clinic.book(hold_of(3));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::booking_limit);
    EXPECT_TRUE(clinic.book(hold_of(3), Clinic::from("", "hash", "HUB02"))) << "another has its own quota";
    ASSERT_TRUE(clinic.cancel(second));
    EXPECT_TRUE(clinic.book(hold_of(2)));
}

TEST_F(Hold, ThatWasNotFinishedBeforeACrashHoldsNothing)
{
    clinic.settings.hold_lifetime = std::chrono::hours(1);
    clinic.restart();
    auto wanted = clinic.service->book(Clinic::from(), hold_of(), std::nullopt);
    boost::asio::co_spawn(*clinic.context, std::move(wanted), [](std::exception_ptr, Clinic::Outcome) {});
    for (int steps = 0; steps < 400; ++steps)
        if (tests::run(*clinic.context, clinic.store->held_slot("A10001", {Clinic::slot_id(1)})).value())
            break;
        else
            clinic.context->run_one();
    clinic.restart();
    clinic.settle_fully();
    const auto now =
        tests::run(*clinic.context, clinic.store->held_slot("A10001", {Clinic::slot_id(1)})).value();
    const auto mine = tests::run(*clinic.context, clinic.store->find({})).value();
    EXPECT_EQ(now.has_value(), !mine.empty()) << "a claim stands exactly when its appointment is seen";
}

TEST_F(Hold, ChangesOnlyByBookingOrRelease)
{
    const auto hold = held();
    auto next = hold.resource;
    next.description = "Other";
    EXPECT_EQ(clinic.update(hold, next).error().kind(), ErrorKind::not_amendable);
    next = with_status(hold.resource, AppointmentStatus::arrived);
    EXPECT_EQ(clinic.update(hold, next).error().kind(), ErrorKind::transition_not_allowed);
}

} // namespace
