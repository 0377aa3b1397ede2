// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/microtest.hpp"
#include "fhir/codec/json_value.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tests
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

/// The simulated practice, asked directly: it must refuse what the wire would.
class MicrotestSimulator : public testing::Test
{
protected:
    MicrotestSimulator() { start(); }

    void start(std::map<std::string, std::string> options = {})
    {
        auto seed = practice_seed();
        seed.options = std::move(options);
        simulator_ = adapters::microtest::make_simulator(seed, clock_, random_);
    }

    Request request(std::string method, const std::string& path, std::string body = {}) const
    {
        Request request;
        request.method = std::move(method);
        request.target = "/Z90001/im1/patient/" + path;
        request.headers.set("NHSO-ODS-Code", "Z90001");
        request.headers.set("NHSO-Nhs-Number", synthetic_nhs_number(0));
        if (!body.empty())
            request.headers.set("Content-Type", "application/json; charset=utf-8");
        request.body = std::move(body);
        return request;
    }

    Response ask(const Request& asked) { return simulator_->handle(asked); }
    Response ask(std::string method, const std::string& path, std::string body = {})
    {
        return ask(request(std::move(method), path, std::move(body)));
    }

    unsigned book(const std::string& slot, const std::string& reason = "Cough")
    {
        return ask("POST", "appointments",
                   fhir::codec::to_json(JsonValue::object({{"slotId", slot}, {"bookingReason", reason}})))
            .status;
    }

    unsigned cancel(const std::string& id, const std::string& reason = "Unable to attend")
    {
        const auto body = JsonValue::object({{"appointmentId", id}, {"cancelReason", reason}});
        return ask("DELETE", "appointments", fhir::codec::to_json(body)).status;
    }

    /// Ids in `slots` or `appointments`.
    std::vector<std::string> ids(const std::string& path, const std::string& list)
    {
        const auto response = ask("GET", path);
        EXPECT_EQ(response.status, 200U);
        const auto json = fhir::codec::parse_json(response.body.view()).value();
        std::vector<std::string> found;
        for (const auto& item : json.find(list)->items())
            found.push_back(item.find("id")->text());
        return found;
    }

    FakeClock clock_;
    FakeRandom random_;
    std::unique_ptr<adapters::simulation::Simulator> simulator_;
};

TEST_F(MicrotestSimulator, BothHeadersAreRequiredAndTheNumberHasTenDigitsAndNoBlanks)
{
    for (const auto* header : {"NHSO-ODS-Code", "NHSO-Nhs-Number"}) {
        auto lacking = request("GET", "demographics");
        lacking.headers.remove(header);
        EXPECT_EQ(ask(lacking).status, 401U) << header;
    }
    auto spaced = request("GET", "demographics");
    spaced.headers.set("NHSO-Nhs-Number", "999 031 2079");
    EXPECT_EQ(ask(spaced).status, 401U);
    EXPECT_EQ(ask("GET", "demographics").status, 200U);
}

TEST_F(MicrotestSimulator, AnotherPracticeIsNotRecognisedAndAStrangerNotFound)
{
    auto elsewhere = request("GET", "demographics");
    elsewhere.headers.set("NHSO-ODS-Code", "Z90002");
    EXPECT_EQ(ask(elsewhere).status, 401U);
    auto stranger = request("GET", "demographics");
    stranger.headers.set("NHSO-Nhs-Number", synthetic_nhs_number(700));
    EXPECT_EQ(ask(stranger).status, 404U);
}

TEST_F(MicrotestSimulator, AClientCertificateIsRequiredWhereThePracticeSaysSo)
{
    start({{"client_certificate", "required"}});
    auto asked = request("GET", "demographics");
    EXPECT_EQ(ask(asked).status, 401U);
    asked.client_certificate_subject = "CN=gateway";
    EXPECT_EQ(ask(asked).status, 200U);
}

TEST_F(MicrotestSimulator, UnknownPathsAndVerbsAreNotFound)
{
    EXPECT_EQ(ask("GET", "letters").status, 404U);
    EXPECT_EQ(ask("PUT", "appointments").status, 404U);
    EXPECT_EQ(ask("POST", "demographics").status, 404U);
    auto outside = request("GET", "demographics");
    outside.target = "/demographics";
    EXPECT_EQ(ask(outside).status, 404U);
}

