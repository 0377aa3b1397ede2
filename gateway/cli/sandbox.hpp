// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace gateway::cli
{

struct SandboxOptions
{
    std::string dir =
        "sandbox"; ///< made when missing; holds certificates, keys, configuration, database, sandbox.json
    std::uint16_t port = 8443; ///< FHIR listener; management is the next port; 0: any free ports
    std::uint64_t seed = 1;
    std::optional<fhir::Date>
        date; ///< first day of the synthetic books and "today" of every simulator; default: today
    std::size_t practices = 21;        ///< another number is for measurements
    bool demo = false;                 ///< search and book once, printed as a table, before serving
    bool once = false;                 ///< end after the demo instead of serving
    unsigned threads = 0;              ///< gateway worker threads; 0: one per core
    std::string log_level = "warning"; ///< of the gateway: debug, info, warning or error
};

/// Gateway and simulators on loopback TLS in one process, until SIGINT or SIGTERM. Returns the process's exit
/// code.
int run_sandbox(const SandboxOptions& options);

} // namespace gateway::cli
