// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/http/server_fixture.hpp"

#include "adapters/upstream/deadline.hpp"

#include <openssl/ssl.h>

#include <thread>

using adapters::transport::issue;
using adapters::transport::Purpose;
using gateway::http::ClientCertificates;
using std::chrono::milliseconds;

namespace
{

constexpr std::string_view get_with_query = "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view get_and_close =
    "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

class HttpServer : public tests::ServerFixture
{
protected:
    /// Every request gets this answer.
    void answer_with(fhir::rest::Response response)
    {
        handler_.answer = [response](fhir::rest::Request) -> gateway::Awaitable<fhir::rest::Response> {
            co_return response;
        };
    }
};

TEST_F(HttpServer, AnswersARequestOverTls)
{
    start();
    auto client = connect();
    client.send(get_with_query);
    const auto answer = client.receive_answer();
    EXPECT_EQ(tests::status_of(answer), 200U);
    EXPECT_EQ(tests::body_of(answer), "GET /a?b=c\n");
    EXPECT_NE(answer.find("\r\nDate: "), std::string::npos);
    EXPECT_NE(answer.find("\r\nContent-Type: text/plain\r\n"), std::string::npos);
    EXPECT_EQ(client.version(), "TLSv1.3");
}

TEST_F(HttpServer, KeepsTheConnectionForTheNextRequest)
{
    start();
    auto client = connect();
    for (int i = 0; i < 5; ++i) {
        client.send(get_with_query);
        EXPECT_EQ(tests::status_of(client.receive_answer()), 200U);
    }
    EXPECT_EQ(stats_.connections, 1U);
    EXPECT_EQ(stats_.requests, 5U);
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder)
{
    start();
    const auto all = exchange(std::string(get_with_query) +
                              "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody" +
                              std::string(get_and_close));
    const auto first = all.find("GET /a");
    const auto second = all.find("POST /p\nbody");
    const auto third = all.find("GET /last");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_NE(third, std::string::npos);
}

TEST_F(HttpServer, ClosesWithANoticeWhenTheClientAsksForIt)
{
    start();
    auto client = connect();
    client.send(get_and_close);
    const auto answer = client.receive_all();
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_TRUE(client.closed_properly());
}

TEST_F(HttpServer, ReadsAChunkedBody)
{
    start();
    auto client = connect();
    client.send("PUT /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(tests::body_of(client.receive_answer()), "PUT /c\nabcde");
}

TEST_F(HttpServer, AnswersHeadWithoutABody)
{
    start();
    auto client = connect();
    client.send("HEAD /h HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = client.receive_answer(true);
    EXPECT_NE(answer.find("\r\nContent-Length: 8\r\n"), std::string::npos);
    client.send(get_and_close);
    EXPECT_TRUE(client.receive_all().starts_with("HTTP/1.1 200 OK\r\n"))
        << "nothing may precede the next head";
}

TEST_F(HttpServer, NoContentHasNeitherBodyNorLength)
{
    fhir::rest::Response response;
    response.status = 204;
    response.body.append("ignored");
    answer_with(response);
    start();
    const auto answer = exchange(get_and_close);
    EXPECT_EQ(tests::status_of(answer), 204U);
    EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(tests::body_of(answer).empty());
}

TEST_F(HttpServer, AsksForTheBodyWhenTheClientWaitsForIt)
{
    start();
    auto client = connect();
    client.send("POST /e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.receive_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_EQ(tests::body_of(client.receive_answer()), "POST /e\nok");
}

TEST_F(HttpServer, SendsALargeAnswerWhole)
{
    fhir::rest::Response response;
    response.body.append(std::string(3 << 20, 'x'));
    answer_with(response);
    start();
    EXPECT_EQ(tests::body_of(exchange(get_and_close)).size(), 3U << 20);
}

TEST_F(HttpServer, AHeaderOfTheHandlerCannotStartAnother)
{
    fhir::rest::Response response;
    response.headers.set("X-Name", "a\r\nSet-Cookie: b");
    answer_with(response);
    start();
    EXPECT_NE(exchange(get_and_close).find("X-Name: a  Set-Cookie: b\r\n"), std::string::npos);
}

TEST_F(HttpServer, AnExceptionOfTheHandlerBecomesAnInternalError)
{
    handler_.answer = [](fhir::rest::Request) -> gateway::Awaitable<fhir::rest::Response> {
        throw std::runtime_error("secret");
        co_return fhir::rest::Response();
    };
    start();
    auto client = connect();
    client.send(get_with_query);
    const auto answer = client.receive_answer();
    EXPECT_EQ(tests::status_of(answer), 500U);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
}

TEST_F(HttpServer, DropsTheConnectionWhenTheHandlerWantsIt)
{
    fhir::rest::Response response;
    response.delivery = fhir::rest::Response::Delivery::drop;
    answer_with(response);
    start();
    auto client = connect();
    client.send(get_with_query);
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_FALSE(client.closed_properly());
}

TEST_F(HttpServer, TruncatesTheAnswerWhenTheHandlerWantsIt)
{
    fhir::rest::Response response;
    response.body.append("0123456789");
    response.delivery = fhir::rest::Response::Delivery::truncate;
    answer_with(response);
    start();
    const auto answer = exchange(get_with_query);
    EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos);
    EXPECT_EQ(tests::body_of(answer), "01234");
}

TEST_F(HttpServer, RefusesAndClosesOnABrokenRequest)
{
    std::atomic<int> refusals = 0;
    stats_.on_refusal = [&](const fhir::Error& error) {
        refusals += error.kind() == fhir::ErrorKind::malformed ? 1 : 100;
    };
    start();
    const auto answer =
        exchange("GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n" + std::string(get_with_query));
    EXPECT_EQ(tests::status_of(answer), 400U);
    EXPECT_EQ(answer.find("HTTP/1.1 200"), std::string::npos) << "what follows must not be read as a request";
    EXPECT_EQ(refusals, 1);
}

TEST_F(HttpServer, TheRefusalOfALargeBodyReachesAClientThatIsStillSending)
{
    settings_.limits.max_body_bytes = 1000;
    start();
    auto client = connect();
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" +
                std::string(500000, 'x'));
    EXPECT_EQ(tests::status_of(client.receive_answer()), 413U);
}

TEST_F(HttpServer, HttpOneZeroStaysOpenOnlyWhenAsked)
{
    start();
    auto client = connect();
    client.send("GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(client.receive_answer().find("Connection: keep-alive\r\n"), std::string::npos);
    client.send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
    EXPECT_NE(client.receive_all().find("Connection: close\r\n"), std::string::npos);
}

TEST_F(HttpServer, TellsTheHandlerWhoIsConnected)
{
    settings_.tls.client_certificates = ClientCertificates::required;
    handler_.answer = [](fhir::rest::Request request) -> gateway::Awaitable<fhir::rest::Response> {
        fhir::rest::Response response;
        response.body.append(request.peer_address + "|" + request.client_certificate_subject + "|" +
                             std::to_string(request.client_certificate_sha256.size()));
        co_return response;
    };
    start();
    auto client = connect(issue(authority_, {"A82000"}, Purpose::client));
    client.send(get_with_query);
    EXPECT_EQ(tests::body_of(client.receive_answer()), "127.0.0.1|CN=A82000|64");
}

} // namespace
