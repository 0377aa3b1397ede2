// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/identity_settings.hpp"
#include "gateway/identity/key_source.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::identity
{

struct RegisteredClient
{
    Client facts;
    std::string certificate;         ///< raw SHA-256 its calls must come with; empty: any or none
    std::unique_ptr<KeySource> keys; ///< null for a client known only to an external issuer
};

struct RegisteredIssuer
{
    ExternalIssuer facts;
    std::unique_ptr<KeySource> keys;
};

/// Every client and external issuer of the settings, by name. Immutable but for the key sets inside.
class ClientRegistry
{
public:
    /// Reads the key files. Errors name the client and the file.
    static fhir::Result<ClientRegistry> make(const IdentitySettings& settings, const adapters::Clock& clock,
                                             const FetchText& fetch);

    /// nullptr when unknown.
    const RegisteredClient* client(std::string_view id) const;
    const RegisteredIssuer* issuer(std::string_view name) const;
    Awaitable<bool> refresh_keys() const;

private:
    std::map<std::string, RegisteredClient, std::less<>> clients_;
    std::map<std::string, RegisteredIssuer, std::less<>> issuers_;
};

} // namespace gateway::identity
