// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/mapping.hpp"
#include "tests/adapters/tpp/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tests
{

namespace tpp = adapters::tpp;
using namespace std::chrono_literals;

namespace
{

const tpp::PracticeNames brackenfold{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};

fhir::LocalTime wall(const char* text)
{
    return fhir::parse_local_time(text).value();
}

const fhir::Interval june{at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")};

adapters::FoundSlots mapped(adapters::SlotMemo& memo, fhir::Interval window = june)
{
    const auto wire = tpp::read_slots(tpp_xml("slots.xml")).value();
    return tpp::map_slots(brackenfold, wire, "Come early.", window, at("2026-06-14T08:00:00Z"), memo);
}

adapters::FoundSlots mapped()
{
    adapters::SlotMemo memo;
    return mapped(memo);
}

adapters::PatientContext imogen()
{
    return {*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
}

std::vector<adapters::SupplierAppointment> listed(fhir::Interval window, const char* now)
{
    return tpp::map_appointments(brackenfold, tpp::read_appointments(tpp_xml("appointments.xml")).value(),
                                 imogen(), window, at(now));
}

} // namespace

TEST(TppMapping, TrailingZOfSlotTimeIsNotUtc)
{
    const auto found = mapped();
    ASSERT_FALSE(found.slots.empty());
    EXPECT_EQ(found.slots[0]->start(), at("2026-06-15T08:20:00Z"));
    EXPECT_EQ(found.slots[0]->end(), at("2026-06-15T08:30:00Z"));
}

TEST(TppMapping, ASlotIsNamedByItsSessionStartAndLength)
{
    const auto found = mapped();
    EXPECT_EQ(found.slots[0]->id(), "Z90001.a1b8000000000000-20260615T0920-10");
    EXPECT_EQ(found.slots[0]->supplier_key(), "a1b8000000000000/2026-06-15T09:20:00/2026-06-15T09:30:00");
    EXPECT_EQ(found.slots[0]->slot().service_type[0].text, "GP appointment");
    EXPECT_EQ(found.slots[0]->slot().service_category[0].text, "Morning surgery");
}

TEST(TppMapping, SlotsAlikeInAllThreePartsAreOne)
{
    std::set<std::string> ids;
    const auto found = mapped();
    for (const auto& each : found.slots)
        EXPECT_TRUE(ids.insert(each->id()).second) << each->id();
    EXPECT_EQ(found.slots.size(), 3U);
}

TEST(TppMapping, SlotsWithoutTypeOrTimesAreLeftOutWithAWarningEach)
{
    EXPECT_EQ(mapped().warnings.size(), 1U + 3U); // and a session without an id
}

TEST(TppMapping, OnlySessionsWithAShownSlotAreHandedOn)
{
    const auto found = mapped();
    ASSERT_EQ(found.schedules.size(), 2U);
    EXPECT_EQ(found.practitioners.size(), 1U);
    EXPECT_EQ(found.locations.size(), 2U);
    EXPECT_EQ(found.practitioners[0]->name[0].text, "Dr Rosa Hallow (Female)");
    EXPECT_EQ(found.practitioners[0]->gender, fhir::Gender::female);
    EXPECT_EQ(found.schedules[1]->actor.size(), 2U); // nobody named: place and service
    EXPECT_EQ(found.healthcare_services[0]->extra_details->text, "Come early.");
}

TEST(TppMapping, TheHorizonIsTheBookableDaysFromToday)
{
    const auto found = mapped();
    ASSERT_TRUE(found.schedules[0]->planning_horizon);
    EXPECT_EQ(fhir::to_text(*found.schedules[0]->planning_horizon->end), "2026-07-12");
}

TEST(TppMapping, ARowThatIsKnownIsTheSameObject)
{
    adapters::SlotMemo memo;
    const auto first = mapped(memo);
    const auto second = mapped(memo);
    ASSERT_EQ(first.slots.size(), second.slots.size());
    EXPECT_EQ(first.slots[0], second.slots[0]);
}

TEST(TppMapping, TheWindowCutsByStart)
{
    adapters::SlotMemo memo;
    const auto found = mapped(memo, {at("2026-06-15T08:30:00Z"), at("2026-06-16T13:00:00Z")});
    ASSERT_EQ(found.slots.size(), 1U);
    EXPECT_EQ(found.slots[0]->start(), at("2026-06-15T08:30:00Z"));
}

TEST(TppMapping, AnHourThatOccursTwiceIsReadAsGmt)
{
    const auto moments = tpp::moments_of(wall("2026-10-25T01:30:00"), wall("2026-10-25T01:40:00"));
    ASSERT_TRUE(moments);
    EXPECT_EQ(moments->start, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(moments->end, at("2026-10-25T01:40:00Z"));
}

TEST(TppMapping, TimesThatDoNotExistOrRunBackwardsAreNoSlot)
{
    EXPECT_FALSE(tpp::moments_of(wall("2027-03-28T01:30:00"), wall("2027-03-28T02:10:00")));
    EXPECT_FALSE(tpp::moments_of(wall("2027-03-28T09:30:00"), wall("2027-03-28T09:30:00")));
    EXPECT_FALSE(tpp::moments_of(std::nullopt, wall("2027-03-28T09:30:00")));
    EXPECT_FALSE(tpp::moments_of(wall("2027-03-28T09:30:00"), std::nullopt));
}

TEST(TppMapping, TheWindowAskedForCoversEveryLocalDayOfIt)
{
    const auto window = tpp::local_window({at("2026-06-15T07:00:00Z"), at("2026-06-29T07:00:00Z")});
    EXPECT_EQ(window.from, wall("2026-06-15T08:00:00"));
    EXPECT_EQ(window.days, 15);
    const auto autumn = tpp::local_window({at("2026-10-25T01:30:00Z"), at("2026-10-25T02:30:00Z")});
    EXPECT_EQ(autumn.from, wall("2026-10-25T01:00:00"));
    EXPECT_EQ(autumn.days, 1);
}

TEST(TppMapping, ASlotKeyIsItsTextAndBack)
{
    const tpp::SlotKey key{"a1/b8", wall("2026-06-15T09:20:00"), wall("2026-06-15T09:30:00")};
    const auto parsed = tpp::SlotKey::parse(key.text());
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->session_id, "a1/b8");
    EXPECT_EQ(parsed->start, key.start);
    EXPECT_EQ(parsed->end, key.end);
    for (const auto* text :
         {"", "880011", "a1", "/2026-06-15T09:20:00/2026-06-15T09:30:00", "a1/2026-06-15T09:20:00",
          "a1/2026-06-15T09:30:00/2026-06-15T09:20:00", "a1/2026-06-15T09:20:00+2026-06-15T09:30:00"})
        EXPECT_FALSE(tpp::SlotKey::parse(text)) << text;
}

TEST(TppMapping, APersonsOneNameIsTakenApart)
{
    const auto patient = tpp::map_patient(brackenfold, tpp::read_person(tpp_xml("person.xml")).value(), "x1");
    EXPECT_EQ(patient.id, "Z90001.x1");
    ASSERT_EQ(patient.name.size(), 1U);
    EXPECT_EQ(patient.name[0].text, "Ms Imogen Tarrowby");
    EXPECT_EQ(patient.name[0].family, "Tarrowby");
    EXPECT_EQ(patient.name[0].given, std::vector<std::string>{"Imogen"});
    EXPECT_EQ(patient.name[0].prefix, std::vector<std::string>{"Ms"});
    EXPECT_EQ(patient.gender, fhir::Gender::female);
    EXPECT_EQ(patient.address[0].text, "14 Fold Green, Brackenfold, ZZ99 3AD");
}

TEST(TppMapping, AppointmentsComeInOrderOfTimeAndNameNoSlot)
{
    const auto found = listed(june, "2026-06-16T08:00:00Z");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].key, "c07d000000000000");
    EXPECT_EQ(found[0].appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(found[0].appointment.start, at("2026-06-15T08:20:00Z"));
    EXPECT_TRUE(found[0].appointment.slot.empty());
    EXPECT_EQ(found[1].appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(found[2].appointment.start, found[2].appointment.end); // its end cannot be read
}

TEST(TppMapping, ClinicianAndPlaceOfAnAppointmentAreDisplayed)
{
    const auto found = listed(june, "2026-06-14T08:00:00Z");
    const auto& participants = found[0].appointment.participant;
    ASSERT_EQ(participants.size(), 3U);
    EXPECT_EQ(participants[1].actor->display, "Dr Rosa Hallow");
    EXPECT_EQ(participants[2].actor->display, "Brackenfold Surgery, 1 Mill Bank, Brackenfold, ZZ99 3AB");
    EXPECT_EQ(found[1].appointment.participant.size(), 1U);
}

TEST(TppMapping, AppointmentsOutsideTheWindowAreNotListed)
{
    EXPECT_EQ(listed({at("2026-06-15T08:20:00Z"), at("2026-06-15T08:21:00Z")}, "2026-06-14T08:00:00Z").size(),
              1U);
}

} // namespace tests