TEST_F(MicrotestSimulator, ABookingIsAnsweredWithASentenceAndACancellationWithNothing)
{
    const auto booked = ask("POST", "appointments", R"({"slotId":"880011","bookingReason":"Cough"})");
    EXPECT_EQ(booked.status, 201U);
    EXPECT_TRUE(fhir::codec::parse_json(booked.body.view())->is_string());
    const auto cancelled =
        ask("DELETE", "appointments", R"({"appointmentId":"880011","cancelReason":"Unable to attend"})");
    EXPECT_EQ(cancelled.status, 204U);
    EXPECT_TRUE(cancelled.body.view().empty());
    EXPECT_FALSE(cancelled.headers.has("Content-Type"));
}

TEST_F(MicrotestSimulator, TheSecondOfTwoBookingsConflicts)
{
    EXPECT_EQ(book("880011"), 201U);
    EXPECT_EQ(book("880011"), 409U);
    EXPECT_EQ(book("990000"), 409U);
    clock_.set(at("2026-11-24T09:10:00Z"));
    EXPECT_EQ(book("880012"), 409U);
    EXPECT_EQ(book("880013"), 201U);
}

TEST_F(MicrotestSimulator, ABookingNeedsSlotReasonAndJson)
{
    EXPECT_EQ(book("880011", " "), 400U);
    EXPECT_EQ(book("880011", std::string(151, 'x')), 400U);
    EXPECT_EQ(book(""), 400U);
    for (const auto* body :
         {"", "{}", "[]", "null", R"({"slotId":880011,"bookingReason":"Cough"})", R"({"slotId":"880011")"})
        EXPECT_EQ(ask("POST", "appointments", body).status, 400U) << body;
    auto text = request("POST", "appointments", R"({"slotId":"880011","bookingReason":"Cough"})");
    text.headers.set("Content-Type", "text/plain");
    EXPECT_EQ(ask(text).status, 400U);
}

TEST_F(MicrotestSimulator, ACancellationNeedsABodyWithIdAndReason)
{
    ASSERT_EQ(book("880011"), 201U);
    EXPECT_EQ(ask("DELETE", "appointments").status, 400U);
    EXPECT_EQ(cancel("880011", ""), 400U);
    EXPECT_EQ(cancel(""), 400U);
    EXPECT_EQ(cancel("880012"), 404U);
    EXPECT_EQ(cancel("880011"), 204U);
    EXPECT_EQ(cancel("880011"), 404U);
}

TEST_F(MicrotestSimulator, AnAppointmentThatHasBegunOrIsSomebodyElsesIsNotCancelled)
{
    ASSERT_EQ(book("880011"), 201U);
    auto other = request("DELETE", "appointments", R"({"appointmentId":"880011","cancelReason":"Not mine"})");
    other.headers.set("NHSO-Nhs-Number", synthetic_nhs_number(1));
    EXPECT_EQ(ask(other).status, 404U);
    clock_.set(at("2026-11-24T09:00:00Z"));
    EXPECT_EQ(cancel("880011"), 409U);
}

TEST_F(MicrotestSimulator, SlotsAreOfWholeDaysAndTheLastOneIsAsThePracticeSays)
{
    const std::string two_days = "appointment-slots?fromDate=2026-11-24&toDate=2026-11-25";
    EXPECT_EQ(ids(two_days, "slots").size(), 24U);
    start({{"to_date", "inclusive"}});
    EXPECT_EQ(ids(two_days, "slots").size(), 36U);
    for (const auto* query : {"", "?fromDate=2026-11-24", "?fromDate=2026-11-24&toDate=soon",
                              "?fromDate=2026-11-25&toDate=2026-11-24"})
        EXPECT_EQ(ask("GET", std::string("appointment-slots") + query).status, 400U) << query;
}

TEST_F(MicrotestSimulator, PastSlotsAreNotShown)
{
    clock_.set(at("2026-11-24T09:15:00Z"));
    const auto shown = ids("appointment-slots?fromDate=2026-11-24&toDate=2026-11-25", "slots");
    EXPECT_EQ(shown.front(), "880013");
}

