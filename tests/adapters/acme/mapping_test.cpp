// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/mapping.hpp"
#include "tests/adapters/acme/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace acme = adapters::acme;

namespace
{

const adapters::PracticeNames brackenfold{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval year{at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")};
const fhir::Interval november{at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")};

adapters::FoundSlots mapped(adapters::SlotMemo& memo, fhir::Interval window = year)
{
    return acme::map_slots(brackenfold, acme::read_slots(acme_reply("slots.json")).value(), window, memo);
}

adapters::FoundSlots mapped(fhir::Interval window = year)
{
    adapters::SlotMemo memo;
    return mapped(memo, window);
}

std::vector<adapters::SupplierAppointment> listed(fhir::Interval window)
{
    const auto wire = acme::read_appointments(acme_reply("appointments.json")).value();
    return acme::map_appointments(brackenfold, wire, {imogen, std::nullopt, std::nullopt}, window);
}

} // namespace

TEST(AcmeMapping, ASlotKeepsItsIdTimesAndKind)
{
    const auto found = mapped();
    const auto& slot = found.slots.at(0)->slot();
    EXPECT_EQ(slot.id, "Z90001.880011");
    EXPECT_EQ(slot.identifier.at(0).value, "880011");
    EXPECT_EQ(found.slots[0]->supplier_key(), "880011");
    EXPECT_EQ(slot.start, at("2026-11-24T09:00:00Z"));
    EXPECT_EQ(slot.end, at("2026-11-24T09:10:00Z"));
    EXPECT_EQ(slot.appointment_type->text, "GP face to face");
    EXPECT_EQ(slot.service_type.at(0).text, "GP face to face");
}

TEST(AcmeMapping, AnIdThatFhirDoesNotAllowIsHashedAndKeptForBooking)
{
    const auto found = mapped();
    const auto& offered = *found.slots.at(2);
    EXPECT_EQ(offered.id().size(), std::string("Z90001.x").size() + 40);
    EXPECT_EQ(offered.supplier_key(), "a/b");
    EXPECT_FALSE(offered.slot().appointment_type);
}

TEST(AcmeMapping, ASlotThatComesTwiceIsShownOnce)
{
    EXPECT_EQ(mapped().slots.size(), 3U);
}

TEST(AcmeMapping, OnlySlotsOfTheWindowAreShown)
{
    EXPECT_EQ(mapped(november).slots.size(), 2U);
}

TEST(AcmeMapping, WhatIsLeftOutIsSaid)
{
    EXPECT_EQ(mapped().warnings,
              std::vector<std::string>{"5 slots are left out: they have no usable id or times."});
}

TEST(AcmeMapping, SlotsOfTheSamePersonAtTheSamePlaceShareASchedule)
{
    const auto found = mapped();
    ASSERT_EQ(found.schedules.size(), 2U);
    EXPECT_EQ(found.slots[0]->slot().schedule.reference, found.slots[1]->slot().schedule.reference);
    EXPECT_EQ(found.schedules[0]->actor.size(), 3U);
    EXPECT_EQ(found.schedules[1]->actor.size(), 1U); // nobody and no place: the practice's service
    EXPECT_EQ(found.practitioners.size(), 1U);
    EXPECT_EQ(found.locations.size(), 1U);
}

TEST(AcmeMapping, ARowThatComesUnchangedIsTheSameObject)
{
    adapters::SlotMemo memo;
    EXPECT_EQ(mapped(memo).slots, mapped(memo).slots);
}

TEST(AcmeMapping, AppointmentsAreListedInOrderOfTimeWithTheirSlots)
{
    const auto all = listed(year);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].key, "700001");
    EXPECT_EQ(all[0].appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(all[0].appointment.start, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(all[1].appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(all[1].appointment.slot.at(0).reference, "Slot/Z90001.880012");
    EXPECT_EQ(all[1].appointment.minutes_duration, fhir::PositiveInt{10});
    EXPECT_EQ(listed(november).size(), 1U);
}

TEST(AcmeMapping, APatientIsTakenAsHeld)
{
    const auto patient =
        acme::map_patient(brackenfold, acme::read_patient(acme_reply("patient.json"), imogen).value());
    EXPECT_EQ(patient.id, "Z90001.5f");
    EXPECT_EQ(fhir::identifier_value(patient.identifier, fhir::nhs_number_system), imogen.digits());
    EXPECT_EQ(patient.name.at(0).family, "Tarrowby");
    EXPECT_EQ(fhir::to_text(*patient.birth_date), "1984-03-09");
    EXPECT_EQ(patient.telecom.at(0).value, "01632960114");
}

} // namespace tests
