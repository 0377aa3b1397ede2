// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/simulator_state.hpp"

/// What the simulated receiver does with a request that has been let in.
namespace adapters::bars::receiver
{

using Parameters = std::vector<std::pair<std::string, std::string>>;
/// The body of a 200.
using Answered = std::expected<std::string, Refusal>;

/// Who sends, as the headers tell.
struct Caller
{
    std::string service;      ///< of the target header
    std::string organisation; ///< ODS code
};

JsonValue capability_statement(const State& state);
Answered find_definitions(const State& state, const Parameters& parameters);

Answered find_slots(const State& state, const Parameters& parameters, const Caller& caller,
                    fhir::Instant now);
Answered find_appointments(const State& state, const Parameters& parameters, const Caller& caller,
                           fhir::Instant now);
Answered read_appointment(const State& state, const std::string& id, const Caller& caller);

/// Bundle, header, cardinalities and references of a message (BaRS Core, receiver's order of checks).
Checked check_message(const State& state, const JsonValue& bundle, const Caller& caller);
/// A message that has passed: books or cancels.
Answered process(State& state, JsonValue bundle, const Caller& caller, fhir::Instant now);

} // namespace adapters::bars::receiver
