// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/host.hpp"
#include "fhir/codec/json_value.hpp"
#include "tests/support/fake_clock.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <utility>

namespace tests
{

using namespace adapters::simulation;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

/// One slot that `POST /book` takes.
class OneSlot : public Simulator
{
public:
    explicit OneSlot(const adapters::Clock& clock) : clock_(clock) {}

    Response handle(const Request& request) override
    {
        seen_at = clock_.now();
        Response response;
        response.headers.set("Content-Type", "application/json");
        response.body.append(R"({"answer":true})");
        if (request.method == "POST" && row_.status == "free") {
            row_.status = "booked";
            ++row_.times_booked;
        }
        return response;
    }
    std::vector<BookRow> book() const override { return {row_}; }
    void reset() override { row_ = fresh(); }
    bool is_write(const Request& request) const override { return request.method == "POST"; }
    std::string requested_slot(const Request& request) const override { return is_write(request) ? "1" : ""; }
    bool reception_takes(const std::string& key) override { return change(key, "free", "reception"); }
    bool reception_cancels(const std::string& key) override { return change(key, "booked", "free"); }
    bool reception_moves(const std::string& from, const std::string& to) override
    {
        return to == "2" && change(from, "booked", "free");
    }
    std::optional<bool> reception_switches(bool now) override { return std::exchange(on, now); }
    void expire_sessions() override { ++expired; }
    std::map<std::string, std::string> client_settings() const override { return {}; }
    std::string link_credential(const std::string&) const override { return {}; }

    fhir::Instant seen_at{};
    int expired = 0;
    bool on = true;

private:
    static BookRow fresh() { return {"1", "", {}, {}, "free", "", "", 0, "", "", ""}; }
    bool change(const std::string& key, const std::string& from, const std::string& to)
    {
        if (key != "1" || row_.status != from)
            return false;
        row_.status = to;
        return true;
    }

    const adapters::Clock& clock_;
    BookRow row_ = fresh();
};

} // namespace

class SimulatorHosting : public testing::Test
{
protected:
    Reply send(const std::string& method, const std::string& target = "/book")
    {
        Request request;
        request.method = method;
        request.target = target;
        return host_.handle(request);
    }
    Response control(const std::string& method, const std::string& target, const std::string& body = {})
    {
        Request request;
        request.method = method;
        request.target = target;
        request.body = body;
        return host_.control(request);
    }
    OneSlot& simulator() { return static_cast<OneSlot&>(host_.simulator()); }
    std::string status() const { return host_.book().front().status; }

    FakeClock clock_;
    FakeRandom random_;
    SimulatorHost host_{[](const adapters::Clock& clock) { return std::make_unique<OneSlot>(clock); }, clock_,
                        random_, "Z90001"};
};

TEST_F(SimulatorHosting, FaultsHaveTheEffectTheyAreSaidToHave)
{
    const std::vector<std::pair<std::string, std::string>> cases{{"latency", "booked"},
                                                                 {"hang", "free"},
                                                                 {"drop_before", "free"},
                                                                 {"drop_after", "booked"},
                                                                 {"server_error", "free"},
                                                                 {"unavailable", "free"},
                                                                 {"throttle", "free"},
                                                                 {"malformed", "booked"},
                                                                 {"oversized", "booked"},
                                                                 {"stale_session", "booked"},
                                                                 {"slot_stolen", "reception"},
                                                                 {"clock_skew", "booked"},
                                                                 {"wrong_content_type", "booked"}};
    for (const auto& [kind, expected] : cases) {
        control("POST", "/reset");
        ASSERT_EQ(control("PUT", "/fault", R"({"kind":")" + kind + R"("})").status, 200U) << kind;
        send("POST");
        EXPECT_EQ(status(), expected) << kind;
    }
}

TEST_F(SimulatorHosting, AFaultAppliesToWhatItNamesAndAsOftenAsItSays)
{
    control("PUT", "/fault", R"({"kind":"unavailable","method":"GET","path_contains":"slots","times":2})");
    EXPECT_EQ(send("POST", "/slots").response.status, 200U);
    EXPECT_EQ(send("GET", "/other").response.status, 200U);
    EXPECT_EQ(send("GET", "/slots").response.status, 503U);
    EXPECT_EQ(send("GET", "/slots").response.status, 503U);
    EXPECT_EQ(send("GET", "/slots").response.status, 200U);
    EXPECT_NE(control("GET", "/fault").body.view().find("\"remaining\": 0"), std::string_view::npos);
}

TEST_F(SimulatorHosting, LatencyAndAFaultThatDecidesGoTogether)
{
    control("PUT", "/fault", R"([{"kind":"latency","latency_ms":30,"jitter_ms":5},{"kind":"drop_after"}])");
    const auto reply = send("POST");
    EXPECT_GE(reply.delay.count(), 30);
    EXPECT_LE(reply.delay.count(), 35);
    EXPECT_EQ(reply.response.delivery, Response::Delivery::drop);
}

TEST_F(SimulatorHosting, ExponentialLatencyHasItsMeanAndALongTail)
{
    control("PUT", "/fault",
            R"({"kind":"latency","latency_ms":20,"jitter_ms":100,"distribution":"exponential"})");
    std::int64_t sum = 0, longest = 0, shortest = 1000;
    for (int i = 0; i < 2000; ++i) {
        const std::int64_t delay = send("GET").delay.count();
        sum += delay;
        longest = std::max(longest, delay);
        shortest = std::min(shortest, delay);
    }
    EXPECT_NEAR(static_cast<double>(sum) / 2000, 120, 10);
    EXPECT_GT(longest, 500);
    EXPECT_GE(shortest, 20);
}

