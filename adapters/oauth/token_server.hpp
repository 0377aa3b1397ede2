// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/oauth/assertion.hpp"
#include "fhir/rest/message.hpp"

#include <map>
#include <set>
#include <string>

namespace adapters::oauth
{

/// The one client that a simulated authorization server knows.
struct KnownClient
{
    std::string id;
    std::string secret;     ///< unused where it signs
    std::string public_key; ///< PEM; empty: it shows its secret
    std::string key_id;
    Signing signing = Signing::smart;
    std::string scope; ///< what it must ask for; empty: nothing
};

/// The far side of `Tokens`, for simulators.
class TokenServer
{
public:
    enum class Bearer
    {
        good,
        missing,
        stale
    };

    TokenServer(KnownClient client, std::string url) : client_(std::move(client)), url_(std::move(url)) {}

    /// The token endpoint: OAuth2's own JSON, whatever the outcome.
    fhir::rest::Response grant(const fhir::rest::Request& request, const Clock& clock, Random& random);
    Bearer check(const fhir::rest::Request& request, fhir::Instant now) const;
    void forget_all() { tokens_.clear(); }

private:
    bool is_client(const fhir::rest::Request& request,
                   const std::vector<std::pair<std::string, std::string>>& form, fhir::Instant now);
    bool is_good_assertion(std::string_view assertion, fhir::Instant now);

    KnownClient client_;
    std::string url_;
    std::map<std::string, fhir::Instant> tokens_; ///< until when
    std::set<std::string> assertions_;            ///< ids of those that have been used
};

} // namespace adapters::oauth
