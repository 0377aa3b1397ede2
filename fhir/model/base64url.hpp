// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fhir
{

/// RFC 4648 section 5 without padding, as in JSON Web Tokens.
std::string base64url_encode(std::string_view bytes);
/// Canonical only: no padding, no blanks, no left-over bits. Two texts never decode to the same bytes.
std::optional<std::string> base64url_decode(std::string_view text);

} // namespace fhir
