// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/certificates.hpp"
#include "adapters/upstream/deadline.hpp"
#include "adapters/upstream/upstream.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <future>

using adapters::transport::issue;
using adapters::transport::make_authority;
using adapters::transport::Purpose;
using adapters::upstream::Call;
using adapters::upstream::Effect;
using adapters::upstream::Endpoint;
using adapters::upstream::EndpointState;
using adapters::upstream::HttpsUpstream;
using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Response;
using std::chrono::milliseconds;
using tests::ScriptedConnection;
using tests::ScriptedServer;

namespace
{

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

void answer_all(ScriptedConnection& connection)
{
    while (!connection.read_request().empty())
        connection.send(ok);
}

void answer_one(ScriptedConnection& connection)
{
    connection.read_request();
    connection.send(ok);
}

void cut_after_request(ScriptedConnection& connection)
{
    connection.read_request();
}

void never_answer(ScriptedConnection& connection)
{
    connection.wait_for_close();
}

ScriptedServer::Script say(std::string bytes)
{
    return [bytes](ScriptedConnection& connection) {
        connection.read_request();
        connection.send(bytes);
        connection.close();
    };
}

class HttpsUpstreamTest : public testing::Test
{
protected:
    HttpsUpstreamTest() : authority_(make_authority("Supplier CA"))
    {
        endpoint_.name = "A82001";
        endpoint_.ca_file = directory_.write("ca.pem", authority_.certificate);
    }

    ScriptedServer& serve(std::vector<ScriptedServer::Script> scripts, const std::string& client_ca = {})
    {
        server_ = std::make_unique<ScriptedServer>(
            issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server), std::move(scripts), client_ca);
        endpoint_.base_url = "https://127.0.0.1:" + std::to_string(server_->port()) + "/base/";
        return *server_;
    }

    HttpsUpstream& upstream()
    {
        if (!upstream_) {
            auto made = adapters::upstream::make_https_upstream(endpoint_);
            EXPECT_TRUE(made) << made.error().sentence();
            upstream_ = std::move(*made);
        }
        return *upstream_;
    }

    static Call call(Effect effect = Effect::read, milliseconds limit = milliseconds(5000))
    {
        Call result;
        result.request.method = effect == Effect::read ? "GET" : "POST";
        result.request.target = "things?a=b";
        result.request.body = effect == Effect::read ? "" : "{}";
        result.effect = effect;
        result.limit = limit;
        return result;
    }

    Result<Response> send(Call wanted) { return tests::run(context_, upstream().send(std::move(wanted))); }
    Result<Response> send(Effect effect = Effect::read) { return send(call(effect)); }

    tests::TemporaryFolder directory_;
    adapters::transport::Authority authority_;
    Endpoint endpoint_;
    boost::asio::io_context context_{1};
    std::unique_ptr<ScriptedServer> server_;
    std::unique_ptr<HttpsUpstream> upstream_;
};

