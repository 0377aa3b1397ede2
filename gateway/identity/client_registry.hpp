// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/identity_settings.hpp"
#include "gateway/identity/key_source.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace gateway::identity
{

struct RegisteredClient
{
    Client facts;
    std::string certificate;         ///< raw SHA-256 its calls must come with; empty: any or none
    std::shared_ptr<KeySource> keys; ///< null for a client known only to an external issuer
};

struct RegisteredIssuer
{
    ExternalIssuer facts;
    std::shared_ptr<KeySource> keys;
};

/// Makes the keys of one party from its file or its URL; null when it has neither.
using KeySourceMaker =
    std::function<fhir::Result<std::shared_ptr<KeySource>>(const std::string& file, const std::string& url)>;

/// Every client and external issuer of the settings, by name. Immutable but for the key sets inside.
class ClientRegistry
{
public:
    /// Reads the key files. Errors name the client and the file. Key sets that `previous` fetched from a URL
    /// are taken over, so that nobody has to wait until they are fetched again.
    static fhir::Result<std::shared_ptr<const ClientRegistry>> make(const IdentitySettings& settings,
                                                                    const adapters::Clock& clock,
                                                                    const FetchText& fetch,
                                                                    const ClientRegistry* previous = nullptr);

    /// nullptr when unknown.
    const RegisteredClient* client(std::string_view id) const;
    const RegisteredIssuer* issuer(std::string_view name) const;
    Awaitable<bool> refresh_keys() const;
    /// Every registry has another one: what was verified with an older one must be verified again.
    std::uint64_t revision() const { return revision_; }

private:
    ClientRegistry();
    fhir::Result<void> add(const Client& client, const KeySourceMaker& keys_of);
    fhir::Result<void> add(const ExternalIssuer& issuer, const std::string& own_issuer,
                           const KeySourceMaker& keys_of);

    std::uint64_t revision_;
    std::map<std::string, std::shared_ptr<KeySource>, std::less<>> fetched_; ///< by URL
    std::map<std::string, RegisteredClient, std::less<>> clients_;
    std::map<std::string, RegisteredIssuer, std::less<>> issuers_;
};

/// The registry in force. Every request takes a snapshot and keeps to it; a new registry holds for the next
/// request on any connection. Thread-safe.
class CurrentRegistry
{
public:
    explicit CurrentRegistry(std::shared_ptr<const ClientRegistry> first) : registry_(std::move(first)) {}

    std::shared_ptr<const ClientRegistry> snapshot() const
    {
        const std::lock_guard lock(mutex_);
        return registry_;
    }
    void replace(std::shared_ptr<const ClientRegistry> next)
    {
        const std::lock_guard lock(mutex_);
        registry_.swap(next); // what it held goes outside the lock
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ClientRegistry> registry_;
};

} // namespace gateway::identity
