// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/http/server_fixture.hpp"

#include "adapters/upstream/deadline.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <thread>

using adapters::transport::issue;
using adapters::transport::make_authority;
using adapters::transport::Purpose;
using gateway::http::ClientCertificates;
using std::chrono::milliseconds;

namespace
{

constexpr std::string_view plain_get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

class HttpLimits : public tests::ServerFixture
{};

TEST_F(HttpLimits, ASlowHeaderIsAnsweredWithATimeOutAndClosed)
{
    settings_.limits.header_limit = milliseconds(50);
    start();
    auto client = connect();
    client.send("GET / HTTP/1.1\r\nHo");
    EXPECT_EQ(tests::status_of(client.receive_all()), 408U);
}

TEST_F(HttpLimits, ASlowBodyIsAnsweredWithATimeOutAndClosed)
{
    settings_.limits.body_limit = milliseconds(50);
    start();
    auto client = connect();
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(tests::status_of(client.receive_all()), 408U);
}

TEST_F(HttpLimits, ABodyBelowTheMinimumRateIsCutOffLongBeforeTheBodyLimit)
{
    settings_.limits.body_grace = milliseconds(50);
    settings_.limits.min_body_bytes_per_second = 1000000;
    start();
    const auto begun = std::chrono::steady_clock::now();
    auto client = connect();
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(tests::status_of(client.receive_all()), 408U);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, settings_.limits.body_limit / 2);
}

TEST_F(HttpLimits, AnIdleConnectionIsClosedWithoutAWord)
{
    settings_.limits.idle_limit = milliseconds(50);
    start();
    auto client = connect();
    client.send(plain_get);
    EXPECT_EQ(tests::status_of(client.receive_answer()), 200U);
    EXPECT_TRUE(client.wait_for_close());
    EXPECT_TRUE(client.closed_properly());
}

TEST_F(HttpLimits, AConnectionThatNeverAsksIsClosed)
{
    settings_.limits.header_limit = milliseconds(50);
    start();
    EXPECT_TRUE(connect().wait_for_close());
}

TEST_F(HttpLimits, AReaderThatDoesNotReadIsCutOff)
{
    settings_.limits.write_limit = milliseconds(100);
    handler_.answer = [](fhir::rest::Request) -> gateway::Awaitable<fhir::rest::Response> {
        fhir::rest::Response response;
        response.body.append(std::string(32 << 20, 'x'));
        co_return response;
    };
    start();
    auto slow = connect();
    slow.send(plain_get);
    while (stats_.open_connections != 0)
        std::this_thread::yield();
    EXPECT_EQ(stats_.requests, 1U);
}

TEST_F(HttpLimits, NewcomersWaitWhileTheListenerIsFull)
{
    settings_.limits.max_connections = 1;
    start();
    auto first = std::make_unique<tests::RawClient>(connect());
    first->send(plain_get);
    EXPECT_EQ(tests::status_of(first->receive_answer()), 200U);
    std::thread leave([&first] { first.reset(); });
    auto second = connect(); // its handshake waits until the first has gone
    leave.join();
    second.send(plain_get);
    EXPECT_EQ(tests::status_of(second.receive_answer()), 200U);
}

TEST_F(HttpLimits, AnAddressHasOnlySoManyConnectionsAndGetsAPlaceBackWhenOneEnds)
{
    settings_.limits.max_connections_per_address = 2;
    std::atomic<int> refused = 0;
    stats_.on_refusal = [&](const fhir::Error& error) {
        refused += error.kind() == fhir::ErrorKind::throttled;
    };
    start();
    auto first = std::make_unique<tests::RawClient>(connect());
    auto second = connect();
    EXPECT_THROW(connect(), std::runtime_error);
    EXPECT_EQ(refused, 1);
    second.send(plain_get);
    EXPECT_EQ(tests::status_of(second.receive_answer()), 200U);
    first->send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    first->receive_all();
    first.reset();
    while (stats_.open_connections > 1)
        std::this_thread::yield();
    auto third = connect();
    third.send(plain_get);
    EXPECT_EQ(tests::status_of(third.receive_answer()), 200U);
}

TEST_F(HttpLimits, StopAnswersWhatIsRunningAndThenCloses)
{
    std::promise<void> begun;
    handler_.answer = [&begun](fhir::rest::Request) -> gateway::Awaitable<fhir::rest::Response> {
        begun.set_value();
        co_await adapters::pause(milliseconds(100));
        co_return fhir::rest::Response();
    };
    start();
    auto client = connect();
    auto idle = connect();
    client.send(plain_get);
    begun.get_future().get();
    server_->stop(milliseconds(5000));
    const auto answer = client.receive_all();
    EXPECT_EQ(tests::status_of(answer), 200U);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(idle.wait_for_close());
    EXPECT_EQ(stats_.open_connections, 0U);
}