TEST_F(HttpsUpstreamTest, SendsTheRequestBelowTheBasePathAndReadsTheAnswer)
{
    std::promise<std::string> seen;
    serve({[&seen](ScriptedConnection& connection) {
        seen.set_value(connection.read_request());
        connection.send("HTTP/1.1 201 Created\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi");
    }});
    auto wanted = call(Effect::write);
    wanted.request.headers.set("X-Key", "value");
    const auto answer = send(std::move(wanted));
    ASSERT_TRUE(answer) << answer.error().sentence();
    EXPECT_EQ(answer->status, 201U);
    EXPECT_EQ(answer->headers.get("x-a"), "b");
    EXPECT_EQ(answer->body.view(), "hi");
    EXPECT_EQ(seen.get_future().get(),
              "POST /base/things?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
                  "\r\nX-Key: value\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_F(HttpsUpstreamTest, ReusesTheConnection)
{
    auto& server = serve({answer_all});
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(send());
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(upstream().state().connects, 1U);
    EXPECT_EQ(upstream().state().calls, 4U);
}

TEST_F(HttpsUpstreamTest, ReadsAreRepeatedOnceWhenThePooledConnectionDies)
{
    auto& server = serve({[](ScriptedConnection& connection) {
                              answer_one(connection);
                              connection.read_request(); // and goes without a word
                          },
                          answer_all});
    EXPECT_TRUE(send());
    EXPECT_TRUE(send());
    EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsUpstreamTest, WritesAreNeverRepeatedOnceTheyWereSent)
{
    auto& server = serve({[](ScriptedConnection& connection) {
                              answer_one(connection);
                              connection.read_request();
                          },
                          answer_all});
    EXPECT_TRUE(send());
    const auto answer = send(Effect::write);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_error);
    EXPECT_NE(answer.error().sentence().find("broke off"), std::string::npos);
    EXPECT_TRUE(answer.error().effect_possible());
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsUpstreamTest, AWriteUsesAFreshConnectionWhenTheIdleOneIsSeenClosed)
{
    std::promise<void> closed;
    auto& server = serve({[&closed](ScriptedConnection& connection) {
                              answer_one(connection);
                              connection.close();
                              closed.set_value();
                          },
                          answer_all});
    EXPECT_TRUE(send());
    closed.get_future().get();
    EXPECT_TRUE(send(Effect::write));
    EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsUpstreamTest, TheRetryBudgetEnds)
{
    auto& server = serve({cut_after_request});
    endpoint_.breaker_failures = 1000;
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(send());
    EXPECT_GE(server.connections(), 30U) << "the reserve of ten is used";
    EXPECT_LE(server.connections(), 33U);
}

TEST_F(HttpsUpstreamTest, AReadThatIsNotAnsweredTimesOutWithoutEffect)
{
    serve({never_answer});
    const auto answer = send(call(Effect::read, milliseconds(100)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_FALSE(answer.error().effect_possible());
}

TEST_F(HttpsUpstreamTest, AWriteThatIsNotAnsweredMayHaveTakenEffect)
{
    serve({never_answer});
    const auto answer = send(call(Effect::write, milliseconds(100)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_TRUE(answer.error().effect_possible());
}

TEST_F(HttpsUpstreamTest, AnAnswerThatTricklesInTimesOut)
{
    serve({[](ScriptedConnection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        connection.wait_for_close();
    }});
    const auto answer = send(call(Effect::read, milliseconds(150)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_timeout);
}

TEST_F(HttpsUpstreamTest, NobodyListeningIsUnavailableAndWithoutEffect)
{
    serve({answer_all});
    upstream();
    server_.reset();
    const auto answer = send(Effect::write);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_FALSE(answer.error().effect_possible());
}

TEST_F(HttpsUpstreamTest, ACertificateOfAnotherAuthorityIsRefused)
{
    serve({answer_all});
    endpoint_.ca_file = directory_.write("other.pem", make_authority("Other CA").certificate);
    const auto answer = send(Effect::write);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_unavailable);
}

TEST_F(HttpsUpstreamTest, ACertificateForAnotherHostIsRefused)
{
    server_ = std::make_unique<ScriptedServer>(issue(authority_, {"other.example"}, Purpose::server),
                                               std::vector<ScriptedServer::Script>{answer_all});
    endpoint_.base_url = "https://localhost:" + std::to_string(server_->port());
    const auto answer = send();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_unavailable);
}

TEST_F(HttpsUpstreamTest, AnExpiredCertificateIsRefused)
{
    server_ = std::make_unique<ScriptedServer>(
        issue(authority_, {"127.0.0.1"}, Purpose::server, -std::chrono::hours(1)),
        std::vector<ScriptedServer::Script>{answer_all});
    endpoint_.base_url = "https://127.0.0.1:" + std::to_string(server_->port());
    EXPECT_FALSE(send());
}

TEST_F(HttpsUpstreamTest, HostNamesAreLookedUp)
{
    serve({answer_all});
    endpoint_.base_url = "https://localhost:" + std::to_string(server_->port());
    EXPECT_TRUE(send());
}

TEST_F(HttpsUpstreamTest, PresentsItsCertificateWhenAskedForOne)
{
    const auto own = issue(authority_, {"gateway"}, Purpose::client);
    endpoint_.certificate_file = directory_.write("client.pem", own.certificate);
    endpoint_.key_file = directory_.write("client.key", own.key);
    serve({answer_all}, authority_.certificate);
    EXPECT_TRUE(send());
}

TEST_F(HttpsUpstreamTest, ANewConnectionResumesTheSession)
{
    auto& server = serve({[](ScriptedConnection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        connection.close();
    }});
    EXPECT_TRUE(send());
    EXPECT_TRUE(send());
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_EQ(server.resumed(), 1U);
}

TEST_F(HttpsUpstreamTest, ManyFailuresOpenTheBreakerAndATrialClosesIt)
{
    endpoint_.breaker_failures = 3;
    endpoint_.breaker_open_for = milliseconds(0);
    std::atomic<bool> well = false;
    serve({[&well](ScriptedConnection& connection) {
        while (!connection.read_request().empty())
            connection.send(well ? ok : unavailable);
    }});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(send()->status, 503U);
    EXPECT_EQ(upstream().state().breaker, EndpointState::Breaker::open);
    well = true;
    EXPECT_TRUE(send());
    EXPECT_EQ(upstream().state().breaker, EndpointState::Breaker::closed);
}

TEST_F(HttpsUpstreamTest, AnOpenBreakerAnswersAtOnceAndSaysWhenToComeBack)
{
    endpoint_.breaker_failures = 1;
    auto& server = serve({say(std::string(unavailable))});
    EXPECT_TRUE(send());
    const auto answer = send(Effect::write);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_FALSE(answer.error().effect_possible());
    EXPECT_GT(answer.error().retry_after().value_or(std::chrono::seconds(0)).count(), 0);
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsUpstreamTest, OnlySoManyCallsAreInFlightAtOnce)
{
    endpoint_.max_in_flight = 2;
    auto& server = serve({answer_all});
    int answered = 0;
    for (int i = 0; i < 10; ++i)
        boost::asio::co_spawn(
            context_, upstream().send(call()),
            [&](std::exception_ptr, Result<Response> answer) { answered += answer ? 1 : 0; });
    context_.run();
    EXPECT_EQ(answered, 10);
    EXPECT_LE(server.connections(), 2U);
    EXPECT_EQ(upstream().state().in_flight, 0U);
}

TEST_F(HttpsUpstreamTest, ACallThatFindsNoPlaceInTimeIsToldThatThePracticeIsBusy)
{
    endpoint_.max_in_flight = 1;
    serve({never_answer});
    std::optional<ErrorKind> second;
    boost::asio::co_spawn(context_, upstream().send(call(Effect::read, milliseconds(400))),
                          boost::asio::detached);
    boost::asio::co_spawn(
        context_, upstream().send(call(Effect::write, milliseconds(50))),
        [&](std::exception_ptr, Result<Response> answer) { second = answer.error().kind(); });
    context_.run();
    EXPECT_EQ(second, ErrorKind::supplier_unavailable);
}

TEST_F(HttpsUpstreamTest, CancellationGivesThePlaceBack)
{
    endpoint_.max_in_flight = 1;
    serve({never_answer, answer_all});
    const auto cancelled = tests::run(context_, adapters::within(milliseconds(50), upstream().send(call())));
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(upstream().state().in_flight, 0U);
    EXPECT_TRUE(send());
}

TEST_F(HttpsUpstreamTest, AHeaderThatWouldStartAnotherIsNotSent)
{
    auto& server = serve({answer_all});
    auto wanted = call();
    wanted.request.headers.set("X-Key", "a\r\nX-Other: b");
    const auto answer = send(std::move(wanted));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::internal);
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpsUpstreamTest, AnAnswerCutShortIsMalformedAndAWriteMayHaveTakenEffect)
{
    serve({say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")});
    const auto answer = send(Effect::write);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_malformed);
    EXPECT_TRUE(answer.error().effect_possible());
}

TEST_F(HttpsUpstreamTest, ASecondAnswerNobodyAskedForIsMalformed)
{
    serve({say(std::string(ok) + std::string(ok))});
    EXPECT_EQ(send().error().kind(), ErrorKind::supplier_malformed);
}

TEST_F(HttpsUpstreamTest, ABodyUntilCloseIsWholeOnlyAfterACloseNotice)
{
    serve({say("HTTP/1.1 200 OK\r\n\r\nall of it"), [](ScriptedConnection& connection) {
               connection.read_request();
               connection.send("HTTP/1.1 200 OK\r\n\r\nsome of it");
           }});
    EXPECT_EQ(send()->body.view(), "all of it");
    EXPECT_EQ(send().error().kind(), ErrorKind::supplier_malformed);
}

TEST_F(HttpsUpstreamTest, SettingsThatCannotWorkAreNamed)
{
    for (const std::string url :
         {"http://a/", "https://", "https://a:0/", "https://u@a/", "https://a/?q", "a"}) {
        endpoint_.base_url = url;
        const auto made = adapters::upstream::make_https_upstream(endpoint_);
        ASSERT_FALSE(made) << url;
        EXPECT_NE(made.error().sentence().find(url), std::string::npos);
    }
    endpoint_.base_url = "https://a/";
    endpoint_.ca_file = "/nonexistent/ca.pem";
    const auto made = adapters::upstream::make_https_upstream(endpoint_);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().sentence().find("/nonexistent/ca.pem"), std::string::npos);
}

} // namespace
