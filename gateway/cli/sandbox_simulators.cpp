// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_simulators.hpp"

#include "adapters/registry.hpp"
#include "adapters/upstream/deadline.hpp"
#include "fhir/codec/json_value.hpp"

#include <stdexcept>

namespace gateway::cli
{

namespace
{

using adapters::simulation::SimulatorHost;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view control_prefix = "/control/";

std::string first_segment(std::string_view target)
{
    const std::size_t end = target.find_first_of("/?", 1);
    return std::string(target.substr(1, end == std::string_view::npos ? end : end - 1));
}

Response plain_error(unsigned status, std::string_view sentence)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.body.append(to_json(JsonValue::object({{"error", sentence}})));
    return response;
}

std::unique_ptr<SimulatorHost> make_host(const SandboxPractice& practice, const adapters::Clock& clock,
                                         adapters::Random& random)
{
    const auto* system = adapters::find_supplier_system(practice.system);
    if (!system)
        throw std::logic_error("the sandbox names a supplier system that is not registered: " +
                               practice.system);
    return std::make_unique<SimulatorHost>(
        [&](const adapters::Clock& skewed) { return system->make_simulator(practice.seed, skewed, random); },
        clock, random, practice.seed.ods);
}

} // namespace

SandboxSimulators::SandboxSimulators(const SandboxWorld& world, const SandboxGpConnect& gpconnect,
                                     const adapters::Clock& clock, adapters::Random& random)
    : server_(2) // a slow answer of one practice holds up half of the others at most
{
    for (const auto* practices : {&world.practices, &gpconnect.practices})
        for (const auto& practice : *practices)
            hosts_.emplace(practice.seed.ods, make_host(practice, clock, random));
}

SandboxSimulators::~SandboxSimulators()
{
    stop();
}

fhir::Result<std::uint16_t> SandboxSimulators::listen(http::TlsSettings tls)
{
    http::ListenerSettings settings;
    settings.name = "simulators";
    settings.tls = std::move(tls);
    settings.limits.delete_may_have_body = true; // EMIS and Microtest cancel with DELETE and a JSON body
    auto port = server_.listen(std::move(settings), *this, stats_);
    if (port)
        server_.start();
    return port;
}

void SandboxSimulators::stop()
{
    server_.stop(std::chrono::milliseconds(0));
}

Awaitable<Response> SandboxSimulators::handle(Request request)
{
    const bool control = request.target.starts_with(control_prefix);
    if (control)
        request.target.erase(0, control_prefix.size() - 1);
    const std::string ods = first_segment(request.target);
    const auto found = hosts_.find(ods);
    if (found == hosts_.end())
        co_return plain_error(404, "no practice with this ODS code is simulated here");
    if (control) {
        request.target.erase(0, 1 + ods.size());
        co_return found->second->control(request);
    }
    if (request.client_certificate_subject.empty())
        co_return plain_error(
            403, "the simulated suppliers ask for a client certificate: see client.pem beside sandbox.json");
    auto response = co_await supplier(*found->second, std::move(request));
    co_return response;
}

Awaitable<Response> SandboxSimulators::supplier(SimulatorHost& host, Request request)
{
    auto reply = host.handle(request);
    if (reply.delay.count() > 0)
        co_await adapters::pause(reply.delay);
    if (reply.hang) {
        co_await adapters::pause(std::chrono::minutes(10));
        reply.response.delivery = Response::Delivery::drop;
    }
    co_return std::move(reply.response);
}

Response SandboxSimulators::refuse(const fhir::Error& error)
{
    return plain_error(400, error.sentence());
}

} // namespace gateway::cli
