// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/client.hpp"

namespace tests
{

TEST_F(TppClient, ABookingIsKnownByTheIdOfTheListAndHasItsNotes)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto rows = host_->book();
    const auto row = std::ranges::find(rows, "booked", &adapters::simulation::BookRow::status);
    ASSERT_NE(row, rows.end());
    EXPECT_EQ(booked->key, row->appointment_key);
    EXPECT_EQ(row->description, "Cough");
    EXPECT_EQ(upstream_->calls["list_appointments"], 2);
}

TEST_F(TppClient, RefusalsOfABookingAreTold)
{
    start({{"booking_limit", "1"}});
    const auto second = booking(5);
    ASSERT_TRUE(book(booking()));
    EXPECT_EQ(refused(second), ErrorKind::booking_limit);
    start({{"appointments_off", seed_.patients[0].nhs_number}});
    EXPECT_EQ(refused(booking()), ErrorKind::service_disabled);
    start({{"self_access_off", seed_.patients[0].nhs_number}});
    EXPECT_EQ(refused(booking()), ErrorKind::service_disabled);
    start();
    auto late = booking();
    clock_.set(late.slots[0].slot.start + 1min);
    EXPECT_EQ(refused(late), ErrorKind::slot_in_past);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(TppClient, WhatTheSystemCannotTakeIsRefusedBeforeAnythingIsSent)
{
    start();
    auto wanted = booking();
    upstream_->calls.clear();
    auto commented = wanted;
    commented.comment = "x";
    EXPECT_EQ(refused(commented), ErrorKind::not_supported_by_practice);
    auto lengthy = wanted;
    lengthy.description = std::string(151, 'x');
    EXPECT_EQ(refused(lengthy), ErrorKind::text_too_long);
    auto two = wanted;
    two.slots.push_back(two.slots[0]);
    EXPECT_EQ(refused(two), ErrorKind::not_supported_by_practice);
    auto unlinked = wanted;
    unlinked.patient.link.reset();
    EXPECT_EQ(refused(unlinked), ErrorKind::link_invalid);
    EXPECT_TRUE(upstream_->calls.empty());
    auto fitting = wanted;
    fitting.description.clear();
    for (int i = 0; i < 150; ++i)
        fitting.description += "\xC3\xA9";
    EXPECT_TRUE(book(fitting));
}

TEST_F(TppClient, ASecondAppointmentAtTheSameTimesIsRefusedForItCouldNotBeToldFromTheFirst)
{
    start();
    auto wanted = booking();
    ASSERT_TRUE(book(wanted));
    wanted.slots[0].supplier_key.replace(0, 16, "0000000000005599");
    upstream_->calls.clear();
    EXPECT_EQ(refused(wanted), ErrorKind::patient_has_appointment);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(TppClient, ALinkThatOpensAnotherRecordBooksNothing)
{
    start();
    auto wanted = booking();
    wanted.patient.link->credential = host_->simulator().link_credential(seed_.patients[1].nhs_number);
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
    const auto found = run(adapter_->find_patient({hub_provenance(), wanted.patient}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(TppClient, ARecordWithoutAnNhsNumberIsNobodysAndOneWithBlanksIsRead)
{
    start({{"nhs_number", "none"}});
    EXPECT_EQ(refused(booking()), ErrorKind::link_invalid);
    start({{"nhs_number", "spaced"}});
    EXPECT_TRUE(book(booking()));
}

TEST_F(TppClient, DetailsThatDifferAreRefusedBeforeTheBooking)
{
    start();
    auto wanted = booking();
    wanted.patient.demographics->name[0].family = "Tarroby";
    EXPECT_EQ(refused(wanted), ErrorKind::demographics_mismatch);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(TppClient, ARefusalNobodyKnowsIsBelievedWhenTheListAgrees)
{
    start({{"unclassified", "BookAppointment"}});
    const auto booked = book(booking());
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::supplier_error);
    EXPECT_FALSE(booked.error().effect_possible());
}

TEST_F(TppClient, ARefusalNobodyKnowsIsNoneWhenTheListHoldsTheAppointment)
{
    start();
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "book")
            response.body = fhir::rest::OutBuffer("<Error errorCode=\"9999\" />");
    };
    EXPECT_TRUE(book(booking()));
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(TppClient, ABookingThatTheListDoesNotShowYetIsUnknown)
{
    start();
    auto wanted = booking();
    int lists = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments" && ++lists == 2)
            replace_all(response, "<Appointment ", "<Other ");
    };
    const auto booked = book(wanted);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::outcome_unknown);
    EXPECT_TRUE(booked.error().effect_possible());
}

TEST_F(TppClient, AnotherPatientsReplyIsRefusedAndForABookingUnknown)
{
    start();
    auto wanted = booking();
    const auto id = std::string("<BookAppointmentReply patientId=\"");
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "book")
            replace_all(response, id, id + "x");
    };
    EXPECT_EQ(refused(wanted), ErrorKind::outcome_unknown);
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments")
            replace_all(response, "uuid=\"", "uuid=\"x");
    };
    const auto listed = list();
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().kind(), ErrorKind::supplier_malformed);
}

TEST_F(TppClient, CancellationsAreRefusedInThePracticesMeaning)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    clock_.set(*booked->appointment.start - 59min);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::not_cancellable);
    clock_.set(*booked->appointment.start + 1min);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::not_cancellable);
    auto unknown = *booked;
    unknown.key = "c0ffee0000000000";
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    unknown.key.clear();
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    EXPECT_EQ(booked_rows(), 1U);
}

TEST_F(TppClient, ACancellationRefusedInUnknownWordsWhoseListFailsIsUnknown)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    start({{"unclassified", "CancelAppointment,ViewAppointments"}});
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::outcome_unknown);
}

TEST_F(TppClient, PastAndFutureAppointmentsAreListedTogether)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    ASSERT_TRUE(book(booking(30)));
    clock_.set(*booked->appointment.start + 1h);
    const auto listed = list();
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_EQ(listed->at(0).appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(listed->at(1).appointment.status, fhir::AppointmentStatus::booked);
}

} // namespace tests
