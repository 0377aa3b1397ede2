// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;
using enum ErrorKind;

struct Refusal
{
    std::string json;
    ErrorKind kind;
    std::string path;
};

std::string slot_with(std::string_view more)
{
    return R"({"resourceType":"Slot","schedule":{"reference":"Schedule/a"},"status":"free",)"
           R"("start":"2026-06-15T09:20:00Z","end":"2026-06-15T09:30:00Z",)" +
           std::string(more) + "}";
}

std::string appointment_with(std::string_view more)
{
    return R"({"resourceType":"Appointment","status":"booked",)" + std::string(more) + "}";
}

std::string patient_with(std::string_view more)
{
    return R"({"resourceType":"Patient",)" + std::string(more) + "}";
}

TEST(FhirJsonRefusal, EveryFaultHasItsKindAndPath)
{
    const std::vector<Refusal> table = {
        {"[]", malformed, ""},
        {"{}", required, "resourceType"},
        {R"({"resourceType":7})", required, "resourceType"},
        {R"({"resourceType":"Spaceship"})", value_invalid, "resourceType"},
        {R"({"resourceType":"Slot","status":"free","start":"2026-06-15T09:20:00Z","end":"2026-06-15T09:30:00Z"})",
         required, "Slot.schedule"},
        {R"({"resourceType":"Schedule"})", required, "Schedule.actor"},
        {R"({"resourceType":"Schedule","actor":[]})", malformed, "Schedule.actor"},
        {slot_with(R"("comment":"")"), value_invalid, "Slot.comment"},
        {slot_with(R"("comment":null)"), malformed, "Slot.comment"},
        {slot_with(R"("comment":5)"), malformed, "Slot.comment"},
        {slot_with(R"("comment":{})"), malformed, "Slot.comment"},
        {slot_with(R"("comment":["a"])"), malformed, "Slot.comment"},
        {slot_with(R"("overbooked":"true")"), malformed, "Slot.overbooked"},
        {slot_with(R"("specialty":{"text":"a"})"), malformed, "Slot.specialty"},
        {slot_with(R"("specialty":[])"), malformed, "Slot.specialty"},
        {slot_with(R"("specialty":[{}])"), malformed, "Slot.specialty[0]"},
        {slot_with(R"("specialty":[{"text":"a"},null])"), malformed, "Slot.specialty[1]"},
        {slot_with(R"("specialty":[{"coding":[{"system":"a b"}]}])"), value_invalid,
         "Slot.specialty[0].coding[0].system"},
        {slot_with(R"("specialty":[{"coding":[{"code":" a"}]}])"), value_invalid,
         "Slot.specialty[0].coding[0].code"},
        {slot_with(R"("specialty":[{"coding":[{"code":"a  b"}]}])"), value_invalid,
         "Slot.specialty[0].coding[0].code"},
        {slot_with(R"("meta":{"lastUpdated":"2026-06-15"})"), value_invalid, "Slot.meta.lastUpdated"},
        {slot_with(R"("id":"a/b")"), value_invalid, "Slot.id"},
        {slot_with(R"("id":")" + std::string(65, 'a') + "\""), value_invalid, "Slot.id"},
        {slot_with(R"("text":{"status":"generated","div":"<p>x</p>"})"), value_invalid, "Slot.text.div"},
        {slot_with(R"("colour":"red")"), unknown_element, "Slot.colour"},
        {slot_with(R"("_colour":{"id":"x"})"), unknown_element, "Slot._colour"},
        {slot_with(R"("_schedule":{"id":"x"})"), unknown_element, "Slot._schedule"},
        {slot_with(R"("_comment":"x")"), malformed, "Slot._comment"},
        {slot_with(R"("_comment":{"colour":"x"})"), unknown_element, "Slot._comment.colour"},
        {slot_with(R"("_comment":{})"), malformed, "Slot._comment"},
        {slot_with(R"("contained":[{"resourceType":"Spaceship"}])"), value_invalid,
         "Slot.contained[0].resourceType"},
        {slot_with(R"("contained":[{"id":"a"}])"), required, "Slot.contained[0].resourceType"},
        {slot_with(R"("extension":[{"valueString":"a"}])"), required, "Slot.extension[0].url"},
        {slot_with(R"("extension":[{"url":"u","valueString":"a","valueCode":"b"}])"), invariant,
         "Slot.extension[0].valueCode"},
        {slot_with(R"("extension":[{"url":"u","valueString":"a","valueTiming":{}}])"), invariant,
         "Slot.extension[0].valueTiming"},
        {slot_with(R"("extension":[{"url":"u","valueSpaceship":"a"}])"), unknown_element,
         "Slot.extension[0].valueSpaceship"},
        {slot_with(R"("extension":[{"url":"u","value":"a"}])"), unknown_element, "Slot.extension[0].value"},
        {slot_with(R"("extension":[{"url":"u","valueInteger":1.0}])"), value_invalid,
         "Slot.extension[0].valueInteger"},
        {slot_with(R"("extension":[{"url":"u","valueInteger":2147483648}])"), value_invalid,
         "Slot.extension[0].valueInteger"},
        {slot_with(R"("extension":[{"url":"u","valueDecimal":12345678901234567890123456789012345678901}])"),
         value_invalid, "Slot.extension[0].valueDecimal"},
        {slot_with(R"("extension":[{"url":"u","valueBase64Binary":"a"}])"), value_invalid,
         "Slot.extension[0].valueBase64Binary"},
        {slot_with(R"("extension":[{"url":"u","valueTime":"9:20"}])"), value_invalid,
         "Slot.extension[0].valueTime"},
        {R"({"resourceType":"Slot","schedule":{"reference":"a"},"status":"FREE","start":"2026-06-15T09:20:00Z","end":"2026-06-15T09:30:00Z"})",
         value_invalid, "Slot.status"},
        {R"({"resourceType":"Slot","schedule":{"reference":"a"},"status":"free","start":"2026-06-15T09:20:00","end":"2026-06-15T09:30:00Z"})",
         value_invalid, "Slot.start"},
        {appointment_with(R"("participant":[{"actor":{"reference":"a"}}])"), required,
         "Appointment.participant[0].status"},
        {appointment_with(R"("participant":[{"status":"accepted"},{"status":"maybe"}])"), value_invalid,
         "Appointment.participant[1].status"},
        {appointment_with(R"("participant":[{"status":"accepted"}],"priority":-1)"), value_invalid,
         "Appointment.priority"},
        {appointment_with(R"("participant":[{"status":"accepted"}],"minutesDuration":0)"), value_invalid,
         "Appointment.minutesDuration"},
        {appointment_with(R"("participant":[{"status":"accepted"}],"created":"June")"), value_invalid,
         "Appointment.created"},
        {patient_with(R"("birthDate":"1980-02-30")"), value_invalid, "Patient.birthDate"},
        {patient_with(R"("birthDate":"1980-02-03T00:00:00Z")"), value_invalid, "Patient.birthDate"},
        {patient_with(R"("deceasedBoolean":true,"deceasedDateTime":"2020")"), invariant,
         "Patient.deceasedDateTime"},
        {patient_with(R"("deceased":true)"), unknown_element, "Patient.deceased"},
        {patient_with(R"("name":[{"given":["a",null]}])"), malformed, "Patient.name[0].given[1]"},
        {patient_with(R"("name":[{"given":["a",null],"_given":[{"id":"x"}]}])"), malformed,
         "Patient.name[0].given[1]"},
        {patient_with(R"("name":[{"given":["a"],"_given":[null,{"id":"x"}]}])"), malformed,
         "Patient.name[0]._given"},
        {patient_with(R"("name":[{"given":["a"],"_given":{"id":"x"}}])"), malformed,
         "Patient.name[0]._given"},
        {patient_with(R"("name":[{"given":["a",""]}])"), value_invalid, "Patient.name[0].given[1]"},
        {patient_with(R"("gender":"m")"), value_invalid, "Patient.gender"},
        {R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","gender":1}}]})",
         malformed, "Bundle.entry[0].resource.gender"},
    };
    for (const auto& row : table) {
        const auto read = codec::read_any(row.json);
        ASSERT_FALSE(read) << row.json;
        EXPECT_EQ(read.error().kind(), row.kind) << row.json << '\n' << read.error().sentence();
        EXPECT_EQ(read.error().path(), row.path) << row.json << '\n' << read.error().sentence();
        EXPECT_TRUE(read.error().sentence().ends_with('.') || read.error().sentence().ends_with('?'))
            << row.json;
    }
}

