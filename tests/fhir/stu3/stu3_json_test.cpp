// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/capability_statement.hpp"
#include "fhir/model/location.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/practitioner_role.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "fhir/schema/schema.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace
{

using namespace fhir;

std::string stu3_sample(const std::filesystem::path& name)
{
    std::ifstream in(std::filesystem::path(APPTGW_SOURCE_DIR "/tests/fhir/stu3/data") / name);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> stu3_samples()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(APPTGW_SOURCE_DIR "/tests/fhir/stu3/data"))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path().filename());
    return files;
}

template <class T>
T read_stu3(const std::string& json)
{
    auto read = codec::read<T>(json, codec::stu3_json);
    EXPECT_TRUE(read) << read.error().path() << ' ' << read.error().sentence();
    return read ? std::move(*read) : T{};
}

// The samples stand in STU3's order, so what comes out must be what went in, byte for byte.
TEST(Stu3Json, EverySampleComesOutAsItWentIn)
{
    for (const auto& file : stu3_samples()) {
        const auto json = stu3_sample(file);
        const auto resource = codec::read_resource(json, codec::stu3_json);
        ASSERT_TRUE(resource) << file << ' ' << resource.error().path() << ' ' << resource.error().sentence();
        EXPECT_EQ(codec::to_text(*resource, codec::stu3_json),
                  codec::to_json(codec::parse_json(json).value()))
            << file;
    }
}

TEST(Stu3Json, TypesThatGpConnectDoesNotSpeakOfAreNotKnown)
{
    EXPECT_EQ(schema::resource_types(Release::stu3).size(), 12u);
    for (const auto* type :
         {"HealthcareService", "OperationDefinition", "MessageHeader", "ServiceRequest", "Task"}) {
        EXPECT_NE(schema::find_resource_type(type), nullptr) << type;
        EXPECT_EQ(schema::find_resource_type(type, Release::stu3), nullptr) << type;
    }
}

TEST(Stu3Json, EveryResourceThatGpConnectSpeaksOfHasASample)
{
    std::set<std::string_view> seen{"PractitionerRole"}; // the same in both releases
    for (const auto& file : stu3_samples())
        seen.insert(codec::read_resource(stu3_sample(file), codec::stu3_json).value().type().name);
    for (const auto* type : schema::resource_types(Release::stu3))
        EXPECT_TRUE(seen.contains(type->name)) << type->name;
}

TEST(Stu3Json, WhatAStu3SampleMeansIsValidR4)
{
    for (const auto& file : stu3_samples()) {
        const auto resource = codec::read_resource(stu3_sample(file), codec::stu3_json);
        ASSERT_TRUE(resource) << file;
        const auto r4 = codec::to_text(*resource, codec::r4_json);
        const auto again = codec::read_resource(r4, codec::r4_json);
        ASSERT_TRUE(again) << file << ' ' << again.error().path() << ' ' << again.error().sentence();
        EXPECT_EQ(codec::to_text(*again, codec::r4_json), r4) << file;
    }
}

TEST(Stu3Json, DeliveryChannelIsACodeThereAndAConceptInTheModel)
{
    const auto slot = read_stu3<Slot>(stu3_sample("slot.json"));
    const auto* channel = find_extension(
        slot.extension, "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel");
    ASSERT_NE(channel, nullptr);
    const auto& concept_held = std::get<CodeableConcept>(channel->value);
    EXPECT_EQ(concept_held.coding.at(0).code, Code("Telephone"));
    EXPECT_EQ(concept_held.coding.at(0).system,
              Uri("https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel"));
}

TEST(Stu3Json, TheOlderChannelOfASchedulesIsRead)
{
    const auto schedule = read_stu3<Schedule>(
        R"({"resourceType":"Schedule","extension":[{"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-1",
            "valueCodeableConcept":{"coding":[{"system":"urn:x","code":"Video"}]}}],"actor":[{"reference":"Location/1"}]})");
    EXPECT_NE(codec::to_text(schedule, codec::stu3_json).find(R"(DeliveryChannel-2","valueCode":"Video")"),
              std::string::npos);
}

