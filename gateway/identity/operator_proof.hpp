// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/identity/keys.hpp"

#include <string>

namespace gateway::identity
{

/// What the management listener asks of whoever wants to change something there: proof that they may read the
/// gateway's own signing key, which only its operators can. Good for a minute, for that listener only, and
/// never an access token.
std::string sign_operator_proof(const PrivateKey& key, const std::string& issuer, const std::string& name,
                                const adapters::Clock& clock, adapters::Random& random);

/// The operator's name in `Authorization: Bearer …`. `login_required`, `token_invalid`, `token_expired`.
class OperatorCheck
{
public:
    OperatorCheck(PublicKey key, std::string issuer, const adapters::Clock& clock);
    fhir::Result<std::string> operator_of(const fhir::rest::Request& request) const;

private:
    PublicKey key_;
    std::string issuer_;
    const adapters::Clock& clock_;
};

} // namespace gateway::identity
