// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/token_issuer.hpp"

#include "gateway/identity/crypto.hpp"

namespace gateway::identity
{

using fhir::codec::JsonValue;

TokenIssuer::TokenIssuer(PrivateKey key, std::string issuer, std::string audience,
                         const adapters::Clock& clock, adapters::Random& random)
    : key_(std::move(key)), issuer_(std::move(issuer)), audience_(std::move(audience)), clock_(clock),
      random_(random)
{}

std::string TokenIssuer::issue(const Client& client, const std::vector<Scope>& scopes,
                               std::chrono::seconds lifetime, const std::string& certificate) const
{
    const fhir::Instant now = clock_.now();
    JsonValue claims = JsonValue::object({{"iss", issuer_},
                                          {"sub", client.client_id},
                                          {"client_id", client.client_id},
                                          {"aud", audience_},
                                          {"iat", to_numeric_date(now)},
                                          {"exp", to_numeric_date(now + lifetime)},
                                          {"jti", adapters::new_uuid(clock_, random_)},
                                          {"scope", to_text(scopes)}});
    if (!certificate.empty())
        claims.set("cnf", JsonValue::object({{"x5t#S256", base64url_encode(certificate)}}));
    return sign_jwt(key_, "at+jwt", claims);
}

} // namespace gateway::identity
