// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/utf8.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

#include <set>

namespace
{

using namespace tests::gpc;

constexpr std::string_view profile = "https://fhir.nhs.uk/STU3/StructureDefinition/";

/// Every rule over supplier systems of several kinds, in both formats.
class GpConnectBooking : public testing::TestWithParam<Conversation>
{
protected:
    Surgery surgery{GetParam().system, GetParam().format};
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectBooking,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"tpp"}, Conversation{"tpp", Format::xml},
                                         Conversation{"vision"}, Conversation{"microtest"},
                                         Conversation{"fhir_r4", Format::xml}, Conversation{"emis"}),
                         name_of);

std::string letters(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "\xc3\xa9"; // one character, two bytes
    return text;
}

JsonValue extension(std::string_view name, std::string_view value_name, JsonValue value)
{
    JsonValue made = JsonValue::object({{"url", std::string(profile) + std::string(name)}});
    made.set(value_name, std::move(value));
    return made;
}

TEST_P(GpConnectBooking, ASlotIsBookedAndShownAsTheProfileWants)
{
    const auto wanted = surgery.wanted();
    const auto reply = surgery.post(wanted);
    ASSERT_EQ(reply.outcome(), "201") << reply.text;
    const auto id = reply.at("id");
    EXPECT_EQ(reply.headers.get("ETag"), "W/\"" + reply.at("meta/versionId") + "\"");
    EXPECT_EQ(reply.headers.get("Location"),
              "https://gateway.example.net:8445/Z90001/STU3/1/gpconnect/fhir/Appointment/" + id +
                  "/_history/" + reply.at("meta/versionId"));
    EXPECT_EQ(reply.at("meta/profile/0"), std::string(profile) + "GPConnect-Appointment-1");
    EXPECT_EQ(reply.at("status"), "booked");
    for (const auto same :
         {"start", "end", "description", "slot", "contained/0/name", "contained/0/telecom",
          "contained/0/identifier", "participant/0/actor/reference", "participant/1/actor/reference"})
        EXPECT_EQ(reply.at(same), text_at(wanted, same)) << same;
    EXPECT_EQ(reply.at("minutesDuration"), "10");
    EXPECT_FALSE(reply.at("serviceType/0/text").empty());
    for (const auto never : {"reason", "specialty", "appointmentType", "cancelationReason"})
        EXPECT_EQ(reply.at(never), "") << never;
    EXPECT_EQ(surgery.get("Appointment/" + id, "rest:read:appointment-1").body, reply.body);
}

