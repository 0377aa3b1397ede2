// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/bars/bars_fixture.hpp"
#include "tests/gateway/faces/face_fixture.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

// Each face over a limit: its own words, when to come back, and one audit record for a burst.
namespace tests
{
namespace
{

using namespace std::chrono_literals;

gateway::limits::LimitSettings
three_a_minute_of(gateway::limits::Rate gateway::limits::LimitSettings::* which)
{
    auto settings = no_limits();
    settings.*which = {3, 1min, 3};
    return settings;
}

using Settings = gateway::limits::LimitSettings;

class LimitedR4Face : public FaceTest
{
protected:
    static constexpr auto patient = "Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018";
};

TEST_F(LimitedR4Face, SaysWhichLimitAndWhenToGoOn)
{
    add_book();
    limiter_.use(three_a_minute_of(&Settings::client));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(get("Slot/A11111.1").status, 200U);
    const auto refused = get("Slot/A11111.1");
    EXPECT_EQ(outcome_of(refused), "429 throttled");
    EXPECT_EQ(refused.headers.get("Retry-After"), "20");
    EXPECT_NE(text_at(refused, "issue/0/details/text").find("client"), std::string::npos);
    now_ += 20s;
    EXPECT_EQ(get("Slot/A11111.1").status, 200U);
}

TEST_F(LimitedR4Face, WritesDownABurstOnce)
{
    add_book();
    limiter_.use(three_a_minute_of(&Settings::organisation));
    for (int i = 0; i < 50; ++i)
        get("Slot/A11111.1");
    EXPECT_EQ(recorded_.notes.size(), 4U);
    EXPECT_EQ(recorded_.notes.back().record.status, 429U);
    EXPECT_EQ(recorded_.notes.back().record.reason, "throttled");
}

TEST_F(LimitedR4Face, CountsRequestsThatNameAPractice)
{
    add_book();
    limiter_.use(three_a_minute_of(&Settings::practice));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(get("Slot/A11111.1").status, 200U);
    EXPECT_EQ(get("Slot/A11111.1").status, 429U);
    EXPECT_EQ(get("Slot/A22222.1").status, 404U);
}

TEST_F(LimitedR4Face, CountsLookUpsOfPatientsAndWhatFindsNobodyMore)
{
    auto settings = no_limits();
    settings.patient_lookups = {60, 1min, 60};
    settings.failed_lookup_cost = 20;
    limiter_.use(settings);
    int answered = 0;
    while (answered < 20 && get(patient).status == 200)
        ++answered;
    EXPECT_EQ(answered, 3);
    EXPECT_EQ(get("Slot?status=free&start=ge2026-11-24&start=lt2026-11-25").status, 200U);
}

TEST_F(LimitedR4Face, BookingForPeopleWhoAreUnknownIsLookingUpToo)
{
    auto settings = no_limits();
    settings.patient_lookups = {60, 1min, 60};
    settings.failed_lookup_cost = 20;
    limiter_.use(settings);
    booking_.failure = fhir::Error(fhir::ErrorKind::patient_not_found);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(post("Appointment", booking_json()).status, 404U);
    EXPECT_EQ(outcome_of(post("Appointment", booking_json())), "429 throttled");
}

TEST_F(LimitedR4Face, AnswersAFloodOfBadTokensWithoutRecordingEach)
{
    limiter_.use(three_a_minute_of(&Settings::failed_logins));
    const auto ask = [&](const char* token) {
        fhir::rest::Request request;
        request.method = "GET";
        request.target = "/fhir/R4/Slot?status=free&start=ge2026-11-24&start=lt2026-11-25";
        request.headers.add("Authorization", token);
        request.peer_address = "192.0.2.1";
        return run(face_->handle(std::move(request))).status;
    };
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(ask("Bearer forged"), 401U);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(ask("Bearer forged"), 429U);
    EXPECT_EQ(recorded_.notes.size(), 4U);
    EXPECT_EQ(ask("Bearer good"), 200U);
}

TEST_F(LimitedR4Face, AnExpiredTokenIsNoFailedLogin)
{
    limiter_.use(three_a_minute_of(&Settings::failed_logins));
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(send("GET", "/fhir/R4/Slot/A11111.1", {{"Authorization", "Bearer expired"}}).status, 401U);
}

class LimitedBarsFace : public BarsFaceTest
{};

TEST_F(LimitedBarsFace, SaysSoInItsOwnCodes)
{
    limiter_.use(three_a_minute_of(&Settings::organisation));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(get(std::string(slot_search)).status, 200U);
    const auto refused = get(std::string(slot_search));
    EXPECT_EQ(refusal_in(refused), "429 REC_TOO_MANY_REQUESTS throttled");
    EXPECT_EQ(refused.headers.get("Retry-After"), "20");
}

TEST_F(LimitedBarsFace, WritesDownABurstOnce)
{
    limiter_.use(three_a_minute_of(&Settings::organisation));
    for (int i = 0; i < 50; ++i)
        get(std::string(slot_search));
    EXPECT_EQ(recorded_.notes.size(), 4U);
}

TEST(LimitedGpConnectFace, SaysSoInItsOwnCodesAndForGood)
{
    gpc::Surgery surgery;
    surgery.limiter().use(three_a_minute_of(&Settings::practice));
    gpc::Reply reply;
    for (int i = 0; i < 4; ++i)
        reply = surgery.get("metadata", "rest:read:metadata-1");
    EXPECT_EQ(reply.outcome(), "429 INTERNAL_SERVER_ERROR");
    EXPECT_FALSE(reply.headers.get("Retry-After").empty());
    EXPECT_NE(reply.text.find("practice"), std::string::npos);
}

TEST(LimitedGpConnectFace, CountsWhoIsLookedUpAndNotFoundMore)
{
    gpc::Surgery surgery;
    auto settings = no_limits();
    settings.patient_lookups = {60, 1min, 60};
    settings.failed_lookup_cost = 20;
    surgery.limiter().use(settings);
    const auto ask = [&] {
        return surgery
            .get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990009996", "rest:search:patient-1")
            .status;
    };
    int answered = 0;
    while (answered < 20 && ask() == 200)
        ++answered;
    EXPECT_EQ(answered, 3);
}

} // namespace
} // namespace tests
