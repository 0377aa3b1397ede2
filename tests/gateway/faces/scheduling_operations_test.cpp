// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"
#include "gateway/faces/r4/proposal.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using fhir::AppointmentStatus;
using gateway::faces::r4::Proposals;
using tests::outcome_of;
using tests::text_at;

const std::string stored_id = tests::FakeBooking::new_id;
constexpr auto day = "start=2026-11-24T00:00:00Z&end=2026-11-25T00:00:00Z";

std::string parameter(const std::string& name, const std::string& value)
{
    return R"({"name":")" + name + R"(",)" + value + "}";
}
std::string text(const std::string& name, const std::string& value)
{
    return parameter(name, R"("valueString":")" + value + "\"");
}
std::string reference(const std::string& name, const std::string& value)
{
    return parameter(name, R"("valueReference":{"reference":")" + value + "\"}");
}
std::string parameters(const std::vector<std::string>& all)
{
    std::string joined;
    for (const auto& each : all)
        joined += (joined.empty() ? "" : ",") + each;
    return R"({"resourceType":"Parameters","parameter":[)" + joined + "]}";
}
const std::string times = parameter("start", R"("valueDateTime":"2026-11-24T00:00:00Z")") + "," +
                          parameter("end", R"("valueDateTime":"2026-11-25T00:00:00Z")");

class SchedulingOperations : public tests::FaceTest
{
protected:
    SchedulingOperations() { add_book(); }

    std::string proposed()
    {
        return text_at(get("Appointment/$find?" + std::string(day)), "entry/0/resource/id");
    }
    fhir::rest::Response hold(const std::vector<std::string>& all)
    {
        return post("Appointment/$hold", parameters(all));
    }
    fhir::rest::Response book(const std::vector<std::string>& all, tests::Fields fields = {})
    {
        return post("Appointment/$book", parameters(all), std::move(fields));
    }
    /// An appointment that the booking service keeps.
    void keep(AppointmentStatus status, std::int64_t version = 1)
    {
        add_appointment();
        booking_.versions.back().resource.status = status;
        booking_.versions.back().version = version;
    }
};

TEST_F(SchedulingOperations, FindProposesWhatIsFreeAndSaysHowLong)
{
    const auto found = get("Appointment/$find?" + std::string(day));
    ASSERT_EQ(found.status, 200u) << found.body.view();
    EXPECT_EQ(text_at(found, "type"), "searchset");
    EXPECT_EQ(text_at(found, "total"), "3");
    EXPECT_EQ(text_at(found, "entry/0/resource/status"), "proposed");
    EXPECT_EQ(text_at(found, "entry/0/resource/slot/0/reference"), "Slot/A11111.1");
    EXPECT_EQ(text_at(found, "entry/0/resource/start"), "2026-11-24T09:00:00+00:00");
    EXPECT_EQ(text_at(found, "entry/0/resource/minutesDuration"), "10");
    EXPECT_EQ(text_at(found, "entry/0/resource/participant/0/status"), "needs-action");
    EXPECT_EQ(text_at(found, "entry/0/resource/participant/1/actor/reference"), "Practitioner/A11111.n1");
    EXPECT_EQ(text_at(found, "entry/0/resource/extension/0/url"),
              "https://gateway.example.net/fhir/StructureDefinition/proposal-until");
    EXPECT_EQ(text_at(found, "entry/0/resource/extension/0/valueInstant"), "2026-11-23T08:15:00+00:00");
    const auto id = text_at(found, "entry/0/resource/id");
    EXPECT_EQ(text_at(found, "entry/0/fullUrl"), "https://gateway.example.net/fhir/R4/Appointment/" + id);
    EXPECT_TRUE(fhir::is_id(id)) << id;
    EXPECT_FALSE(booking_.written) << "nothing is stored";
}

