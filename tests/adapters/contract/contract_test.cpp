// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/contract/supplier.hpp"

#include "fhir/model/id.hpp"

#include <algorithm>
#include <set>

// What every supplier system keeps, whatever it speaks: searching, booking, cancelling, reading.

namespace tests
{

using fhir::ErrorKind;

namespace
{

/// Every `Type/id` that the found resources can be referred to by.
std::set<std::string> references(const adapters::FoundSlots& found)
{
    std::set<std::string> names;
    const auto add = [&](std::string_view type, const auto& resources) {
        for (const auto& each : resources)
            names.insert(std::string(type) + "/" + each->id.value_or("?"));
    };
    add("Schedule", found.schedules);
    add("Practitioner", found.practitioners);
    add("PractitionerRole", found.practitioner_roles);
    add("Location", found.locations);
    add("HealthcareService", found.healthcare_services);
    add("Organization", found.organizations);
    return names;
}

} // namespace

TEST_P(SupplierContract, EveryFreeSlotIsFoundOnce)
{
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    std::set<std::string> keys, ids;
    for (const auto& each : found->slots) {
        keys.insert(key_of(each->slot()));
        ids.insert(each->id());
        EXPECT_EQ(each->slot().status, fhir::SlotStatus::free);
        EXPECT_FALSE(each->supplier_key().empty());
    }
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_EQ(keys.size(), 42U);
    EXPECT_EQ(ids.size(), 42U);
    EXPECT_TRUE(keys.contains("880011"));
    EXPECT_TRUE(found->warnings.empty());
}

TEST_P(SupplierContract, EveryReferenceOfASlotIsFoundWithIt)
{
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    const auto known = references(*found);
    ASSERT_FALSE(found->slots.empty());
    for (const auto& each : found->slots)
        EXPECT_TRUE(known.contains(each->slot().schedule.reference.value_or(""))) << each->id();
    for (const auto& schedule : found->schedules) {
        EXPECT_FALSE(schedule->actor.empty());
        for (const auto& actor : schedule->actor)
            EXPECT_TRUE(known.contains(actor.reference.value_or(""))) << actor.reference.value_or("none");
    }
    EXPECT_EQ(found->practitioners.size(), 3U);
    EXPECT_EQ(found->locations.size(), 2U);
    EXPECT_EQ(found->organizations.size(), 1U);
}

TEST_P(SupplierContract, SchedulesShowByNameWhoAndWhereTheyAre)
{
    const auto found = find();
    ASSERT_TRUE(found);
    std::size_t shown = 0;
    for (const auto& schedule : found->schedules)
        for (const auto& actor : schedule->actor) {
            const std::string reference = actor.reference.value_or("");
            if (!reference.starts_with("Practitioner/") && !reference.starts_with("Location/"))
                continue;
            EXPECT_TRUE(actor.display && !actor.display->empty()) << reference;
            ++shown;
        }
    EXPECT_GT(shown, 0U);
}

TEST_P(SupplierContract, EveryIdBelongsToThePractice)
{
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    auto names = references(*found);
    for (const auto& each : found->slots)
        names.insert("Slot/" + each->id());
    for (const auto& name : names) {
        const auto id = fhir::PracticeId::parse(name.substr(name.find('/') + 1));
        ASSERT_TRUE(id) << name;
        EXPECT_EQ(id->ods.text(), seed().ods) << name;
    }
}

TEST_P(SupplierContract, OnlySlotsThatStartInTheWindowAreFound)
{
    const auto found = find({at("2026-11-24T09:10:00Z"), at("2026-11-24T09:30:00Z")});
    ASSERT_TRUE(found) << found.error().sentence();
    ASSERT_EQ(found->slots.size(), 2U);
    EXPECT_EQ(key_of(found->slots[0]->slot()), "880012");
    EXPECT_EQ(key_of(found->slots[1]->slot()), "880013");
}

TEST_P(SupplierContract, AWindowWithoutSlotsIsEmptyAndNoError)
{
    const auto found = find({at("2026-11-28T00:00:00Z"), at("2026-11-29T00:00:00Z")});
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_TRUE(found->slots.empty());
}

TEST_P(SupplierContract, SlotIdsAreTheSameInTheNextSearch)
{
    const auto first = offered("880201");
    const auto second = offered("880201");
    EXPECT_EQ(first.slot.id, second.slot.id);
}

TEST_P(SupplierContract, ABookingStandsInThePracticesBook)
{
    const auto slot = offered("880011");
    const auto booked = book(slot);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(booked->appointment.start, slot.slot.start);
    EXPECT_EQ(booked->appointment.end, slot.slot.end);
    EXPECT_EQ(row("880011").status, "booked");
    EXPECT_EQ(row("880011").nhs_number, seed().patients[0].nhs_number);
    EXPECT_EQ(row("880011").times_booked, 1U);
}

TEST_P(SupplierContract, ABookedSlotLeavesTheSearch)
{
    ASSERT_TRUE(book(offered("880011")));
    EXPECT_FALSE(offers("880011"));
}

TEST_P(SupplierContract, TheSameSlotIsNotBookedTwice)
{
    const auto slot = offered("880011");
    ASSERT_TRUE(book(slot, 0));
    const auto second = book(slot, 1);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_FALSE(second.error().effect_possible());
    EXPECT_EQ(row("880011").nhs_number, seed().patients[0].nhs_number);
    EXPECT_EQ(row("880011").times_booked, 1U);
}

TEST_P(SupplierContract, ACancelledAppointmentGivesItsSlotBack)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto cancelled = cancel(*booked);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_EQ(cancelled->appointment.status, fhir::AppointmentStatus::cancelled);
    EXPECT_NE(row("880011").status, "booked");
    EXPECT_TRUE(offers("880011"));
}

