// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/operations.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::Fields;
using tests::outcome_of;
using tests::text_at;

constexpr std::string_view slot_parameter =
    R"({"name":"slot","valueReference":{"reference":"Slot/B20002.1"}})";

std::string moving(std::string_view more = {})
{
    return R"({"resourceType":"Parameters","parameter":[)" + std::string(slot_parameter) + std::string(more) +
           "]}";
}

class RescheduleFace : public tests::FaceTest
{
protected:
    fhir::rest::Response move(std::string body = moving(), Fields fields = {{"If-Match", "W/\"1\""}})
    {
        return post("Appointment/" + std::string(tests::FakeBooking::new_id) + "/$reschedule",
                    std::move(body), std::move(fields));
    }
};

TEST_F(RescheduleFace, AnswersWithTheNewAppointmentAndWhereItIs)
{
    add_appointment();
    const auto response = move();
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "resourceType"), "Appointment");
    EXPECT_EQ(text_at(response, "id"), tests::FakeBooking::moved_id);
    const std::string location = "https://gateway.example.net/fhir/R4/Appointment/" +
                                 std::string(tests::FakeBooking::moved_id) + "/_history/1";
    EXPECT_EQ(response.headers.get("Location"), location);
    EXPECT_EQ(response.headers.get("Content-Location"), location);
    EXPECT_EQ(response.headers.get("ETag"), "W/\"1\"");
}

TEST_F(RescheduleFace, HandsOnWhatTheParametersSay)
{
    add_appointment();
    move(moving(R"(,{"name":"slot","valueReference":{"reference":"Slot/B20002.2"}},)"
                R"({"name":"reason","valueCodeableConcept":{"text":"Clinician away"}},)"
                R"({"name":"comment","valueString":"Ramp"},{"name":"leave-out-texts","valueBoolean":true},)"
                R"({"name":"patient","resource":{"resourceType":"Patient","name":[{"family":"Fairlamb"}]}})"),
         {{"If-Match", "W/\"1\""}, {"Idempotency-Key", "move-1"}});
    ASSERT_TRUE(booking_.move);
    ASSERT_EQ(booking_.move->slots.size(), 2u);
    EXPECT_EQ(booking_.move->slots[1].reference, "Slot/B20002.2");
    EXPECT_EQ(booking_.move->reason->text, "Clinician away");
    EXPECT_EQ(booking_.move->comment, "Ramp");
    EXPECT_FALSE(booking_.move->description);
    EXPECT_TRUE(booking_.move->leave_out_texts);
    EXPECT_EQ(booking_.move->patient->name[0].family, "Fairlamb");
    EXPECT_EQ(booking_.context->idempotency_key, "move-1");
}

TEST_F(RescheduleFace, WhatIsMissingOrMisspeltIsNamedByItsPlace)
{
    add_appointment();
    const Fields matched = {{"If-Match", "W/\"1\""}};
    const std::pair<std::string, std::string> cases[] = {
        {R"({"resourceType":"Parameters"})", "400 required Parameters.parameter"},
        {moving(R"(,{"name":"slots","valueString":"x"})"), "400 structure Parameters.parameter[1].name"},
        {moving(R"(,{"name":"comment","valueBoolean":true})"), "400 value Parameters.parameter[1].value"},
        {moving(R"(,{"name":"comment","valueString":"a"},{"name":"comment","valueString":"b"})"),
         "400 value Parameters.parameter[2]"},
    };
    for (const auto& [body, outcome] : cases)
        EXPECT_EQ(outcome_of(move(body, matched)), outcome) << body;
    EXPECT_EQ(outcome_of(move(moving(), {})), "400 required http.If-Match");
    EXPECT_FALSE(booking_.move) << "nothing has reached the booking service";
}

TEST_F(RescheduleFace, ARefusalPointsAtTheParameterThatCausedIt)
{
    add_appointment();
    const std::pair<fhir::Error, std::string> cases[] = {
        {fhir::Error(fhir::ErrorKind::slot_unavailable, "Taken.", "Appointment.slot[0]"),
         "409 conflict Parameters.parameter[0].value"},
        {fhir::Error(fhir::ErrorKind::text_too_long, "Long.", "Appointment.comment"),
         "422 too-long Parameters.parameter[1].value"},
        {fhir::Error(fhir::ErrorKind::demographics_required, "Who?", "Appointment.participant[0].actor"),
         "422 required Parameters.parameter"},
        {fhir::Error(fhir::ErrorKind::version_conflict, "Stale.", "http.If-Match"),
         "412 conflict http.If-Match"},
    };
    for (const auto& [failure, outcome] : cases) {
        booking_.failure = failure;
        EXPECT_EQ(outcome_of(move(moving(R"(,{"name":"comment","valueString":"Ramp"})"))), outcome);
    }
}

TEST_F(RescheduleFace, AnUnknownOutcomeSaysWhereToAskAgain)
{
    add_appointment();
    booking_.unresolved = fhir::Error(fhir::ErrorKind::outcome_unknown);
    const auto response = move();
    EXPECT_EQ(outcome_of(response), "504 timeout");
    EXPECT_NE(response.headers.get("Location").find(tests::FakeBooking::moved_id), std::string_view::npos);
}

TEST_F(RescheduleFace, IsInTheCapabilityStatementWithADefinitionThatIsServed)
{
    const auto statement = std::string(get("metadata").body.view());
    const std::string url = "https://gateway.example.net/fhir/R4/OperationDefinition/appointment-reschedule";
    EXPECT_NE(statement.find("\"name\":\"reschedule\",\"definition\":\"" + url + "\""), std::string::npos);
    const auto definition = get("OperationDefinition/appointment-reschedule", {{"Authorization", ""}});
    ASSERT_EQ(definition.status, 200u) << definition.body.view();
    EXPECT_EQ(text_at(definition, "code"), "reschedule");
    EXPECT_EQ(text_at(definition, "parameter/0/name"), "slot");
    EXPECT_EQ(get("OperationDefinition/appointment-nothing").status, 404u);
}

} // namespace