TEST_F(SimulatorHosting, SkewMovesTheSuppliersClockOnly)
{
    control("PUT", "/fault", R"({"kind":"clock_skew","skew_s":-120,"times":1})");
    send("GET");
    EXPECT_EQ(simulator().seen_at, clock_.now() - std::chrono::minutes(2));
    send("GET");
    EXPECT_EQ(simulator().seen_at, clock_.now());
}

TEST_F(SimulatorHosting, AHalvedAnswerIsNoJson)
{
    control("PUT", "/fault", R"({"kind":"malformed"})");
    const auto reply = send("GET");
    EXPECT_FALSE(fhir::codec::parse_json(reply.response.body.view()));
}

TEST_F(SimulatorHosting, FaultsThatCannotBeReadAreRefusedWithWhatIsAllowed)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"{", "byte"},
        {"7", "kind"},
        {"{}", "drop_after"},
        {R"({"kind":"explode"})", "wrong_content_type"},
        {R"({"kind":"hang","delay":1})", "latency_ms"},
        {R"({"kind":"hang","times":0})", "times"},
        {R"({"kind":"hang","times":1.5})", "times"},
        {R"({"kind":"hang","latency_ms":"1"})", "latency_ms"},
        {R"({"kind":"hang","writes_only":1})", "true or false"},
        {R"({"kind":"latency","distribution":"normal"})", "exponential"},
        {R"([{"kind":"hang"},{"kind":""}])", "drop_before"}};
    for (const auto& [body, word] : cases) {
        const auto refused = control("PUT", "/fault", body);
        EXPECT_EQ(refused.status, 400U) << body;
        EXPECT_NE(refused.body.view().find(word), std::string_view::npos) << body << refused.body.view();
    }
    EXPECT_EQ(send("POST").response.status, 200U); // none of them took hold
}

TEST_F(SimulatorHosting, TheBookIsShown)
{
    send("POST");
    const auto shown = fhir::codec::parse_json(control("GET", "/book").body.view());
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->find("ods")->text(), "Z90001");
    const auto& slot = shown->find("slots")->items().at(0);
    EXPECT_EQ(slot.find("slot")->text(), "1");
    EXPECT_EQ(slot.find("status")->text(), "booked");
    EXPECT_EQ(slot.find("start")->text(), "1970-01-01T00:00:00Z");
    EXPECT_EQ(slot.find("times_booked")->integer(), 1);
}

TEST_F(SimulatorHosting, ReceptionTakesAndCancelsAndIsToldWhenItCannot)
{
    EXPECT_EQ(control("POST", "/reception", R"({"take":"1"})").status, 204U);
    EXPECT_EQ(status(), "reception");
    EXPECT_EQ(control("POST", "/reception", R"({"take":"1"})").status, 409U);
    control("POST", "/reset");
    send("POST");
    EXPECT_EQ(control("POST", "/reception", R"({"cancel":"1"})").status, 204U);
    EXPECT_EQ(status(), "free");
    EXPECT_EQ(control("POST", "/reception", R"({"steal":"1"})").status, 400U);
    EXPECT_EQ(control("POST", "/reception", R"({"take":1})").status, 400U);
}

TEST_F(SimulatorHosting, ReceptionMovesAnAppointmentToAFreeSlotAndIsToldWhenItCannot)
{
    EXPECT_EQ(control("POST", "/reception", R"({"move":"1","to":"2"})").status, 409U);
    send("POST");
    EXPECT_EQ(control("POST", "/reception", R"({"move":"1"})").status, 400U);
    EXPECT_EQ(control("POST", "/reception", R"({"move":"1","to":"3"})").status, 409U);
    EXPECT_EQ(control("POST", "/reception", R"({"move":"1","to":"2"})").status, 204U);
    EXPECT_EQ(status(), "free");
}

TEST_F(SimulatorHosting, ReceptionSwitchesAppointmentsOffAndAResetOnAgain)
{
    EXPECT_EQ(control("POST", "/reception", R"({"appointments":"off"})").status, 204U);
    EXPECT_FALSE(simulator().on);
    EXPECT_EQ(control("POST", "/reception", R"({"appointments":"off"})").status, 204U);
    EXPECT_EQ(control("POST", "/reset").status, 204U);
    EXPECT_TRUE(simulator().on);
    EXPECT_EQ(control("POST", "/reception", R"({"appointments":"never"})").status, 400U);
    EXPECT_TRUE(simulator().on);
}

TEST_F(SimulatorHosting, ResetForgetsBookingsAndFaults)
{
    send("POST");
    control("PUT", "/fault", R"({"kind":"unavailable"})");
    EXPECT_EQ(control("POST", "/reset").status, 204U);
    EXPECT_EQ(status(), "free");
    EXPECT_EQ(send("GET").response.status, 200U);
}

TEST_F(SimulatorHosting, UnknownPathsAndMethodsAreRefused)
{
    EXPECT_EQ(control("GET", "/nothing").status, 404U);
    const auto refused = control("PATCH", "/fault", "{}");
    EXPECT_EQ(refused.status, 405U);
    EXPECT_EQ(refused.headers.get("Allow"), "GET, PUT, DELETE");
    EXPECT_EQ(control("DELETE", "/book").status, 405U);
    EXPECT_EQ(control("DELETE", "/fault").status, 204U);
}

TEST_F(SimulatorHosting, StaleSessionsAreForgottenBeforeTheRequest)
{
    control("PUT", "/fault", R"({"kind":"stale_session","times":1})");
    send("GET");
    send("GET");
    EXPECT_EQ(simulator().expired, 1);
}

} // namespace tests
