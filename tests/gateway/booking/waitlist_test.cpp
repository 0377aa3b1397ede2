// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

constexpr auto origin = "https://apptgw.example";

fhir::Period period(fhir::Instant start, fhir::Instant end)
{
    fhir::Period made;
    made.start = fhir::uk_date_time(start);
    made.end = fhir::uk_date_time(end);
    return made;
}

class Waitlist : public testing::Test
{
protected:
    Waitlist()
    {
        for (int i = 1; i <= 3; ++i) { // nothing is free but what a test frees
            reception_takes(i);
            clinic.search.slots_taken(practice_ods, {Clinic::far_slot_id(i)});
        }
    }
    void reception_takes(int slot) { clinic.search.slots_taken(practice_ods, {Clinic::slot_id(slot)}); }
    void reception_frees(int slot) { clinic.search.slots_released(practice_ods, {Clinic::slot_id(slot)}); }

    fhir::Appointment wish(std::string nhs_number = "9990000018") const
    {
        auto wanted = Clinic::wanted(1, std::move(nhs_number));
        wanted.status = AppointmentStatus::waitlist;
        wanted.slot.clear();
        wanted.start.reset();
        wanted.end.reset();
        wanted.requested_period = {period(clinic.clock.now(), clinic.clock.now() + std::chrono::days(3))};
        return wanted;
    }
    StoredAppointment waiting(fhir::Appointment wanted, WriteContext caller = Clinic::from())
    {
        auto outcome = clinic.book(std::move(wanted), std::move(caller));
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().sentence());
        clinic.clock.advance(std::chrono::seconds(1)); // so that age tells them apart
        return outcome ? outcome->appointment : StoredAppointment();
    }
    void run(gateway::Awaitable<void> work)
    {
        tests::run<int>(*clinic.context, [](gateway::Awaitable<void> inner) -> gateway::Awaitable<int> {
            co_await std::move(inner);
            co_return 0;
        }(std::move(work)));
    }
    void offer() { run(clinic.service->offer_waiting()); }
    /// The next regular look.
    void look()
    {
        clinic.clock.advance(clinic.settings.waitlist_every);
        offer();
    }
    void end_offers()
    {
        clinic.clock.advance(clinic.settings.offer_lifetime);
        run(clinic.service->end_holds());
    }
    StoredAppointment now(const StoredAppointment& of) { return clinic.read(*of.resource.id).value(); }
    AppointmentStatus status(const StoredAppointment& of) { return now(of).resource.status; }
    Clinic::Outcome accept(const StoredAppointment& of, WriteContext caller = Clinic::from())
    {
        const auto current = now(of);
        return clinic.update(current, with_status(current.resource, AppointmentStatus::booked),
                             std::move(caller));
    }
    Clinic::Outcome decline(const StoredAppointment& of)
    {
        const auto current = now(of);
        auto next = current.resource;
        next.participant[0].status = fhir::ParticipationStatus::declined;
        return clinic.update(current, next);
    }

    Clinic clinic;
    tests::FakeAdapter& practice = *clinic.adapter;
    const fhir::OdsCode practice_ods = *fhir::OdsCode::parse("A10001");
};

TEST_F(Waitlist, IsJoinedWithoutASlotAndThePracticeHearsNothing)
{
    const auto outcome = clinic.book(wish());
    ASSERT_TRUE(outcome) << outcome.error().sentence();
    EXPECT_TRUE(outcome->created);
    EXPECT_EQ(outcome->appointment.version, 1);
    EXPECT_EQ(outcome->appointment.resource.status, AppointmentStatus::waitlist);
    EXPECT_TRUE(outcome->appointment.resource.slot.empty());
    offer();
    EXPECT_EQ(status(outcome->appointment), AppointmentStatus::waitlist);
    EXPECT_EQ(practice.books, 0);
}

