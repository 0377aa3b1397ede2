// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>

namespace gateway::http
{

/// The origin form of a request target, or why it is refused: RFC 3986 characters only (and a raw `|` in the
/// query, which FHIR token searches are written with), no fragment, no `%00` or other control character,
/// valid UTF-8 once decoded, no dot segments. An absolute form must name `host`.
fhir::Result<std::string> check_target(std::string_view target, std::string_view host);

/// Host name of a `Host` value in lower case, without port and brackets; empty when the value is not `host
/// [":" port]`.
std::string host_name(std::string_view host);

} // namespace gateway::http