TEST_F(SchedulingOperations, FindIsTheSlotSearchInOtherWords)
{
    const auto asked = [this](const std::string& more) {
        const auto found = get("Appointment/$find?" + std::string(day) + more);
        EXPECT_EQ(found.status, 200u) << more << found.body.view();
        return *search_.asked;
    };
    EXPECT_EQ(asked("").status[0][0].code, "free");
    EXPECT_EQ(asked("").window()->start, *fhir::parse_instant("2026-11-24T00:00:00Z"));
    EXPECT_EQ(asked("&specialty=394814009").specialty[0][0].code, "394814009");
    EXPECT_EQ(asked("&visit-type=ROUTINE").appointment_type[0][0].code, "ROUTINE");
    EXPECT_EQ(asked("&appt-type=ROUTINE").appointment_type[0][0].code, "ROUTINE");
    EXPECT_EQ(asked("&service-type=124").service_type[0][0].code, "124");
    EXPECT_EQ(asked("&delivery-channel=Video").delivery_channel[0][0].code, "Video");
    EXPECT_EQ(asked("&practitioner=Practitioner/A11111.n1").schedule_actor[0][0].id, "A11111.n1");
    EXPECT_EQ(asked("&provider=A11111.n1").schedule_actor[0][0].type, "Practitioner");
    EXPECT_EQ(asked("&location=Location/A11111.main").schedule_actor[0][0].type, "Location");
    EXPECT_EQ(asked("&location-reference=sys%7C7").actor_chains[0].type, "Location");
    const auto practices =
        asked("&organization=A11111&organization=Organization/B22222.org").actor_chains.at(0);
    EXPECT_EQ(practices.parameter, "organization.identifier");
    EXPECT_EQ(practices.values[0].code, "A11111");
    EXPECT_EQ(practices.values[1].code, "B22222");
    EXPECT_EQ(asked("&_count=2").paging.count, 2u);
}

TEST_F(SchedulingOperations, FindByPostTakesTheTypesOfIhe)
{
    const auto found = post(
        "Appointment/$find",
        parameters(
            {times,
             parameter(
                 "specialty",
                 R"("valueCodeableConcept":{"coding":[{"system":"http://s","code":"1"},{"code":"2"}]})"),
             parameter(
                 "organization",
                 R"("valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"A11111"}})"),
             parameter(
                 "patient-reference",
                 R"("valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}})"),
             parameter("reason", R"("valueCodeableConcept":{"text":"Ear pain"})"),
             parameter("referral-identifier", R"("valueIdentifier":{"system":"http://r","value":"7"})"),
             reference("insurance-reference", "Coverage/1")}));
    ASSERT_EQ(found.status, 200u) << found.body.view();
    EXPECT_EQ(search_.asked->specialty[0].size(), 2u);
    EXPECT_EQ(search_.asked->actor_chains[0].values[0].code, "A11111");
    EXPECT_EQ(text_at(found, "entry/0/resource/participant/0/actor/identifier/value"), "9990000018");
    EXPECT_EQ(text_at(found, "entry/0/resource/reasonCode/0/text"), "Ear pain");
    EXPECT_EQ(text_at(found, "entry/0/resource/basedOn/0/identifier/value"), "7");
    EXPECT_EQ(text_at(found, "link/0/url").find("9990000018"), std::string::npos);
    EXPECT_EQ(text_at(found, "entry/3/search/mode"), "outcome") << "insurance is said to be left aside";
}

TEST_F(SchedulingOperations, FindNamesPracticesThatDidNotAnswer)
{
    search_.absent = {
        {*fhir::OdsCode::parse("B22222"), "Late Surgery", fhir::Error(fhir::ErrorKind::supplier_timeout)}};
    const auto found = get("Appointment/$find?" + std::string(day));
    EXPECT_EQ(text_at(found, "entry/3/resource/resourceType"), "OperationOutcome");
    EXPECT_NE(text_at(found, "entry/3/resource/issue/0/details/text").find("B22222"), std::string::npos);
}

TEST_F(SchedulingOperations, FindGoesOnPageByPage)
{
    const auto first = get("Appointment/$find?_count=2&" + std::string(day));
    EXPECT_EQ(text_at(first, "total"), "3");
    EXPECT_EQ(text_at(first, "entry/2"), "");
    std::string next = text_at(first, "link/1/url");
    ASSERT_EQ(next.find(std::string(tests::test_base) + "/"), 0u) << next;
    const auto second = get(next.substr(tests::test_base.size() + 1));
    ASSERT_EQ(second.status, 200u) << second.body.view();
    EXPECT_EQ(text_at(second, "entry/0/resource/slot/0/reference"), "Slot/A11111.3");
    EXPECT_EQ(text_at(second, "entry/1"), "");
}

