// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/microtest/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tests
{

namespace microtest = adapters::microtest;
using fhir::ErrorKind;
using fhir::LocalKind;
using microtest::WireChannel;

namespace
{

fhir::Date day(const char* text)
{
    return fhir::parse_date(text).value();
}

std::vector<microtest::WireSlot> slots_in(const std::string& name)
{
    const auto wire = microtest::read_slots(microtest_data(name)).value();
    std::vector<microtest::WireSlot> slots;
    for (const auto& row : wire.slots)
        slots.push_back(microtest::read_slot(row));
    return slots;
}

template <class T>
void expect_malformed(const fhir::Result<T>& result, const std::string& of)
{
    ASSERT_FALSE(result) << of;
    EXPECT_EQ(result.error().kind(), ErrorKind::supplier_malformed) << of;
}

} // namespace

TEST(MicrotestWire, WhoAndWhereStandInHeadersAndNowhereElse)
{
    auto request = microtest::list_request(day("2026-06-15"));
    microtest::address(request, {*fhir::OdsCode::parse("Z90001"), *fhir::NhsNumber::parse("999 031 2079")});
    EXPECT_EQ(request.headers.get("NHSO-ODS-Code"), "Z90001");
    EXPECT_EQ(request.headers.get("NHSO-Nhs-Number"), "9990312079");
    EXPECT_EQ(request.target, "patient/appointments?pastAppointmentsFromDate=2026-06-15");
}

TEST(MicrotestWire, TheDayAfterTheLastOneIsSent)
{
    const auto request = microtest::slots_request(day("2026-06-15"), day("2026-12-31"));
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "patient/appointment-slots?fromDate=2026-06-15&toDate=2027-01-01");
    EXPECT_TRUE(request.body.empty());
}

TEST(MicrotestWire, ABookingIsPostedWithANumberOnlyWhenThereIsOne)
{
    const auto request = microtest::book_request({"3302", "Blood \"pressure\"", "07700900645"});
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "patient/appointments");
    EXPECT_EQ(request.headers.get("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(request.body,
              R"({"slotId":"3302","bookingReason":"Blood \"pressure\"","telephoneNumber":"07700900645"})");
    EXPECT_EQ(microtest::book_request({"3302", "Cough", ""}).body,
              R"({"slotId":"3302","bookingReason":"Cough"})");
}

TEST(MicrotestWire, ACancellationIsADeleteWithABody)
{
    const auto request = microtest::cancel_request("3302", "Unable to attend");
    EXPECT_EQ(request.method, "DELETE");
    EXPECT_EQ(request.target, "patient/appointments");
    EXPECT_EQ(request.body, R"({"appointmentId":"3302","cancelReason":"Unable to attend"})");
}