TEST_F(Waitlist, RefusesAWishThatCannotBeServedAndSaysWhere)
{
    struct Row
    {
        std::function<void(fhir::Appointment&)> edit;
        ErrorKind kind;
        std::string path;
    };
    const auto actor = [](std::string text) {
        fhir::AppointmentParticipant participant;
        participant.actor = fhir::reference_to(text);
        return participant;
    };
    const auto practice_of = [](std::string ods) {
        fhir::AppointmentParticipant participant;
        participant.actor.emplace();
        participant.actor->identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods));
        return participant;
    };
    const auto now = clinic.clock.now();
    const std::vector<Row> rows{
        {[](auto& a) { a.requested_period.clear(); }, ErrorKind::required, "Appointment.requestedPeriod"},
        {[](auto& a) { a.requested_period[0].end.reset(); }, ErrorKind::required,
         "Appointment.requestedPeriod[0].end"},
        {[&](auto& a) { a.requested_period = {period(now, now - std::chrono::hours(1))}; },
         ErrorKind::invariant, "Appointment.requestedPeriod[0].end"},
        {[&](auto& a) {
             a.requested_period = {period(now - std::chrono::days(3), now - std::chrono::days(1))};
         },
         ErrorKind::value_invalid, "Appointment.requestedPeriod"},
        {[](auto& a) { a.slot = {fhir::reference_to("Slot/A10001.1")}; }, ErrorKind::invariant,
         "Appointment.slot[0]"},
        {[](auto& a) { a.participant.clear(); }, ErrorKind::required, "Appointment.participant"},
        {[](auto& a) { a.participant[0].actor = fhir::reference_to("Patient/A10001.7"); },
         ErrorKind::required, "Appointment.participant[0].actor"},
        {[&](auto& a) { a.participant.push_back(actor("Device/1")); }, ErrorKind::value_invalid,
         "Appointment.participant[1].actor"},
        {[&](auto& a) { a.participant.push_back(practice_of("Z99999")); }, ErrorKind::practice_unknown,
         "Appointment.participant[1].actor"},
    };
    for (const Row& row : rows) {
        auto wanted = wish();
        row.edit(wanted);
        const auto outcome = clinic.book(wanted);
        ASSERT_FALSE(outcome) << row.path;
        EXPECT_EQ(outcome.error().kind(), row.kind) << row.path;
        EXPECT_EQ(outcome.error().path(), row.path);
    }
    auto shared = wish();
    shared.participant.push_back(practice_of("A10001"));
    EXPECT_TRUE(clinic.book(shared));
    EXPECT_EQ(clinic.book(shared, Clinic::from("", "hash", "HUB09")).error().kind(),
              ErrorKind::organisation_not_allowed);
}

TEST_F(Waitlist, WhatBecomesFreeIsOfferedAndHeld)
{
    const auto entry = waiting(wish());
    reception_frees(2);
    look();
    const auto offered = now(entry);
    EXPECT_EQ(offered.version, 2);
    EXPECT_EQ(offered.resource.status, AppointmentStatus::pending);
    EXPECT_EQ(offered.resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(2));
    EXPECT_EQ(offered.resource.start, Clinic::slot(2).slot.start);
    EXPECT_EQ(offered.practice_ods, "A10001");
    const auto* end = fhir::find_extension(offered.resource.extension, hold_until_url(origin));
    ASSERT_TRUE(end);
    EXPECT_EQ(std::get<fhir::Instant>(end->value), clinic.clock.now() + std::chrono::minutes(15));
    const auto other = clinic.book(Clinic::wanted(2), Clinic::from("", "hash", "HUB02"));
    EXPECT_EQ(other.error().kind(), ErrorKind::slot_unavailable) << "nobody else has it meanwhile";
    EXPECT_EQ(practice.books, 0);
}

TEST_F(Waitlist, AnOfferAndItsEndAreOnRecord)
{
    const auto entry = waiting(wish());
    reception_frees(2);
    look();
    clinic.clock.advance(std::chrono::minutes(15));
    end_offers();
    const std::string id = "Appointment/" + *entry.resource.id;
    EXPECT_EQ(clinic.recorded.writes(),
              (std::vector<std::string>{"waiting-list: offered a slot, " + id + "/2",
                                        "hold: The hold has ended, " + id + "/3"}));
}

TEST_F(Waitlist, AnAcceptedOfferIsBooked)
{
    const auto entry = waiting(wish());
    reception_frees(2);
    look();
    const auto booked = accept(entry);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->appointment.resource.id, entry.resource.id);
    EXPECT_EQ(booked->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(practice.standing(Clinic::slot_id(2)), 1);
    end_offers();
    look();
    EXPECT_EQ(status(entry), AppointmentStatus::booked);
}

