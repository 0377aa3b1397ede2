// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/cli/sandbox_files.hpp"
#include "gateway/cli/sandbox_gpconnect.hpp"

#include <string>

namespace gateway::cli
{

struct GpConnectPlaces
{
    std::string origin;       ///< of the GP Connect listener
    std::string control_base; ///< of the simulators
    std::string r4_token;     ///< of the first consumer on the FHIR R4 face
};

/// What `gpconnect` of sandbox.json says: practices, people with their states, who may call and with what.
fhir::codec::JsonValue gpconnect_facts(const SandboxGpConnect& world, const SandboxFiles& files,
                                       const GpConnectPlaces& places);

/// A shell script that prints a token of the first consumer for a scope.
std::string gpconnect_token_script(const SandboxGpConnect& world);

/// How to call the face with curl.
std::string gpconnect_banner(const SandboxGpConnect& world, const SandboxFiles& files,
                             const std::string& origin);

} // namespace gateway::cli