TEST(MicrotestWire, ATimeWithoutOffsetIsUkWallTime)
{
    EXPECT_EQ(microtest::read_moment("2026-06-15T09:20:00")->latest, at("2026-06-15T08:20:00Z"));
    EXPECT_EQ(microtest::read_moment("2026-06-15T09:20:00.123")->latest, at("2026-06-15T08:20:00Z"));
    EXPECT_EQ(microtest::read_moment("2026-01-15T09:20:00")->latest, at("2026-01-15T09:20:00Z"));
    const auto october = microtest::read_moment("2026-10-25T01:30:00");
    EXPECT_EQ(october->kind, LocalKind::ambiguous);
    EXPECT_EQ(october->latest, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(microtest::read_moment("2026-03-29T01:30:00")->kind, LocalKind::non_existent);
}

TEST(MicrotestWire, AnOffsetIsBelieved)
{
    for (const auto* text : {"2026-06-15T09:20:00+01:00", "2026-06-15T08:20:00Z", "2026-06-15T08:20:00+00:00",
                             "2026-06-15T08:20:00.0000000Z"}) {
        const auto moment = microtest::read_moment(text);
        ASSERT_TRUE(moment) << text;
        EXPECT_EQ(moment->latest, at("2026-06-15T08:20:00Z")) << text;
        EXPECT_EQ(moment->kind, LocalKind::unique) << text;
    }
    // The hour that occurs twice is told apart by it.
    EXPECT_EQ(microtest::read_moment("2026-10-25T01:30:00+01:00")->latest, at("2026-10-25T00:30:00Z"));
}

TEST(MicrotestWire, WhatIsNoTimeReadsAsNone)
{
    for (const auto* text : {"", "soon", "2026-06-15", "2026-13-15T09:20:00", "2026-06-15T24:20:00",
                             "2026-06-15T09:20:00.", "2026-06-15T09:20:00.x", "2026-06-15T09:20:00 01:00"})
        EXPECT_FALSE(microtest::read_moment(text)) << text;
}

TEST(MicrotestWire, ChannelsAreReadInAnyCaseAndUnknownOnesAreNone)
{
    EXPECT_EQ(microtest::channel_of("Surgery"), WireChannel::surgery);
    EXPECT_EQ(microtest::channel_of("TELEPHONE"), WireChannel::telephone);
    EXPECT_EQ(microtest::channel_of("visit"), WireChannel::visit);
    EXPECT_EQ(microtest::channel_of("Other"), WireChannel::unspecified);
    EXPECT_FALSE(microtest::channel_of("Video"));
    EXPECT_FALSE(microtest::channel_of(""));
}

TEST(MicrotestWire, SlotsWithoutAUsableIdAreLeftOutWithAWarning)
{
    const auto wire = microtest::read_slots(microtest_data("slots.json")).value();
    EXPECT_EQ(wire.slots.size(), 8U);
    ASSERT_EQ(wire.warnings.size(), 1U);
    EXPECT_EQ(wire.warnings[0], "2 slots are left out: they have no usable id.");
}

TEST(MicrotestWire, ASlotIsReadMemberByMember)
{
    const auto slot = slots_in("slots.json").at(1);
    EXPECT_EQ(slot.id, "3302");
    EXPECT_EQ(slot.type, "Phone call");
    EXPECT_EQ(slot.start->latest, at("2026-06-15T10:00:00Z"));
    EXPECT_EQ(slot.end->latest, at("2026-06-15T10:05:00Z"));
    EXPECT_EQ(slot.duration, std::chrono::minutes(5));
    EXPECT_EQ(slot.location, "Brackenfold Surgery");
    EXPECT_EQ(slot.channel, WireChannel::telephone);
    const std::vector<std::string> names{"Dr Rosa Hallow", "Nurse Tomas Mere"};
    EXPECT_EQ(slot.clinicians, names);
}

TEST(MicrotestWire, NamesAreReadInOrderEachOnceAndBlankOnesNot)
{
    const std::vector<std::string> names{"Dr Rosa Hallow", "Nurse Tomas Mere"};
    EXPECT_EQ(slots_in("slots.json").at(2).clinicians, names);
}

TEST(MicrotestWire, MembersAreNamedInAnyCase)
{
    const auto slot = slots_in("slots.json").at(3);
    EXPECT_EQ(slot.id, "no/3304");
    EXPECT_EQ(slot.type, "Walk-in");
    EXPECT_EQ(slot.start->latest, at("2026-06-16T09:00:00Z"));
    EXPECT_EQ(slot.channel, WireChannel::unspecified);
    EXPECT_TRUE(slot.location.empty());
    EXPECT_TRUE(slot.clinicians.empty());
    EXPECT_FALSE(slot.duration);
}

TEST(MicrotestWire, DurationsThatAreNoMinutesReadAsNone)
{
    for (const auto* text : {"", "ten", "10 min", "0", "-5", "1441", "10.5"}) {
        const std::string body = R"({"slots":[{"id":"1","duration":")" + std::string(text) + R"("}]})";
        const auto wire = microtest::read_slots(body).value();
        EXPECT_FALSE(microtest::read_slot(wire.slots[0]).duration) << text;
    }
}

TEST(MicrotestWire, AbsentSlotsAreNone)
{
    for (const auto* body : {"{}", R"({"slots":null})", R"({"slots":[]})"}) {
        const auto wire = microtest::read_slots(body);
        ASSERT_TRUE(wire) << body;
        EXPECT_TRUE(wire->slots.empty()) << body;
    }
}

TEST(MicrotestWire, AbsentAppointmentsAreMalformedForTheyCouldBeTakenForNoneMade)
{
    for (const auto* body : {"{}", R"({"appointments":null})", R"({"slots":[]})"})
        expect_malformed(microtest::read_appointments(body), body);
    EXPECT_TRUE(microtest::read_appointments(R"({"appointments":[]})"));
}

TEST(MicrotestWire, APatientIsReadWithWhateverIsTold)
{
    const auto patient = microtest::read_patient(microtest_data("demographics.json")).value();
    EXPECT_EQ(patient.nhs_number, fhir::NhsNumber::parse("9990312079"));
    EXPECT_EQ(patient.birth_date, day("1984-03-09"));
    EXPECT_EQ(patient.forenames, (std::vector<std::string>{"Imogen", "Wren"}));
    EXPECT_EQ(patient.address_lines, (std::vector<std::string>{"Fold Cottage", "3 Orchard Close"}));
    EXPECT_EQ(patient.town, "Brackenfold");
    EXPECT_EQ(patient.telephones, (std::vector<std::string>{"01632960114", "07700900371"}));
    const auto little = microtest::read_patient(R"({"demographics":{"dob":"1984-03-09"}})").value();
    EXPECT_EQ(little.birth_date, day("1984-03-09"));
    EXPECT_FALSE(little.nhs_number);
}

TEST(MicrotestWire, BadRepliesAreMalformedToEveryReader)
{
    const std::string folder = std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/microtest/data/bad";
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        const auto body = microtest_data("bad/" + name);
        expect_malformed(microtest::read_slots(body), name);
        expect_malformed(microtest::read_appointments(body), name);
        expect_malformed(microtest::read_patient(body), name);
        ++files;
    }
    EXPECT_EQ(files, 15U);
}

TEST(MicrotestWire, ARecordOfAnotherShapeIsMalformed)
{
    expect_malformed(microtest::read_patient(R"({"surname":"Tarrowby","nhs":"9990312079"})"), "no wrapper");
}

} // namespace tests
