// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/simulation/host.hpp"
#include "gateway/cli/sandbox_gpconnect.hpp"
#include "gateway/cli/sandbox_world.hpp"
#include "gateway/http/server.hpp"

#include <map>
#include <memory>
#include <string>

namespace gateway::cli
{

/// Every practice's simulator on one TLS listener: `/<ODS>/…` is the supplier's own interface,
/// `/control/<ODS>/…` the switches. It runs on threads of its own, so that the gateway's work can be told
/// from the suppliers'.
class SandboxSimulators : public http::Handler
{
public:
    SandboxSimulators(const SandboxWorld& world, const SandboxGpConnect& gpconnect,
                      const adapters::Clock& clock, adapters::Random& random);
    ~SandboxSimulators() override;

    fhir::Result<std::uint16_t> listen(http::TlsSettings tls);
    void stop();

    adapters::simulation::SimulatorHost& host(const std::string& ods) { return *hosts_.at(ods); }

    Awaitable<fhir::rest::Response> handle(fhir::rest::Request request) override;
    fhir::rest::Response refuse(const fhir::Error& error) override;

private:
    Awaitable<fhir::rest::Response> supplier(adapters::simulation::SimulatorHost& host,
                                             fhir::rest::Request request);

    std::map<std::string, std::unique_ptr<adapters::simulation::SimulatorHost>, std::less<>> hosts_;
    http::ListenerStats stats_;
    http::Server server_;
};

} // namespace gateway::cli