TEST_F(SchedulingOperations, ParametersThatAreWrongAreNamed)
{
    const std::vector<std::pair<std::string, std::string>> gets{
        {"start=2026-11-24", "400 required http.end"},
        {"end=2026-11-24", "400 required http.start"},
        {"start=today&end=2026-11-24", "400 value http.start"},
        {"start=2026-11-24&end=ge2026-11-25", "400 value http.end"},
        {"start=2026-11-24&end=2026-12-30", "400 too-costly http.start"},
        {"start=2026-11-24&end=2026-11-23", "400 invariant http.start"},
        {"start=2026-11-24&start=2026-11-25&end=2026-11-26", "400 value http.start"},
        {std::string(day) + "&specialtys=1", "400 structure http.specialtys"},
        {std::string(day) + "&organization=A-1", "400 value http.organization"},
        {std::string(day) + "&_count=many", "400 value http._count"},
        {std::string(day) + "&practitioner=", "400 value http.practitioner"},
        {std::string(day) + "&provider=1&practitioner=2", "400 invariant http.provider"},
        {std::string(day) + "&patient-reference=Smith", "400 value http.patient-reference"},
    };
    for (const auto& [query, outcome] : gets)
        EXPECT_EQ(outcome_of(get("Appointment/$find?" + query)), outcome) << query;
    const auto unknown = get("Appointment/$find?specialtys=1&" + std::string(day));
    EXPECT_NE(text_at(unknown, "issue/0/details/text").find("Did you mean 'specialty'?"), std::string::npos);

    const std::vector<std::pair<std::string, std::string>> posts{
        {parameters({times, text("colour", "red")}), "400 structure Parameters.parameter[2].name"},
        {parameters({times, parameter("specialty", R"("valueBoolean":true)")}),
         "400 value Parameters.parameter[2].value"},
        {parameters({times, parameter("specialty", R"("valueCodeableConcept":{"text":"ears"})")}),
         "400 value Parameters.parameter[2].value"},
        {parameters({text("start", "2026-11-24")}), "400 required Parameters.parameter"},
        {tests::booking_json(), "400 invariant Parameters"},
    };
    for (const auto& [body, outcome] : posts)
        EXPECT_EQ(outcome_of(post("Appointment/$find", body)).substr(0, outcome.size()), outcome) << body;
    EXPECT_EQ(
        get("Appointment/$find?colour=red&" + std::string(day), {{"Prefer", "handling=lenient"}}).status,
        200u);
    EXPECT_EQ(outcome_of(post("Appointment/$find?colour=red", parameters({times}))),
              "400 not-supported http.colour");
}

TEST_F(SchedulingOperations, FindNeedsTheRightToSearchSlots)
{
    EXPECT_EQ(get("Appointment/$find?" + std::string(day), {{"Authorization", ""}}).status, 401u);
    EXPECT_EQ(get("Appointment/$find?" + std::string(day), {{"Authorization", "Bearer narrow"}}).status,
              403u);
    EXPECT_EQ(send("PUT", "/fhir/R4/Appointment/$hold").status, 405u);
}

TEST_F(SchedulingOperations, AProposalIsReadableByNobodyAndSaysWhatItIs)
{
    const auto id = proposed();
    for (const auto& path : {"Appointment/" + id, "Appointment/" + id + "/_history"}) {
        const auto read = get(path);
        EXPECT_EQ(read.status, 404u);
        const auto told = text_at(read, "issue/0/details/text");
        EXPECT_NE(told.find("a proposal of $find for Slot/A11111.1"), std::string::npos) << told;
        EXPECT_NE(told.find("until 08:15"), std::string::npos) << told;
        EXPECT_NE(told.find("$hold or $book"), std::string::npos) << told;
    }
    clock_.advance(std::chrono::minutes(15));
    EXPECT_NE(text_at(get("Appointment/" + id), "issue/0/details/text").find("Send $find again"),
              std::string::npos);
    const auto put = send("PUT", "/fhir/R4/Appointment/" + id,
                          {{"Content-Type", "application/fhir+json"}, {"If-Match", "W/\"1\""}},
                          tests::booking_json(",\"id\":\"" + id + "\""));
    EXPECT_EQ(put.status, 405u);
    EXPECT_NE(text_at(put, "issue/0/details/text").find("a proposal"), std::string::npos);
}

