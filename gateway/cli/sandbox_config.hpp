// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/sandbox_files.hpp"
#include "gateway/cli/sandbox_simulators.hpp"
#include "gateway/cli/sandbox_world.hpp"

#include <cstdint>
#include <string>

namespace gateway::cli
{

/// Where the sandbox's parts listen, and how its gateway runs.
struct SandboxPorts
{
    std::uint16_t fhir = 0;
    std::uint16_t management = 0;
    std::uint16_t suppliers = 0;
    std::uint16_t gpconnect = 0;
    unsigned threads = 0;
    std::string log_level = "warning";
};

/// Writes apptgw.toml and practices.toml, as an operator would have, and the secrets they name: the sandbox's
/// gateway reads them like any other, and `apptgw serve` can stand in for it.
fhir::Result<void> write_sandbox_config(const SandboxFiles& files, const SandboxWorld& world,
                                        const SandboxGpConnect& gpconnect, SandboxSimulators& simulators,
                                        const SandboxPorts& ports);

} // namespace gateway::cli
