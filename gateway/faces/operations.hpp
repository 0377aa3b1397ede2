// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_definition.hpp"

#include <span>
#include <string>
#include <string_view>

/// The one table of FHIR operations: what their Parameters are checked against, what `/metadata` says of
/// them, and their OperationDefinition. Where an operation is served stands in the table of routes: each row
/// whose path ends in `/$name` has its row here.
namespace gateway::faces
{

struct Route;

struct OperationInput
{
    std::string_view name;
    /// FHIR type of the value, or of the resource: `Reference`, `Patient`. Others taken for the same follow:
    /// `Reference|Identifier|string`; the definition names the first.
    std::string_view type;
    unsigned min = 0;
    unsigned max = 1; ///< 0: any number
    std::string_view documentation = {};
};

struct Operation
{
    std::string_view type;      ///< resource type it belongs to
    std::string_view name;      ///< without the `$`
    std::string_view canonical; ///< whose definition it follows; empty: our own, served by the gateway
    std::string_view title;
    std::string_view description;
    std::string_view answer; ///< FHIR type of what it returns
    bool affects_state = true;
    std::span<const OperationInput> inputs;
};

std::span<const Operation> operations();
/// nullptr when the route is no operation, or none that is in the table.
const Operation* operation_of(const Route& route);

/// `appointment-reschedule`.
std::string definition_id(const Operation& operation);
/// Canonical URL of the definition.
std::string definition_url(const Operation& operation, std::string_view base_url);
fhir::OperationDefinition definition_of(const Operation& operation, std::string_view base_url);

} // namespace gateway::faces
