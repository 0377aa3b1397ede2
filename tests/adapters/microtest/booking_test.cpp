// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/microtest/client.hpp"

namespace tests
{

TEST_F(MicrotestClient, ABookingIsKnownByTheIdOfTheListAndHasItsReason)
{
    for (const auto* ids : {"slot", "own"}) {
        start({{"appointment_ids", ids}});
        const auto booked = book(booking());
        ASSERT_TRUE(booked) << booked.error().sentence();
        EXPECT_EQ(booked->key, row("880011").appointment_key) << ids;
        EXPECT_EQ(row("880011").description, "Cough") << ids;
        EXPECT_EQ(upstream_->calls["list_appointments"], 2) << ids;
        EXPECT_TRUE(cancel(*booked)) << ids;
        EXPECT_EQ(booked_rows(), 0U) << ids;
    }
}

TEST_F(MicrotestClient, WhatTheSystemCannotTakeIsRefusedBeforeAnythingIsSent)
{
    start();
    const auto wanted = booking();
    const auto ring = booking("880101");
    upstream_->requests.clear();
    const auto with = [&](const auto& change) {
        auto changed = wanted;
        change(changed);
        return refused(std::move(changed));
    };
    EXPECT_EQ(with([](auto& b) { b.description = " \n"; }), ErrorKind::reason_required);
    EXPECT_EQ(with([](auto& b) { b.description = std::string(151, 'x'); }), ErrorKind::text_too_long);
    EXPECT_EQ(with([](auto& b) { b.comment = "x"; }), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(with([](auto& b) { b.slots.push_back(b.slots[0]); }), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(with([](auto& b) { b.slots.clear(); }), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(with([](auto& b) { b.slots[0].supplier_key = "880011"; }), ErrorKind::slot_unknown);
    EXPECT_EQ(refused(ring), ErrorKind::phone_required);
    EXPECT_TRUE(upstream_->requests.empty());
}

TEST_F(MicrotestClient, AReasonIsCountedInCharactersNotInBytes)
{
    start();
    auto wanted = booking();
    wanted.description.clear();
    for (int i = 0; i < 150; ++i)
        wanted.description += "\xC3\xA9";
    EXPECT_TRUE(book(wanted));
    EXPECT_EQ(row("880011").description, wanted.description);
}

TEST_F(MicrotestClient, ANumberIsSentForATelephoneSlotAlone)
{
    start();
    auto ring = booking("880101");
    ring.phone = " 07700900371 ";
    ASSERT_TRUE(book(ring));
    EXPECT_EQ(row("880101").phone, "07700900371");
    auto come = booking();
    come.phone = "07700900371";
    ASSERT_TRUE(book(come));
    EXPECT_EQ(row("880011").phone, "");
}

TEST_F(MicrotestClient, OneStatusStandsForTakenGoneAndPast)
{
    start();
    const auto wanted = booking();
    auto gone = wanted;
    gone.slots[0].supplier_key = "slot/990000";
    EXPECT_EQ(refused(gone), ErrorKind::slot_unavailable);
    ASSERT_TRUE(host_->simulator().reception_takes("880011"));
    EXPECT_EQ(refused(wanted), ErrorKind::slot_unavailable);
    clock_.set(wanted.slots[0].slot.start);
    EXPECT_EQ(refused(wanted), ErrorKind::slot_in_past);
}

TEST_F(MicrotestClient, AServiceThatIsOffForThePatientIsSaidToBe)
{
    start();
    const auto wanted = booking();
    auto seed = seed_;
    seed.options["appointments_off"] = seed.patients[0].nhs_number;
    start_with(seed);
    EXPECT_EQ(refused(wanted), ErrorKind::service_disabled);
    EXPECT_TRUE(find());
}

TEST_F(MicrotestClient, APatientWhoIsNotThePracticesIsNotBooked)
{
    start();
    auto wanted = booking();
    wanted.patient.nhs_number = fhir::NhsNumber::parse(synthetic_nhs_number(700)).value();
    EXPECT_EQ(refused(wanted), ErrorKind::patient_not_found);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(MicrotestClient, AnothersRecordBooksNothing)
{
    start();
    const auto wanted = booking();
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "find_patient")
            replace_all(response, seed_.patients[0].nhs_number, seed_.patients[1].nhs_number);
    };
    EXPECT_EQ(refused(wanted), ErrorKind::supplier_malformed);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(MicrotestClient, DetailsThatDifferAreRefusedBeforeTheBooking)
{
    start();
    auto wanted = booking();
    wanted.patient.demographics->name[0].family = "Tarroby";
    EXPECT_EQ(refused(wanted), ErrorKind::demographics_mismatch);
    EXPECT_EQ(upstream_->calls["book"], 0);
    wanted.patient.demographics.reset();
    EXPECT_TRUE(book(wanted));
}

TEST_F(MicrotestClient, ASecondAppointmentAtTheSameTimesIsRefusedForItCouldNotBeToldFromTheFirst)
{
    start();
    auto wanted = booking();
    ASSERT_TRUE(book(wanted));
    wanted.slots[0].supplier_key = "slot/990000";
    upstream_->calls.clear();
    EXPECT_EQ(refused(wanted), ErrorKind::patient_has_appointment);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(MicrotestClient, ABookingThatTheListDoesNotShowYetIsUnknown)
{
    start();
    const auto wanted = booking();
    int lists = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments" && ++lists == 2)
            response.body = fhir::rest::OutBuffer(R"({"appointments":[]})");
    };
    const auto booked = book(wanted);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::outcome_unknown);
    EXPECT_TRUE(booked.error().effect_possible());
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(MicrotestClient, ABookingWhoseListFailsAfterwardsIsUnknown)
{
    start();
    const auto wanted = booking();
    int lists = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments" && ++lists == 2)
            response.status = 503;
    };
    EXPECT_EQ(refused(wanted), ErrorKind::outcome_unknown);
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(MicrotestClient, AnotherAppointmentMadeMeanwhileIsNotTakenForOurs)
{
    start();
    book_just_before_us("880201");
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    EXPECT_EQ(booked_rows(), 2U);
    EXPECT_EQ(booked->key, row("880011").appointment_key);
}

TEST_F(MicrotestClient, OneMadeMeanwhileAtTheSameTimesIsToldApartByItsPeopleAndPlace)
{
    auto seed = practice_seed();
    seed.sessions[2].slots[0] = {
        "880201", seed.sessions[0].slots[0].start, seed.sessions[0].slots[0].end, {}};
    start_with(seed);
    book_just_before_us("880201");
    const auto booked = book(booking());
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked_rows(), 2U);
    EXPECT_EQ(booked->key, row("880011").appointment_key);
}

TEST_F(MicrotestClient, OneMadeMeanwhileThatCannotBeToldApartLeavesOursUnknown)
{
    auto seed = practice_seed();
    seed.sessions[0].slots[1] = {
        "880012", seed.sessions[0].slots[0].start, seed.sessions[0].slots[0].end, {}};
    start_with(seed);
    book_just_before_us("880012");
    EXPECT_EQ(refused(booking()), ErrorKind::outcome_unknown);
    EXPECT_EQ(booked_rows(), 2U);
}

TEST_F(MicrotestClient, AnyStatusOf2xxIsABooking)
{
    for (const auto* status : {"200", "202"}) {
        start({{"booked_status", status}});
        EXPECT_TRUE(book(booking())) << status;
    }
}

TEST_F(MicrotestClient, ABadGatewayOnAWriteIsUnknownAndNothingIsSentAgain)
{
    start({{"bad_gateway", "POST appointments,DELETE appointments"}});
    EXPECT_EQ(refused(booking()), ErrorKind::outcome_unknown);
    EXPECT_EQ(upstream_->calls["book"], 1);
    EXPECT_EQ(cancel_refused({"880011", {}}), ErrorKind::outcome_unknown);
    EXPECT_EQ(upstream_->calls["cancel"], 1);
}

TEST_F(MicrotestClient, APageOfHtmlLeavesAWriteOpen)
{
    start({{"html", "POST appointments,DELETE appointments"}});
    EXPECT_EQ(refused(booking()), ErrorKind::outcome_unknown);
    EXPECT_EQ(cancel_refused({"880011", {}}), ErrorKind::outcome_unknown);
}

TEST_F(MicrotestClient, ACancellationTellsTheReasonOrAUsualOne)
{
    start();
    auto booked = book(booking());
    ASSERT_TRUE(booked);
    const auto cancelled = cancel(*booked, " Feels better ");
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(row("880011").last_cancelled, "Feels better");
    booked = book(booking());
    ASSERT_TRUE(booked);
    ASSERT_TRUE(cancel(*booked));
    EXPECT_EQ(row("880011").last_cancelled, "No longer required");
}

TEST_F(MicrotestClient, ARefusedCancellationIsExplainedByTheList)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    auto unknown = *booked;
    unknown.key = "990000";
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    unknown.key.clear();
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    clock_.set(*booked->appointment.start + 24h);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::not_cancellable);
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(MicrotestClient, ARefusedCancellationWhoseListFailsIsARefusalStill)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    upstream_->change = [](const std::string& operation, fhir::rest::Response& response) {
        response.status = operation == "cancel" ? 409 : 502;
    };
    const auto done = cancel(*booked);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind(), ErrorKind::not_cancellable);
    EXPECT_FALSE(done.error().effect_possible());
}

