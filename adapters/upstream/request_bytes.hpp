// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/base_url.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::upstream
{

/// The request as it goes over the wire, head and body in one piece. Error (kind `internal`): a method,
/// target or header that would break out of its place.
fhir::Result<std::string> to_bytes(const fhir::rest::Request& request, const BaseUrl& base);

} // namespace adapters::upstream
