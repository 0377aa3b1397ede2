// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/host.hpp"
#include "adapters/upstream/upstream.hpp"

namespace adapters::simulation
{

/// Hands calls to a simulator in memory, with the same errors a real connection would give for each fault.
class SimulatedUpstream : public upstream::Upstream
{
public:
    /// `base_path` is put before every target, as an endpoint's base URL would be: `/pfs/`.
    SimulatedUpstream(SimulatorHost& host, std::string base_path);
    Awaitable<fhir::Result<fhir::rest::Response>> send(upstream::Call call) override;

private:
    SimulatorHost& host_;
    std::string base_path_;
};

} // namespace adapters::simulation