TEST_F(MicrotestSimulator, PastAppointmentsAreListedOnlyWhenAskedFor)
{
    ASSERT_EQ(book("880011"), 201U);
    ASSERT_EQ(book("880201"), 201U);
    clock_.set(at("2026-11-25T08:00:00Z"));
    EXPECT_EQ(ids("appointments", "appointments"), std::vector<std::string>{"880201"});
    EXPECT_EQ(ids("appointments?pastAppointmentsFromDate=2026-11-24", "appointments").size(), 2U);
    EXPECT_EQ(ids("appointments?pastAppointmentsFromDate=2026-11-25", "appointments").size(), 1U);
    EXPECT_EQ(ask("GET", "appointments?pastAppointmentsFromDate=yesterday").status, 400U);
}

TEST_F(MicrotestSimulator, AppointmentsHaveNumbersOfTheirOwnWhereThePracticeSaysSo)
{
    start({{"appointment_ids", "own"}});
    ASSERT_EQ(book("880011"), 201U);
    EXPECT_EQ(ids("appointments", "appointments"), std::vector<std::string>{"700001"});
    ASSERT_TRUE(simulator_->reception_moves("880011", "880013"));
    EXPECT_EQ(ids("appointments", "appointments"), std::vector<std::string>{"700001"});
    EXPECT_EQ(cancel("880013"), 404U);
    EXPECT_EQ(cancel("700001"), 204U);
}

TEST_F(MicrotestSimulator, AppointmentsAreOffForAllOrForOne)
{
    start({{"appointments_off", synthetic_nhs_number(0)}});
    EXPECT_EQ(ask("GET", "appointments").status, 403U);
    EXPECT_EQ(book("880011"), 403U);
    EXPECT_EQ(ask("GET", "demographics").status, 200U);
    auto other = request("GET", "appointments");
    other.headers.set("NHSO-Nhs-Number", synthetic_nhs_number(1));
    EXPECT_EQ(ask(other).status, 200U);
    start({{"appointments", "off"}});
    EXPECT_EQ(ask(other).status, 403U);
}

TEST_F(MicrotestSimulator, ABadGatewayBringsAnEmptyJsonTextAndDoesNothing)
{
    start({{"bad_gateway", "POST appointments"}});
    const auto response = ask("POST", "appointments", R"({"slotId":"880011","bookingReason":"Cough"})");
    EXPECT_EQ(response.status, 502U);
    EXPECT_EQ(response.body.view(), "\"\"");
    EXPECT_EQ(ids("appointments", "appointments").size(), 0U);
}

TEST_F(MicrotestSimulator, TheServicePatientIsKnownAndNobodyElse)
{
    const auto number = simulator_->client_settings().at("search_identity");
    ASSERT_TRUE(fhir::NhsNumber::parse(number));
    EXPECT_TRUE(number.starts_with("999"));
    const auto people = practice_seed().patients;
    EXPECT_EQ(std::ranges::count(people, number, &adapters::simulation::SeedPatient::nhs_number), 0);
    auto asked = request("GET", "demographics");
    asked.headers.set("NHSO-Nhs-Number", number);
    EXPECT_EQ(ask(asked).status, 200U);
}

TEST_F(MicrotestSimulator, WritesAreKnownAndWhatSlotTheyAskFor)
{
    const auto booking = request("POST", "appointments", R"({"slotId":"880011","bookingReason":"Cough"})");
    EXPECT_TRUE(simulator_->is_write(booking));
    EXPECT_EQ(simulator_->requested_slot(booking), "880011");
    const auto cancelling = request("DELETE", "appointments", R"({"slotId":"880011"})");
    EXPECT_TRUE(simulator_->is_write(cancelling));
    EXPECT_EQ(simulator_->requested_slot(cancelling), "");
    EXPECT_FALSE(simulator_->is_write(request("GET", "appointments")));
}

TEST_F(MicrotestSimulator, AResetGoesBackToTheSeed)
{
    ASSERT_EQ(book("880011"), 201U);
    simulator_->reset();
    EXPECT_EQ(ids("appointments", "appointments").size(), 0U);
    EXPECT_EQ(book("880011"), 201U);
}

} // namespace tests
