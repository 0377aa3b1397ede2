// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/bars/bars_fixture.hpp"

#include "fhir/codec/format.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/patient.hpp"

namespace
{

using tests::Edits;
using tests::refusal_in;
using tests::text_at;

const std::string header = "entry/0/resource";
const std::string appointment = "entry/1/resource";
const std::string patient = "entry/2/resource";
const std::string slot = "entry/5/resource";

/// One rule of messages: what is changed in a good one, and the answer.
struct MessageRow
{
    const char* rule;
    Edits edits;
    const char* expected;    ///< empty: 200
    bool json_alone = false; ///< no FHIR as XML has it
};

void PrintTo(const MessageRow& row, std::ostream* out)
{
    *out << row.rule;
}

class BarsBookingMessage : public tests::BarsFaceTest, public testing::WithParamInterface<MessageRow>
{};

TEST_P(BarsBookingMessage, IsHeldToTheRule)
{
    const auto response = post(booking(GetParam().edits));
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.written.has_value(), !*GetParam().expected);
}

const std::vector<MessageRow> booking_rows{
    {"everything as it should be", {}, ""},
    {"a Bundle of another type", {{"type", "\"batch\""}}, "400 REC_BAD_REQUEST structure"},
    {"no Bundle", {{"resourceType", "\"Patient\""}}, "400 REC_BAD_REQUEST structure", true},
    {"an absent version", {{"meta/versionId", ""}}, ""},
    {"another minor version", {{"meta/versionId", "\"1.99.0\""}}, ""},
    {"a pre-release version", {{"meta/versionId", "\"1.0.0-alpha\""}}, ""},
    {"another major version",
     {{"meta/versionId", "\"2.0.0\""}},
     "422 REC_UNPROCESSABLE_ENTITY not-supported"},
    {"no id", {{"id", ""}}, "400 REC_BAD_REQUEST required"},
    {"a header that is not first", {{"entry/0", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"another destination",
     {{header + "/destination/0/endpoint", R"("https://fhir.nhs.uk/Id/dos-service-id|9999000102")"}},
     "400 REC_BAD_REQUEST value"},
    {"a destination in the other spelling of Id",
     {{header + "/destination/0/endpoint", R"("http://fhir.nhs.uk/id/dos-service-id|9999000101")"}},
     ""},
    {"no destination", {{header + "/destination", ""}}, "400 REC_BAD_REQUEST required"},
    {"an unknown definition",
     {{header + "/definition", R"("https://fhir.nhs.uk/MessageDefinition/bars-message-x")"}},
     "400 REC_BAD_REQUEST invariant"},
    {"no definition", {{header + "/definition", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"a definition with its version",
     {{header + "/definition",
       R"("https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request|1.0.0")"}},
     ""},
    {"no slot", {{"entry/5", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"no schedule", {{"entry/6", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"no service", {{"entry/7", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"no patient", {{"entry/2", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"one organisation", {{"entry/4", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"two slots",
     {{"entry/-",
       R"({"resource":{"resourceType":"Slot","schedule":{"reference":"x"},"status":"free","start":"2026-11-24T09:00:00Z","end":"2026-11-24T09:10:00Z"}})"}},
     "400 REC_BAD_REQUEST invariant"},
    {"types that no message lists are left out",
     {{"entry/-", R"({"resource":{"resourceType":"CarePlan"}})"}},
     "",
     true},
    {"unknown elements are passed over", {{patient + "/shoeSize", "44"}}, "", true},
    {"a use case that the service takes",
     {{appointment + "/serviceCategory/-",
       R"({"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/usecases-categories-bars","code":"A1T2"}]})"}},
     ""},
    {"a use case that it does not take",
     {{appointment + "/serviceCategory/-",
       R"({"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/usecases-categories-bars","code":"a6t1"}]})"}},
     "422 REC_UNPROCESSABLE_ENTITY not-supported"},
    {"an amendment", {{header + "/reason/coding/0/code", "\"update\""}}, "400 REC_BAD_REQUEST invariant"},
    {"an unknown reason",
     {{header + "/reason/coding/0/code", "\"because\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"no reason", {{header + "/reason", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"a status that books nothing",
     {{appointment + "/status", "\"proposed\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a booking response",
     {{header + "/eventCoding/code", "\"booking-response\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a referral where none are taken",
     {{header + "/eventCoding/code", "\"servicerequest-request\""}},
     "422 REC_UNPROCESSABLE_ENTITY not-supported"},
    {"a referral's response where none are taken",
     {{header + "/eventCoding/code", "\"servicerequest-response\""}},
     "422 REC_UNPROCESSABLE_ENTITY not-supported"},
    {"a sender who is not the caller",
     {{"entry/4/resource/identifier/0/value", "\"ZZ902\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a sender that leads nowhere",
     {{header + "/sender/reference", "\"urn:uuid:x\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a receiver without an ODS code",
     {{"entry/3/resource/identifier", ""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a source without its service",
     {{header + "/source/endpoint", "\"https://x.example\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"an appointment without its slot", {{appointment + "/slot", ""}}, "400 REC_BAD_REQUEST invariant"},
    {"another start than the slot's",
     {{appointment + "/start", "\"2026-11-24T09:05:00Z\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"another end than the slot's",
     {{appointment + "/end", "\"2026-11-24T09:20:00Z\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"the same start with seven digits and another offset",
     {{appointment + "/start", "\"2026-11-24T10:00:00.0000000+01:00\""}},
     ""},
    {"a participant without a status", {{appointment + "/participant/0/status", ""}}, "", true},
    {"a participant whose status stands under its actor",
     {{appointment + "/participant/0/status", ""},
      {appointment + "/participant/0/actor/status", "\"accepted\""}},
     "",
     true},
    {"a participant who is not the patient",
     {{appointment + "/participant/0/actor/reference", "\"urn:uuid:x\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"references as type and id",
     {{patient + "/id", "\"p9\""}, {appointment + "/participant/0/actor/reference", "\"Patient/p9\""}},
     ""},
    {"an id and a moment that are the receiver's to make",
     {{appointment + "/id", "\"0199f3c0-0000-7000-8000-0000000000aa\""},
      {appointment + "/created", "\"2026-11-23T08:00:00Z\""}},
     ""},
    {"a slot that reads busy", {{slot + "/status", "\"busy\""}}, ""},
    {"a channel as a concept",
     {{slot + "/extension",
       R"([{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel","valueCodeableConcept":{"coding":[{"code":"Telephone"}]}}])"}},
     ""},
    {"a patient who is not to be rung", {{patient + "/contact", ""}}, "400 REC_BAD_REQUEST required"},
    {"every number of rank 1, as a sample has it",
     {{patient + "/contact/0/telecom/0/rank", "1"}, {patient + "/contact/0/extension", ""}},
     ""},
    {"a number that is no NHS number",
     {{patient + "/identifier/0/value", "\"9990000019\""}},
     "400 REC_BAD_REQUEST value"},
    {"a number in a state in which it must not be sent",
     {{patient + "/identifier/0/extension/0/valueCodeableConcept/coding/0/code", "\"trace-required\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"a number that is not traced",
     {{patient + "/identifier/0/extension/0/valueCodeableConcept/coding/0/code",
       "\"number-present-but-not-traced\""}},
     ""},
    {"a number without its status", {{patient + "/identifier/0/extension", ""}}, ""},
    {"a patient without an NHS number", {{patient + "/identifier", ""}}, ""},
    {"a status that says that there is no number",
     {{patient + "/identifier/0/extension/0/valueCodeableConcept/coding/0/code",
       "\"number-not-present-but-trace-required\""},
      {patient + "/identifier/0/value", ""}},
     ""},
    {"a slot of another id", {{slot + "/id", "\"0199f3c0-0000-7000-8000-0000000000bb\""}}, ""},
    {"a slot that is not known by anything",
     {{slot + "/id", "\"0199f3c0-0000-7000-8000-0000000000bb\""},
      {slot + "/identifier", ""},
      {"entry/5/fullUrl", "\"urn:uuid:0199f3c0-0000-7000-8000-0000000000bb\""},
      {appointment + "/slot/0/reference", "\"urn:uuid:0199f3c0-0000-7000-8000-0000000000bb\""}},
     "404 REC_NOT_FOUND not-found"},
    {"a slot known by its id alone", {{slot + "/identifier", ""}}, ""},
    {"a slot known by its fullUrl alone", {{slot + "/identifier", ""}, {slot + "/id", ""}}, ""},
    {"a slot whose identifier is of another slot", {{slot + "/identifier/0/value", "\"A11111.2\""}}, ""},
};

INSTANTIATE_TEST_SUITE_P(Rules, BarsBookingMessage, testing::ValuesIn(booking_rows));

std::string in_xml(const std::string& message)
{
    const auto bundle = fhir::codec::read<fhir::Bundle>(std::string_view(message));
    EXPECT_TRUE(bundle) << bundle.error().sentence();
    return bundle ? fhir::codec::to_text(*bundle, fhir::codec::r4_xml) : std::string();
}

std::vector<MessageRow> rows_in_xml()
{
    std::vector<MessageRow> rows = booking_rows;
    std::erase_if(rows, [](const MessageRow& row) { return row.json_alone; });
    return rows;
}

class BarsXmlMessage : public tests::BarsFaceTest, public testing::WithParamInterface<MessageRow>
{};

TEST_P(BarsXmlMessage, IsHeldToTheSameRule)
{
    const auto response =
        post(in_xml(booking(GetParam().edits)), {{"Content-Type", "application/fhir+xml; version=1.1.0"}});
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.written.has_value(), !*GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Rules, BarsXmlMessage, testing::ValuesIn(rows_in_xml()));

class BarsCancellation : public tests::BarsFaceTest, public testing::WithParamInterface<MessageRow>
{};

TEST_P(BarsCancellation, IsHeldToTheRule)
{
    ASSERT_EQ(post(booking()).status, 200u);
    booking_.written.reset();
    const auto response = post(cancellation(GetParam().edits));
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.written.has_value(), !*GetParam().expected);
}

const std::vector<MessageRow> cancellation_rows{
    {"everything as it should be", {}, ""},
    {"reason new, as a sample has it", {{header + "/reason/coding/0/code", "\"new\""}}, ""},
    {"reason delete, as a table has it", {{header + "/reason/coding/0/code", "\"delete\""}}, ""},
    {"entered in error", {{appointment + "/status", "\"entered-in-error\""}}, ""},
    {"a status that cancels nothing",
     {{appointment + "/status", "\"booked\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"an unknown id",
     {{appointment + "/id", "\"0199f3c0-0000-7000-8000-0000000000cc\""}},
     "404 REC_NOT_FOUND not-found"},
    {"the guide's spelling of the reason",
     {{appointment + "/cancelationReason", ""}, {appointment + "/cancellationReason", R"({"text":"x"})"}},
     ""},
    {"another patient",
     {{patient + "/identifier/0/value", "\"9990000026\""}},
     "400 REC_BAD_REQUEST invariant"},
    {"an appointment that the practice has moved",
     {{appointment + "/start", "\"2026-11-24T08:00:00Z\""}},
     "409 REC_CONFLICT conflict"},
    {"one organisation", {{"entry/4", ""}}, "400 REC_BAD_REQUEST invariant"},
};

INSTANTIATE_TEST_SUITE_P(Rules, BarsCancellation, testing::ValuesIn(cancellation_rows));

struct BookingFailureRow
{
    fhir::ErrorKind kind;
    const char* expected;
};

class BarsBookingFailures : public tests::BarsFaceTest, public testing::WithParamInterface<BookingFailureRow>
{};

TEST_P(BarsBookingFailures, HaveTheStandardsCodes)
{
    booking_.failure = fhir::Error(GetParam().kind);
    EXPECT_EQ(refusal_in(post(booking())), GetParam().expected);
}

using enum fhir::ErrorKind;
INSTANTIATE_TEST_SUITE_P(
    Rules, BarsBookingFailures,
    testing::Values(BookingFailureRow{slot_unavailable, "409 REC_CONFLICT conflict"},
                    BookingFailureRow{slot_unknown, "409 REC_CONFLICT conflict"},
                    BookingFailureRow{slot_in_past, "409 REC_CONFLICT conflict"},
                    BookingFailureRow{patient_has_appointment, "409 REC_CONFLICT conflict"},
                    BookingFailureRow{duplicate_in_flight, "425 REC_TOO_EARLY duplicate"},
                    BookingFailureRow{duplicate_key_other_body, "400 REC_BAD_REQUEST invariant"},
                    BookingFailureRow{patient_not_found, "422 REC_UNPROCESSABLE_ENTITY processing"},
                    BookingFailureRow{demographics_required, "422 REC_UNPROCESSABLE_ENTITY processing"},
                    BookingFailureRow{text_too_long, "422 REC_UNPROCESSABLE_ENTITY processing"},
                    BookingFailureRow{link_invalid, "422 REC_UNPROCESSABLE_ENTITY processing"},
                    BookingFailureRow{organisation_not_allowed, "401 REC_UNAUTHORIZED forbidden"},
                    BookingFailureRow{supplier_unavailable, "503 REC_UNAVAILABLE transient"},
                    BookingFailureRow{outcome_unknown, "408 REC_TIMEOUT timeout"}));

using BarsMessages = tests::BarsFaceTest;

TEST_F(BarsMessages, ABookingReachesTheBookingServiceInItsOwnWords)
{
    ASSERT_EQ(post(booking()).status, 200u);
    ASSERT_TRUE(booking_.written);
    const fhir::Appointment& wanted = *booking_.written;
    EXPECT_EQ(wanted.slot.front().reference, "Slot/A11111.1");
    EXPECT_EQ(wanted.description, "Ear pain, two days");
    const auto* held = wanted.contained.front().as<fhir::Patient>();
    ASSERT_TRUE(held);
    EXPECT_EQ(fhir::identifier_value(held->identifier, fhir::nhs_number_system), "9990000018");
    EXPECT_EQ(held->telecom.front().value, "07700 900123");
    EXPECT_EQ(held->name.front().family, "Fairlamb");
    EXPECT_EQ(fhir::identifier_value(wanted.identifier, "https://gateway.example.net/id/bars-thread"),
              "79e3c1d5-2a4b-4c6d-8e0f-1a2b3c4d5e01");
}

const std::string local_patient = R"([{"system":"https://ooh.example/id/caller","value":"caller-7"}])";

TEST_F(BarsMessages, LeaveARecordOfTheBookingAndOfWhatIsRefused)
{
    const auto message = booking();
    recorded_.notes.clear();
    ASSERT_EQ(post(message).status, 200u);
    post("{", {{"X-Request-Id", "0199f3c0-0000-4000-8000-0000000000f1"}});
    ASSERT_EQ(recorded_.notes.size(), 2u);
    const auto& done = recorded_.notes.front();
    EXPECT_EQ(done.record.event, gateway::audit::Event::write);
    EXPECT_EQ(done.record.type, "Appointment");
    EXPECT_EQ(recorded_.notes.back().record.outcome, gateway::audit::Outcome::refused);
    EXPECT_EQ(recorded_.notes.back().record.status, 400u);
}

TEST_F(BarsMessages, WhoHasNoNumberIsBookedByWhatTheMessageSays)
{
    ASSERT_EQ(post(booking({{patient + "/identifier", local_patient}})).status, 200u);
    ASSERT_TRUE(booking_.written);
    EXPECT_FALSE(booking_.written->participant.front().actor->identifier);
    const auto* held = booking_.written->contained.front().as<fhir::Patient>();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->name.front().family, "Fairlamb");
    EXPECT_EQ(fhir::identifier_value(held->identifier, "https://ooh.example/id/caller"), "caller-7");
}

TEST_F(BarsMessages, WhoHasNoNumberIsShownByTheIdOfTheReply)
{
    const auto reply = post(booking({{patient + "/identifier", local_patient}}));
    ASSERT_EQ(reply.status, 200u);
    name_booker();
    const auto shown = get("Appointment/" + std::string(tests::FakeBooking::new_id));
    ASSERT_EQ(shown.status, 200u) << shown.body.view();
    EXPECT_EQ(text_at(shown, "participant/0/actor/reference"), "Patient/" + text_at(reply, patient + "/id"));
    EXPECT_EQ(text_at(shown, "participant/0/actor/identifier/value"), "caller-7");
}

TEST_F(BarsMessages, WhoHasNoNumberIsFoundByNameBirthDateAndPostcode)
{
    ASSERT_EQ(post(booking({{patient + "/identifier", ""}})).status, 200u);
    name_booker();
    const auto* held = booking_.written->contained.front().as<fhir::Patient>();
    const std::string born = fhir::to_text(*held->birth_date);
    const std::string postcode = *held->address.front().postal_code;
    const auto total = [&](const std::string& name, const std::string& date) {
        const auto found = get("Appointment?patient:name=" + name + "&patient:birthdate=" + date +
                               "&patient:address-postalcode=" + fhir::rest::percent_encode(postcode));
        EXPECT_EQ(found.status, 200u) << found.body.view();
        return text_at(found, "total");
    };
    EXPECT_EQ(total("Fairlamb", born), "1");
    EXPECT_EQ(total("Nettlebed", born), "0");
    EXPECT_EQ(total("Fairlamb", "1901-01-01"), "0");
}

TEST_F(BarsMessages, ACancellationForSomebodyElseWhoHasNoNumberIsRefused)
{
    ASSERT_EQ(post(booking({{patient + "/identifier", ""}})).status, 200u);
    const Edits other{{"entry/2/resource/identifier", ""}, {"entry/2/resource/birthDate", "\"1901-01-01\""}};
    EXPECT_EQ(refusal_in(post(cancellation(other))), "400 REC_BAD_REQUEST invariant");
    EXPECT_EQ(post(cancellation({{"entry/2/resource/identifier", ""}})).status, 200u);
}

TEST_F(BarsMessages, AreBoundToTheirIdsAndBytes)
{
    post(booking());
    ASSERT_TRUE(booking_.context);
    EXPECT_EQ(booking_.context->idempotency_key,
              "bars/0e6a1f5c-3b7d-4d28-8c94-5f1e2a3b4c01/7d2c9b80-1e4f-4a63-b5d7-c8e9f0a1b201");
    const auto hash = booking_.context->request_hash;
    post(booking({{appointment + "/description", "\"x\""}}));
    EXPECT_NE(booking_.context->request_hash, hash);
    EXPECT_EQ(booking_.context->caller.ods.text(), "ZZ901");
    EXPECT_GT(booking_.context->answer_within.count(), 3000);
    EXPECT_LT(booking_.context->answer_within.count(), 4800);
}

TEST_F(BarsMessages, TheReplyIsTheMessageWithWhatTheReceiverMade)
{
    const auto response = post(booking({{"meta/versionId", ""}}));
    EXPECT_EQ(text_at(response, "id"), "79e3c1d5-2a4b-4c6d-8e0f-1a2b3c4d5e01");
    EXPECT_EQ(text_at(response, "type"), "message");
    EXPECT_EQ(text_at(response, "meta/versionId"), "1.1.0");
    EXPECT_EQ(text_at(response, header + "/response/code"), "ok");
    EXPECT_EQ(text_at(response, header + "/response/identifier"), "79e3c1d5-2a4b-4c6d-8e0f-1a2b3c4d5e01");
    EXPECT_EQ(text_at(response, appointment + "/id"), tests::FakeBooking::new_id);
    EXPECT_EQ(text_at(response, appointment + "/status"), "booked");
    EXPECT_EQ(text_at(response, appointment + "/identifier/0/system"),
              "https://gateway.example.net/id/booking-reference");
    EXPECT_EQ(text_at(response, appointment + "/identifier/0/value").size(), 12u);
    EXPECT_EQ(text_at(response, patient + "/id").size(), 36u);
    EXPECT_EQ(text_at(response, slot + "/status"), "busy");
    EXPECT_EQ(text_at(response, appointment + "/slot/0/reference"), text_at(response, "entry/5/fullUrl"));
}

TEST_F(BarsMessages, OneThatWasProcessedIsADuplicate)
{
    const auto message = booking();
    ASSERT_EQ(post(message).status, 200u);
    booking_.earlier = tests::FakeBooking::Outcome{booking_.versions.front(), true, true, std::nullopt};
    EXPECT_EQ(refusal_in(post(message)), "409 REC_CONFLICT duplicate");
}

TEST_F(BarsMessages, OneWhoseOutcomeIsStillOpenIsTooEarly)
{
    const auto message = booking();
    ASSERT_EQ(post(message).status, 200u);
    booking_.earlier =
        tests::FakeBooking::Outcome{booking_.versions.front(), true, true, fhir::Error(outcome_unknown)};
    const auto response = post(message);
    EXPECT_EQ(refusal_in(response), "425 REC_TOO_EARLY duplicate");
    EXPECT_EQ(response.headers.get("Retry-After"), "2");
}

TEST_F(BarsMessages, AnUnknownOutcomeIsATimeout)
{
    booking_.unresolved = fhir::Error(outcome_unknown);
    EXPECT_EQ(refusal_in(post(booking())), "408 REC_TIMEOUT timeout");
}

TEST_F(BarsMessages, ARepeatedCancellationIsADuplicate)
{
    ASSERT_EQ(post(booking()).status, 200u);
    booking_.replay = true;
    EXPECT_EQ(refusal_in(post(cancellation())), "409 REC_CONFLICT duplicate");
}

TEST_F(BarsMessages, ASlotThatWasShownAndIsGoneIsAConflict)
{
    const auto message = booking();
    search_.held = {};
    EXPECT_EQ(refusal_in(post(message)), "409 REC_CONFLICT conflict");
}

TEST_F(BarsMessages, ASlotOfAnotherServiceIsUnknown)
{
    const tests::Fields gps{{"NHSD-Target-Identifier", tests::target("9999000102")}};
    const auto message = booking(
        {{header + "/destination/0/endpoint", R"("https://fhir.nhs.uk/Id/dos-service-id|9999000102")"}});
    EXPECT_EQ(refusal_in(post(message, gps)), "404 REC_NOT_FOUND not-found");
}

TEST_F(BarsMessages, AServiceThatTakesNoBookingsSaysSo)
{
    const tests::Fields elsewhere{{"NHSD-Target-Identifier", tests::target("9999000103")}};
    const auto message = booking(
        {{header + "/destination/0/endpoint", R"("https://fhir.nhs.uk/Id/dos-service-id|9999000103")"}});
    EXPECT_EQ(refusal_in(post(message, elsewhere)), "422 REC_UNPROCESSABLE_ENTITY not-supported");
}

TEST_F(BarsMessages, ABodyThatIsNoXmlIsRefused)
{
    const tests::Fields xml{{"Content-Type", "application/fhir+xml"}};
    EXPECT_EQ(refusal_in(post("<Bundle", xml)), "400 REC_BAD_REQUEST structure");
    EXPECT_EQ(refusal_in(post("<!DOCTYPE x><Bundle xmlns=\"http://hl7.org/fhir\"/>", xml)),
              "400 REC_BAD_REQUEST structure");
    EXPECT_EQ(refusal_in(post(booking(), xml)), "400 REC_BAD_REQUEST structure");
}

TEST_F(BarsMessages, ABodyThatIsNoJsonIsRefused)
{
    EXPECT_EQ(refusal_in(post("{")), "400 REC_BAD_REQUEST structure");
    EXPECT_EQ(refusal_in(post("")), "400 REC_BAD_REQUEST structure");
    EXPECT_EQ(refusal_in(post("[]")), "400 REC_BAD_REQUEST structure");
}

TEST_F(BarsMessages, ACancellationKeepsTheReason)
{
    ASSERT_EQ(post(booking()).status, 200u);
    const auto response = post(cancellation());
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(booking_.written->status, fhir::AppointmentStatus::cancelled);
    EXPECT_EQ(booking_.written->cancelation_reason->text, "Caller says symptoms have resolved");
    EXPECT_EQ(text_at(response, appointment + "/status"), "cancelled");
}

TEST_F(BarsMessages, ACancellationWithoutAnIdIsFoundByItsThread)
{
    ASSERT_EQ(post(booking()).status, 200u);
    EXPECT_EQ(refusal_in(post(cancellation({{appointment + "/id", ""}}))), "404 REC_NOT_FOUND not-found");
    name_booker();
    EXPECT_EQ(post(cancellation({{appointment + "/id", ""}})).status, 200u);
}

TEST_F(BarsMessages, ACancellationWithoutAnIdThatFitsSeveralIsAConflict)
{
    ASSERT_EQ(post(booking()).status, 200u);
    name_booker();
    booking_.versions.push_back(booking_.versions.back());
    EXPECT_EQ(refusal_in(post(cancellation({{appointment + "/id", ""}}))), "409 REC_CONFLICT conflict");
}

TEST_F(BarsMessages, AreReadBackAsTheyStandNow)
{
    ASSERT_EQ(post(booking()).status, 200u);
    const std::string path = std::string("Appointment/") + tests::FakeBooking::new_id;
    const auto read = get(path);
    ASSERT_EQ(read.status, 200u) << read.body.view();
    EXPECT_EQ(text_at(read, "status"), "booked");
    EXPECT_EQ(text_at(read, "participant/0/actor/identifier/value"), "9990000018");
    EXPECT_TRUE(text_at(read, "slot/0/reference").starts_with("urn:uuid:"));
    EXPECT_TRUE(text_at(read, "contained").empty());
    const tests::Fields elsewhere{{"NHSD-Target-Identifier", tests::target("9999000103")}};
    EXPECT_EQ(refusal_in(get(path, elsewhere)), "404 REC_NOT_FOUND not-found");
}

TEST_F(BarsMessages, AreListedByPatientOnly)
{
    ASSERT_EQ(post(booking()).status, 200u);
    name_booker();
    const std::string number = "patient:identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018";
    const std::string person = "patient:name=fairlamb&patient:address-postalcode=zz99zy&patient:birthdate=";
    EXPECT_EQ(refusal_in(get("Appointment")), "400 REC_BAD_REQUEST required");
    EXPECT_EQ(refusal_in(get("Appointment?_id=1")), "400 REC_BAD_REQUEST required");
    EXPECT_EQ(refusal_in(get("Appointment?patient:identifier=1")), "400 REC_BAD_REQUEST value");
    EXPECT_EQ(refusal_in(get("Appointment?" + person)), "400 REC_BAD_REQUEST value");
    for (const std::string& query : {number, person + "eq1988-06-17", person + "eq17/06/1988"})
        EXPECT_EQ(text_at(get("Appointment?" + query), "total"), "1") << query;
    EXPECT_EQ(text_at(get("Appointment?" + person + "1988-06-18"), "total"), "0");
    const auto listed = get("Appointment?" + number);
    EXPECT_EQ(text_at(listed, "entry/0/resource/id"), tests::FakeBooking::new_id);
    EXPECT_EQ(text_at(listed, "link/0/url").find("9990000018"), std::string::npos);
    const tests::Fields gps{{"NHSD-Target-Identifier", tests::target("9999000102")}};
    EXPECT_EQ(text_at(get("Appointment?" + number, gps), "total"), "0");
}

struct DefinitionRow
{
    const char* query;
    const char* total;
};

class BarsDefinitions : public tests::BarsFaceTest, public testing::WithParamInterface<DefinitionRow>
{};

TEST_P(BarsDefinitions, AreThoseOfServiceAndUseCase)
{
    EXPECT_EQ(text_at(get(std::string("MessageDefinition") + GetParam().query), "total"), GetParam().total);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BarsDefinitions,
    testing::Values(DefinitionRow{"", "4"},
                    DefinitionRow{"?context=https://fhir.nhs.uk/Id/dos-service-id%7C9999000101", "4"},
                    DefinitionRow{"?context=9999000101&context=A7T1", "2"},
                    DefinitionRow{"?context=https://fhir.nhs.uk/Id/dos-service-id%7C9999000101"
                                  "&context=https://fhir.nhs.uk/CodeSystem/usecases-categories-bars%7Ca1t2",
                                  "2"},
                    DefinitionRow{"?context=9999000101&context=a6t1", "0"},
                    DefinitionRow{"?context=9999000102", "0"}));

using BarsDiscovery = tests::BarsFaceTest;

TEST_F(BarsDiscovery, NeedsNoOrganisation)
{
    const tests::Fields nobody{{"NHSD-End-User-Organisation", ""}, {"NHSD-Requesting-Software", ""}};
    EXPECT_EQ(get("MessageDefinition", nobody).status, 200u);
    const auto statement = get("metadata", {{"NHSD-Target-Identifier", ""},
                                            {"NHSD-End-User-Organisation", ""},
                                            {"NHSD-Requesting-Software", ""}});
    ASSERT_EQ(statement.status, 200u);
    EXPECT_EQ(text_at(statement, "kind"), "instance");
    EXPECT_EQ(text_at(statement, "version"), "1.1.0");
    EXPECT_EQ(text_at(statement, "fhirVersion"), "4.0.1");
    EXPECT_EQ(text_at(statement, "rest/0/security/service/0/coding/0/code"), "Certificates");
    EXPECT_EQ(text_at(statement, "rest/0/operation/0/name"), "process-message");
    EXPECT_EQ(text_at(statement, "messaging/0/supportedMessage/0/mode"), "receiver");
}

TEST_F(BarsDiscovery, DefinitionsCarryTheirContextAndCardinalities)
{
    const auto found = get("MessageDefinition?context=a7t1");
    EXPECT_EQ(text_at(found, "entry/0/resource/useContext/0/valueCodeableConcept/coding/0/code"),
              "9999000101");
    EXPECT_EQ(text_at(found, "entry/0/resource/useContext/1/valueCodeableConcept/coding/0/code"), "a7t1");
    EXPECT_EQ(text_at(found, "entry/0/resource/eventCoding/code"), "booking-request");
    EXPECT_EQ(text_at(found, "entry/0/resource/focus/3/code"), "Organization");
    EXPECT_EQ(text_at(found, "entry/0/resource/focus/3/min"), "2");
    EXPECT_EQ(text_at(found, "entry/0/resource/focus/3/max"), "*");
}

} // namespace
