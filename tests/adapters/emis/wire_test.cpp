// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/wire.hpp"
#include "tests/adapters/emis/data_file.hpp"

#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace tests
{

using namespace adapters::emis;
using adapters::Necessity;
using fhir::ErrorKind;

namespace
{

fhir::LocalTime local(std::string_view text)
{
    return fhir::parse_local_time(text).value();
}

const fhir::OdsCode practice_code = fhir::OdsCode::parse("Z90001").value();

} // namespace

TEST(EmisWire, OnlyTheLinkToOneselfIsUsed)
{
    const auto session = read_session(emis_data("session.json"));
    ASSERT_TRUE(session);
    EXPECT_EQ(session->session_id, "9hVtQe31ZpKf6sRm");
    EXPECT_EQ(session->link_token, "uplt-7Q2m9xKd");
}

TEST(EmisWire, AnAccountWithoutASelfLinkHasNoToken)
{
    const auto session = read_session(
        R"({"SessionId":"s","UserPatientLinks":[{"AssociationType":"Proxy","UserPatientLinkToken":"t"}]})");
    ASSERT_TRUE(session);
    EXPECT_TRUE(session->link_token.empty());
}

TEST(EmisWire, SettingsAreReadWhateverTheCaseOfTheirNames)
{
    const auto settings = read_settings(emis_data("settings.json"));
    ASSERT_TRUE(settings);
    EXPECT_TRUE(settings->appointments_supported);
    EXPECT_EQ(settings->booking_reason, Necessity::mandatory);
    EXPECT_EQ(settings->message, "Please book a nurse slot for blood tests.");
}

TEST(EmisWire, BookingReasonNecessityIsReadAndUnknownMeansMandatory)
{
    const std::vector<std::pair<std::string, Necessity>> cases{
        {R"("NotRequested")", Necessity::not_requested},
        {R"("RequestedOptional")", Necessity::optional},
        {R"("RequestedMandatory")", Necessity::mandatory},
        {R"("Whatever")", Necessity::mandatory},
        {"null", Necessity::mandatory},
        {"7", Necessity::mandatory}};
    for (const auto& [value, necessity] : cases) {
        const auto settings =
            read_settings(R"({"Services":{"AppointmentsSupported":true},"InputRequirements":)"
                          R"({"AppointmentBookingReason":)" +
                          value + "}}");
        ASSERT_TRUE(settings) << value;
        EXPECT_EQ(settings->booking_reason, necessity) << value;
    }
}

TEST(EmisWire, MetadataIsReadWithOptionalMembersAbsent)
{
    const auto metadata = read_metadata(emis_data("metadata.json"));
    ASSERT_TRUE(metadata);
    ASSERT_EQ(metadata->locations.size(), 2U);
    EXPECT_EQ(metadata->locations[0].lines, std::vector<std::string>{"1 Mill Bank"});
    ASSERT_EQ(metadata->holders.size(), 2U);
    EXPECT_EQ(metadata->holders[0].job_role, "General Medical Practitioner");
    ASSERT_EQ(metadata->clinics.size(), 3U);
    EXPECT_EQ(metadata->clinics[1].clinicians, (std::vector<std::int64_t>{12, 7}));
    EXPECT_FALSE(metadata->clinics[2].location);
    EXPECT_EQ(metadata->clinics[0].start, local("2026-11-24T09:00:00"));
}

TEST(EmisWire, AClinicSessionThatComesTwiceIsKeptOnceAndSaid)
{
    const auto metadata = read_metadata(
        R"({"Sessions":[{"SessionId":1,"SessionName":"A"},{"SessionId":1,"SessionName":"B"}]})");
    ASSERT_TRUE(metadata);
    ASSERT_EQ(metadata->clinics.size(), 1U);
    EXPECT_EQ(metadata->clinics[0].name, "A");
    EXPECT_EQ(metadata->warnings.size(), 1U);
}

TEST(EmisWire, SlotsAreReadAndOneWithoutIdIsLeftOutAndSaid)
{
    const auto slots = read_slots(emis_data("slots.json"));
    ASSERT_TRUE(slots);
    ASSERT_EQ(slots->slots.size(), 7U);
    EXPECT_EQ(slots->warnings.size(), 1U);
    EXPECT_EQ(read_slot(slots->slots[0]).type_name, "GP face to face");
    EXPECT_EQ(read_slot(slots->slots[1]).channel, WireChannel::telephone);
    EXPECT_FALSE(read_slot(slots->slots[2]).end);
    EXPECT_FALSE(read_slot(slots->slots[4]).start);
    EXPECT_EQ(read_slot(slots->slots[5]).id, 9007199254740993); // beyond what a double can hold
    EXPECT_EQ(read_slot(slots->slots[5]).channel, WireChannel::visit);
    EXPECT_EQ(read_slot(slots->slots[6]).channel, WireChannel::unknown);
}

TEST(EmisWire, AppointmentsAreReadWithTheirOwnMetadata)
{
    const auto wire = read_appointments(emis_data("appointments.json"));
    ASSERT_TRUE(wire);
    ASSERT_EQ(wire->appointments.size(), 2U);
    EXPECT_EQ(wire->appointments[0].reason, "Review of inhaler");
    EXPECT_EQ(wire->appointments[0].phone, "01632960114");
    EXPECT_EQ(wire->appointments[0].booked_at, local("2026-11-20T17:21:09"));
    EXPECT_EQ(wire->metadata.clinics.size(), 1U);
}

TEST(EmisWire, AnAppointmentWithoutIdSpoilsTheListRatherThanBeingOverlooked)
{
    const auto wire = read_appointments(R"({"Appointments":[{"StartTime":"2026-11-24T09:40:00"}]})");
    ASSERT_FALSE(wire);
    EXPECT_EQ(wire.error().kind(), ErrorKind::supplier_malformed);
}

TEST(EmisWire, DemographicsAreReadWithTheNhsNumberAmongOtherIdentifiers)
{
    const auto patient = read_demographics(emis_data("demographics.json"));
    ASSERT_TRUE(patient);
    EXPECT_EQ(patient->nhs_number, fhir::NhsNumber::parse("9990312079"));
    EXPECT_EQ(patient->lines, (std::vector<std::string>{"Flat 2", "14 Sedge Row"}));
    ASSERT_TRUE(patient->birth_date);
    EXPECT_EQ(fhir::to_text(*patient->birth_date), "1984-03-09");
}

TEST(EmisWire, RepliesThatCannotBeUsedAreMalformed)
{
    using Reader = std::function<bool(std::string_view)>; // true: refused as malformed
    const auto refuses = [](auto reader) {
        return Reader([reader](std::string_view body) {
            const auto result = reader(body);
            return !result && result.error().kind() == ErrorKind::supplier_malformed;
        });
    };
    const std::vector<std::pair<std::string, Reader>> readers{
        {"end-user session", refuses(read_end_user_session)},
        {"session", refuses(read_session)},
        {"slots", refuses([](std::string_view body) { return read_slots(body); })},
        {"appointments", refuses(read_appointments)},
        {"linkage", refuses(read_linkage)},
        {"access identity", refuses(read_access_identity)}};
    const std::vector<std::string> bodies{
        "",
        "{",
        "null",
        "[]",
        "{}",
        "<html></html>",
        R"({"SessionId":""})",
        R"({"Sessions":{},"Appointments":{}})",
        R"({"EndUserSessionId":7,"SessionId":null,"AccessIdentityGuid":[]})",
        R"({"LinkageKey":"only"})",
        "{\"SessionId\":\"\xff\"}"};
    for (const auto& [name, refused] : readers)
        for (const auto& body : bodies)
            EXPECT_TRUE(refused(body)) << name << ": " << body;
}

TEST(EmisWire, ABookingCarriesANullReasonAndNoPhoneWhenThereIsNone)
{
    const auto request = book_request("uplt-1", {880011, "", ""});
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "appointments");
    EXPECT_EQ(request.body, R"({"UserPatientLinkToken":"uplt-1","SlotId":880011,"BookingReason":null})");
}

