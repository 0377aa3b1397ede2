// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/slot_query.hpp"
#include "gateway/faces/management.hpp"
#include "gateway/observability/log.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

#include <mutex>

namespace
{

using tests::json_of;
using tests::text_at;
using CommonSteps = tests::FaceTest;

TEST_F(CommonSteps, IdsAreEchoedAndMadeWhenAbsent)
{
    const auto echoed = get("Slot/A11111.1", {{"X-Request-Id", "abc-1"}, {"X-Correlation-Id", "corr-2"}});
    EXPECT_EQ(echoed.headers.get("X-Request-Id"), "abc-1");
    EXPECT_EQ(echoed.headers.get("X-Correlation-Id"), "corr-2");
    EXPECT_FALSE(get("Slot/A11111.1").headers.get("X-Request-Id").empty());
}

TEST_F(CommonSteps, EveryAnswerAsksForTransportSecurity)
{
    for (const auto* path : {"/fhir/R4/metadata", "/fhir/R4/Slot/a", "/nowhere", "/_ping"})
        EXPECT_FALSE(send("GET", path).headers.get("Strict-Transport-Security").empty()) << path;
}

TEST_F(CommonSteps, OptionsNamesTheVerbsWithoutALogin)
{
    const auto response = send("OPTIONS", "/fhir/R4/Appointment", {{"Authorization", ""}});
    EXPECT_EQ(response.status, 204u);
    EXPECT_EQ(response.headers.get("Allow"), "POST, GET, HEAD, OPTIONS");
}

TEST_F(CommonSteps, HeadIsAnsweredLikeGet)
{
    add_book();
    const auto head = send("HEAD", "/fhir/R4/Slot/A11111.1");
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.headers.get("ETag"), get("Slot/A11111.1").headers.get("ETag"));
}

TEST_F(CommonSteps, AnswerIsNamedAsTheClientAskedForIt)
{
    add_book();
    EXPECT_EQ(get("Slot/A11111.1", {{"Accept", "application/json"}}).headers.get("Content-Type"),
              "application/json;charset=utf-8");
}

TEST_F(CommonSteps, TokenEndpointKeepsItsOwnForm)
{
    const auto response =
        send("POST", "/oauth2/token", {{"Authorization", ""}, {"Accept", "text/csv"}}, "grant_type=x");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.body.view(), R"({"access_token":"t"})");
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(send("POST", "/oauth2/token", {{"Authorization", ""}}).status, 400u);
}

TEST_F(CommonSteps, DiscoveryAndKeysAreOpen)
{
    EXPECT_EQ(send("GET", "/oauth2/jwks", {{"Authorization", ""}}).status, 200u);
    EXPECT_EQ(get(".well-known/smart-configuration", {{"Authorization", ""}}).status, 200u);
    EXPECT_EQ(send("GET", "/_ping", {{"Authorization", ""}}).status, 200u);
}

TEST_F(CommonSteps, StatusTellsOfDraining)
{
    EXPECT_EQ(send("GET", "/_status").status, 200u);
    draining_ = true;
    const auto response = send("GET", "/_status");
    EXPECT_EQ(response.status, 503u);
    EXPECT_EQ(text_at(response, "status"), "fail");
}

TEST_F(CommonSteps, RequestsAreCountedByRouteNotByUrl)
{
    get("Slot/A11111.1");
    EXPECT_NE(metrics_.text().find("[base]/Slot/{id}"), std::string::npos);
    EXPECT_EQ(metrics_.text().find("A11111.1"), std::string::npos);
}

TEST_F(CommonSteps, OneLogLineSaysWhoAskedWhatButNotForWhom)
{
    std::mutex mutex;
    std::vector<std::string> lines;
    gateway::observability::set_level(gateway::observability::Level::info);
    gateway::observability::set_output([&](std::string_view line) {
        const std::lock_guard lock(mutex);
        lines.emplace_back(line);
    });
    get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000018", {{"X-Request-Id", "abc-1"}});
    gateway::observability::flush();
    gateway::observability::set_output({});
    ASSERT_EQ(lines.size(), 1u);
    for (const auto* part : {"[base]/Patient", "hub-901", "ZZ901", "abc-1", "\"status\":200"})
        EXPECT_NE(lines[0].find(part), std::string::npos) << part << " in " << lines[0];
    EXPECT_EQ(lines[0].find("9990000018"), std::string::npos);
}

std::vector<std::string> interactions(const fhir::codec::JsonValue& resource)
{
    std::vector<std::string> codes;
    for (const auto& interaction : resource.find("interaction")->items())
        codes.push_back(interaction.find("code")->text());
    return codes;
}

TEST_F(CommonSteps, MetadataClaimsWhatIsRouted)
{
    const auto response = get("metadata", {{"Authorization", ""}});
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "resourceType"), "CapabilityStatement");
    EXPECT_EQ(text_at(response, "fhirVersion"), "4.0.1");
    const auto statement = json_of(response);
    const auto& resources = statement.find("rest")->items()[0].find("resource")->items();
    EXPECT_EQ(resources.size(), 15u);
    for (const auto& resource : resources) {
        const std::string type = resource.find("type")->text();
        const auto codes = interactions(resource);
        EXPECT_NE(std::ranges::find(codes, "read"), codes.end()) << type;
        EXPECT_EQ(std::ranges::find(codes, "create") != codes.end(),
                  type == "Appointment" || type == "Consent" || type == "Subscription" || type == "Task")
            << type;
        EXPECT_EQ(std::ranges::find(codes, "delete") != codes.end(), type == "Subscription") << type;
    }
}

