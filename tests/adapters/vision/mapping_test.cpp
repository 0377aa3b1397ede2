// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/mapping.hpp"
#include "tests/adapters/vision/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tests
{

namespace vision = adapters::vision;
using namespace std::chrono_literals;

namespace
{

const adapters::PracticeNames saltmarsh{*fhir::OdsCode::parse("Z90003"), "Saltmarsh Lane Practice"};
const fhir::Interval june{at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")};

vision::WireConfiguration configuration()
{
    return vision::read_configuration(vision_reply("configuration.xml")).value();
}

adapters::FoundSlots mapped(const std::vector<vision::WireSlots>& pages, adapters::SlotMemo& memo,
                            fhir::Interval window = june)
{
    return vision::map_slots(saltmarsh, pages, configuration(), window, memo);
}

adapters::FoundSlots mapped(const std::vector<vision::WireSlots>& pages)
{
    adapters::SlotMemo memo;
    return mapped(pages, memo);
}

vision::WireSlots sample()
{
    return vision::read_slots(vision_reply("slots.xml")).value();
}

vision::WireSlot slot_at(std::string_view date_time, std::string_view duration)
{
    vision::WireSlot slot;
    slot.date_time = date_time;
    slot.duration = duration;
    return slot;
}

adapters::PatientContext oriel()
{
    return {*fhir::NhsNumber::parse("9990577048"), std::nullopt, std::nullopt};
}

std::vector<adapters::SupplierAppointment> listed(fhir::Interval window)
{
    const auto wire = vision::read_appointments(vision_reply("appointments.xml")).value();
    return vision::map_appointments(saltmarsh, wire, oriel(), window);
}

const std::vector<vision::WireReason> reasons = {{"CR1", "No longer needed", false},
                                                 {"CR2", "Cannot attend", true}};

adapters::CancelAppointment cancellation(const std::string& reason)
{
    return {{}, oriel(), {"20655", {}}, reason};
}

} // namespace

TEST(VisionMapping, ASlotHasTheSuppliersIdAndUkTimes)
{
    const auto found = mapped({sample()});
    ASSERT_EQ(found.slots.size(), 2U);
    const auto& first = *found.slots[0];
    EXPECT_EQ(first.slot().id, "Z90003.20611");
    EXPECT_EQ(first.supplier_key(), "20611");
    EXPECT_EQ(first.slot().start, at("2026-06-15T08:20:00Z"));
    EXPECT_EQ(first.slot().end, at("2026-06-15T08:30:00Z"));
    EXPECT_EQ(first.slot().appointment_type->text, "Routine");
    EXPECT_EQ(first.slot().service_type[0].text, "Routine");
    EXPECT_EQ(first.slot().service_category[0].text, "Morning surgery");
    EXPECT_EQ(first.slot().schedule.reference, "Schedule/Z90003.ses-71-AOKE-2");
    EXPECT_TRUE(found.warnings.empty());
}

TEST(VisionMapping, MinutesAreAddedToTheInstantAndAnHourThatOccursTwiceIsGmt)
{
    const auto end_of = [](std::string_view start, std::string_view minutes) {
        return vision::moments_of(slot_at(start, minutes));
    };
    // The clocks go back on 25 October 2026 and forward on 28 March 2027, at 01:00 UTC.
    EXPECT_EQ(end_of("2026-10-25T00:50:00", "20")->end, at("2026-10-25T00:10:00Z"));
    EXPECT_EQ(end_of("2026-10-25T01:30:00", "20")->start, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(end_of("2027-03-28T00:50:00", "20")->end, at("2027-03-28T01:10:00Z"));
    EXPECT_FALSE(end_of("2027-03-28T01:30:00", "20"));
    EXPECT_FALSE(end_of("2026-02-30T09:00:00", "20"));
    EXPECT_FALSE(end_of("2026-10-25T00:50:00Z", "20"));
}

TEST(VisionMapping, TheDaysAskedForCoverTheWindowAndNoMore)
{
    const auto text = [](const char* from, const char* to) {
        const auto days = vision::days_of({at(from), at(to)});
        return fhir::to_text(days.from) + " " + fhir::to_text(days.to);
    };
    EXPECT_EQ(text("2026-06-15T08:00:00Z", "2026-06-16T23:00:00Z"), "2026-06-15 2026-06-16");
    EXPECT_EQ(text("2026-06-15T23:30:00Z", "2026-06-16T23:30:00Z"), "2026-06-16 2026-06-17");
    EXPECT_EQ(text("2026-12-31T23:30:00Z", "2027-01-01T00:00:00Z"), "2026-12-31 2026-12-31");
    EXPECT_EQ(text("2026-06-15T08:00:00Z", "2026-06-15T08:00:00Z"), "2026-06-15 2026-06-15");
}

TEST(VisionMapping, ASlotOnTwoPagesCountsOnce)
{
    const auto found = mapped({sample(), sample()});
    EXPECT_EQ(found.slots.size(), 2U);
    EXPECT_EQ(found.schedules.size(), 2U);
    EXPECT_EQ(found.practitioners.size(), 2U);
}

TEST(VisionMapping, ASlotMayReferToWhatOnlyAnotherPageTells)
{
    auto first = sample();
    auto second = sample();
    first.references = {};
    second.slots.clear();
    EXPECT_EQ(mapped({first, second}).slots.size(), 2U);
}

TEST(VisionMapping, SlotsWithoutTypeOrTimesAreLeftOutWithAWarningEach)
{
    auto page = sample();
    page.references.types["11"] = "";
    page.slots[1].duration = "a while";
    const auto found = mapped({page});
    EXPECT_TRUE(found.slots.empty());
    EXPECT_TRUE(found.schedules.empty());
    EXPECT_EQ(found.warnings.size(), 2U);
}

TEST(VisionMapping, UnknownCliniciansPlacesAndSessionsAreTolerated)
{
    auto page = sample();
    page.references.owners.clear();
    page.references.locations.clear();
    page.references.sessions.clear();
    const auto found = mapped({page});
    EXPECT_EQ(found.slots.size(), 2U);
    EXPECT_TRUE(found.practitioners.empty());
    EXPECT_TRUE(found.locations.empty());
    ASSERT_EQ(found.schedules.size(), 2U);
    ASSERT_EQ(found.schedules[0]->actor.size(), 1U);
    EXPECT_EQ(found.schedules[0]->actor[0].reference, "HealthcareService/Z90003.gp");
}

TEST(VisionMapping, SchedulesWhosePartsHoldDashesAreToldApart)
{
    auto page = sample();
    page.slots[0].session = page.slots[1].session = "7";
    page.slots[0].owner = "A-B";
    page.slots[0].location = "2";
    page.slots[1].owner = "A";
    page.slots[1].location = "B-2";
    EXPECT_EQ(mapped({page}).schedules.size(), 2U);
}

TEST(VisionMapping, CliniciansHaveTheirGenderAndTheServiceItsGuidance)
{
    const auto found = mapped({sample()});
    ASSERT_EQ(found.practitioners.size(), 2U);
    EXPECT_EQ(found.practitioners[0]->id, "Z90003.staff-AOKE");
    EXPECT_EQ(found.practitioners[0]->gender, fhir::Gender::female);
    EXPECT_FALSE(found.practitioners[1]->gender);
    EXPECT_EQ(found.healthcare_services.at(0)->extra_details->text, "Choose the nurse for dressings.");
}

TEST(VisionMapping, ARowThatReadsAsBeforeIsTheSameObject)
{
    adapters::SlotMemo memo;
    const auto first = mapped({sample()}, memo);
    const auto second = mapped({sample()}, memo);
    auto page = sample();
    page.references.types["14"] = "Bandage";
    const auto third = mapped({page}, memo);
    EXPECT_EQ(first.slots[0], second.slots[0]);
    EXPECT_EQ(first.slots[0], third.slots[0]);
    EXPECT_NE(first.slots[1], third.slots[1]);
    EXPECT_EQ(third.slots[1]->slot().appointment_type->text, "Bandage");
}

TEST(VisionMapping, APatientHasTheNumbersOfThePracticeAndNoneInTheId)
{
    const auto person = vision::read_demographics(vision_reply("demographics.xml")).value();
    const auto patient = vision::map_patient(saltmarsh, configuration(), person);
    EXPECT_EQ(patient.id->find("9990577048"), std::string::npos);
    EXPECT_EQ(fhir::identifier_value(patient.identifier, fhir::nhs_number_system), "9990577048");
    EXPECT_EQ(fhir::identifier_value(patient.identifier, saltmarsh.system_of("patient")), "5127");
    EXPECT_EQ(patient.name[0].family, "STANNAGE");
    EXPECT_EQ(patient.name[0].given, (std::vector<std::string>{"ORIEL", "JUNE"}));
    EXPECT_EQ(patient.gender, fhir::Gender::female);
    EXPECT_EQ(fhir::to_text(*patient.birth_date), "1958-07-21");
    EXPECT_EQ(patient.address[0].postal_code, "ZZ99 5CC");
    EXPECT_EQ(patient.general_practitioner[0].display, "Dr Ama Okereke");
}

TEST(VisionMapping, UpcomingAppointmentsAreBookedAndNameTheirSlot)
{
    const auto found = listed(june);
    ASSERT_EQ(found.size(), 1U);
    const auto& appointment = found[0].appointment;
    EXPECT_EQ(found[0].key, "20655");
    EXPECT_EQ(appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(appointment.start, at("2026-06-16T13:00:00Z"));
    EXPECT_EQ(appointment.end, at("2026-06-16T13:20:00Z"));
    EXPECT_EQ(appointment.slot.at(0).reference, "Slot/Z90003.20655");
    EXPECT_EQ(appointment.appointment_type->text, "Dressing");
    ASSERT_EQ(appointment.participant.size(), 3U);
    EXPECT_EQ(appointment.participant[1].actor->display, "Nurse Niall Lunt");
    EXPECT_EQ(appointment.participant[2].actor->display, "Harbour Branch");
}

TEST(VisionMapping, PastAppointmentsAreFulfilledAndEndWhenTheyStart)
{
    const auto found = listed({at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].appointment.status, fhir::AppointmentStatus::fulfilled);
    EXPECT_EQ(found[0].appointment.start, at("2026-02-03T10:10:00Z"));
    EXPECT_EQ(found[0].appointment.end, found[0].appointment.start);
    EXPECT_FALSE(found[0].appointment.minutes_duration);
}

TEST(VisionMapping, AReasonIsThePracticesOwn)
{
    EXPECT_EQ(vision::reason_for(reasons, "no longer needed")->id, "CR1");
    EXPECT_EQ(vision::reason_for(reasons, "Moved away")->id, "CR2");
    EXPECT_EQ(vision::reason_for(reasons, "")->id, "CR2");
    EXPECT_EQ(vision::reason_for({{"A", "x", false}, {"B", "y", false}}, "z")->id, "A");
    EXPECT_EQ(vision::reason_for({}, "z"), nullptr);
}

TEST(VisionMapping, ACancelledAppointmentSaysWhichReasonStoodForTheWords)
{
    const auto mapped_reason = vision::cancelled_for(saltmarsh, cancellation("Moved away"), &reasons[1]);
    const auto& told = *mapped_reason.appointment.cancelation_reason;
    EXPECT_EQ(mapped_reason.appointment.status, fhir::AppointmentStatus::cancelled);
    EXPECT_EQ(told.text, "Moved away");
    EXPECT_EQ(told.coding.at(0).code, "CR2");
    EXPECT_EQ(told.coding.at(0).display, "Cannot attend");
    const auto unlisted = vision::cancelled_for(saltmarsh, cancellation("Moved away"), nullptr);
    EXPECT_EQ(unlisted.appointment.cancelation_reason->text, "Moved away");
    EXPECT_TRUE(unlisted.appointment.cancelation_reason->coding.empty());
    const auto wordless = vision::cancelled_for(saltmarsh, cancellation(""), &reasons[1]);
    EXPECT_EQ(wordless.appointment.cancelation_reason->text, "Cannot attend");
}

} // namespace tests