TEST_F(Waitlist, ACancellationThroughUsIsOfferedAtOnce)
{
    reception_frees(1);
    const auto booked = clinic.book()->appointment;
    const auto entry = waiting(wish("9990000026"));
    offer();
    EXPECT_EQ(status(entry), AppointmentStatus::waitlist);
    ASSERT_TRUE(clinic.cancel(booked));
    offer();
    EXPECT_EQ(status(entry), AppointmentStatus::pending);
}

TEST_F(Waitlist, AHoldThatEndsIsOfferedAtOnce)
{
    reception_frees(1);
    auto held = Clinic::wanted(1);
    held.status = AppointmentStatus::pending;
    ASSERT_TRUE(clinic.book(held, Clinic::from("", "hash", "HUB02")));
    const auto entry = waiting(wish());
    offer();
    EXPECT_EQ(status(entry), AppointmentStatus::waitlist);
    clinic.clock.advance(std::chrono::minutes(5));
    run(clinic.service->end_holds());
    offer();
    EXPECT_EQ(status(entry), AppointmentStatus::pending);
}

TEST_F(Waitlist, AnOfferThatIsNotTakenGoesToTheNextInLine)
{
    const auto first = waiting(wish("9990000018"));
    const auto second = waiting(wish("9990000026"), Clinic::from("", "hash", "HUB02"));
    reception_frees(1);
    look();
    EXPECT_EQ(status(first), AppointmentStatus::pending);
    end_offers();
    const auto again = now(first);
    EXPECT_EQ(again.resource.status, AppointmentStatus::waitlist);
    EXPECT_TRUE(again.resource.slot.empty());
    EXPECT_FALSE(again.resource.start);
    EXPECT_FALSE(fhir::find_extension(again.resource.extension, hold_until_url(origin)));
    EXPECT_EQ(again.resource.participant[0].status, fhir::ParticipationStatus::accepted);
    offer();
    EXPECT_EQ(status(first), AppointmentStatus::waitlist) << "it had its chance";
    const auto next =
        tests::run(*clinic.context, clinic.service->read(tests::hub("HUB02"), *second.resource.id));
    EXPECT_EQ(next->resource.status, AppointmentStatus::pending);
}

TEST_F(Waitlist, ADeclinedOfferGoesToTheNextInLineAndWhoDeclinedWaitsOn)
{
    const auto first = waiting(wish("9990000018"));
    const auto second = waiting(wish("9990000026"));
    reception_frees(1);
    look();
    const auto declined = decline(first);
    ASSERT_TRUE(declined) << declined.error().sentence();
    EXPECT_EQ(declined->appointment.resource.status, AppointmentStatus::waitlist);
    offer();
    EXPECT_EQ(status(first), AppointmentStatus::waitlist);
    EXPECT_EQ(status(second), AppointmentStatus::pending);
    reception_frees(3);
    look();
    EXPECT_EQ(now(first).resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(3))
        << "another slot is offered";
}

TEST_F(Waitlist, ACancelledOfferEndsTheWaitAndFreesTheSlot)
{
    const auto first = waiting(wish("9990000018"));
    const auto second = waiting(wish("9990000026"));
    reception_frees(1);
    look();
    ASSERT_TRUE(clinic.cancel(now(first)));
    offer();
    EXPECT_EQ(status(first), AppointmentStatus::cancelled);
    EXPECT_EQ(status(second), AppointmentStatus::pending);
    EXPECT_EQ(clinic.cancel(now(first)).error().kind(), ErrorKind::transition_not_allowed);
}

TEST_F(Waitlist, PriorityGoesFirstThenAge)
{
    std::vector<StoredAppointment> entries;
    for (const auto& [number, priority] : {std::pair{"9990000018", 0}, std::pair{"9990000026", 5},
                                           std::pair{"9990000034", 1}, std::pair{"9990000042", 5}}) {
        auto wanted = wish(number);
        if (priority > 0)
            wanted.priority = fhir::UnsignedInt{priority};
        entries.push_back(waiting(wanted));
    }
    std::vector<int> order;
    reception_frees(1);
    for (int round = 0; round < 4; ++round) {
        look();
        for (int i = 0; i < 4; ++i)
            if (status(entries[static_cast<std::size_t>(i)]) == AppointmentStatus::pending)
                order.push_back(i);
        end_offers();
    }
    EXPECT_EQ(order, (std::vector<int>{2, 1, 3, 0}));
    look();
    for (const auto& entry : entries)
        EXPECT_EQ(status(entry), AppointmentStatus::waitlist) << "everybody was asked once";
}