TEST_F(HttpLimits, StopCancelsWhatOutlivesTheGrace)
{
    std::promise<void> begun;
    handler_.answer = [&begun](fhir::rest::Request) -> gateway::Awaitable<fhir::rest::Response> {
        begun.set_value();
        co_await adapters::pause(std::chrono::hours(1));
        co_return fhir::rest::Response();
    };
    start();
    auto client = connect();
    client.send(plain_get);
    begun.get_future().get();
    server_->stop(milliseconds(10));
    EXPECT_EQ(stats_.open_connections, 0U);
    EXPECT_EQ(stats_.in_flight, 0U);
}

TEST_F(HttpLimits, SpawnedWorkIsWaitedFor)
{
    start(2);
    std::atomic<bool> finished = false;
    server_->spawn(1, [&finished]() -> gateway::Awaitable<void> {
        co_await adapters::pause(milliseconds(20));
        finished = true;
    });
    server_->stop(milliseconds(5000));
    EXPECT_TRUE(finished);
}

TEST_F(HttpLimits, EveryThreadAccepts)
{
    start(2);
    for (int i = 0; i < 40; ++i) {
        auto client = connect();
        client.send(plain_get);
        ASSERT_EQ(tests::status_of(client.receive_answer()), 200U);
    }
    EXPECT_EQ(stats_.connections, 40U);
}

TEST_F(HttpLimits, TlsOneTwoIsServedWithForwardSecrecyOnly)
{
    start();
    auto options = client_options();
    options.max_version = TLS1_2_VERSION;
    options.ciphers = "ECDHE+AESGCM";
    EXPECT_EQ(tests::RawClient(port_, options).version(), "TLSv1.2");
    options.ciphers = "AES256-GCM-SHA384";
    EXPECT_THROW(tests::RawClient(port_, options), std::runtime_error);
    options.ciphers = "ECDHE-ECDSA-AES256-SHA";
    EXPECT_THROW(tests::RawClient(port_, options), std::runtime_error);
}

TEST_F(HttpLimits, OlderVersionsAndOtherProtocolsAreRefused)
{
    start();
    auto options = client_options();
    options.alpn = "h2";
    EXPECT_THROW(tests::RawClient(port_, options), std::runtime_error);
    options.alpn = "";
    options.max_version = TLS1_1_VERSION;
    options.ciphers = "ALL:@SECLEVEL=0";
    EXPECT_THROW(tests::RawClient(port_, options), std::runtime_error);
}

TEST_F(HttpLimits, ARequiredCertificateMustComeFromTheConfiguredAuthority)
{
    settings_.tls.client_certificates = ClientCertificates::required;
    start();
    const auto stranger = issue(make_authority("Stranger"), {"A82000"}, Purpose::client);
    const auto expired = issue(authority_, {"A82000"}, Purpose::client, -std::chrono::hours(1));
    for (const auto& identity :
         {std::optional(stranger), std::optional(expired), std::optional<adapters::transport::Identity>()}) {
        // TLS 1.3 tells the client only when it reads.
        auto client = connect(identity);
        client.send(plain_get);
        EXPECT_EQ(client.receive_answer(), "");
    }
    EXPECT_EQ(stats_.requests, 0U);
}

TEST_F(HttpLimits, AnOptionalCertificateMayBeMissing)
{
    settings_.tls.client_certificates = ClientCertificates::optional;
    start();
    auto client = connect();
    client.send(plain_get);
    EXPECT_EQ(tests::status_of(client.receive_answer()), 200U);
}

TEST_F(HttpLimits, ReloadTakesNewCertificatesAndKeepsTheOldOnFailure)
{
    start();
    directory_.write("server.key", "nonsense");
    const auto failed = server_->reload_certificates();
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().sentence().find("server.key"), std::string::npos);
    connect();

    authority_ = make_authority("New CA");
    const auto identity = issue(authority_, {"localhost"}, Purpose::server);
    directory_.write("server.pem", identity.certificate);
    directory_.write("server.key", identity.key);
    directory_.write("ca.pem", authority_.certificate);
    EXPECT_THROW(connect(), std::runtime_error);
    ASSERT_TRUE(server_->reload_certificates());
    connect();
}

TEST_F(HttpLimits, ListenNamesWhatCannotBeUsed)
{
    start();
    gateway::http::Server other(1);
    auto settings = settings_;
    settings.address = "nowhere";
    EXPECT_NE(other.listen(settings, handler_, stats_).error().sentence().find("nowhere"), std::string::npos);
    settings = settings_;
    settings.tls.certificate_file = "/nonexistent.pem";
    EXPECT_NE(other.listen(settings, handler_, stats_).error().sentence().find("/nonexistent.pem"),
              std::string::npos);
}

} // namespace
