// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/simulator_state.hpp"
#include "fhir/rest/message.hpp"

#include <expected>
#include <optional>

/// What the provider simulator checks and does, one function per interaction. GP Connect 1.2.7; where
/// specification and test suite differ, the suite.
namespace adapters::gpconnect::provider
{

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Answer
{
    unsigned status = 200;
    JsonValue body;
    std::string created = {}; ///< path of a new resource with its version, for `Location`
    std::string text = {};    ///< instead of `body`, when already written
};
using Answered = std::expected<Answer, Refusal>;
using Refused = std::optional<Refusal>;

/// Restriction of a session and what a consumer says it is: the filter table.
bool passes_filter(const State& state, const simulation::SeedSession& session, const std::string& ods,
                   const std::string& type);

Answered search_slots(const State& state, const Parameters& parameters);
Answered create_appointment(State& state, const JsonValue& body, fhir::Instant now);
Answered change_appointment(State& state, const std::string& id, const JsonValue& body,
                            std::string_view if_match, bool cancel, fhir::Instant now);
Answered read_appointment(const State& state, const std::string& id, fhir::Instant now);
Answered list_appointments(const State& state, const std::string& patient, const Parameters& parameters,
                           fhir::Instant now);

Answered search_patient(const State& state, const Parameters& parameters);
Answered read_patient(const State& state, const std::string& id);
Answered register_patient(State& state, const JsonValue& body);
Answered search_practitioner(const State& state, const Parameters& parameters);
Answered read_practitioner(const State& state, const std::string& id);
Answered search_organization(const State& state, const Parameters& parameters);
Answered read_organization(const State& state, const std::string& id);
Answered read_location(const State& state, const std::string& id);
Answered read_metadata(const State& state);

JsonValue searchset(std::vector<JsonValue> resources);
/// What POST and PUT of an Appointment have in common: type, elements, references, text lengths.
Refused wrong_appointment(const JsonValue& body);
/// Stores the texts as this practice's system holds them.
void set_text(const State& state, Booking& booking, std::string description, std::string comment);
/// Values of all parameters of that name.
std::vector<std::string> values_of(const Parameters& parameters, std::string_view name);

} // namespace adapters::gpconnect::provider