TEST_P(SupplierContract, AnAppointmentIsNotCancelledTwice)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    ASSERT_TRUE(cancel(*booked));
    const auto again = cancel(*booked);
    ASSERT_FALSE(again);
    const std::set expected{ErrorKind::not_cancellable, ErrorKind::appointment_not_found};
    EXPECT_TRUE(expected.contains(again.error().kind())) << again.error().sentence();
    EXPECT_FALSE(again.error().effect_possible());
}

TEST_P(SupplierContract, ASlotGivenBackCanBeBookedAgain)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    ASSERT_TRUE(cancel(*booked));
    ASSERT_TRUE(book(offered("880011"), 1));
    EXPECT_EQ(row("880011").nhs_number, seed().patients[1].nhs_number);
}

TEST_P(SupplierContract, ABookingIsListedWithItsSlot)
{
    const auto slot = offered("880011");
    ASSERT_TRUE(book(slot));
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1U);
    const auto& appointment = listed->front().appointment;
    EXPECT_EQ(appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(appointment.start, slot.slot.start);
    EXPECT_EQ(appointment.end, slot.slot.end);
    expect_slot(appointment, slot);
}

TEST_P(SupplierContract, AListedAppointmentCanBeCancelledByItsKey)
{
    ASSERT_TRUE(book(offered("880011")));
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_TRUE(cancel(listed->front()));
    EXPECT_NE(row("880011").status, "booked");
}

TEST_P(SupplierContract, APatientsListHoldsNobodyElsesAppointments)
{
    ASSERT_TRUE(book(offered("880011"), 0));
    const auto listed = list(1);
    ASSERT_TRUE(listed) << listed.error().sentence();
    EXPECT_TRUE(listed->empty());
}

TEST_P(SupplierContract, AnAppointmentThatReceptionCancelledIsNoLongerListedAsBooked)
{
    ASSERT_TRUE(book(offered("880011")));
    ASSERT_TRUE(reception_cancels("880011"));
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    if (!can().lists_cancelled)
        EXPECT_TRUE(listed->empty());
    for (const auto& each : *listed)
        EXPECT_EQ(each.appointment.status, fhir::AppointmentStatus::cancelled);
    EXPECT_TRUE(offers("880011"));
}

TEST_P(SupplierContract, AnAppointmentThatReceptionMovedIsListedAtItsNewTime)
{
    const auto target = offered("880013");
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    ASSERT_TRUE(reception_moves("880011", "880013"));
    const auto listed = list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->front().key == booked->key, can().sees_moves);
    EXPECT_EQ(listed->front().appointment.status, fhir::AppointmentStatus::booked);
    expect_slot(listed->front().appointment, target);
    EXPECT_TRUE(offers("880011"));
    EXPECT_FALSE(offers("880013"));
}