TEST_F(MicrotestClient, SomebodyElsesAppointmentIsNotCancelled)
{
    start();
    auto wanted = booking();
    wanted.patient = patient(1);
    const auto booked = book(wanted);
    ASSERT_TRUE(booked);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::appointment_not_found);
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(MicrotestClient, PastAppointmentsAreListedFromTheWindowOn)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    ASSERT_TRUE(book(booking("880201")));
    clock_.set(*booked->appointment.start + 1h);
    const auto listed = list();
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_EQ(listed->at(0).appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(listed->at(1).appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(upstream_->requests.back().target, "patient/appointments?pastAppointmentsFromDate=2026-10-25");
}

TEST_F(MicrotestClient, NoNhsNumberStandsInAnAddressOrAnError)
{
    start();
    auto wanted = booking();
    const auto booked = book(wanted);
    ASSERT_TRUE(booked);
    const auto number = seed_.patients[0].nhs_number;
    EXPECT_EQ(booked->key.find(number), std::string::npos);
    for (const unsigned status : {400U, 401U, 403U, 404U, 409U, 500U, 502U, 503U}) {
        upstream_->change = [&](const std::string&, fhir::rest::Response& response) {
            response.status = status;
            response.body = fhir::rest::OutBuffer(R"({"Error":")" + number + "\"}");
        };
        for (const auto& error : {book(wanted).error(), cancel(*booked).error(), list().error(),
                                  run(adapter_->find_patient({hub_provenance(), patient()})).error()})
            EXPECT_EQ((error.sentence() + error.advice() + error.path() + error.supplier_code()).find(number),
                      std::string::npos);
    }
    for (const auto& request : upstream_->requests)
        EXPECT_EQ(request.target.find(number), std::string::npos) << request.target;
}

} // namespace tests
