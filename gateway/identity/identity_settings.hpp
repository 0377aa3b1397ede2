// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "gateway/identity/caller.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gateway::identity
{

/// A consumer's system as registered with this gateway: who it is, what it may ask for, and which keys prove
/// it.
struct Client
{
    std::string client_id;
    fhir::OdsCode ods;
    std::string name;
    std::string organisation_type; ///< GP Connect organisation type code, empty when none
    std::string organisation_phone;
    std::vector<Scope> scopes; ///< the most its tokens can hold
    /// Where its public keys are: one of these, or none for a client known only to an external issuer.
    std::string jwks_file;
    std::string jwks_url;
    /// SHA-256 of the client certificate (hex) that its token requests and calls must come with; empty: any
    /// or none.
    std::string certificate_sha256;
    /// May book against a rule of sharing where it says why; never without an agreement.
    bool may_override = false;
    /// Hosts, with a port where it is not 443, to which its notifications may be sent; `localhost:*`: at any
    /// port of this machine; empty: none.
    std::vector<std::string> notify_hosts = {};
    bool notify_full_resource = false; ///< whole resources may be sent there, not ids alone
};

/// Somebody else's token service whose access tokens are accepted for registered clients.
struct ExternalIssuer
{
    std::string issuer;   ///< exact `iss`
    std::string audience; ///< must be in `aud`
    std::string jwks_file;
    std::string jwks_url;
};

struct IdentitySettings
{
    std::string base_url;  ///< of the FHIR API, as clients see it: the audience of access tokens
    std::string token_url; ///< audience of client assertions
    std::string jwks_url;
    std::string issuer;
    std::string token_signing_key_file; ///< PEM, EC P-256
    std::chrono::seconds token_lifetime{300};
    std::chrono::seconds leeway{60};
    std::string key_fetch_ca_file; ///< CA bundle for jwks_url; empty: system store
    std::vector<Client> clients;
    std::vector<ExternalIssuer> issuers;
    std::size_t max_cached_tokens = 20000;
};

} // namespace gateway::identity