TEST_P(SupplierContract, WhatReceptionNotesOfThePatientsComingIsReadWhereTheSystemTellsIt)
{
    using Mark = adapters::simulation::Simulator::Mark;
    const std::vector<std::pair<Mark, fhir::AppointmentStatus>> marks{
        {Mark::arrived, fhir::AppointmentStatus::arrived},
        {Mark::seen, fhir::AppointmentStatus::fulfilled},
        {Mark::noshow, fhir::AppointmentStatus::noshow}};
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    for (const auto& [mark, status] : marks) {
        ASSERT_EQ(reception_marks("880011", mark), can().sees_attendance);
        const auto listed = list();
        ASSERT_TRUE(listed) << listed.error().sentence();
        ASSERT_EQ(listed->size(), 1U);
        EXPECT_EQ(listed->front().appointment.status,
                  can().sees_attendance ? status : fhir::AppointmentStatus::booked);
        if (!can().read_appointment)
            continue;
        const auto read = run(adapter().read_appointment({hub_provenance(), patient(), listed->front().key}));
        ASSERT_TRUE(read) << read.error().sentence();
        EXPECT_EQ(read->appointment.status, can().sees_attendance ? status : fhir::AppointmentStatus::booked);
    }
    if (can().sees_attendance)
        EXPECT_FALSE(cancel(list()->front())) << "what has begun is not cancelled from outside";
}

TEST_P(SupplierContract, ALinkThatNoLongerHoldsIsSaidToBeInvalidAndBooksNothing)
{
    auto booking = booking_of(offered("880011"));
    if (!can().needs_patient_link) {
        EXPECT_FALSE(booking.patient.link);
        return;
    }
    ASSERT_TRUE(booking.patient.link);
    char& last = booking.patient.link->credential.back();
    last = last == '0' ? '1' : '0';
    const auto booked = book(std::move(booking));
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::link_invalid) << booked.error().sentence();
    EXPECT_FALSE(booked.error().advice().empty());
    EXPECT_EQ(row("880011").times_booked, 0U);
}

TEST_P(SupplierContract, AWithdrawnLinkIsRefusedUntilItIsMadeAnew)
{
    auto booking = booking_of(offered("880011"));
    ASSERT_EQ(reception_unlinks(), can().needs_patient_link);
    if (!can().needs_patient_link)
        return;
    const auto refused = book(booking);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::link_invalid) << refused.error().sentence();
    EXPECT_EQ(row("880011").times_booked, 0U);
    const auto linked = run(adapter().link_patient({hub_provenance(), booking.patient}));
    ASSERT_TRUE(linked) << linked.error().sentence();
    booking.patient.link = *linked;
    EXPECT_TRUE(book(std::move(booking)));
}

TEST_P(SupplierContract, AnAppointmentIsReadWhereThatIsOffered)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    const auto read = run(adapter().read_appointment({hub_provenance(), patient(), booked->key}));
    if (can().read_appointment) {
        ASSERT_TRUE(read) << read.error().sentence();
        EXPECT_EQ(read->appointment.start, booked->appointment.start);
        EXPECT_EQ(read->key, booked->key);
    } else {
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind(), ErrorKind::not_supported_by_practice);
    }
}

TEST_P(SupplierContract, AnAppointmentIsAmendedWhereThatIsOffered)
{
    const auto booked = book(offered("880011"));
    ASSERT_TRUE(booked);
    const auto amended =
        run(adapter().amend({hub_provenance(), patient(), *booked, "Review of inhaler technique", ""}));
    if (can().amend) {
        ASSERT_TRUE(amended) << amended.error().sentence();
        EXPECT_EQ(row("880011").description, "Review of inhaler technique");
    } else {
        ASSERT_FALSE(amended);
        EXPECT_EQ(amended.error().kind(), ErrorKind::not_supported_by_practice);
        EXPECT_EQ(row("880011").status, "booked");
    }
}

TEST_P(SupplierContract, AKnownPatientIsFoundWhereThatIsOffered)
{
    const auto found = run(adapter().find_patient({hub_provenance(), patient()}));
    if (!can().find_patient) {
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().kind(), ErrorKind::not_supported_by_practice);
        return;
    }
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(fhir::identifier_value(found->identifier, fhir::nhs_number_system),
              seed().patients[0].nhs_number);
    ASSERT_TRUE(found->id);
    EXPECT_TRUE(fhir::PracticeId::parse(*found->id));
    EXPECT_EQ(found->id->find(seed().patients[0].nhs_number), std::string::npos);
}