TEST_F(SchedulingOperations, HoldMakesAPendingAppointmentOfAProposal)
{
    const auto held = hold(
        {reference("appointment-reference", "Appointment/" + proposed()), text("comment", "Rings back")});
    ASSERT_EQ(held.status, 200u) << held.body.view();
    EXPECT_EQ(text_at(held, "resourceType"), "Bundle");
    EXPECT_EQ(text_at(held, "entry/0/resource/status"), "pending");
    EXPECT_EQ(text_at(held, "entry/0/resource/id"), stored_id);
    EXPECT_EQ(held.headers.get("Location"),
              "https://gateway.example.net/fhir/R4/Appointment/" + stored_id + "/_history/1");
    ASSERT_TRUE(booking_.written);
    EXPECT_EQ(booking_.written->slot.at(0).reference, "Slot/A11111.1");
    EXPECT_EQ(booking_.written->comment, "Rings back");
    EXPECT_FALSE(gateway::booking::named_number(*booking_.written)) << "the patient may be named later";
}

TEST_F(SchedulingOperations, HoldTakesTheNameOfArgonautAndAPatient)
{
    ASSERT_EQ(hold({text("appt-id", proposed()), text("patient-id", "999 000 0018")}).status, 200u);
    EXPECT_EQ(gateway::booking::named_number(*booking_.written)->digits(), "9990000018");
}

TEST_F(SchedulingOperations, AHoldThatStandsIsAnsweredAsItIs)
{
    keep(AppointmentStatus::pending);
    const auto again = hold({reference("appointment-reference", "Appointment/" + stored_id)});
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(text_at(again, "entry/0/resource/status"), "pending");
    keep(AppointmentStatus::cancelled, 2);
    const auto over = hold({reference("appointment-reference", "Appointment/" + stored_id)});
    EXPECT_EQ(text_at(over, "entry/0/resource/status"), "cancelled");
    EXPECT_EQ(text_at(over, "entry/1/resource/issue/0/details/coding/0/code"), "hold-expired");
    keep(AppointmentStatus::booked, 3);
    EXPECT_EQ(outcome_of(hold({reference("appointment-reference", "Appointment/" + stored_id)})),
              "409 business-rule Parameters.parameter[0].value");
    EXPECT_FALSE(booking_.written) << "nothing was written";
}

TEST_F(SchedulingOperations, WhatIsNotAProposalIsNotHeldOrBooked)
{
    const auto id = proposed();
    std::string changed = id;
    changed.back() = changed.back() == '0' ? '1' : '0';
    const Proposals others("another secret");
    const auto foreign =
        others.id_of("A11111.1", *fhir::OdsCode::parse("ZZ901"), clock_.now() + std::chrono::minutes(9));
    for (const auto& [what, outcome] : std::vector<std::pair<std::string, std::string>>{
             {changed, "404 not-found Parameters.parameter[0].value"},
             {foreign, "404 not-found Parameters.parameter[0].value"},
             {"A11111.1", "404 not-found Parameters.parameter[0].value"},
             {"Slot/A11111.1", "400 value Parameters.parameter[0].value"},
             {"a_b", "400 value Parameters.parameter[0].value"}}) {
        EXPECT_EQ(outcome_of(hold({reference("appointment-reference", what)})), outcome) << what;
        EXPECT_EQ(
            outcome_of(book({reference("appointment-reference", what), text("patient-id", "9990000018")})),
            outcome)
            << what;
    }
    clock_.advance(std::chrono::minutes(15));
    const auto late = hold({reference("appointment-reference", id)});
    EXPECT_EQ(outcome_of(late), "409 business-rule Parameters.parameter[0].value");
    EXPECT_NE(text_at(late, "issue/0/details/text").find("until 08:15"), std::string::npos);
    EXPECT_EQ(outcome_of(hold({})), "400 structure Parameters.parameter") << "an empty list is no FHIR";
    EXPECT_EQ(outcome_of(hold({text("comment", "x")})), "400 required Parameters.parameter");
    EXPECT_EQ(outcome_of(hold({text("appt-id", id), reference("appointment-reference", id)})),
              "400 invariant Parameters.parameter[0].value");
    EXPECT_FALSE(booking_.written);
}

