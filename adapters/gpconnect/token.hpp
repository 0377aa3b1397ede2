// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

/// The unsigned JWT of GP Connect 1.2.7: provenance for the provider's audit, never proof of who calls (RFC
/// 7519 section 6).
namespace adapters::gpconnect
{

struct TokenFacts
{
    std::string issuer;   ///< URL of this gateway
    std::string audience; ///< the provider's service root
    std::string scope;    ///< `patient/*.read`
    fhir::Instant issued{};
};

/// A token good for five minutes. Without a named person the token says so ("unnamed-user"), it does not
/// invent one.
std::string build_token(const TokenFacts& facts, const Provenance& provenance);

/// Why a provider refuses a token.
struct TokenRefusal
{
    unsigned status = 400;   ///< 400 `BAD_REQUEST` or 422 `INVALID_RESOURCE`
    std::string_view code;   ///< Spine code
    std::string diagnostics; ///< names the claim
};

struct TokenContent
{
    std::string organisation_ods;
    std::string user_id;
};

/// The provider's check of an `Authorization` header, claim by claim.
std::expected<TokenContent, TokenRefusal> check_token(std::string_view authorization,
                                                      std::string_view required_scope, fhir::Instant now);

} // namespace adapters::gpconnect
