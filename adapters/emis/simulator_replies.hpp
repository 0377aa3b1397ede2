// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/simulator_state.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/rest/message.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The simulated practice's answers as bytes (EMIS PFS, messages and errors).
namespace adapters::emis
{

fhir::rest::Response json_reply(unsigned status, const fhir::codec::JsonValue& body);
fhir::rest::Response text_reply(unsigned status, std::string_view text);
fhir::rest::Response no_content_reply();

/// What the practice refuses, in both generations of its errors.
struct SimRefusal
{
    unsigned status;
    std::int64_t code;            ///< absolute; 0 for none
    std::string_view legacy_text; ///< empty when the older generation has no words for it: then it answers as
                                  ///< the newer one does
};
fhir::rest::Response refusal_reply(const SimState& state, const SimRefusal& refusal,
                                   std::string_view method_name);
/// The `{Message, ModelState}` shape.
fhir::rest::Response invalid_reply(std::string_view field);
/// HTTP 500 whatever the generation, as both have it.
fhir::rest::Response exception_reply(const SimState& state, std::int64_t code, std::string_view text,
                                     std::string_view method_name);
fhir::rest::Response service_off_reply(const SimState& state);

fhir::codec::JsonValue session_json(const SimState& state, const std::string& session_id,
                                    const SimSession& session);
fhir::codec::JsonValue settings_json(const SimState& state);
fhir::codec::JsonValue patient_settings_json(const SimState& state, const std::string& nhs_number);
fhir::codec::JsonValue demographics_json(const simulation::SeedPatient& patient);
/// Locations, SessionHolders and Sessions of the sessions that have these indices.
fhir::codec::JsonValue metadata_json(const SimState& state, const std::vector<std::size_t>& sessions);
fhir::codec::JsonValue slots_json(const SimState& state, const std::vector<const SimSlot*>& slots);
fhir::codec::JsonValue appointments_json(const SimState& state, const std::vector<const SimSlot*>& slots);

} // namespace adapters::emis