TEST(FhirJsonRefusal, ValuesAreNeverRepeatedInTheSentence)
{
    const auto read = codec::read_any(patient_with(R"("birthDate":"9990000018")"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().sentence().find("9990000018"), std::string::npos);
}

TEST(FhirJsonRefusal, AMisspeltElementIsMet)
{
    const auto misspelt =
        codec::read_any(appointment_with(R"("participant":[{"status":"accepted"}],"cancellationReason":{})"));
    ASSERT_FALSE(misspelt);
    EXPECT_EQ(misspelt.error().sentence(),
              "'cancellationReason' is not an element of Appointment. Did you mean 'cancelationReason'?");
    const auto far = codec::read_any(slot_with(R"("colour":"red")"));
    EXPECT_EQ(far.error().sentence(), "'colour' is not an element of Slot.");
}

TEST(FhirJsonRefusal, AnotherTypeThanExpectedIsNamed)
{
    const auto read = codec::read<Slot>(R"({"resourceType":"Patient","active":true})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind(), invariant);
    EXPECT_EQ(read.error().path(), "Slot.resourceType");
}

TEST(FhirJsonRefusal, AMillionLevelsAreRefusedAsTooDeep)
{
    std::string bomb = R"({"resourceType":"Slot","extension":)";
    for (int i = 0; i < 1'000'000; ++i)
        bomb += "[";
    const auto read = codec::read_any(bomb, {.max_bytes = 16 << 20});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind(), too_deep);

    std::string objects = R"({"resourceType":"Slot","extension":[)";
    for (int i = 0; i < 100'000; ++i)
        objects += R"({"extension":[)";
    EXPECT_EQ(codec::read_any(objects, {.max_bytes = 16 << 20}).error().kind(), too_deep);
}

TEST(FhirJsonRefusal, ALargeBodyIsRefusedBeforeItIsRead)
{
    EXPECT_EQ(codec::read_any(std::string((1 << 20) + 1, ' ')).error().kind(), body_too_large);
}

TEST(FhirJsonLenient, UnknownElementsAndResourcesAreListedNotLost)
{
    const std::string json =
        R"({"resourceType":"Bundle","type":"searchset","fancy":1,"entry":[{"fullUrl":"urn:a","resource":{"resourceType":"Flag","x":1}},)"
        R"({"resource":{"resourceType":"Patient","shoeSize":43,"_shoeSize":{"id":"a"},"active":true}}]})";
    codec::ReadReport report;
    const auto bundle = codec::read<Bundle>(json, {.unknown = codec::Unknown::ignore}, &report);
    ASSERT_TRUE(bundle) << bundle.error().sentence();
    EXPECT_EQ(report.ignored, (std::vector<std::string>{"Bundle.fancy", "Bundle.entry[0].resource",
                                                        "Bundle.entry[1].resource.shoeSize",
                                                        "Bundle.entry[1].resource._shoeSize"}));
    ASSERT_EQ(bundle->entry.size(), 2u);
    EXPECT_FALSE(bundle->entry[0].resource);
    ASSERT_TRUE(bundle->entry[1].resource);
    EXPECT_EQ(bundle->entry[1].resource->as<Patient>()->active, true);
}

TEST(FhirJsonLenient, WrongValuesAreStillRefused)
{
    const auto read = codec::read_any(patient_with(R"("gender":"m")"), {.unknown = codec::Unknown::ignore});
    EXPECT_FALSE(read);
}

} // namespace