TEST_P(GpConnectBooking, AMinimalAnswerHasTheHeadersButNoBodyAndNoType)
{
    const auto reply = surgery.post(surgery.wanted(), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(reply.status, 201u);
    EXPECT_TRUE(reply.text.empty());
    EXPECT_FALSE(reply.headers.has("Content-Type"));
    EXPECT_FALSE(reply.headers.get("ETag").empty());
    EXPECT_FALSE(reply.headers.get("Location").empty());
    EXPECT_EQ(reply.headers.get("Cache-Control"), "no-store");
}

TEST_P(GpConnectBooking, ATakenSlotIsRefusedAndNotOfferedAnyMore)
{
    const auto wanted = surgery.wanted();
    ASSERT_EQ(surgery.post(wanted).status, 201u);
    const auto again = surgery.post(surgery.wanted({0}, 1));
    EXPECT_EQ(again.outcome(), "409 DUPLICATE_REJECTED");
    EXPECT_EQ(again.at("issue/0/code"), "duplicate");
    EXPECT_EQ(surgery.slots().text.find(text_at(wanted, "slot/0/reference").substr(5) + "\""),
              std::string::npos);
}

TEST_P(GpConnectBooking, OfTwoWhoBookOneSlotAtOnceExactlyOneHasIt)
{
    const auto replies = surgery.post_at_once({surgery.wanted({0}, 0), surgery.wanted({0}, 1)});
    ASSERT_EQ(replies.size(), 2u);
    std::multiset<std::string> outcomes;
    for (const auto& reply : replies)
        outcomes.insert(reply.outcome());
    EXPECT_EQ(outcomes, (std::multiset<std::string>{"201", "409 DUPLICATE_REJECTED"}));
}

/// The answer is lost after its effect, and the practice's list cannot be had either.
TEST(GpConnectOutcomeUnknown, SaysSoInBothFormatsAndKeepsTheSlot)
{
    using adapters::simulation::Fault;
    const auto unlisted_by = [](std::string method, std::string path) {
        Fault fault;
        fault.kind = Fault::Kind::drop_before;
        fault.method = std::move(method);
        fault.path_contains = std::move(path);
        return fault;
    };
    const std::pair<Conversation, Fault> rows[] = {
        {{"gpconnect", Format::json}, unlisted_by("GET", "Appointment")},
        {{"gpconnect", Format::xml}, unlisted_by("GET", "Appointment")},
        {{"fhir_r4", Format::xml}, unlisted_by("POST", "Appointment/_search")},
    };
    for (const auto& [conversation, unlisted] : rows) {
        Surgery surgery(conversation.system, conversation.format);
        const auto wanted = surgery.wanted();
        Fault lost;
        lost.kind = Fault::Kind::drop_after;
        lost.writes_only = true;
        surgery.host().set_faults({lost, unlisted});
        const auto reply = surgery.post(wanted);
        EXPECT_EQ(reply.outcome(), "500 INTERNAL_SERVER_ERROR") << reply.text;
        EXPECT_NE(reply.at("issue/0/diagnostics").find("appointments"), std::string::npos) << reply.text;
        surgery.host().set_faults({});
        EXPECT_EQ(surgery.post(wanted).outcome(), "409 DUPLICATE_REJECTED");
    }
}

TEST_P(GpConnectBooking, EachMandatoryElementIsMissed)
{
    const auto good = surgery.wanted();
    for (const auto element : {"meta/profile",
                               "status",
                               "start",
                               "end",
                               "slot",
                               "created",
                               "description",
                               "participant",
                               "participant/0",
                               "participant/1",
                               "participant/0/actor",
                               "extension",
                               "contained",
                               "contained/0/id",
                               "contained/0/meta",
                               "contained/0/identifier",
                               "contained/0/identifier/0/value",
                               "contained/0/identifier/0/system",
                               "contained/0/name",
                               "contained/0/telecom",
                               "contained/0/telecom/0/system"}) {
        auto spoiled = good;
        drop(spoiled, element);
        EXPECT_EQ(surgery.post(spoiled).outcome(), "422 INVALID_RESOURCE") << element;
    }
    EXPECT_EQ(surgery.post(good).status, 201u) << "nothing was booked meanwhile";
}

TEST_P(GpConnectBooking, EachWrongValueAndEachForbiddenElementIsRefused)
{
    const auto good = surgery.wanted();
    const auto slot = text_at(good, "slot/0/reference");
    const std::pair<std::string, JsonValue> rows[] = {
        {"id", "a1"},
        {"meta/profile/0", "http://hl7.org/fhir/StructureDefinition/Appointment"},
        {"status", "pending"},
        {"status", "arrived"},
        {"start", "2026-11-24T09:01:00+00:00"},
        {"end", "2026-11-24T09:11:00+00:00"},
        {"created", "2026-11-23"},
        {"minutesDuration", JsonValue(11)},
        {"description", "   "},
        {"slot/0/reference", "Slot/hello"},
        {"slot/0/reference", "Slot/Z90001.00000"},
        {"slot/0/reference", "Slot/Z90002.880011"},
        {"slot/0/reference", "Schedule/1"},
        {"slot/0/reference", "https://gateway.example.net/" + slot},
        {"slot/1/reference", slot},
        {"participant/0/actor/reference", "Patient/unknown"},
        {"participant/0/actor/reference", "https://gateway.example.net/Patient/1"},
        {"participant/1/actor/reference", "Location/unknown"},
        {"participant/2", parsed(R"({"actor":{"reference":"Practitioner/unknown"},"status":"accepted"})")},
        {"participant/2", parsed(R"({"actor":{"reference":"Device/1"},"status":"accepted"})")},
        {"participant/2", *good.find("participant")->items().begin()},
        {"participant/0/status", "perhaps"},
        {"contained/0/telecom/0/system", "fax"},
        {"contained/0/identifier/0/system", "https://example.org/ods"},
        {"contained/0/id", "2"},
        {"contained/1", parsed(R"({"resourceType":"Organization","id":"2","name":"Another"})")},
        {"extension/0/valueReference/reference", "#9"},
        {"extension/0/valueReference/reference", "https://example.org/Organization/1"},
        {"extension/1", extension("Extension-Unknown-1", "valueString", "x")},
        {"extension/1", extension("Extension-GPConnect-AppointmentCancellationReason-1", "valueString", "x")},
        {"extension/1", extension("Extension-GPConnect-DeliveryChannel-2", "valueCode", "Carrier-pigeon")},
        {"reason", parsed(R"([{"text":"Cough"}])")},
        {"specialty", parsed(R"([{"text":"GP"}])")},
        {"appointmentType", parsed(R"({"text":"Routine"})")},
        {"indication", parsed(R"([{"reference":"Condition/1"}])")},
        {"supportingInformation", parsed(R"([{"reference":"Observation/1"}])")},
        {"incomingReferral", parsed(R"([{"reference":"ReferralRequest/1"}])")},
        {"requestedPeriod", parsed(R"([{"start":"2026-11-24"}])")},
        {"identifier", parsed(R"([{"system":"https://example.org/id"}])")},
        {"identifier", parsed(R"([{"value":"1"}])")},
        {"invalidField", "x"},
        {"reasonCode", parsed(R"([{"text":"Cough"}])")}, // R4's name
        {"cancelationReason", parsed(R"({"text":"x"})")},
    };
    for (const auto& [path, value] : rows) {
        auto spoiled = good;
        member(spoiled, path) = value;
        EXPECT_EQ(surgery.post(spoiled).outcome(), "422 INVALID_RESOURCE")
            << path << " " << fhir::codec::to_json(value);
    }
    EXPECT_EQ(surgery.post(good).status, 201u) << "nothing was booked meanwhile";
}

TEST_P(GpConnectBooking, TextsAreCountedInCharacters)
{
    auto wanted = surgery.wanted();
    wanted.set("description", letters(101));
    EXPECT_EQ(surgery.post(wanted).outcome(), "422 INVALID_RESOURCE");
    wanted.set("description", "Ear pain");
    auto commented = wanted;
    commented.remove("participant");
    commented.set("comment", letters(501));
    commented.set("participant", *wanted.find("participant"));
    EXPECT_EQ(surgery.post(commented).outcome(), "422 INVALID_RESOURCE");
}

TEST(GpConnectTexts, TheLongestTextsAreKeptWhole)
{
    Surgery surgery;
    auto wanted = surgery.wanted();
    wanted.set("description", letters(100));
    wanted.set("comment", letters(500));
    const auto reply = surgery.post(wanted);
    ASSERT_EQ(reply.outcome(), "201") << reply.text;
    EXPECT_EQ(reply.at("description"), letters(100));
    EXPECT_EQ(reply.at("comment"), letters(500));
}

TEST_P(GpConnectBooking, ABodyThatIsNoAppointmentIsRefused)
{
    const auto bytes = [&](std::string body) {
        return surgery
            .raw("POST", surgery.root + "Appointment", "rest:create:appointment-1", std::move(body), {})
            .outcome();
    };
    EXPECT_EQ(bytes("neither this nor that"), "400 BAD_REQUEST");
    const auto patient = parsed(R"({"resourceType":"Patient"})");
    EXPECT_EQ(surgery.post(patient).outcome(), "422 INVALID_RESOURCE");
}

TEST_P(GpConnectBooking, AnotherOrganisationThanTheCertificatesCannotBeBookedFor)
{
    auto wanted = surgery.wanted();
    member(wanted, "contained/0/identifier/0/value") = "Z9H02";
    EXPECT_EQ(surgery.post(wanted).outcome(), "403 NO_ORGANISATION_CONSENT");
}

TEST_P(GpConnectBooking, ASlotThatHasBegunIsRefused)
{
    const auto wanted = surgery.wanted();
    surgery.clock.set(tests::at("2026-11-24T09:05:00Z"));
    EXPECT_EQ(surgery.post(wanted).outcome(), "422 INVALID_RESOURCE");
}

TEST_P(GpConnectBooking, WhatMayBeSentIsTakenWhenItIsRight)
{
    auto wanted = surgery.wanted();
    member(wanted, "serviceCategory/text") = "whatever";
    member(wanted, "serviceType/0/text") = "whatever";
    wanted.set("minutesDuration", JsonValue(10));
    member(wanted, "participant/0/type/0/coding/0/code") = "PART";
    const auto reply = surgery.post(wanted);
    ASSERT_EQ(reply.outcome(), "201") << reply.text;
    EXPECT_NE(reply.at("serviceType/0/text"), "whatever");
}

// ---- several slots

TEST(GpConnectMultiSlot, AdjacentSlotsAreOneAppointmentInWhateverOrderTheyCome)
{
    for (const std::string_view system : {"gpconnect", "fhir_r4"}) {
        Surgery surgery(system);
        auto wanted = surgery.wanted({0, 1});
        auto& slots = wanted.find("slot")->items();
        std::swap(slots[0], slots[1]);
        const auto reply = surgery.post(wanted);
        ASSERT_EQ(reply.outcome(), "201") << reply.text;
        EXPECT_EQ(reply.at("minutesDuration"), "20");
        EXPECT_EQ(reply.body.find("slot")->items().size(), 2u);
        EXPECT_EQ(reply.at("end"), text_at(surgery.free_slots()[1], "end"));
    }
}

TEST(GpConnectMultiSlot, SlotsThatDoNotBelongTogetherAreRefused)
{
    Surgery surgery;
    EXPECT_EQ(surgery.post(surgery.wanted({0, 2})).outcome(), "422 INVALID_RESOURCE");
    // The last of the morning's and the first of the afternoon's: another session, channel and type.
    EXPECT_EQ(surgery.post(surgery.wanted({17, 18})).outcome(), "422 INVALID_RESOURCE");
}

TEST(GpConnectMultiSlot, ASystemThatBooksOneAtATimeSaysSo)
{
    Surgery surgery("vision");
    const auto reply = surgery.post(surgery.wanted({0, 1}));
    EXPECT_EQ(reply.outcome(), "422 INVALID_RESOURCE");
    EXPECT_NE(reply.at("issue/0/diagnostics").find("one slot at a time"), std::string::npos);
}

// ---- filters bind bookings too

TEST(GpConnectFilters, ARestrictedSlotIsBookedOnlyByWhoeverItIsFor)
{
    Surgery surgery("gpconnect", Format::json, {{"session.5501.types", "urgent-care"}});
    const auto shown = surgery.slots("ge2026-11-24", "le2026-11-27",
                                     "&searchFilter=https://fhir.nhs.uk/STU3/CodeSystem/"
                                     "GPConnect-OrganisationType-1%7Curgent-care");
    const auto slot = shown.entries("Slot").front();
    auto wanted = surgery.wanted({0});
    member(wanted, "slot/0/reference") = "Slot/" + text_at(slot, "id");
    wanted.set("start", text_at(slot, "start"));
    wanted.set("end", text_at(slot, "end"));
    EXPECT_EQ(surgery.post(wanted).outcome(), "422 INVALID_RESOURCE");
    JsonValue type = parsed(R"([{"coding":[{"system":
        "https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1","code":"urgent-care"}]}])");
    member(wanted, "contained/0").set("type", std::move(type));
    EXPECT_EQ(surgery.post(wanted).outcome(), "201");
}

} // namespace