TEST(EmisWire, ABookingOfATelephoneSlotCarriesTheNumberAndItsKind)
{
    const auto request = book_request("uplt-1", {880012, "Cough \"dry\"", "01632960114"});
    EXPECT_EQ(request.body,
              R"({"UserPatientLinkToken":"uplt-1","SlotId":880012,"BookingReason":"Cough \"dry\"",)"
              R"("TelephoneNumber":"01632960114","TelephoneContactType":"Other"})");
}

TEST(EmisWire, ACancellationIsADeleteWithABody)
{
    const auto request = cancel_request("uplt-1", 880012, "Unable to attend");
    EXPECT_EQ(request.method, "DELETE");
    EXPECT_EQ(request.headers.get("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(request.body,
              R"({"UserPatientLinkToken":"uplt-1","SlotId":880012,"CancellationReason":"Unable to attend"})");
}

TEST(EmisWire, SearchTargetsCarryWallTimeAndAnEncodedToken)
{
    const auto from = local("2026-06-15T08:00:00");
    const auto to = local("2026-06-17T00:00:00");
    EXPECT_EQ(slots_request("a b&c", from, to).target,
              "appointmentslots?userPatientLinkToken=a%20b%26c&fromDateTime=2026-06-15T08:00:00&toDateTime="
              "2026-06-17T00:00:00");
    EXPECT_EQ(metadata_request("t", from, to).target,
              "appointmentslots/meta?userPatientLinkToken=t&sessionStartDate="
              "2026-06-15T08:00:00&sessionEndDate=2026-06-17T00:00:00");
}

TEST(EmisWire, LinkingCarriesBirthDateAtMidnightAndTheLinkageDetails)
{
    const adapters::Applicant applicant{"Tarrowby", std::chrono::year(1984) / 3 / 9};
    const auto request = link_request(applicant, {"1148802213", "tVb3kQ9sLm2Xe"}, practice_code);
    EXPECT_EQ(request.target, "me/applications");
    EXPECT_EQ(request.body,
              R"({"Surname":"Tarrowby","DateOfBirth":"1984-03-09T00:00:00","LinkageDetails":)"
              R"({"AccountId":"1148802213","NationalPracticeCode":"Z90001","LinkageKey":"tVb3kQ9sLm2Xe"}})");
}

TEST(EmisWire, LookingUpAKeyWritesItsEmptyCommentAsNull)
{
    const auto request =
        look_up_request(fhir::NhsNumber::parse("9990312079").value(), practice_code, "token");
    EXPECT_EQ(
        request.body,
        R"({"NhsNumber":"9990312079","NationalPracticeCode":"Z90001","Token":"token","AdditionalComment":null})");
}

} // namespace tests