TEST_F(CommonSteps, MetadataListsEverySearchParameterOfTheParser)
{
    const auto text = std::string(get("metadata").body.view());
    for (const auto& parameter : fhir::search::slot_parameters())
        EXPECT_NE(text.find("\"name\":\"" + std::string(parameter.name) + "\""), std::string::npos)
            << parameter.name;
}

TEST_F(CommonSteps, MetadataIsCacheable)
{
    const auto response = get("metadata?mode=full");
    EXPECT_EQ(response.status, 200u);
    EXPECT_NE(response.headers.get("Cache-Control").find("max-age"), std::string_view::npos);
    EXPECT_EQ(get("metadata", {{"If-None-Match", std::string(response.headers.get("ETag"))}}).status, 304u);
}

class Management : public testing::Test
{
protected:
    Management()
    {
        gateway::faces::Health health;
        health.version = "0.1.0";
        health.draining = [this] { return draining_; };
        health.checks.push_back({"store", [this] { return store_; }});
        handler_ = gateway::faces::make_management_handler(
            {std::move(health), metrics_, [this] { metrics_.http_in_flight("fhir", 3); },
             [this] { return open_intents(); }, clock_, worklist()});
    }

    gateway::faces::Worklist worklist()
    {
        using namespace gateway::booking;
        using Shown = gateway::Awaitable<fhir::Result<ResolvedIntent>>;
        return {[](const fhir::rest::Request& request) -> fhir::Result<std::string> {
                    if (request.headers.get("Authorization") != "Bearer proof")
                        return fhir::fail(fhir::ErrorKind::login_required);
                    return "A. Jones";
                },
                [this](std::string id) -> Shown {
                    if (id != shown_.intent.intent)
                        co_return fhir::fail(fhir::ErrorKind::not_found);
                    co_return shown_;
                },
                [this](Resolution said) -> Shown {
                    said_ = said;
                    if (refusal_)
                        co_return std::unexpected(*refusal_);
                    co_return shown_;
                },
                [this](std::string id) -> gateway::Awaitable<fhir::Result<void>> {
                    again_.push_back(id);
                    co_return fhir::Result<void>();
                }};
    }
    fhir::rest::Response say(std::string body, std::string proof = "Bearer proof")
    {
        fhir::rest::Request request;
        request.method = "POST";
        request.target = "/unknown/i1";
        request.headers.set("Authorization", std::move(proof));
        request.body = std::move(body);
        return tests::run(handler_->handle(std::move(request)));
    }

    fhir::rest::Response get(std::string path, std::string method = "GET")
    {
        fhir::rest::Request request;
        request.method = std::move(method);
        request.target = std::move(path);
        return tests::run(handler_->handle(std::move(request)));
    }

    gateway::Awaitable<fhir::Result<std::vector<gateway::booking::OpenIntent>>> open_intents()
    {
        co_return open_;
    }

    bool draining_ = false;
    tests::FakeClock clock_;
    fhir::Result<std::vector<gateway::booking::OpenIntent>> open_;
    fhir::Result<void> store_;
    gateway::booking::ResolvedIntent shown_;
    std::optional<gateway::booking::Resolution> said_;
    std::optional<fhir::Error> refusal_;
    std::vector<std::string> again_;
    gateway::observability::Metrics metrics_;
    std::unique_ptr<gateway::http::Handler> handler_;
};

TEST_F(Management, LivenessLooksAtNothingElse)
{
    store_ = fhir::fail(fhir::ErrorKind::store_unavailable);
    draining_ = true;
    EXPECT_EQ(get("/livez").status, 200u);
    EXPECT_EQ(get("/heartbeat").status, 200u);
    EXPECT_EQ(get("/_ping").status, 200u);
}

TEST_F(Management, ReadinessNamesTheCheckThatFails)
{
    EXPECT_EQ(get("/readyz").status, 200u);
    store_ = fhir::fail(fhir::ErrorKind::store_unavailable, "The disk is full.");
    const auto response = get("/readyz");
    EXPECT_EQ(response.status, 503u);
    EXPECT_EQ(response.body.view(), "store: The disk is full.\n");
    EXPECT_EQ(get("/_status").status, 503u);
}

TEST_F(Management, DrainingIsNotReady)
{
    draining_ = true;
    EXPECT_EQ(get("/readyz").status, 503u);
}

TEST_F(Management, MetricsArePrometheusText)
{
    const auto response = get("/metrics");
    EXPECT_EQ(response.status, 200u);
    EXPECT_TRUE(response.headers.get("Content-Type").starts_with("text/plain; version=0.0.4"));
}

