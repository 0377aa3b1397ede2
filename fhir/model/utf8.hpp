// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace fhir
{

/// Whether the bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
/// Length of the longest well-formed part at the front.
std::size_t utf8_prefix(std::string_view text);
/// Unicode code points of valid UTF-8: what "at most n characters" of a supplier counts.
std::size_t code_points(std::string_view text);
/// The first `limit` code points of valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t limit);

} // namespace fhir
