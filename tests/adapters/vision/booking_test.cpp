// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/vision/client.hpp"

namespace tests
{

TEST_F(VisionClient, ABookingIsKnownByItsSlotAndHasItsReason)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->key, "880011");
    EXPECT_EQ(row("880011").description, "Cough");
    EXPECT_EQ(upstream_->calls["book"], 1);
}

TEST_F(VisionClient, RefusalsOfABookingAreTold)
{
    start({{"booking_limit", "1"}});
    const auto second = booking(5);
    ASSERT_TRUE(book(booking()));
    EXPECT_EQ(refused(second), ErrorKind::booking_limit);
    start({{"locked", "VOAPP.BookAppointment"}});
    EXPECT_EQ(refused(booking()), ErrorKind::supplier_unavailable);
    start({{"disabled", "VOAPP.BookAppointment"}});
    EXPECT_EQ(refused(booking()), ErrorKind::service_disabled);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(VisionClient, WhatTheSystemCannotTakeIsRefusedBeforeAnythingIsSent)
{
    start();
    const auto wanted = booking();
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
    auto keyless = wanted;
    keyless.slots[0].supplier_key.clear();
    EXPECT_EQ(refused(keyless), ErrorKind::slot_unknown);
    EXPECT_TRUE(upstream_->calls.empty());
}

TEST_F(VisionClient, ASlotOfThePastIsNotSentForTheSystemWouldBookIt)
{
    start();
    auto late = booking();
    clock_.set(late.slots[0].slot.start);
    upstream_->calls.clear();
    EXPECT_EQ(refused(late), ErrorKind::slot_in_past);
    EXPECT_TRUE(upstream_->calls.empty());
    clock_.set(late.slots[0].slot.start - 1s);
    EXPECT_TRUE(book(late));
}

TEST_F(VisionClient, AReasonIsRefusedWhereThePracticeTakesNone)
{
    start({{"booking_reason", "off"}});
    auto wanted = booking();
    const auto booked = book(wanted);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::reason_not_allowed);
    EXPECT_EQ(booked.error().path(), "Appointment.description");
    EXPECT_EQ(upstream_->calls["book"], 0);
    wanted.description = "  ";
    EXPECT_TRUE(book(wanted));
    EXPECT_EQ(upstream_->requests.back().body.find("<vision:reason>"), std::string::npos);
}

TEST_F(VisionClient, TheCatchAllForATakenSlotMeansTaken)
{
    start();
    const auto wanted = booking();
    upstream_->before = [&](const std::string& operation) {
        if (operation == "book")
            host_->simulator().reception_takes("880011");
    };
    const auto booked = book(wanted);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(booked.error().path(), "Appointment.slot[0]");
    EXPECT_FALSE(booked.error().effect_possible());
}

TEST_F(VisionClient, TheCatchAllForASlotThatIsStillFreeIsAFault)
{
    for (const std::string option : {"unknown_error", "unclassified"}) {
        start({{option, "VOAPP.BookAppointment"}});
        const auto booked = book(booking());
        ASSERT_FALSE(booked);
        EXPECT_EQ(booked.error().kind(), ErrorKind::supplier_error) << option;
        EXPECT_FALSE(booked.error().effect_possible());
        EXPECT_EQ(booked_rows(), 0U);
    }
    start({{"disconnected", "VOAPP.BookAppointment"}});
    EXPECT_EQ(refused(booking()), ErrorKind::supplier_unavailable);
}

TEST_F(VisionClient, TheCatchAllAfterTheBookingWasMadeIsSuccess)
{
    start({{"unknown_error_after", "VOAPP.BookAppointment"}});
    const auto booked = book(booking());
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->key, "880011");
    EXPECT_EQ(row("880011").times_booked, 1U);
}

TEST_F(VisionClient, TheCatchAllWhoseListFailsIsUnknown)
{
    start({{"unknown_error_after", "VOAPP.BookAppointment"}});
    const auto wanted = booking();
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments" && upstream_->calls["book"] > 0)
            response.status = 503;
    };
    const auto booked = book(wanted);
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::outcome_unknown);
    EXPECT_TRUE(booked.error().effect_possible());
}

TEST_F(VisionClient, ASlotThePatientHoldsAlreadyIsNotBookedASecondTime)
{
    start();
    const auto wanted = booking();
    ASSERT_TRUE(book(wanted));
    EXPECT_EQ(refused(wanted), ErrorKind::slot_unavailable);
    EXPECT_EQ(upstream_->calls["book"], 1);
}