TEST_F(Management, GaugesAreBroughtUpToDateForEveryScrape)
{
    EXPECT_NE(get("/metrics").body.view().find("apptgw_http_requests_in_flight{listener=\"fhir\"} 3"),
              std::string_view::npos);
}

TEST_F(Management, WritesThatNobodyKnowsTheOutcomeOfAreListed)
{
    EXPECT_EQ(fhir::codec::parse_json(get("/unknown").body.view())->find("needs_person")->integer(), 0);
    open_->push_back({"intent-1", "book", "appointment-1", "A10001", clock_.now() - std::chrono::minutes(10),
                      20, "supplier-timeout", true, "needs-person", "Ask the practice."});
    open_->push_back(
        {"intent-2", "cancel", "appointment-2", "A10002", clock_.now(), 1, "", false, "settling", ""});
    const auto response = get("/unknown");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    const auto body = fhir::codec::parse_json(response.body.view());
    ASSERT_TRUE(body);
    EXPECT_EQ(body->find("needs_person")->integer(), 1);
    EXPECT_EQ(body->find("settling")->integer(), 1);
    const auto& first = body->find("intents")->items().at(0);
    EXPECT_EQ(first.find("id")->text(), "intent-1");
    EXPECT_EQ(first.find("state")->text(), "needs-person");
    EXPECT_EQ(first.find("practice")->text(), "A10001");
    EXPECT_EQ(first.find("age_seconds")->integer(), 600);
    EXPECT_EQ(first.find("attempts")->integer(), 20);
    EXPECT_EQ(first.find("next_step")->text(), "Ask the practice.");
}

TEST_F(Management, TheListSaysSoWhenTheStoreDoesNotAnswer)
{
    open_ = fhir::fail(fhir::ErrorKind::store_unavailable);
    EXPECT_EQ(get("/unknown").status, 503u);
}

TEST_F(Management, OneIntentIsShownWithWhatAPersonSaid)
{
    shown_.intent.intent = "i1";
    shown_.intent.state = "done";
    EXPECT_EQ(get("/unknown/i2").status, 404u);
    EXPECT_FALSE(fhir::codec::parse_json(get("/unknown/i1").body.view())->find("resolution"));
    shown_.by = "A. Jones";
    shown_.found = "booked";
    shown_.reason = "Seen there";
    const auto body = fhir::codec::parse_json(get("/unknown/i1").body.view());
    ASSERT_TRUE(body);
    const auto* resolution = body->find("resolution");
    ASSERT_TRUE(resolution);
    EXPECT_EQ(resolution->find("by")->text(), "A. Jones");
    EXPECT_EQ(resolution->find("as")->text(), "booked");
    EXPECT_EQ(resolution->find("reason")->text(), "Seen there");
}

TEST_F(Management, AnOperatorsWordIsHandedOverWithTheNameInTheProof)
{
    const auto response = say(R"({"as":"not-booked","reason":"Seen","override":true,"by":"Somebody Else"})");
    EXPECT_EQ(response.status, 200u);
    ASSERT_TRUE(said_);
    EXPECT_EQ(said_->intent, "i1");
    EXPECT_EQ(said_->finding, gateway::booking::Finding::not_booked);
    EXPECT_EQ(said_->by, "A. Jones");
    EXPECT_TRUE(said_->override_read_back);
}

TEST_F(Management, OnlyAnOperatorSettlesAnything)
{
    EXPECT_EQ(say(R"({"as":"booked","reason":"Seen"})", "Bearer another").status, 401u);
    EXPECT_EQ(say(R"({"as":"again","reason":"Seen"})", "").status, 401u);
    EXPECT_FALSE(said_);
    EXPECT_TRUE(again_.empty());
}

TEST_F(Management, AgainHasTheGatewayLookOnceMore)
{
    shown_.intent.intent = "i1";
    EXPECT_EQ(say(R"({"as":"again","reason":"It answers now"})").status, 200u);
    EXPECT_EQ(again_, std::vector<std::string>{"i1"});
    EXPECT_FALSE(said_);
}

TEST_F(Management, ARefusalIsSaidInPlainWords)
{
    refusal_ = fhir::Error(fhir::ErrorKind::transition_not_allowed, "The practice's system shows it.");
    const auto response = say(R"({"as":"not-booked","reason":"Seen"})");
    EXPECT_EQ(response.status, 409u);
    EXPECT_EQ(response.body.view(), "The practice's system shows it.\n");
    EXPECT_EQ(say(R"({"as":"perhaps","reason":"Seen"})").status, 400u);
    EXPECT_EQ(say("{").status, 400u);
}

TEST_F(Management, OtherPathsAndVerbsAreRefused)
{
    EXPECT_EQ(get("/unknown/", "POST").status, 405u);
    EXPECT_EQ(get("/unknown/a/b", "POST").status, 405u);
    EXPECT_EQ(get("/unknown/a/b").status, 404u);
    EXPECT_EQ(get("/unknown/" + std::string(65, 'a')).status, 404u);

    EXPECT_EQ(get("/fhir/R4/Slot").status, 404u);
    EXPECT_EQ(get("/readyz", "POST").status, 405u);
}

} // namespace