/// Somebody whose number nobody knows, as a consumer describes them.
adapters::PatientContext without_number(const adapters::simulation::SeedPatient& person)
{
    auto patient = patient_context(person);
    patient.nhs_number.reset();
    patient.demographics->identifier = {fhir::identifier_of("https://hub.example/id/caller", "caller-7")};
    patient.demographics->address.emplace_back();
    patient.demographics->address[0].use = fhir::AddressUse::home;
    patient.demographics->address[0].postal_code = "ZZ9 9ZZ";
    return patient;
}

TEST_P(SupplierContract, WhoHasNoNumberIsBookedReadListedAndCancelledWhereThatIsOffered)
{
    if (!can().books_without_nhs_number)
        return; // such a system is never asked
    auto booking = booking_of(offered("880011"));
    booking.patient = without_number(seed().patients[0]);
    const auto who = booking.patient;
    const auto booked = book(std::move(booking));
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(row("880011").status, "booked");
    const auto read = run(adapter().read_appointment({hub_provenance(), who, booked->key}));
    ASSERT_TRUE(read) << read.error().sentence();
    const auto listed = run(adapter().list_appointments({hub_provenance(), who, window()}));
    ASSERT_TRUE(listed) << listed.error().sentence();
    ASSERT_EQ(listed->size(), 1u);
    EXPECT_EQ(listed->front().key, booked->key);
    const auto cancelled = run(adapter().cancel({hub_provenance(), who, *booked, "Recovered"}));
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_TRUE(offers("880011"));
}

TEST_P(SupplierContract, WhoHasNoNumberIsNotShownSomebodyElsesAppointments)
{
    if (!can().books_without_nhs_number)
        return;
    ASSERT_TRUE(book(offered("880011"), 1));
    const auto who = without_number(seed().patients[0]);
    const auto listed = run(adapter().list_appointments({hub_provenance(), who, window()}));
    ASSERT_TRUE(!listed || listed->empty());
}

TEST_P(SupplierContract, AnUnknownPatientIsSaidToBeUnknown)
{
    auto stranger = patient_context({synthetic_nhs_number(500), "Nettlebed", "Piers", "Mr", "male",
                                     seed().patients[1].birth_date, "", true});
    const adapters::FindPatient query{hub_provenance(), stranger};
    if (can().needs_patient_link) {
        // Some systems do not tell somebody unknown from somebody whose details are wrong.
        const std::set expected{ErrorKind::patient_not_found, ErrorKind::link_invalid};
        const auto linked = run(adapter().link_patient(query));
        ASSERT_FALSE(linked);
        EXPECT_TRUE(expected.contains(linked.error().kind())) << linked.error().sentence();
    } else {
        const auto found = run(adapter().find_patient(query));
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().kind(),
                  can().find_patient ? ErrorKind::patient_not_found : ErrorKind::not_supported_by_practice);
    }
}

TEST_P(SupplierContract, ALinkIsObtainedFromDemographicsWhereOneIsNeededAndPlainlyRefusedElsewhere)
{
    const auto linked = run(adapter().link_patient({hub_provenance(), patient_context(seed().patients[2])}));
    if (!can().needs_patient_link) {
        ASSERT_FALSE(linked);
        EXPECT_EQ(linked.error().kind(), ErrorKind::not_supported_by_practice);
        return;
    }
    ASSERT_TRUE(linked) << linked.error().sentence();
    EXPECT_EQ(linked->credential, patient(2).link->credential);
}

TEST_P(SupplierContract, AMessageArrivesOnceAndIsFoundAgainWhereThatIsOfferedAndIsPlainlyRefusedElsewhere)
{
    adapters::Delivery message;
    message.provenance = hub_provenance();
    message.patient = patient();
    message.reference = "3f0a9c12d4e5";
    message.subject = "Results";
    message.text = "Please call back. Reference: 3f0a9c12d4e5";
    message.sent = clock().now();
    const auto receipt = run(adapter().deliver(message));
    const auto found = run(adapter().find_delivered(message));
    if (!can().delivers_messages) {
        ASSERT_FALSE(receipt || found);
        EXPECT_EQ(receipt.error().kind(), ErrorKind::not_supported_by_practice);
        EXPECT_EQ(found.error().kind(), ErrorKind::not_supported_by_practice);
        EXPECT_TRUE(messages().empty());
        return;
    }
    ASSERT_TRUE(receipt) << receipt.error().sentence();
    ASSERT_TRUE(found && *found);
    ASSERT_EQ(messages().size(), 1U);
    EXPECT_EQ(receipt->id, (*found)->id);
    EXPECT_NE(messages()[0].text.find(message.reference), std::string::npos);
}

