// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/values.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace fhir::search
{

/// A status comes from a closed set of codes: another word is a slip of the asker, and an empty answer would
/// hide it. `value_invalid` at `http.<parameter>` with the codes there are.
Result<void> check_codes(const std::vector<std::vector<TokenValue>>& values,
                         std::span<const std::string_view> known, std::string_view parameter);

} // namespace fhir::search
