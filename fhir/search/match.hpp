// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"
#include "fhir/model/slot.hpp"
#include "fhir/search/directory_query.hpp"

#include <functional>
#include <string_view>
#include <vector>

/// How one criterion meets the elements it looks at: any of its values, in any of the element's repetitions.
namespace fhir::search
{

using TokenTest = std::function<bool(const TokenValue&)>;

/// Any value must fit; `:not` values must all fail.
bool any_token(const std::vector<TokenValue>& values, const TokenTest& fits);

bool fits(const TokenValue& value, const CodeableConcept& concept_);
bool fits(const TokenValue& value, const std::vector<CodeableConcept>& concepts);
bool fits(const TokenValue& value, const std::vector<Identifier>& identifiers);
/// A boolean or a code of a required binding, which has no system on the wire.
bool fits_code(const TokenValue& value, std::string_view code);

bool fits(const ReferenceValue& value, const Reference& reference, const IdentifiersOf& identifiers_of);

std::string_view code_of(Gender gender);
std::string_view code_of(SlotStatus status);

} // namespace fhir::search
