// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/identity/identity_settings.hpp"
#include "gateway/identity/jwt.hpp"

#include <string>
#include <vector>

namespace gateway::identity
{

/// Makes this gateway's own access tokens: ES256 JWTs (RFC 9068), one audience, no personal data.
class TokenIssuer
{
public:
    TokenIssuer(PrivateKey key, std::string issuer, std::string audience, const adapters::Clock& clock,
                adapters::Random& random);

    /// `certificate`: raw SHA-256 of the client certificate to bind the token to (RFC 8705), empty for none.
    std::string issue(const Client& client, const std::vector<Scope>& scopes, std::chrono::seconds lifetime,
                      const std::string& certificate) const;

    const PublicKey& public_key() const { return key_.public_key(); }
    const std::string& issuer() const { return issuer_; }
    const std::string& audience() const { return audience_; }

private:
    PrivateKey key_;
    std::string issuer_, audience_;
    const adapters::Clock& clock_;
    adapters::Random& random_;
};

} // namespace gateway::identity
