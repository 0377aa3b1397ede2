// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "gateway/observability/log.hpp"

#include <span>
#include <string>
#include <string_view>

namespace gateway::observability
{

/// Longest text value of a field; longer ones are cut and end in `…`.
inline constexpr std::size_t max_field_bytes = 2048;

std::string_view to_text(Level level);

/// One JSON object without line breaks. Whatever the values hold (control characters, quotes, bytes that are
/// not UTF-8, infinities), the line stays one valid JSON object: bad bytes become U+FFFD, numbers JSON cannot
/// hold become null.
std::string json_line(fhir::Instant at, Level level, std::string_view event, std::span<const Field> fields);

} // namespace gateway::observability
