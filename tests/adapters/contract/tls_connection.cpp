// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/certificates.hpp"
#include "adapters/upstream/deadline.hpp"
#include "gateway/http/server.hpp"
#include "tests/adapters/contract/supplier.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <stdexcept>

namespace tests
{

using adapters::simulation::SimulatorHost;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

/// Throw-away certificates on disk, made once for the whole program.
class Certificates
{
public:
    Certificates()
    {
        using namespace adapters::transport;
        const auto authority = make_authority("Contract tests");
        write("ca.pem", authority.certificate);
        keep("server", issue(authority, {"localhost"}, Purpose::server));
        keep("client", issue(authority, {"gateway"}, Purpose::client));
    }
    std::string file(const std::string& name) const { return folder_.file(name); }

private:
    void keep(const std::string& name, const adapters::transport::Identity& identity)
    {
        write(name + ".pem", identity.certificate);
        write(name + ".key", identity.key);
    }
    void write(const std::string& name, const std::string& text) { std::ofstream(file(name)) << text; }

    TemporaryFolder folder_;
};

const Certificates& certificates()
{
    static const Certificates made;
    return made;
}

/// Puts a simulator behind the HTTP server, with its delays and its silences.
class Front : public gateway::http::Handler
{
public:
    explicit Front(SimulatorHost& host) : host_(host) {}

    gateway::Awaitable<Response> handle(Request request) override
    {
        auto reply = host_.handle(request);
        if (reply.delay.count() > 0)
            co_await adapters::pause(reply.delay);
        if (reply.hang) {
            co_await adapters::pause(std::chrono::minutes(10));
            reply.response.delivery = Response::Delivery::drop;
        }
        co_return std::move(reply.response);
    }

    Response refuse(const fhir::Error&) override
    {
        Response response;
        response.status = 400;
        return response;
    }

private:
    SimulatorHost& host_;
};

/// Server and client with mutual TLS over loopback.
class TlsConnection : public Connection
{
public:
    TlsConnection(SimulatorHost& host, std::string_view path) : front_(host), server_(1)
    {
        gateway::http::ListenerSettings settings;
        settings.name = "simulator";
        settings.tls = {certificates().file("server.pem"), certificates().file("server.key"),
                        certificates().file("ca.pem"), {}, gateway::http::ClientCertificates::required};
        settings.limits.delete_may_have_body = true;
        const auto port = server_.listen(settings, front_, stats_);
        if (!port)
            throw std::runtime_error(port.error().sentence());
        server_.start();

        adapters::upstream::Endpoint endpoint;
        endpoint.name = "Z90001";
        endpoint.base_url = "https://localhost:" + std::to_string(*port) + std::string(path);
        endpoint.ca_file = certificates().file("ca.pem");
        endpoint.certificate_file = certificates().file("client.pem");
        endpoint.key_file = certificates().file("client.key");
        endpoint.breaker_failures = 1000; // the breaker has tests of its own
        auto made = adapters::upstream::make_https_upstream(endpoint);
        if (!made)
            throw std::runtime_error(made.error().sentence());
        upstream_ = std::move(*made);
    }
    ~TlsConnection() override { server_.stop(std::chrono::milliseconds(0)); }

    adapters::upstream::Upstream& upstream() override { return *upstream_; }

private:
    Front front_;
    gateway::http::ListenerStats stats_;
    gateway::http::Server server_;
    std::unique_ptr<adapters::upstream::HttpsUpstream> upstream_;
};

} // namespace

std::unique_ptr<Connection> connect_over_tls(SimulatorHost& host, std::string_view path)
{
    return std::make_unique<TlsConnection>(host, path);
}

} // namespace tests
