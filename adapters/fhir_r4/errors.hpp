// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/interaction.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::fhir_r4
{

/// What an answer that is not a success means, by status and issue type (FHIR R4, RESTful API). A write whose
/// effect is unknown becomes `outcome_unknown` with `effect_possible()`: it must be looked up.
fhir::Error error_of(const fhir::rest::Response& response, Interaction interaction);
/// The same for a call that never came back.
fhir::Error error_of(fhir::Error transport, Interaction interaction);
/// A success whose body cannot be read, or is not about what was asked for.
fhir::Error unreadable(Interaction interaction, std::string what);

} // namespace adapters::fhir_r4
