// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/nhs_number.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace tests
{
namespace
{

using namespace gateway::audit;

FoundEntry booking_by(const std::string& agent)
{
    FoundEntry found;
    found.patient = "9990000018";
    found.entry.chain = "node-a";
    found.entry.sequence = 17;
    AuditRecord& record = found.entry.record;
    record.at = FakeClock::default_start;
    record.event = Event::write;
    record.via = "fhir";
    record.action = "POST [base]/Appointment";
    record.agent = agent;
    record.client = "a-client";
    record.user = "999000222333";
    record.type = "Appointment";
    record.id = "a-1";
    record.version = "1";
    record.practice = "A11111";
    record.request = "request-1";
    return found;
}

class AuditEventFace : public FaceTest
{
protected:
    static constexpr const char* entity = "AuditEvent?entity=Appointment/a-1";
};

TEST_F(AuditEventFace, TellsWhoDidWhatAndWhen)
{
    finder_.found = {booking_by("ZZ955")};
    const auto response = get(entity);
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(text_at(response, "entry/0/resource/id"), "node-a.17");
    EXPECT_EQ(text_at(response, "entry/0/resource/action"), "C");
    EXPECT_EQ(text_at(response, "entry/0/resource/outcome"), "0");
    EXPECT_EQ(text_at(response, "entry/0/resource/agent/0/who/identifier/value"), "999000222333");
    EXPECT_EQ(text_at(response, "entry/0/resource/agent/1/who/identifier/value"), "ZZ955");
    EXPECT_EQ(text_at(response, "entry/0/resource/entity/0/what/reference"), "Appointment/a-1/_history/1");
    EXPECT_EQ(finder_.asked.entity, "Appointment/a-1");
}

TEST_F(AuditEventFace, AsksForWhatConcernsTheCallerAlone)
{
    get(entity);
    EXPECT_EQ(finder_.asked.visible_to, caller_with("").ods.text());
}

TEST_F(AuditEventFace, NamesThePatientOnlyToThoseWhoDidItOrWhoseBookItIs)
{
    finder_.found = {booking_by("ZZ955")};
    EXPECT_EQ(get(entity).body.view().find("9990000018"), std::string::npos);
    finder_.found = {booking_by(caller_with("").ods.text())};
    EXPECT_NE(get(entity).body.view().find("9990000018"), std::string::npos);
}

TEST_F(AuditEventFace, FindsWhoTouchedAPatient)
{
    const auto response =
        send("POST", "/fhir/R4/AuditEvent/_search", {{"Content-Type", "application/x-www-form-urlencoded"}},
             "patient:identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018");
    EXPECT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(finder_.asked.patient, "9990000018");
}

TEST_F(AuditEventFace, WantsToBeNarrowedDown)
{
    EXPECT_EQ(outcome_of(get("AuditEvent")), "400 too-costly http.date");
    EXPECT_EQ(outcome_of(get("Provenance")), "400 too-costly http.target");
    EXPECT_EQ(get("AuditEvent?date=ge2026-11-23").status, 200U);
}

TEST_F(AuditEventFace, SaysWhenThereMayBeMoreThanItLookedAt)
{
    finder_.found.assign(Question{}.limit, booking_by("ZZ955"));
    const auto response = get(std::string(entity) + "&_count=1");
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_NE(response.body.view().find("Only the newest 5000 records"), std::string_view::npos);
}

TEST_F(AuditEventFace, FindsWhoTouchedATask)
{
    EXPECT_EQ(get("AuditEvent?entity=Task/t-1").status, 200U);
    EXPECT_EQ(finder_.asked.entity, "Task/t-1");
    EXPECT_EQ(get("AuditEvent?entity=Slot/s-1").status, 400U);
}

TEST_F(AuditEventFace, FiltersByWhatHappened)
{
    finder_.found = {booking_by("ZZ955")};
    const std::string base = entity;
    EXPECT_EQ(text_at(get(base + "&subtype=write"), "entry/0/resource/id"), "node-a.17");
    EXPECT_EQ(text_at(get(base + "&subtype=access"), "entry/0/resource/id"), "");
    EXPECT_EQ(text_at(get(base + "&outcome=4"), "entry/0/resource/id"), "");
    EXPECT_EQ(text_at(get(base + "&date=lt2020-01-01"), "entry/0/resource/id"), "");
}

TEST_F(AuditEventFace, ShowsVersionsOfAnAppointmentAsProvenance)
{
    auto refused = booking_by("ZZ955");
    refused.entry.record.outcome = Outcome::refused;
    finder_.found = {booking_by("ZZ955"), refused};
    const auto response = get("Provenance?target=Appointment/a-1");
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(text_at(response, "entry/0/resource/target/0/reference"), "Appointment/a-1/_history/1");
    EXPECT_EQ(text_at(response, "entry/0/resource/agent/0/onBehalfOf/identifier/value"), "ZZ955");
    EXPECT_EQ(text_at(response, "entry/1/resource/id"), "");
}

TEST_F(AuditEventFace, ReadsOneRecordById)
{
    finder_.found = {booking_by("ZZ955")};
    const auto response = get("AuditEvent/node-a.17");
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(text_at(response, "id"), "node-a.17");
    EXPECT_EQ(finder_.asked.visible_to, caller_with("").ods.text());
    ASSERT_TRUE(finder_.asked.place);
    EXPECT_EQ(finder_.asked.place->chain, "node-a");
    EXPECT_EQ(finder_.asked.place->sequence, 17);
}

TEST_F(AuditEventFace, ReadsWhoMadeAVersionById)
{
    finder_.found = {booking_by("ZZ955")};
    const auto response = get("Provenance/node-a.17");
    ASSERT_EQ(response.status, 200U) << response.body.view();
    EXPECT_EQ(text_at(response, "target/0/reference"), "Appointment/a-1/_history/1");
    finder_.found.front().entry.record.outcome = Outcome::refused;
    EXPECT_EQ(get("Provenance/node-a.17").status, 404U);
}

TEST_F(AuditEventFace, KnowsNoRecordThatDoesNotConcernTheCallerOrHasNoSuchId)
{
    EXPECT_EQ(get("AuditEvent/node-a.17").status, 404U);
    finder_.found = {booking_by("ZZ955")};
    for (const char* id : {"node-a", "node-a.", "node-a.0", "node-a.-1", "node-a.1x", "node-a.1234567890123"})
        EXPECT_EQ(get("AuditEvent/" + std::string(id)).status, 404U) << id;
}

} // namespace
} // namespace tests
