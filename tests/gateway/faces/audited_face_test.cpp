// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/routes.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace tests
{
namespace
{

using gateway::audit::Event;
using gateway::audit::Note;
using gateway::audit::Outcome;

class AuditedFace : public FaceTest
{
protected:
    /// The one record there is.
    Note only()
    {
        EXPECT_EQ(recorded_.notes.size(), 1U);
        return recorded_.notes.empty() ? Note() : recorded_.notes.front();
    }
    static std::string path_of(const gateway::faces::Route& route)
    {
        std::string path(route.path);
        const auto put = [&](std::string_view place, std::string_view value) {
            if (const auto at = path.find(place); at != std::string::npos)
                path.replace(at, place.size(), value);
        };
        put("[base]", "/fhir/R4");
        put("{id}", "A11111.1");
        put("{vid}", "1");
        return path;
    }
};

TEST_F(AuditedFace, LeavesOneRecordWhateverRouteIsAskedWithoutAToken)
{
    for (const auto& route : gateway::faces::r4_routes()) {
        if (!route.permission || !route.handle)
            continue;
        recorded_.notes.clear();
        send(std::string(route.method), path_of(route), {{"Authorization", ""}});
        const Note note = only();
        EXPECT_EQ(note.record.event, Event::login_failure) << route.path;
        EXPECT_EQ(note.record.outcome, Outcome::refused) << route.path;
        EXPECT_EQ(note.record.status, 401U) << route.path;
        EXPECT_EQ(note.record.action, std::string(route.method) + " " + std::string(route.path));
    }
}

TEST_F(AuditedFace, LeavesOneRecordOfEveryRouteThatNeedsAPermission)
{
    add_book();
    for (const auto& route : gateway::faces::r4_routes()) {
        if (!route.permission || !route.handle)
            continue;
        recorded_.notes.clear();
        const auto response = send(std::string(route.method), path_of(route), {}, "{}");
        const Note note = only();
        EXPECT_EQ(note.record.status, response.status) << route.path;
        EXPECT_EQ(note.record.outcome, response.status < 400   ? Outcome::ok
                                       : response.status < 500 ? Outcome::refused
                                                               : Outcome::failed)
            << route.path;
        EXPECT_FALSE(note.record.agent.empty()) << route.path;
        EXPECT_FALSE(note.record.request.empty()) << route.path;
    }
}

TEST_F(AuditedFace, LeavesNoRecordOfWhatIsOpenToEverybody)
{
    get("metadata");
    send("GET", "/_ping");
    send("GET", "/oauth2/jwks");
    EXPECT_TRUE(recorded_.notes.empty());
}

TEST_F(AuditedFace, NamesTheAppointmentThePracticeAndThePatientOfABooking)
{
    EXPECT_EQ(post("Appointment", booking_json()).status, 201U);
    const Note note = only();
    EXPECT_EQ(note.record.event, Event::write);
    EXPECT_EQ(note.record.outcome, Outcome::ok);
    EXPECT_EQ(note.record.type, "Appointment");
    EXPECT_EQ(note.record.id, FakeBooking::new_id);
    EXPECT_EQ(note.record.version, "1");
    EXPECT_EQ(note.patient, "9990000018");
}

TEST_F(AuditedFace, NamesTheAppointmentThatWasRead)
{
    const auto id = add_appointment();
    recorded_.notes.clear();
    get("Appointment/" + id);
    const Note note = only();
    EXPECT_EQ(note.record.event, Event::access);
    EXPECT_EQ(note.record.id, id);
    EXPECT_EQ(note.patient, "9990000018");
}

TEST_F(AuditedFace, SaysHowManyBooksASlotSearchLookedInto)
{
    add_book();
    EXPECT_EQ(get("Slot?status=free&start=ge2026-11-24T00:00:00Z&start=lt2026-11-25T00:00:00Z").status, 200U);
    const Note note = only();
    EXPECT_EQ(note.record.practices, 1);
    EXPECT_EQ(note.record.practice, "A11111");
    EXPECT_TRUE(note.patient.empty());
}

TEST_F(AuditedFace, NeverWritesThePathOfAPatient)
{
    get("Patient/A11111.secret");
    const Note note = only();
    EXPECT_EQ(note.record.type, "Patient");
    EXPECT_TRUE(note.record.id.empty());
}

TEST_F(AuditedFace, AnswersNoReadThatCannotBeRecorded)
{
    add_book();
    recorded_.broken = true;
    EXPECT_EQ(get("Slot?status=free&start=ge2026-11-24T00:00:00Z&start=lt2026-11-25T00:00:00Z").status, 503U);
}

TEST_F(AuditedFace, AnswersAWriteThatWasDoneAllTheSame)
{
    recorded_.broken = true;
    EXPECT_EQ(post("Appointment", booking_json()).status, 201U);
}

} // namespace
} // namespace tests
