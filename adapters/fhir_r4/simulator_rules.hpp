// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/simulator_state.hpp"

#include <optional>

/// What the simulated server does with a request that has been let in. Each refuses what it does not know.
namespace adapters::fhir_r4::server
{

/// A resource, a page of a search, or nothing.
struct Answer
{
    unsigned status = 200;
    JsonValue body;
    std::string created; ///< `Appointment/ap-1/_history/1`
    std::string text;    ///< instead of `body`, when already written
};
using Answered = std::expected<Answer, Refusal>;

JsonValue capability_statement(const State& state);
/// Whether the statement lists that interaction of that type.
bool offers(const State& state, std::string_view type, std::string_view interaction);

Answered search(State& state, std::string_view type, const Parameters& parameters, fhir::Instant now);
Answered next_page(State& state, const std::string& page, fhir::Instant now);
Answered read(State& state, std::string_view type, std::string_view id);

Answered create_appointment(State& state, const JsonValue& body, std::string_view if_none_exist,
                            fhir::Instant now);
/// Whoever is described well enough is taken on.
Answered create_patient(State& state, const JsonValue& body);
Answered update_appointment(State& state, const std::string& id, const JsonValue& body,
                            std::string_view if_match);
Answered patch_appointment(State& state, const std::string& id, const JsonValue& patch,
                           std::string_view if_match);

inline constexpr std::string_view client_id = "apptgw";
inline constexpr std::string_view client_secret = "hazel-wicket-plover-29";
inline constexpr std::string_view key_id = "apptgw-1";
inline constexpr std::string_view scope =
    "system/Slot.rs system/Schedule.rs system/Appointment.crus system/Patient.crs";

} // namespace adapters::fhir_r4::server