TEST(Stu3Json, TheRoleOfAScheduleBecomesAContainedPractitionerRole)
{
    const auto schedule = read_stu3<Schedule>(stu3_sample("schedule.json"));
    ASSERT_EQ(schedule.actor.size(), 3u);
    EXPECT_EQ(schedule.actor[2].reference, "#role");
    ASSERT_EQ(schedule.contained.size(), 1u);
    const auto* role = schedule.contained[0].as<PractitionerRole>();
    ASSERT_NE(role, nullptr);
    EXPECT_EQ(role->practitioner->reference, "Practitioner/pr-3");
    EXPECT_EQ(role->code.at(0).coding.at(0).system,
              Uri("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName"));
    EXPECT_TRUE(schedule.extension.empty());
}

TEST(Stu3Json, ARoleHeldElsewhereIsNoActorInStu3)
{
    Schedule schedule;
    schedule.actor = {reference_to("Location/1"), reference_to("PractitionerRole/2")};
    EXPECT_EQ(codec::to_text(schedule, codec::stu3_json),
              R"({"resourceType":"Schedule","actor":[{"reference":"Location/1"}]})");
}

TEST(Stu3Json, ThePractitionerRoleOfASystemInAnotherSpellingIsTheSame)
{
    for (const auto* system : {"https://fhir.nhs.uk/STU3/ValueSet/GPConnect-PractitionerRole-1",
                               "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1"}) {
        const auto json = R"({"resourceType":"Practitioner","communication":[{"coding":[{"system":")" +
                          std::string(system) + R"(","code":"R0260"}]}]})";
        const auto read = codec::read_resource(json, codec::stu3_json);
        ASSERT_TRUE(read);
        EXPECT_NE(codec::to_text(*read, codec::r4_json).find("UKCore-SDSJobRoleName"), std::string::npos)
            << system;
    }
}

TEST(Stu3Json, TheCancellationReasonIsAnElementInTheModel)
{
    const auto appointment = read_stu3<Appointment>(stu3_sample("appointment.json"));
    ASSERT_TRUE(appointment.cancelation_reason);
    EXPECT_EQ(appointment.cancelation_reason->text, "The patient feels well again");
}

TEST(Stu3Json, ACodedCancellationReasonIsSentInWords)
{
    Appointment appointment;
    appointment.status = AppointmentStatus::cancelled;
    appointment.cancelation_reason = concept_of("urn:x", "pat", "Patient cancelled");
    appointment.participant.emplace_back().actor = reference_to("Patient/1");
    EXPECT_NE(codec::to_text(appointment, codec::stu3_json).find(R"("valueString":"Patient cancelled")"),
              std::string::npos);
}

TEST(Stu3Json, LanguagesStandInCommunicationInTheModel)
{
    const auto patient = read_stu3<Patient>(stu3_sample("patient.json"));
    ASSERT_EQ(patient.communication.size(), 1u);
    const auto& language = patient.communication[0];
    EXPECT_EQ(language.language.coding.at(0).system, Uri("urn:ietf:bcp:47"));
    EXPECT_EQ(language.language.coding.at(0).code, Code("cy"));
    EXPECT_EQ(language.preferred, true);
    const auto* proficiency =
        find_extension(language.extension, "http://hl7.org/fhir/StructureDefinition/patient-proficiency");
    ASSERT_NE(proficiency, nullptr);
    EXPECT_EQ(proficiency->extension.size(), 3u);
    const auto* interpreter = find_extension(
        patient.extension, "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired");
    ASSERT_NE(interpreter, nullptr);
    EXPECT_EQ(std::get<bool>(interpreter->value), false);
}

TEST(Stu3Json, StatusesThatStu3LacksAreSentAsTheNearest)
{
    const std::pair<AppointmentStatus, std::string> rows[] = {{AppointmentStatus::checked_in, "arrived"},
                                                              {AppointmentStatus::waitlist, "proposed"}};
    for (const auto& [status, code] : rows) {
        Appointment appointment;
        appointment.status = status;
        EXPECT_NE(codec::to_text(appointment, codec::stu3_json).find("\"status\":\"" + code + '"'),
                  std::string::npos);
    }
}