TEST_P(SupplierContract, AMessageWhoseAnswerIsLostIsUnknownAndFoundByItsReference)
{
    if (!can().delivers_messages)
        return;
    adapters::Delivery message;
    message.provenance = hub_provenance();
    message.patient = patient();
    message.reference = "3f0a9c12d4e5";
    message.subject = "Results";
    message.text = "Please call back. Reference: 3f0a9c12d4e5";
    message.sent = clock().now();
    using enum Fault::Kind;
    for (const auto kind : {drop_after, malformed, wrong_content_type}) {
        start(practice_seed());
        misbehave(kind, true);
        message.patient = patient();
        const auto lost = run(adapter().deliver(message));
        ASSERT_FALSE(lost);
        EXPECT_EQ(lost.error().kind(), ErrorKind::outcome_unknown);
        EXPECT_TRUE(lost.error().effect_possible());
        behave();
        const auto found = run(adapter().find_delivered(message));
        EXPECT_TRUE(found && *found);
        EXPECT_EQ(messages().size(), 1U);
    }
    start(practice_seed());
    misbehave(throttle, true);
    message.patient = patient();
    const auto refused = run(adapter().deliver(message));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_FALSE(refused.error().effect_possible());
}

TEST_P(SupplierContract, PracticeSettingsAreRead)
{
    const auto settings = run(adapter().practice_settings(hub_provenance()));
    ASSERT_TRUE(settings) << settings.error().sentence();
    EXPECT_TRUE(settings->appointments_enabled);
}

TEST_P(SupplierContract, ATelephoneSlotWithoutANumberIsRefusedOrNeedsNone)
{
    auto booking = booking_of(offered("880101"));
    booking.phone.clear();
    const auto booked = book(std::move(booking));
    if (booked) {
        EXPECT_EQ(row("880101").status, "booked");
    } else {
        EXPECT_EQ(booked.error().kind(), ErrorKind::phone_required);
        EXPECT_EQ(row("880101").status, "free");
    }
}

TEST_P(SupplierContract, ATelephoneSlotIsBookedWithANumber)
{
    const auto booked = book(offered("880101"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(row("880101").status, "booked");
}

TEST_P(SupplierContract, ABookingWithoutASlotOrWithAStrangeOneIsRefused)
{
    auto none = booking_of(offered("880011"));
    none.slots.clear();
    EXPECT_FALSE(book(std::move(none)));
    auto strange = offered("880011");
    strange.supplier_key = "999999999999999999999999";
    EXPECT_FALSE(book(strange));
    EXPECT_EQ(row("880011").status, "free");
}

TEST_P(SupplierContract, ASlotThatIsNowPastIsRefused)
{
    const auto slot = offered("880011");
    clock().set(at("2026-11-24T09:05:00Z"));
    const auto booked = book(slot);
    ASSERT_FALSE(booked);
    EXPECT_FALSE(booked.error().effect_possible()) << booked.error().sentence();
    EXPECT_EQ(row("880011").times_booked, 0U);
}

TEST_P(SupplierContract, AppointmentsThatThePracticeSwitchesOffAreSaidToBeOffUntilTheyAreOnAgain)
{
    const auto slot = offered("880011"); // from here on all is remembered that ever is
    if (!reception_switches(false))
        GTEST_SKIP() << "its wire has no answer for it";
    for (int i = 0; i < 2; ++i) {
        const auto found = find();
        ASSERT_FALSE(found);
        EXPECT_TRUE(found.error().kind() == ErrorKind::service_disabled ||
                    found.error().kind() == ErrorKind::not_supported_by_practice)
            << found.error().sentence();
    }
    const auto refused = book(slot);
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().effect_possible()) << refused.error().sentence();
    EXPECT_EQ(row("880011").times_booked, 0U);
    ASSERT_TRUE(reception_switches(true));
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_TRUE(book(slot));
}

} // namespace tests