TEST_F(Waitlist, OneSlotIsOfferedToOneAndTwoSlotsToTwo)
{
    std::vector<StoredAppointment> entries;
    for (const auto* number : {"9990000018", "9990000026", "9990000034"})
        entries.push_back(waiting(wish(number)));
    reception_frees(1);
    reception_frees(2);
    look();
    offer();
    EXPECT_EQ(now(entries[0]).resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(1));
    EXPECT_EQ(now(entries[1]).resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(2));
    EXPECT_EQ(status(entries[2]), AppointmentStatus::waitlist);
}

TEST_F(Waitlist, OnlyWhatFitsIsOffered)
{
    auto late = wish();
    late.requested_period = {period(Clinic::slot(3).slot.start, Clinic::slot(3).slot.end)};
    const auto third = waiting(late);
    auto longer = wish("9990000026");
    longer.minutes_duration = fhir::PositiveInt{20};
    const auto twenty = waiting(longer);
    auto video = wish("9990000034");
    fhir::Extension channel;
    channel.url = delivery_channel_url;
    channel.value = fhir::concept_of("https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel", "Video");
    video.extension.push_back(channel);
    const auto remote = waiting(video);
    reception_frees(1);
    reception_frees(3);
    look();
    EXPECT_EQ(now(third).resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(3));
    EXPECT_EQ(status(twenty), AppointmentStatus::waitlist);
    EXPECT_EQ(status(remote), AppointmentStatus::waitlist);
}

TEST_F(Waitlist, ASlotThatBeginsBeforeTheOfferWouldEndIsNotOffered)
{
    const auto entry = waiting(wish());
    reception_frees(1);
    clinic.clock.set(Clinic::slot(1).slot.start - std::chrono::minutes(15));
    look();
    EXPECT_EQ(status(entry), AppointmentStatus::waitlist);
}

TEST_F(Waitlist, EndsWhenTheWantedPeriodHasPassed)
{
    const auto entry = waiting(wish());
    clinic.clock.advance(std::chrono::days(4));
    offer();
    EXPECT_EQ(status(entry), AppointmentStatus::cancelled);
    EXPECT_EQ(now(entry).resource.cancelation_reason->text, "The wanted period has passed");
}

TEST_F(Waitlist, SurvivesARestartAsDoItsOffers)
{
    const auto first = waiting(wish("9990000018"));
    const auto second = waiting(wish("9990000026"));
    reception_frees(1);
    look();
    clinic.restart();
    EXPECT_EQ(status(first), AppointmentStatus::pending);
    look();
    EXPECT_EQ(status(second), AppointmentStatus::waitlist) << "the slot is still kept for the first";
    end_offers();
    look();
    EXPECT_EQ(status(second), AppointmentStatus::pending);
    EXPECT_TRUE(accept(second));
}

TEST_F(Waitlist, AnOfferCutShortByACrashLeavesTheEntryWaiting)
{
    const auto entry = waiting(wish());
    reception_frees(1);
    for (int steps = 1; steps < 200; ++steps) {
        clinic.clock.advance(clinic.settings.waitlist_every);
        boost::asio::co_spawn(*clinic.context, clinic.service->offer_waiting(), [](std::exception_ptr) {});
        clinic.context->restart();
        for (int step = 0; step < steps && clinic.context->run_one() > 0; ++step) {
        }
        clinic.restart();
        clinic.settle_fully();
        const auto record =
            tests::run(*clinic.context, clinic.store->appointment(*entry.resource.id)).value();
        const auto held =
            tests::run(*clinic.context, clinic.store->held_slot("A10001", {Clinic::slot_id(1)})).value();
        ASSERT_EQ(held.has_value(), record->status == "pending")
            << "a claim stands exactly for an offer " << steps;
        if (held)
            return; // from here on it is done before the crash
    }
    FAIL() << "it was never offered";
}

