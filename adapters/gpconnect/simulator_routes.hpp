// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/interaction.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"

/// Which interactions a path and verb can mean, and the checks of headers and formats before any of them
/// runs.
namespace adapters::gpconnect::provider
{

struct Route
{
    std::vector<Interaction>
        interactions; ///< what the verb and path can mean; empty for a verb that is not supported
    std::string id;
};

/// `path` is relative to the service root: `Appointment/ap-1`.
std::expected<Route, Refusal> route_of(std::string_view method, std::string_view path);
/// Spine headers and interaction id.
std::expected<Interaction, Refusal> interaction_of(const fhir::rest::Headers& headers, const Route& route,
                                                   const std::string& asid);
/// Content-Type, `_format` and Accept: JSON only.
Refused wrong_format(const fhir::rest::Request& request, const Parameters& parameters);

} // namespace adapters::gpconnect::provider