TEST(Stu3Json, UsesThatStu3LacksAreLeftOut)
{
    Patient patient;
    patient.identifier.emplace_back().use = IdentifierUse::old;
    patient.address.emplace_back().use = AddressUse::billing;
    patient.address[0].city = "Penholt";
    EXPECT_EQ(codec::to_text(patient, codec::stu3_json),
              R"({"resourceType":"Patient","address":[{"city":"Penholt"}]})");
}

struct Refused
{
    std::string json;
    std::string path;
    ErrorKind kind;
};

TEST(Stu3Json, WhatStu3DoesNotHaveIsRefusedWithItsPath)
{
    const std::string slot =
        R"("schedule":{"reference":"Schedule/1"},"status":"free","start":"2027-06-12T09:20:00+01:00","end":"2027-06-12T09:30:00+01:00")";
    const Refused rows[] = {
        {R"({"resourceType":"Slot","serviceCategory":[{"text":"a"}],)" + slot + "}", "Slot.serviceCategory",
         ErrorKind::malformed},
        {R"({"resourceType":"Slot","colour":"red",)" + slot + "}", "Slot.colour", ErrorKind::unknown_element},
        {R"({"resourceType":"Slot","meta":{"source":"urn:x"},)" + slot + "}", "Slot.meta.source",
         ErrorKind::unknown_element},
        {R"({"resourceType":"Appointment","status":"checked-in","participant":[{"status":"accepted"}]})",
         "Appointment.status", ErrorKind::value_invalid},
        {R"({"resourceType":"Appointment","status":"booked","participant":[{"status":"accepted","period":{"start":"2027"}}]})",
         "Appointment.participant[0].period", ErrorKind::unknown_element},
        {R"({"resourceType":"Appointment","status":"booked","reasonCode":[{"text":"a"}],"participant":[{"status":"accepted"}]})",
         "Appointment.reasonCode", ErrorKind::unknown_element},
        {R"({"resourceType":"Appointment","status":"booked","participant":[{"actor":{"reference":"Patient/1","type":"Patient"},"status":"accepted"}]})",
         "Appointment.participant[0].actor.type", ErrorKind::unknown_element},
        {R"({"resourceType":"Appointment","status":"booked"})", "Appointment.participant",
         ErrorKind::required},
        {R"({"resourceType":"Patient","extension":[{"url":"urn:x","valueUrl":"urn:y"}]})",
         "Patient.extension[0].valueUrl", ErrorKind::unknown_element},
        {R"({"resourceType":"Patient","address":[{"use":"billing"}]})", "Patient.address[0].use",
         ErrorKind::value_invalid},
        {R"({"resourceType":"Location","type":[{"text":"a"}]})", "Location.type", ErrorKind::malformed},
        {R"({"resourceType":"Bundle","type":"searchset","timestamp":"2027-06-12T09:20:00Z"})",
         "Bundle.timestamp", ErrorKind::unknown_element},
        {R"({"resourceType":"HealthcareService","name":"a"})", "resourceType", ErrorKind::value_invalid},
        {R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","birthDay":"2000"}}]})",
         "Bundle.entry[0].resource.birthDay", ErrorKind::unknown_element},
    };
    for (const auto& row : rows) {
        const auto read = codec::read_resource(row.json, codec::stu3_json);
        ASSERT_FALSE(read) << row.json;
        EXPECT_EQ(read.error().path(), row.path);
        EXPECT_EQ(read.error().kind(), row.kind) << row.json;
    }
}

TEST(Stu3Json, AnIdBesideAnIdIsRefusedNotFollowed)
{
    const auto read = codec::read_resource(
        R"({"resourceType":"Patient","birthDate":"2000-01-01","_birthDate":{"_id":{"id":"x"}}})",
        codec::r4_json);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind(), ErrorKind::unknown_element);
}

} // namespace
