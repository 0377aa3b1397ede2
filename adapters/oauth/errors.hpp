// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

namespace adapters::oauth
{

/// What an authorization server's refusal means (RFC 6749): nothing was done at the practice.
fhir::Error token_error(const fhir::rest::Response& response);

} // namespace adapters::oauth
