// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/interaction.hpp"
#include "adapters/bars/wire.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::bars
{

/// What an answer that is not a success means, by status, issue type and code (BaRS Core, error handling). A
/// write whose effect is unknown becomes `outcome_unknown` with `effect_possible()`: it must be looked up.
fhir::Error error_of(const fhir::rest::Response& response, Interaction interaction);
/// The same for a call that never came back.
fhir::Error error_of(fhir::Error transport, Interaction interaction);
/// A success whose body cannot be read, or is not about what was asked for.
fhir::Error unreadable(Interaction interaction, std::string what);

/// `not_supported_by_practice` in words of its own.
fhir::Error cannot(std::string sentence);

/// 409 `duplicate`: this very message was processed before, and successfully (BaRS Core, transaction
/// integrity).
bool is_duplicate(const fhir::rest::Response& response);

/// What a sender may do about a message that was refused.
enum class Again
{
    no,
    busy, ///< nothing was begun
    open  ///< it is at work, or may be done already
};
Again may_repeat(const fhir::rest::Response& response);

} // namespace adapters::bars
