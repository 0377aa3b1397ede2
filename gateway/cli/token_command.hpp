// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"

#include <string>

namespace gateway::cli
{

struct TokenOptions
{
    std::string client_id;
    std::string key_file;
    std::string token_url; ///< `https://HOST/oauth2/token`
    std::string scope;
    std::string ca_file; ///< PEM of who signed the gateway's certificate; empty: system store
};

/// A client assertion (RFC 7523) valid for four minutes and one use.
fhir::Result<std::string> make_assertion(const TokenOptions& options, const adapters::Clock& clock,
                                         adapters::Random& random);

/// An access token from the token endpoint, as a client of the gateway gets it (SMART Backend Services).
/// Blocks for at most ten seconds. The error says what the endpoint refused, or why it cannot be reached.
fhir::Result<std::string> fetch_token(const TokenOptions& options, const adapters::Clock& clock,
                                      adapters::Random& random);

} // namespace gateway::cli
