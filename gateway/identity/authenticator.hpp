// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/client_registry.hpp"
#include "gateway/identity/token_cache.hpp"
#include "gateway/identity/token_issuer.hpp"

namespace gateway::identity
{

/// Turns a bearer token into a caller. A token issued here is checked with our own key, any other with the
/// keys of the issuer it names, if that one is registered; the client must be registered here in both cases.
class Authenticator
{
public:
    Authenticator(const CurrentRegistry& registry, const TokenIssuer& own, const adapters::Clock& clock,
                  std::chrono::seconds leeway, std::size_t max_cached_tokens);

    fhir::Result<Caller> authenticate(const fhir::rest::Request& request);

private:
    fhir::Result<std::shared_ptr<const VerifiedCaller>> verify(std::string_view token,
                                                               const ClientRegistry& registry) const;
    fhir::Result<VerifiedJwt> check_signature(const UnverifiedJwt& token,
                                              const ClientRegistry& registry) const;
    fhir::Result<std::shared_ptr<const VerifiedCaller>>
    caller_of(const VerifiedJwt& token, fhir::Instant expires, const ClientRegistry& registry) const;

    const CurrentRegistry& registry_;
    const TokenIssuer& own_;
    const adapters::Clock& clock_;
    const std::chrono::seconds leeway_;
    TokenCache cache_;
};

} // namespace gateway::identity
