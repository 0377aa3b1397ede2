// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using gateway::booking::WithdrawnAppointment;
using gateway::booking::WithdrawRequest;
using tests::outcome_of;
using tests::text_at;

constexpr std::string_view status_url = "https://gateway.example.net/fhir/R4/withdrawals/w-1";

std::string withdrawing(std::string_view more = {})
{
    return R"({"resourceType":"Parameters","parameter":[{"name":"reason","valueString":"Clinician away"})" +
           std::string(more) + "]}";
}

class WithdrawFace : public tests::FaceTest
{
protected:
    WithdrawFace() { booking_.withdrawn.id = "w-1"; }
    fhir::rest::Response withdraw(std::string body = withdrawing())
    {
        return post("Schedule/A11111.s1/$withdraw", std::move(body));
    }
};

TEST_F(WithdrawFace, IsAcceptedWithTheAddressToAskAt)
{
    booking_.withdrawn.appointments = {{"a", WithdrawnAppointment::State::moved, "Appointment/b", 0, {}},
                                       {"c", {}, "", 0, {}}};
    const auto response = withdraw();
    ASSERT_EQ(response.status, 202u) << response.body.view();
    EXPECT_EQ(response.headers.get("Content-Location"), status_url);
    EXPECT_EQ(response.headers.get("X-Progress"), "1 of 2");
    EXPECT_EQ(response.headers.get("Retry-After"), "2");
    EXPECT_EQ(text_at(response, "resourceType"), "Parameters");
}

TEST_F(WithdrawFace, HandsOnWhatTheParametersSay)
{
    withdraw();
    const auto plain = booking_.withdrawn.request;
    EXPECT_EQ(plain.schedule, "A11111.s1");
    EXPECT_EQ(plain.reason, "Clinician away");
    EXPECT_EQ(plain.action, WithdrawRequest::Action::propose);
    EXPECT_EQ(plain.period.start, clock_.now());

    withdraw(withdrawing(R"(,{"name":"action","valueCode":"move"},{"name":"elsewhere","valueBoolean":true},)"
                         R"({"name":"cancel-unmoved","valueBoolean":true},)"
                         R"({"name":"period","valuePeriod":{"start":"2026-11-24","end":"2026-11-24"}})"));
    const auto full = booking_.withdrawn.request;
    EXPECT_EQ(full.action, WithdrawRequest::Action::move);
    EXPECT_TRUE(full.elsewhere);
    EXPECT_TRUE(full.cancel_unmoved);
    EXPECT_EQ(full.period.end - full.period.start, std::chrono::hours(24))
        << "a day as an end covers the day";
}

TEST_F(WithdrawFace, WhatIsMissingOrImpossibleIsNamedByItsPlace)
{
    const std::pair<std::string, std::string> cases[] = {
        {R"({"resourceType":"Parameters"})", "400 required Parameters.parameter"},
        {withdrawing(R"(,{"name":"action","valueCode":"burn"})"), "400 value Parameters.parameter[1].value"},
        {withdrawing(R"(,{"name":"period","valuePeriod":{"end":"2020-01-01"}})"),
         "400 invariant Parameters.parameter[1].value"},
    };
    for (const auto& [body, outcome] : cases)
        EXPECT_EQ(outcome_of(withdraw(body)), outcome) << body;
    EXPECT_FALSE(booking_.context) << "nothing has reached the booking service";
}

TEST_F(WithdrawFace, AnotherOrganisationIsRefusedPlainly)
{
    booking_.failure = fhir::Error(fhir::ErrorKind::organisation_not_allowed, "Only the practice itself.");
    EXPECT_EQ(outcome_of(withdraw()), "403 forbidden");
}

TEST_F(WithdrawFace, TellsInTheEndWhatBecameOfEach)
{
    booking_.withdrawn.done = true;
    booking_.withdrawn.appointments = {{"a", WithdrawnAppointment::State::moved, "Appointment/b", 0, {}},
                                       {"c", WithdrawnAppointment::State::kept, "", 0,
                                        fhir::Error(fhir::ErrorKind::slot_unknown, "None free.")}};
    const auto response = get("withdrawals/w-1");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_FALSE(response.headers.has("X-Progress"));
    EXPECT_EQ(text_at(response, "parameter/0/valueCode"), "completed");
    const std::string text(response.body.view());
    EXPECT_NE(text.find(R"({"name":"to","valueReference":{"reference":"Appointment/b"}})"), std::string::npos)
        << text;
    EXPECT_NE(text.find("None free."), std::string::npos);
    EXPECT_EQ(get("withdrawals/w-2").status, 404u);
}

} // namespace