TEST_F(SchedulingOperations, AProposalBelongsToTheOrganisationThatAsked)
{
    const Proposals proposals("secret");
    const auto mine = *fhir::OdsCode::parse("ZZ901"), theirs = *fhir::OdsCode::parse("ZZ902");
    const auto until = clock_.now() + std::chrono::minutes(7);
    const auto id = proposals.id_of("A11111.1", mine, until);
    ASSERT_TRUE(proposals.read(id, mine));
    EXPECT_EQ(proposals.read(id, mine)->slot_id, "A11111.1");
    EXPECT_EQ(proposals.read(id, mine)->until, until);
    EXPECT_FALSE(proposals.read(id, theirs));
    EXPECT_FALSE(Proposals("other").read(id, mine));
    EXPECT_EQ(proposals.id_of("A11111." + std::string(50, '7'), mine, until), "") << "too long for an id";
    EXPECT_TRUE(fhir::is_id(proposals.id_of("A11111.x" + std::string(40, 'f'), mine, until)));
}

TEST_F(SchedulingOperations, BookBooksAProposalForThePatientNamed)
{
    const auto booked = book({reference("appointment-reference", "Appointment/" + proposed()),
                              text("patient-id", "9990000018"), text("comment", "Hoist")});
    ASSERT_EQ(booked.status, 200u) << booked.body.view();
    EXPECT_EQ(text_at(booked, "entry/0/resource/status"), "booked");
    EXPECT_EQ(gateway::booking::named_number(*booking_.written)->digits(), "9990000018");
    EXPECT_EQ(booking_.written->comment, "Hoist");
    EXPECT_EQ(booking_.written->end, *fhir::parse_instant("2026-11-24T09:10:00Z"));
}

TEST_F(SchedulingOperations, BookTakesThePatientsDetails)
{
    const std::string patient = parameter(
        "patient-resource",
        R"("resource":{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"name":[{"family":"Fairlamb"}]})");
    ASSERT_EQ(book({reference("appointment-reference", proposed()), patient}).status, 200u);
    ASSERT_EQ(booking_.written->contained.size(), 1u);
    EXPECT_EQ(booking_.written->participant[0].actor->reference, "#patient");
    EXPECT_EQ(outcome_of(book({reference("appointment-reference", proposed()), patient,
                               text("patient-id", "9990000018")})),
              "400 invariant Parameters.parameter[1].resource");
}

TEST_F(SchedulingOperations, BookTurnsAHoldIntoABooking)
{
    keep(AppointmentStatus::pending, 4);
    const auto booked =
        book({reference("appointment-reference", "Appointment/" + stored_id), text("comment", "Hoist"),
              parameter("reason", R"("valueCodeableConcept":{"text":"Ear pain"})")});
    ASSERT_EQ(booked.status, 200u) << booked.body.view();
    EXPECT_EQ(booking_.written->description, "Ear pain");
    EXPECT_EQ(booking_.written->status, AppointmentStatus::booked);
    EXPECT_EQ(booking_.written->comment, "Hoist");
    EXPECT_EQ(text_at(booked, "entry/0/resource/meta/versionId"), "5");
    keep(AppointmentStatus::pending, 4);
    EXPECT_EQ(book({reference("appointment-reference", stored_id)}, {{"If-Match", "W/\"3\""}}).status, 412u);
    EXPECT_EQ(
        outcome_of(book({reference("appointment-reference", stored_id), text("patient-id", "9990000026")})),
        "400 invariant Parameters.parameter[1].value")
        << "it is held for another patient";
}

std::string resource(const std::string& json)
{
    return parameter("appointment-resource", "\"resource\":" + json);
}

TEST_F(SchedulingOperations, BookTakesANewAppointmentWhateverOfThreeStatusesItHas)
{
    for (const std::string status : {"pending", "proposed", "booked"}) {
        std::string json = tests::booking_json();
        json.replace(json.find("\"booked\""), 8, "\"" + status + "\"");
        ASSERT_EQ(book({resource(json)}).status, 200u) << status;
        EXPECT_EQ(booking_.written->status, AppointmentStatus::booked);
    }
    const auto from_proposal =
        R"({"resourceType":"Appointment","status":"pending","id":")" + proposed() +
        R"(","participant":[{"actor":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}},"status":"needs-action"}]})";
    ASSERT_EQ(book({resource(from_proposal)}).status, 200u);
    EXPECT_EQ(booking_.written->slot.at(0).reference, "Slot/A11111.1") << "the proposal says which slot";
}

