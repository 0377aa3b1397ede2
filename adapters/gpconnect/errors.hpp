// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/interaction.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::gpconnect
{

/// What an answer that is not a success means: the provider's OperationOutcome (GP Connect 1.2.7), the Spine
/// Secure Proxy's, or no FHIR at all. A write whose effect is unknown becomes `outcome_unknown` with
/// `effect_possible()`: GP Connect has no idempotency key, so it must be looked up, never sent again.
fhir::Error error_of(const fhir::rest::Response& response, Interaction interaction);
/// The same for a call that never came back.
fhir::Error error_of(fhir::Error transport, Interaction interaction);
/// A success whose body cannot be read.
fhir::Error unreadable(Interaction interaction, std::string what);

} // namespace adapters::gpconnect
