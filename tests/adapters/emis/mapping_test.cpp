// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/mapping.hpp"
#include "tests/adapters/emis/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tests
{

using namespace adapters::emis;
using namespace std::chrono_literals;

namespace
{

const PracticeNames practice{fhir::OdsCode::parse("Z90001").value(), "Brackenfold Surgery"};

fhir::Interval november()
{
    return {at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")};
}

adapters::FoundSlots mapped()
{
    adapters::SlotMemo memo;
    return map_slots(practice, read_slots(emis_data("slots.json")).value(),
                     read_metadata(emis_data("metadata.json")).value(),
                     read_settings(emis_data("settings.json")).value(), november(), memo);
}

const fhir::Slot& slot(const adapters::FoundSlots& found, const std::string& id)
{
    const auto each = std::find_if(found.slots.begin(), found.slots.end(),
                                   [&](const auto& offered) { return offered->id() == id; });
    if (each == found.slots.end())
        throw std::runtime_error("no slot " + id);
    return (*each)->slot();
}

WireSlot wire_slot(std::string_view start, std::string_view end)
{
    WireSlot wire;
    wire.id = 1;
    wire.start = fhir::parse_local_time(start);
    wire.end = fhir::parse_local_time(end);
    wire.type_name = "GP";
    return wire;
}

const adapters::PatientContext& patient()
{
    static const auto context = patient_context(practice_seed().patients[0]);
    return context;
}

std::string channel_code(const fhir::Slot& each)
{
    const auto* extension = fhir::find_extension(
        each.extension, "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel");
    const auto* concept_value = extension ? std::get_if<fhir::CodeableConcept>(&extension->value) : nullptr;
    if (!concept_value)
        return "none";
    return concept_value->coding.empty() ? concept_value->text.value_or("")
                                         : concept_value->coding[0].code->text;
}

} // namespace

TEST(EmisMapping, ASlotCarriesWhatTheSupplierSaysOfIt)
{
    const auto found = mapped();
    const auto& first = slot(found, "Z90001.880011");
    EXPECT_EQ(first.start, at("2026-11-24T09:20:00Z"));
    EXPECT_EQ(first.end, at("2026-11-24T09:30:00Z"));
    EXPECT_EQ(first.status, fhir::SlotStatus::free);
    EXPECT_EQ(first.schedule.reference, "Schedule/Z90001.ses5501");
    EXPECT_EQ(fhir::identifier_value(first.identifier, "https://apptgw.example/id/provider-slot/Z90001"),
              "880011");
    ASSERT_EQ(first.service_type.size(), 1U);
    EXPECT_EQ(first.service_type[0].text, "GP face to face");
    ASSERT_EQ(first.service_type[0].coding.size(), 1U);
    EXPECT_EQ(first.service_type[0].coding[0].code, fhir::Code("788007007"));
    ASSERT_TRUE(first.appointment_type);
    EXPECT_EQ(first.appointment_type->text, "GP face to face");
}

TEST(EmisMapping, DeliveryChannelsAreThoseOfUkCore)
{
    const auto found = mapped();
    EXPECT_EQ(channel_code(slot(found, "Z90001.880011")), "In-person");
    EXPECT_EQ(channel_code(slot(found, "Z90001.880012")), "Telephone");
    EXPECT_EQ(channel_code(slot(found, "Z90001.880013")), "Video");
    EXPECT_EQ(channel_code(slot(found, "Z90001.9007199254740993")), "Home visit");
    EXPECT_EQ(channel_code(slot(found, "Z90001.880201")), "none");
}

TEST(EmisMapping, ASlotWithoutAUsableEndTakesTheSessionsLength)
{
    const auto found = mapped();
    EXPECT_EQ(slot(found, "Z90001.880013").end, at("2026-11-24T10:10:00Z"));
}

TEST(EmisMapping, SlotsThatCannotBeShownAreLeftOutAndSaid)
{
    const auto found = mapped();
    EXPECT_EQ(found.slots.size(), 5U);
    ASSERT_EQ(found.warnings.size(), 3U);
    EXPECT_EQ(found.warnings[1], "Slot 880014 is left out: it has no slot type.");
    EXPECT_EQ(found.warnings[2], "Slot 880015 is left out: its times cannot be used.");
}

TEST(EmisMapping, ASlotOfAnUnknownSessionIsKeptWithTheServiceAlone)
{
    const auto found = mapped();
    EXPECT_EQ(slot(found, "Z90001.880201").schedule.reference, "Schedule/Z90001.ses7777");
    const auto schedule = std::find_if(found.schedules.begin(), found.schedules.end(),
                                       [](const auto& each) { return each->id == "Z90001.ses7777"; });
    ASSERT_NE(schedule, found.schedules.end());
    ASSERT_EQ((*schedule)->actor.size(), 1U);
    EXPECT_EQ((*schedule)->actor[0].reference, "HealthcareService/Z90001.gp");
}

TEST(EmisMapping, WithoutAnyMetadataNoSlotIsShown)
{
    adapters::SlotMemo memo;
    const auto found =
        map_slots(practice, read_slots(emis_data("slots.json")).value(), {}, {}, november(), memo);
    EXPECT_TRUE(found.slots.empty());
    EXPECT_FALSE(found.warnings.empty());
}

TEST(EmisMapping, AScheduleNamesCliniciansRolesPlaceAndService)
{
    const auto found = mapped();
    const auto schedule = std::find_if(found.schedules.begin(), found.schedules.end(),
                                       [](const auto& each) { return each->id == "Z90001.ses5502"; });
    ASSERT_NE(schedule, found.schedules.end());
    std::vector<std::string> actors;
    for (const auto& actor : (*schedule)->actor)
        actors.push_back(actor.reference.value_or(""));
    EXPECT_EQ(actors, (std::vector<std::string>{"Practitioner/Z90001.cli12", "Practitioner/Z90001.cli7",
                                                "PractitionerRole/Z90001.rol7", "Location/Z90001.loc42",
                                                "HealthcareService/Z90001.gp"}));
    EXPECT_EQ((*schedule)->comment, "Bloods");
}

TEST(EmisMapping, AKnownJobRoleGetsItsSdsCode)
{
    const auto found = mapped();
    ASSERT_EQ(found.practitioner_roles.size(), 1U);
    const auto& role = *found.practitioner_roles[0];
    EXPECT_EQ(role.code.at(0).text, "General Medical Practitioner");
    EXPECT_EQ(role.code.at(0).coding.at(0).code, fhir::Code("R0260"));
    EXPECT_EQ(role.practitioner->reference, "Practitioner/Z90001.cli7");
}

TEST(EmisMapping, ThePracticesGuidanceStandsAtItsService)
{
    const auto found = mapped();
    ASSERT_EQ(found.healthcare_services.size(), 1U);
    const auto& service = *found.healthcare_services[0];
    EXPECT_EQ(service.extra_details->text, "Please book a nurse slot for blood tests.");
    EXPECT_EQ(service.active, true);
    EXPECT_EQ(service.provided_by->reference, "Organization/Z90001.org");
    EXPECT_EQ(fhir::identifier_value(service.identifier, fhir::ods_organisation_system), "Z90001");
}

TEST(EmisMapping, AmbiguousOctoberTimeIsReadAsGmt)
{
    const auto moments = moments_of(wire_slot("2026-10-25T01:30:00", "2026-10-25T01:40:00"), {});
    ASSERT_TRUE(moments);
    EXPECT_EQ(moments->start, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(moments->end, at("2026-10-25T01:40:00Z"));
}

TEST(EmisMapping, AnAmbiguousEndIsTheFirstReadingAfterTheStart)
{
    const auto moments = moments_of(wire_slot("2026-10-25T00:50:00", "2026-10-25T01:00:00"), {});
    ASSERT_TRUE(moments);
    EXPECT_EQ(moments->end - moments->start, 10min);
}

TEST(EmisMapping, AMarchTimeThatDoesNotExistIsNotUsed)
{
    EXPECT_FALSE(moments_of(wire_slot("2027-03-28T01:30:00", "2027-03-28T02:00:00"), 10));
}

TEST(EmisMapping, ImpossibleEndsFallBackToTheSessionsLength)
{
    const std::vector<std::string> ends{"", "2026-11-24T09:00:00", "2026-11-24T08:00:00"};
    for (const auto& end : ends) {
        const auto moments = moments_of(wire_slot("2026-11-24T09:00:00", end), 15);
        ASSERT_TRUE(moments) << end;
        EXPECT_EQ(moments->end, at("2026-11-24T09:15:00Z")) << end;
    }
    for (const std::int64_t minutes : {0, -5, 100000})
        EXPECT_FALSE(moments_of(wire_slot("2026-11-24T09:00:00", ""), minutes)) << minutes;
}

TEST(EmisMapping, AnHourThatOccursTwiceIsAskedForWhole)
{
    const auto window = local_window({at("2026-10-25T00:30:00Z"), at("2026-10-25T01:15:00Z")});
    EXPECT_EQ(fhir::to_text(window.from), "2026-10-25T01:00:00");
    EXPECT_EQ(fhir::to_text(window.to), "2026-10-25T02:00:00");
}

TEST(EmisMapping, SlotKeysSurviveTheirTextAndNothingElseIsOne)
{
    const auto telephone = SlotKey::parse(SlotKey{880012, true}.text());
    ASSERT_TRUE(telephone);
    EXPECT_EQ(telephone->slot_id, 880012);
    EXPECT_TRUE(telephone->telephone);
    EXPECT_FALSE(SlotKey::parse("880012")->telephone);
    for (const auto* text : {"", "x", "-5", "0", "12 ", "12/phone", "9223372036854775808", "12.5", "+12"})
        EXPECT_FALSE(SlotKey::parse(text)) << text;
}

TEST(EmisMapping, FutureAppointmentsAreBookedAndPastOnesFulfilled)
{
    const fhir::Interval year{at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")};
    const auto wire = read_appointments(emis_data("appointments.json")).value();
    const auto appointments = map_appointments(practice, wire, patient(), year, at("2026-11-23T08:00:00Z"));
    ASSERT_EQ(appointments.size(), 2U);
    const auto& next = appointments[0].appointment;
    EXPECT_EQ(appointments[0].key, "880012");
    EXPECT_EQ(next.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(next.slot.at(0).reference, "Slot/Z90001.880012");
    EXPECT_EQ(next.description, "Review of inhaler");
    EXPECT_EQ(next.minutes_duration->value, 10);
    EXPECT_EQ(next.participant.size(), 3U);
    EXPECT_FALSE(next.id);
    EXPECT_EQ(appointments[1].appointment.status, fhir::AppointmentStatus::fulfilled);
}

TEST(EmisMapping, AppointmentsOutsideTheWindowAreLeftOut)
{
    const auto wire = read_appointments(emis_data("appointments.json")).value();
    EXPECT_EQ(map_appointments(practice, wire, patient(), november(), at("2026-11-23T08:00:00Z")).size(), 1U);
}

TEST(EmisMapping, AnAppointmentWithoutAUsableStartIsKeptForWhoeverSettles)
{
    auto wire = read_appointments(emis_data("appointments.json")).value();
    wire.appointments[0].slot.start.reset();
    const auto appointments =
        map_appointments(practice, wire, patient(), november(), at("2026-11-23T08:00:00Z"));
    ASSERT_EQ(appointments.size(), 1U);
    EXPECT_FALSE(appointments[0].appointment.start);
    EXPECT_EQ(appointments[0].key, "880012");
}

TEST(EmisMapping, DemographicsBecomeAPatient)
{
    const auto mapped_patient =
        map_patient(practice, read_demographics(emis_data("demographics.json")).value(), "x1");
    EXPECT_EQ(mapped_patient.id, "Z90001.x1");
    EXPECT_EQ(fhir::identifier_value(mapped_patient.identifier, fhir::nhs_number_system), "9990312079");
    ASSERT_EQ(mapped_patient.name.size(), 2U);
    EXPECT_EQ(mapped_patient.name[0].family, "Tarrowby");
    EXPECT_EQ(mapped_patient.name[1].use, fhir::NameUse::nickname);
    EXPECT_EQ(mapped_patient.gender, fhir::Gender::female);
    EXPECT_EQ(fhir::to_text(*mapped_patient.birth_date), "1984-03-09");
    EXPECT_EQ(mapped_patient.telecom.size(), 3U);
    ASSERT_EQ(mapped_patient.address.size(), 1U);
    EXPECT_EQ(mapped_patient.address[0].postal_code, "ZZ99 3AA");
}

} // namespace tests