TEST_F(SchedulingOperations, BookChangesOrCancelsOneThatStands)
{
    keep(AppointmentStatus::booked, 2);
    const std::string with_id = ",\"id\":\"" + stored_id + "\"";
    EXPECT_EQ(outcome_of(book({resource(tests::booking_json(with_id))})),
              "400 required Parameters.parameter[0].resource.meta.versionId");
    std::string cancelled = tests::booking_json(with_id + R"(,"meta":{"versionId":"2"})");
    cancelled.replace(cancelled.find("\"booked\""), 8, "\"cancelled\"");
    const auto done = book({resource(cancelled)});
    ASSERT_EQ(done.status, 200u) << done.body.view();
    EXPECT_EQ(booking_.written->status, AppointmentStatus::cancelled);
    EXPECT_EQ(text_at(done, "entry/0/resource/status"), "cancelled");
}

TEST_F(SchedulingOperations, RefusalsAreSaidOfTheParameters)
{
    booking_.failure = fhir::Error(fhir::ErrorKind::slot_unavailable, "Taken.", "Appointment.slot[0]");
    EXPECT_EQ(outcome_of(hold({reference("appointment-reference", proposed())})),
              "409 conflict Parameters.parameter[0].value");
    EXPECT_EQ(outcome_of(book({resource(tests::booking_json())})),
              "409 conflict Parameters.parameter[0].resource.slot[0]");
    booking_.failure = fhir::Error(fhir::ErrorKind::required, "Nobody.", "Appointment.participant[0].actor");
    const auto nameless = book({reference("appointment-reference", proposed())});
    EXPECT_EQ(outcome_of(nameless), "400 required Parameters.parameter");
    EXPECT_NE(text_at(nameless, "issue/0/details/text").find("patient-reference"), std::string::npos);
}

TEST_F(SchedulingOperations, ARepeatedKeyIsAnsweredAsAtFirstEvenWhenTheProposalIsOver)
{
    const auto id = proposed();
    ASSERT_EQ(hold({reference("appointment-reference", id)}).status, 200u);
    booking_.earlier = tests::FakeBooking::Outcome{booking_.versions.back(), true, true, std::nullopt};
    clock_.advance(std::chrono::hours(1));
    const auto again = post("Appointment/$hold", parameters({reference("appointment-reference", id)}),
                            {{"Idempotency-Key", "k"}});
    EXPECT_EQ(again.status, 200u) << again.body.view();
    EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
    EXPECT_EQ(text_at(again, "entry/0/resource/id"), stored_id);
}

TEST_F(SchedulingOperations, AnUnknownOutcomeSaysWhereToAskAgain)
{
    booking_.unresolved = fhir::Error(fhir::ErrorKind::outcome_unknown);
    const auto booked =
        book({reference("appointment-reference", proposed()), text("patient-id", "9990000018")});
    EXPECT_EQ(outcome_of(booked), "504 timeout");
    EXPECT_FALSE(booked.headers.get("Location").empty());
}

TEST_F(SchedulingOperations, MetadataAndDefinitionsSayWhatIsTaken)
{
    const auto metadata = std::string(get("metadata").body.view());
    for (const std::string name : {"find", "hold", "book"}) {
        EXPECT_NE(
            metadata.find("https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-" + name),
            std::string::npos);
        const auto definition = get("OperationDefinition/appointment-" + name);
        ASSERT_EQ(definition.status, 200u);
        EXPECT_EQ(text_at(definition, "code"), name);
        EXPECT_EQ(text_at(definition, "type"), "true");
        EXPECT_EQ(text_at(definition, "instance"), "false");
        EXPECT_EQ(text_at(definition, "affectsState"), name == "find" ? "false" : "true");
    }
    EXPECT_EQ(text_at(get("OperationDefinition/appointment-find"), "parameter/0/type"), "dateTime");
}

} // namespace