TEST_F(Waitlist, WhenThePracticeTakesTheSlotBackWhoAcceptedWaitsOn)
{
    const auto entry = waiting(wish());
    reception_frees(1);
    look();
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::slot_unavailable);
    EXPECT_EQ(accept(entry).error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(status(entry), AppointmentStatus::waitlist);
    reception_frees(2);
    look();
    EXPECT_EQ(now(entry).resource.slot.at(0).reference, "Slot/" + Clinic::slot_id(2));
    EXPECT_TRUE(accept(entry));
}

TEST_F(Waitlist, AWishMayChangeButNotItsPatient)
{
    const auto entry = waiting(wish());
    auto next = entry.resource;
    next.requested_period = {period(Clinic::slot(3).slot.start, Clinic::slot(3).slot.end)};
    const auto changed = clinic.update(entry, next);
    ASSERT_TRUE(changed) << changed.error().sentence();
    EXPECT_EQ(changed->appointment.version, 2);
    reception_frees(1);
    look();
    EXPECT_EQ(status(entry), AppointmentStatus::waitlist);
    auto passed_on = now(entry).resource;
    passed_on.participant[0].actor = Clinic::wanted(1, "9990000026").participant[0].actor;
    EXPECT_EQ(clinic.update(now(entry), passed_on).error().kind(), ErrorKind::not_amendable);
    EXPECT_EQ(clinic.update(now(entry), with_status(now(entry).resource, AppointmentStatus::arrived))
                  .error()
                  .kind(),
              ErrorKind::transition_not_allowed);
}

TEST_F(Waitlist, ItsConsumerMayGiveItASlotThatItFound)
{
    reception_frees(1);
    reception_frees(2);
    auto late = wish();
    late.requested_period = {period(Clinic::slot(3).slot.start, Clinic::slot(3).slot.end)};
    for (const auto to : {AppointmentStatus::pending, AppointmentStatus::booked}) {
        const int slot = to == AppointmentStatus::pending ? 1 : 2;
        const auto entry = waiting(late, Clinic::from("key" + std::to_string(slot)));
        auto next = with_status(entry.resource, to);
        next.slot = Clinic::wanted(slot).slot;
        next.start = Clinic::slot(slot).slot.start;
        next.end = Clinic::slot(slot).slot.end;
        const auto given = clinic.update(entry, next);
        ASSERT_TRUE(given) << given.error().sentence();
        EXPECT_EQ(given->appointment.resource.status, to);
    }
    EXPECT_EQ(practice.standing(Clinic::slot_id(2)), 1);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 0);
}

TEST_F(Waitlist, IsJoinedOnceForOneKeyAndOneIdentifier)
{
    const auto first = clinic.book(wish(), Clinic::from("key"));
    const auto second = clinic.book(wish(), Clinic::from("key"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->replayed);
    EXPECT_EQ(first->appointment.resource.id, second->appointment.resource.id);

    auto own = wish();
    own.identifier = {fhir::identifier_of("https://hub.example/id", "7")};
    const fhir::search::TokenValue condition{"https://hub.example/id", "7", false};
    const auto third = clinic.book(own, Clinic::from(), condition);
    const auto fourth = clinic.book(own, Clinic::from(), condition);
    ASSERT_TRUE(third && fourth);
    EXPECT_FALSE(fourth->created);
    EXPECT_EQ(third->appointment.resource.id, fourth->appointment.resource.id);
}

TEST_F(Waitlist, HasRoomForSoManyOfEachOrganisation)
{
    clinic.settings.waitlist_quota = 1;
    clinic.restart();
    waiting(wish());
    EXPECT_EQ(clinic.book(wish("9990000026")).error().kind(), ErrorKind::booking_limit);
    EXPECT_TRUE(clinic.book(wish("9990000026"), Clinic::from("", "hash", "HUB02")));
}

TEST_F(Waitlist, IsSeenByItsOwnOrganisationOnly)
{
    const auto entry = waiting(wish());
    EXPECT_FALSE(tests::run(*clinic.context, clinic.service->read(tests::hub("HUB02"), *entry.resource.id)));
    fhir::search::AppointmentQuery query;
    query.status = {{{std::nullopt, "waitlist", false}}};
    EXPECT_EQ(tests::run(*clinic.context, clinic.service->search(tests::hub(), query, 10))->size(), 1u);
    EXPECT_EQ(tests::run(*clinic.context, clinic.service->search(tests::hub("HUB02"), query, 10))->size(),
              0u);
}

} // namespace
