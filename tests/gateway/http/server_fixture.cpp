// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/http/server_fixture.hpp"

#include "fhir/outcome/catalogue.hpp"

namespace tests
{

using adapters::transport::Purpose;

gateway::Awaitable<fhir::rest::Response> EchoHandler::handle(fhir::rest::Request request)
{
    if (answer) {
        auto response = co_await answer(std::move(request));
        co_return response;
    }
    fhir::rest::Response response;
    response.headers.set("Content-Type", "text/plain");
    response.body.append(request.method + " " + request.target + "\n" + request.body);
    co_return response;
}

fhir::rest::Response EchoHandler::refuse(const fhir::Error& error)
{
    fhir::rest::Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.body.append(error.sentence());
    return response;
}

ServerFixture::ServerFixture() : authority_(adapters::transport::make_authority("Test CA"))
{
    const auto identity = adapters::transport::issue(authority_, {"localhost", "127.0.0.1"}, Purpose::server);
    settings_.name = "test";
    settings_.tls.certificate_file = directory_.write("server.pem", identity.certificate);
    settings_.tls.key_file = directory_.write("server.key", identity.key);
    settings_.tls.client_ca_file = directory_.write("ca.pem", authority_.certificate);
    settings_.host_names = {"localhost"};
}

ServerFixture::~ServerFixture()
{
    if (server_)
        server_->stop(std::chrono::milliseconds(0));
}

void ServerFixture::start(unsigned threads)
{
    server_ = std::make_unique<gateway::http::Server>(threads);
    const auto port = server_->listen(settings_, handler_, stats_);
    ASSERT_TRUE(port) << port.error().sentence();
    port_ = *port;
    server_->start();
}

RawClient::Options ServerFixture::client_options() const
{
    RawClient::Options options;
    options.ca_pem = authority_.certificate;
    return options;
}

RawClient ServerFixture::connect(std::optional<adapters::transport::Identity> identity)
{
    auto options = client_options();
    options.identity = std::move(identity);
    return RawClient(port_, options);
}

std::string ServerFixture::exchange(std::string_view bytes)
{
    auto client = connect();
    client.send(bytes);
    return client.receive_all();
}

} // namespace tests
