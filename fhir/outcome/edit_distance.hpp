// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace fhir
{

/// How many letters must be put in, taken out or changed to turn one word into the other (Levenshtein);
/// capitals count as small letters. For "Did you mean …?". Callers limit the length: it takes a x b steps.
std::size_t edit_distance(std::string_view a, std::string_view b);

} // namespace fhir
