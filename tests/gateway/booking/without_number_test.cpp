// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

namespace
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;

/// Somebody without an NHS number, whom the consumer calls `caller-7`.
fhir::Appointment wanted_for(std::string family, int slot = 1)
{
    auto wanted = Clinic::wanted(slot);
    fhir::Patient patient;
    patient.id = "p";
    patient.identifier = {fhir::identifier_of("https://hub.example/id/caller", "caller-7")};
    patient.name.emplace_back();
    patient.name[0].family = std::move(family);
    patient.birth_date = fhir::parse_date_time("1990-01-02");
    wanted.contained.emplace_back(std::move(patient));
    wanted.participant[0].actor.emplace();
    wanted.participant[0].actor->reference = "#p";
    return wanted;
}

class WithoutNumber : public testing::Test
{
protected:
    WithoutNumber() { practice.can.books_without_nhs_number = true; }

    Clinic clinic;
    FakeAdapter& practice = *clinic.adapter;
};

TEST_F(WithoutNumber, ThePracticeIsToldWhoItIsByDetailsAlone)
{
    const auto booked = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto& told = practice.last_booking.patient;
    EXPECT_FALSE(told.nhs_number);
    ASSERT_TRUE(told.demographics);
    EXPECT_EQ(told.demographics->name.front().family, "Fairlamb");
    const fhir::Appointment& kept = booked->appointment.resource;
    EXPECT_EQ(kept.status, AppointmentStatus::booked);
    EXPECT_FALSE(kept.participant.front().actor->identifier);
    const auto* patient = kept.contained.front().as<fhir::Patient>();
    ASSERT_TRUE(patient);
    EXPECT_EQ(fhir::identifier_value(patient->identifier, "https://hub.example/id/caller"), "caller-7");
}

TEST_F(WithoutNumber, ASystemThatNeedsOneRefusesBeforeAnythingIsSent)
{
    practice.can.books_without_nhs_number = false;
    const auto refused = clinic.book(wanted_for("Fairlamb"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::demographics_required);
    EXPECT_NE(refused.error().sentence().find("NHS number"), std::string::npos);
    EXPECT_EQ(practice.books, 0);
}

TEST_F(WithoutNumber, TheAppointmentIsReadAndCancelledByItsId)
{
    const auto booked = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto read = clinic.read(*booked->appointment.resource.id);
    ASSERT_TRUE(read);
    const auto cancelled = clinic.cancel(*read);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_EQ(cancelled->appointment.resource.status, AppointmentStatus::cancelled);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 0);
}

TEST_F(WithoutNumber, ASystemThatNeedsOneIsNotAskedAboutThemEither)
{
    const auto booked = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    practice.can.books_without_nhs_number = false; // the practice runs another system since
    const auto refused = clinic.cancel(booked->appointment);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(practice.cancels, 0);
}

TEST_F(WithoutNumber, ALostAnswerIsSettledBySlot)
{
    practice.write_faults = {FakeAdapter::Fault::cut_after};
    const auto booked = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_FALSE(booked->unresolved);
    EXPECT_EQ(booked->appointment.resource.status, AppointmentStatus::booked);
    EXPECT_EQ(practice.books, 1);
}

TEST_F(WithoutNumber, WhatAnEarlierProcessSentIsSettledByDetails)
{
    practice.write_faults = {FakeAdapter::Fault::cut_after};
    practice.read_faults = {FakeAdapter::Fault::refuse};
    const auto open = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(open && open->unresolved);
    clinic.restart();
    clinic.settle_fully();
    const auto read = clinic.read(*open->appointment.resource.id);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->resource.status, AppointmentStatus::booked);
    EXPECT_TRUE(clinic.worklist().empty());
}

TEST_F(WithoutNumber, SomebodyElsesAppointmentInThatSlotIsNotTakenForTheirs)
{
    practice.write_faults = {FakeAdapter::Fault::cut_before};
    practice.on_write = [this] { practice.rows["B9"] = {"Nettlebed", Clinic::slot_id(1), "", ""}; };
    const auto open = clinic.book(wanted_for("Fairlamb"));
    ASSERT_TRUE(open && open->unresolved);
    clinic.settle_fully();
    const auto read = clinic.read(*open->appointment.resource.id);
    ASSERT_TRUE(read);
    EXPECT_NE(read->resource.status, AppointmentStatus::booked);
    ASSERT_EQ(clinic.worklist().size(), 1u);
    EXPECT_TRUE(clinic.worklist().front().needs_person);
}

TEST_F(WithoutNumber, OneIsNotTakenForAnother)
{
    ASSERT_TRUE(clinic.book(wanted_for("Fairlamb")));
    const auto second = clinic.book(wanted_for("Nettlebed"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(second.error().sentence().find("Appointment/"), std::string::npos) << second.error().sentence();
}

TEST_F(WithoutNumber, AHoldBecomesTheirBooking)
{
    auto wanted = wanted_for("Fairlamb");
    wanted.status = AppointmentStatus::pending;
    const auto held = clinic.book(wanted);
    ASSERT_TRUE(held) << held.error().sentence();
    auto next = held->appointment.resource;
    next.status = AppointmentStatus::booked;
    const auto booked = clinic.update(held->appointment, next);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(practice.last_booking.patient.demographics->name.front().family, "Fairlamb");
}

TEST_F(WithoutNumber, WhoIsUnknownIsRegisteredOnTheWay)
{
    practice.can.register_patient = true;
    practice.unknown_patients = {"Fairlamb"};
    ASSERT_TRUE(clinic.book(wanted_for("Fairlamb")));
    EXPECT_EQ(practice.registrations, 1);
}

TEST_F(WithoutNumber, NobodyWaitsWhoHasNone)
{
    auto wanted = wanted_for("Fairlamb");
    wanted.status = AppointmentStatus::waitlist;
    wanted.slot.clear();
    const auto refused = clinic.book(wanted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::required);
}

struct UnknownRow
{
    bool registers;
    bool details;
    const char* says;
};

TEST(UnknownPatient, IsToldWhoMustDoWhat)
{
    for (const auto& row :
         {UnknownRow{false, true, "registers nobody"}, UnknownRow{false, false, "registers nobody"},
          UnknownRow{true, false, "needs their details"}}) {
        Clinic clinic;
        clinic.adapter->can.register_patient = row.registers;
        clinic.adapter->unknown_patients = {"9990000018"};
        const auto refused =
            clinic.book(row.details ? Clinic::with_demographics(Clinic::wanted()) : Clinic::wanted());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind(), ErrorKind::patient_not_found);
        EXPECT_NE(refused.error().sentence().find(row.says), std::string::npos) << refused.error().sentence();
    }
}

} // namespace