TEST_F(VisionClient, ALinkThatOpensAnotherRecordBooksNothing)
{
    start();
    auto wanted = booking();
    wanted.patient.link->credential = host_->simulator().link_credential(seed_.patients[1].nhs_number);
    upstream_->calls.clear();
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
    EXPECT_EQ(upstream_->calls["list_appointments"] + upstream_->calls["book"], 0);
    const auto found = run(adapter_->find_patient({hub_provenance(), wanted.patient}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    start({{"nhs_number", "none"}});
    EXPECT_EQ(refused(booking()), ErrorKind::link_invalid);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(VisionClient, DetailsThatDifferAreRefusedBeforeTheBooking)
{
    start();
    auto wanted = booking();
    wanted.patient.demographics->name[0].family = "Tarroby";
    EXPECT_EQ(refused(wanted), ErrorKind::demographics_mismatch);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(VisionClient, AReplyAboutAnotherPatientOrSlotLeavesABookingUnknown)
{
    for (const std::string part : {"patient", "slot"}) {
        start();
        const auto wanted = booking();
        upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
            if (operation == "book")
                replace_all(response, "<vision:" + part + " id=\"", "<vision:" + part + " id=\"9");
        };
        EXPECT_EQ(refused(wanted), ErrorKind::outcome_unknown) << part;
    }
}

TEST_F(VisionClient, ACancellationIsRefusedFromTheCutOffOnAndNotSent)
{
    start({{"cutoff", "90"}});
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    clock_.set(*booked->appointment.start - 90min);
    const auto late = cancel(*booked);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind(), ErrorKind::not_cancellable);
    EXPECT_NE(late.error().sentence().find("90 minutes"), std::string::npos);
    EXPECT_EQ(upstream_->calls["cancel"], 0);
    clock_.set(*booked->appointment.start + 1min);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::not_cancellable);
    clock_.set(*booked->appointment.start - 90min - 1s);
    EXPECT_TRUE(cancel(*booked));
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(VisionClient, TheReasonOfACancellationIsOneOfThePracticesList)
{
    start();
    const auto cancelled_with = [&](const std::string& reason) {
        const auto booked = book(booking());
        EXPECT_TRUE(booked && cancel(*booked, reason)) << reason;
        return row("880011").last_cancelled;
    };
    EXPECT_EQ(cancelled_with("unable to attend"), "Unable to attend");
    EXPECT_EQ(cancelled_with("Moved away"), "No longer needed");
    EXPECT_EQ(cancelled_with(""), "No longer needed");
    start({{"reasons", "none"}});
    EXPECT_EQ(cancelled_with("Moved away"), "");
    EXPECT_EQ(upstream_->requests.back().body.find("<vision:reasonId>"), std::string::npos);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(VisionClient, AnAppointmentThatIsNotListedIsNotFound)
{
    start();
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    ASSERT_TRUE(host_->simulator().reception_cancels("880011"));
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::appointment_not_found);
    auto unknown = *booked;
    unknown.key = "1";
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    unknown.key.clear();
    EXPECT_EQ(cancel_refused(unknown), ErrorKind::appointment_not_found);
    EXPECT_EQ(upstream_->calls["cancel"], 0);
}

TEST_F(VisionClient, TheCatchAllForACancellationIsExplainedByTheList)
{
    start();
    auto booked = book(booking());
    ASSERT_TRUE(booked);
    upstream_->before = [&](const std::string& operation) {
        if (operation == "cancel")
            host_->simulator().reception_cancels("880011");
    };
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::appointment_not_found);
    for (const std::string option : {"unknown_error", "unclassified"}) {
        start({{option, "VOAPP.CancelAppointment"}});
        booked = book(booking());
        ASSERT_TRUE(booked);
        EXPECT_EQ(cancel_refused(*booked), ErrorKind::supplier_error) << option;
        EXPECT_EQ(booked_rows(), 1U);
    }
    start({{"unknown_error_after", "VOAPP.CancelAppointment"}});
    booked = book(booking());
    ASSERT_TRUE(booked);
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::appointment_not_found);
    EXPECT_EQ(booked_rows(), 0U);
}

TEST_F(VisionClient, ACancellationRefusedByTheCatchAllWhoseListFailsIsUnknown)
{
    start({{"unknown_error", "VOAPP.CancelAppointment"}});
    const auto booked = book(booking());
    ASSERT_TRUE(booked);
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_appointments" && upstream_->calls["cancel"] > 0)
            response.status = 503;
    };
    EXPECT_EQ(cancel_refused(*booked), ErrorKind::outcome_unknown);
}

TEST_F(VisionClient, PastAndUpcomingAppointmentsAreListedTogether)
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
    EXPECT_EQ(upstream_->calls["list_appointments"], 3);
}

} // namespace tests
