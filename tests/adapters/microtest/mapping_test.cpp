// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/mapping.hpp"
#include "tests/adapters/microtest/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tests
{

namespace microtest = adapters::microtest;
using namespace std::chrono_literals;
using microtest::SlotKey;

namespace
{

const adapters::PracticeNames brackenfold{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval june{at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")};

adapters::FoundSlots mapped(adapters::SlotMemo& memo, fhir::Interval window = june)
{
    const auto wire = microtest::read_slots(microtest_data("slots.json")).value();
    return microtest::map_slots(brackenfold, wire, window, memo);
}

adapters::FoundSlots mapped()
{
    adapters::SlotMemo memo;
    return mapped(memo);
}

/// One slot with the given members.
microtest::WireSlot slot_with(const std::string& members)
{
    const auto wire = microtest::read_slots(R"({"slots":[{"id":"1",)" + members + "}]}").value();
    return microtest::read_slot(wire.slots.at(0));
}

std::optional<fhir::Interval> moments(const std::string& members)
{
    return microtest::moments_of(slot_with(members));
}

fhir::Interval interval(const char* start, const char* end)
{
    return {at(start), at(end)};
}

std::string channel_of(const fhir::Slot& slot)
{
    if (slot.extension.empty())
        return "none";
    const auto& coded = std::get<fhir::CodeableConcept>(slot.extension[0].value);
    return coded.coding.empty() ? coded.text.value_or("") : coded.coding[0].code->text;
}

std::vector<adapters::SupplierAppointment> listed(fhir::Interval window, const char* now)
{
    const adapters::PatientContext imogen{*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
    const auto wire = microtest::read_appointments(microtest_data("appointments.json")).value();
    return microtest::map_appointments(brackenfold, wire, imogen, window, at(now));
}

std::vector<std::string> displays(const fhir::Appointment& appointment)
{
    std::vector<std::string> names;
    for (const auto& participant : appointment.participant)
        if (participant.actor->display)
            names.push_back(*participant.actor->display);
    return names;
}

} // namespace

TEST(MicrotestMapping, ASlotHasTheIdThatTheSystemGivesIt)
{
    const auto found = mapped();
    ASSERT_EQ(found.slots.size(), 4U);
    EXPECT_EQ(found.slots[0]->id(), "Z90001.3301");
    EXPECT_EQ(found.slots[0]->slot().identifier[0].value, "3301");
    EXPECT_EQ(found.slots[0]->slot().identifier[0].system->text,
              "https://apptgw.example/id/provider-slot/Z90001");
    EXPECT_EQ(found.slots[0]->supplier_key(), "slot/3301");
    EXPECT_EQ(found.slots[0]->start(), at("2026-06-15T08:20:00Z"));
    EXPECT_EQ(found.slots[0]->end(), at("2026-06-15T08:30:00Z"));
}

TEST(MicrotestMapping, AnOpaqueIdIsHashedForFhirAndKeptForBooking)
{
    const auto found = mapped();
    const auto& offered = *found.slots.at(3);
    EXPECT_EQ(offered.slot().id->size(), std::string("Z90001.x").size() + 40);
    EXPECT_EQ(offered.supplier_key(), "slot/no/3304");
    EXPECT_EQ(SlotKey::parse(offered.supplier_key())->slot_id, "no/3304");
}

TEST(MicrotestMapping, ASlotThatComesTwiceIsShownOnce)
{
    const auto found = mapped();
    EXPECT_EQ(
        std::ranges::count_if(found.slots, [](const auto& each) { return each->id() == "Z90001.3301"; }),
        1);
}

TEST(MicrotestMapping, SlotsWithoutUsableTimesAreLeftOutWithAWarningEach)
{
    const auto found = mapped();
    ASSERT_EQ(found.warnings.size(), 3U);
    EXPECT_EQ(found.warnings[1], "Slot 3305 is left out: its times cannot be used.");
    EXPECT_EQ(found.warnings[2], "Slot 3306 is left out: its times cannot be used.");
}

TEST(MicrotestMapping, WhatIsLeftOutIsWarnedOfInEveryAnswer)
{
    adapters::SlotMemo memo;
    EXPECT_EQ(mapped(memo).warnings, mapped(memo).warnings);
}

TEST(MicrotestMapping, AnUnchangedRowIsTheSameObjectInTheNextAnswer)
{
    adapters::SlotMemo memo;
    const auto first = mapped(memo);
    const auto second = mapped(memo);
    EXPECT_EQ(first.slots, second.slots);
    EXPECT_EQ(first.schedules.size(), second.schedules.size());
    EXPECT_EQ(first.practitioners.size(), second.practitioners.size());
}

TEST(MicrotestMapping, WhatStartsOutsideTheWindowIsNotShownNorWhatItRefersTo)
{
    adapters::SlotMemo memo;
    const auto found = mapped(memo, interval("2026-06-15T08:21:00Z", "2026-06-15T10:05:00Z"));
    ASSERT_EQ(found.slots.size(), 1U);
    EXPECT_EQ(found.slots[0]->id(), "Z90001.3302");
    EXPECT_EQ(found.schedules.size(), 1U);
    for (const auto& place : mapped().locations)
        EXPECT_NE(place->name, "Fold Green Branch");
}

TEST(MicrotestMapping, ABlankTypeIsKept)
{
    const auto found = mapped();
    const auto& slot = found.slots.at(2)->slot();
    EXPECT_EQ(slot.id, "Z90001.3303");
    EXPECT_FALSE(slot.appointment_type);
    EXPECT_EQ(slot.service_type[0].coding[0].code->text, "788007007");
    EXPECT_EQ(found.slots[0]->slot().appointment_type->text, "Routine");
    EXPECT_EQ(found.slots[0]->slot().service_type[0].text, "Routine");
}

TEST(MicrotestMapping, ChannelsBecomeDeliveryChannelsAndTheTelephoneNeedsANumber)
{
    const auto found = mapped();
    EXPECT_EQ(channel_of(found.slots[0]->slot()), "In-person");
    EXPECT_EQ(channel_of(found.slots[1]->slot()), "Telephone");
    EXPECT_EQ(channel_of(found.slots[2]->slot()), "Home visit");
    EXPECT_EQ(channel_of(found.slots[3]->slot()), "none");
    EXPECT_EQ(found.slots[1]->supplier_key(), "telephone/3302");
    EXPECT_TRUE(SlotKey::parse("telephone/3302")->telephone);
}

TEST(MicrotestMapping, AKeyOfNoSlotIsNone)
{
    for (const auto* text : {"", "3302", "slot/", "telephone/", "Slot/3302", "999999"})
        EXPECT_FALSE(SlotKey::parse(text)) << text;
}

TEST(MicrotestMapping, SlotsOfTheSamePeopleAtTheSamePlaceAreOfOneSchedule)
{
    const auto found = mapped();
    EXPECT_EQ(found.slots[1]->slot().schedule.reference, found.slots[2]->slot().schedule.reference);
    EXPECT_NE(found.slots[0]->slot().schedule.reference, found.slots[1]->slot().schedule.reference);
    ASSERT_EQ(found.schedules.size(), 3U);
    EXPECT_EQ("Schedule/" + *found.schedules[1]->id, found.slots[1]->slot().schedule.reference);
    EXPECT_EQ(found.schedules[1]->actor.size(), 4U); // two clinicians, a place, the service
}

TEST(MicrotestMapping, PeopleAndPlacesAreNamedOnce)
{
    const auto found = mapped();
    ASSERT_EQ(found.practitioners.size(), 2U);
    EXPECT_EQ(found.practitioners[0]->name[0].text, "Dr Rosa Hallow");
    ASSERT_EQ(found.locations.size(), 1U);
    EXPECT_EQ(found.locations[0]->name, "Brackenfold Surgery");
    EXPECT_EQ(found.schedules[2]->actor.size(), 1U); // nobody and nowhere: the service alone
}

TEST(MicrotestMapping, AmbiguousOctoberTimeIsReadAsGmt)
{
    EXPECT_EQ(moments(R"("startTime":"2026-10-25T01:30:00","endTime":"2026-10-25T01:40:00")"),
              interval("2026-10-25T01:30:00Z", "2026-10-25T01:40:00Z"));
    EXPECT_EQ(moments(R"("startTime":"2026-10-25T00:50:00","endTime":"2026-10-25T01:00:00")"),
              interval("2026-10-24T23:50:00Z", "2026-10-25T00:00:00Z"));
}

TEST(MicrotestMapping, AnOffsetTellsTheTwoOctoberHoursApart)
{
    EXPECT_EQ(moments(R"("startTime":"2026-10-25T01:30:00+01:00","endTime":"2026-10-25T01:40:00+01:00")"),
              interval("2026-10-25T00:30:00Z", "2026-10-25T00:40:00Z"));
    EXPECT_EQ(moments(R"("startTime":"2026-10-25T01:50:00+01:00","endTime":"2026-10-25T01:00:00+00:00")"),
              interval("2026-10-25T00:50:00Z", "2026-10-25T01:00:00Z"));
}

TEST(MicrotestMapping, AStartInTheHourThatMarchSkipsCannotBeUsed)
{
    EXPECT_FALSE(moments(R"("startTime":"2026-03-29T01:30:00","endTime":"2026-03-29T02:40:00")"));
}

TEST(MicrotestMapping, WithoutAUsableEndTheDurationTells)
{
    const auto expected = interval("2026-06-15T08:20:00Z", "2026-06-15T08:35:00Z");
    for (const auto* end : {"", "later", "2026-06-15T09:20:00", "2026-06-15T09:00:00", "2026-03-29T01:30:00"})
        EXPECT_EQ(moments(R"("startTime":"2026-06-15T09:20:00","duration":"15","endTime":")" +
                          std::string(end) + "\""),
                  expected)
            << end;
    EXPECT_FALSE(moments(R"("startTime":"2026-06-15T09:20:00","endTime":"later")"));
    EXPECT_FALSE(moments(R"("duration":"15","endTime":"2026-06-15T09:20:00")"));
}

TEST(MicrotestMapping, APatientIsMappedWithWhateverIsTold)
{
    const auto wire = microtest::read_patient(microtest_data("demographics.json")).value();
    const auto patient = microtest::map_patient(brackenfold, wire, "x1");
    EXPECT_EQ(patient.id, "Z90001.x1");
    EXPECT_EQ(fhir::identifier_value(patient.identifier, fhir::nhs_number_system), "9990312079");
    EXPECT_EQ(patient.name[0].family, "Tarrowby");
    EXPECT_EQ(patient.name[0].given, (std::vector<std::string>{"Imogen", "Wren"}));
    EXPECT_EQ(patient.name[0].prefix, (std::vector<std::string>{"Ms"}));
    EXPECT_EQ(patient.gender, fhir::Gender::female);
    EXPECT_EQ(fhir::to_text(*patient.birth_date), "1984-03-09");
    ASSERT_EQ(patient.address.size(), 1U);
    EXPECT_EQ(patient.address[0].city, "Brackenfold");
    EXPECT_EQ(patient.address[0].district, "Wharfshire");
    EXPECT_EQ(patient.address[0].line.size(), 2U);
    ASSERT_EQ(patient.telecom.size(), 3U);
    EXPECT_EQ(patient.telecom[2].system, fhir::ContactSystem::email);
    EXPECT_EQ(patient.managing_organization->reference, "Organization/Z90001.org");
}

TEST(MicrotestMapping, SexIsToldByItsFirstLetter)
{
    const std::vector<std::pair<const char*, fhir::Gender>> rows = {{"M", fhir::Gender::male},
                                                                    {"male", fhir::Gender::male},
                                                                    {"f", fhir::Gender::female},
                                                                    {"Indeterminate", fhir::Gender::unknown},
                                                                    {"", fhir::Gender::unknown}};
    for (const auto& [text, gender] : rows) {
        microtest::WirePatient wire;
        wire.sex = text;
        EXPECT_EQ(microtest::map_patient(brackenfold, wire, "x1").gender, gender) << text;
    }
}

TEST(MicrotestMapping, AppointmentsComeInOrderOfTimeAndPastOnesAreFulfilled)
{
    const auto all = listed(interval("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "2026-06-01T00:00:00Z");
    ASSERT_EQ(all.size(), 3U); // the one without a usable start could be the one that somebody looks for
    EXPECT_EQ(all[0].key, "2951");
    EXPECT_FALSE(all[0].appointment.start);
    EXPECT_EQ(all[1].key, "2950");
    EXPECT_EQ(all[1].appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(all[1].appointment.start, all[1].appointment.end);
    EXPECT_EQ(all[2].key, "3302");
    EXPECT_EQ(all[2].appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(all[2].appointment.end, at("2026-06-15T10:05:00Z"));
    EXPECT_TRUE(all[2].appointment.slot.empty());
}

TEST(MicrotestMapping, AnAppointmentTellsWhoAndWhere)
{
    const auto all = listed(june, "2026-06-01T00:00:00Z");
    const auto& appointment = all.back().appointment;
    EXPECT_EQ(displays(appointment),
              (std::vector<std::string>{"Dr Rosa Hallow", "Nurse Tomas Mere", "Brackenfold Surgery"}));
    EXPECT_EQ(appointment.appointment_type->text, "Phone call");
    EXPECT_EQ(appointment.identifier[0].value, "3302");
}

TEST(MicrotestMapping, AnAppointmentMayHoldASlotAtItsTimesWithItsPeople)
{
    adapters::SlotMemo memo;
    const auto found = mapped(memo);
    const auto held = microtest::read_appointments(microtest_data("appointments.json")).value();
    EXPECT_TRUE(microtest::may_hold(brackenfold, held[0], found.slots[1]->slot()));
    EXPECT_FALSE(microtest::may_hold(brackenfold, held[0], found.slots[0]->slot()));
    EXPECT_FALSE(microtest::may_hold(brackenfold, held[2], found.slots[1]->slot()));
    auto others = held[0];
    others.clinicians = {"Ms Edda Finch"};
    EXPECT_TRUE(microtest::is_at_times_of(others, found.slots[1]->slot()));
    EXPECT_FALSE(microtest::may_hold(brackenfold, others, found.slots[1]->slot()));
    auto silent = held[0];
    silent.clinicians.clear();
    silent.end.reset();
    silent.duration.reset();
    EXPECT_TRUE(microtest::may_hold(brackenfold, silent, found.slots[1]->slot()));
}

} // namespace tests
