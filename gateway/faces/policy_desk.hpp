// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/policy/administration.hpp"
#include "gateway/slot_types/seen_types.hpp"

#include <functional>
#include <string>

namespace gateway::faces
{

/// Administration of policy on the management listener: `/policy/agreements`, `/policy/areas` and
/// `/policy/valves`, each with one entry below it by its name and that entry's `/_history`, and
/// `/policy/practices` and `/policy/slot-types`. Reading needs nothing; PUT and DELETE need an operator's
/// proof, `X-Change-Reason` (percent-encoded UTF-8) and the version that is changed: `If-Match`, or
/// `If-None-Match: *` for a new one. Bodies are the tables of the practices file as JSON. Errors are
/// OperationOutcomes.
struct PolicyDesk
{
    policy::Administration* administration = nullptr; ///< nothing is served without one
    std::function<fhir::Result<std::string>(const fhir::rest::Request&)> operator_of;
    const adapters::Clock& clock;
    std::string code_system;                           ///< of the details of errors
    const slot_types::SeenTypes* slot_types = nullptr; ///< none are known without
};

bool is_for_policy_desk(std::string_view path);
Awaitable<fhir::rest::Response> at_policy_desk(const PolicyDesk& desk, fhir::rest::Request request);

} // namespace gateway::faces
