// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/client_registry.hpp"

#include "gateway/identity/crypto.hpp"

#include <atomic>

namespace gateway::identity
{
namespace
{

fhir::Result<std::shared_ptr<KeySource>> from_file(const std::string& file)
{
    const auto text = read_text_file(file, false);
    if (!text)
        return std::unexpected(text.error());
    auto keys = parse_key_set(*text, file);
    if (!keys)
        return std::unexpected(keys.error());
    return std::make_shared<KeySource>(std::move(*keys));
}

std::unexpected<fhir::Error> refuse(std::string sentence)
{
    return fhir::fail(fhir::ErrorKind::internal, std::move(sentence));
}

} // namespace

ClientRegistry::ClientRegistry()
{
    static std::atomic<std::uint64_t> made{0};
    revision_ = ++made;
}

fhir::Result<std::shared_ptr<const ClientRegistry>> ClientRegistry::make(const IdentitySettings& settings,
                                                                         const adapters::Clock& clock,
                                                                         const FetchText& fetch,
                                                                         const ClientRegistry* previous)
{
    const std::shared_ptr<ClientRegistry> registry(new ClientRegistry());
    const KeySourceMaker keys_of = [&](const std::string& file,
                                       const std::string& url) -> fhir::Result<std::shared_ptr<KeySource>> {
        if (url.empty())
            return file.empty() ? nullptr : from_file(file);
        auto& source = registry->fetched_[url];
        if (!source && previous && previous->fetched_.contains(url))
            source = previous->fetched_.find(url)->second;
        if (!source)
            source = std::make_shared<KeySource>(url, clock, fetch);
        return source;
    };
    for (const Client& client : settings.clients)
        if (auto added = registry->add(client, keys_of); !added)
            return std::unexpected(added.error());
    for (const ExternalIssuer& issuer : settings.issuers)
        if (auto added = registry->add(issuer, settings.issuer, keys_of); !added)
            return std::unexpected(added.error());
    return registry;
}

fhir::Result<void> ClientRegistry::add(const Client& client, const KeySourceMaker& keys_of)
{
    auto keys = keys_of(client.jwks_file, client.jwks_url);
    if (!keys)
        return refuse("Client `" + client.client_id + "`: " + keys.error().sentence());
    auto certificate = from_hex(client.certificate_sha256);
    if (!certificate || (!certificate->empty() && certificate->size() != 32))
        return refuse("Client `" + client.client_id + "`: certificate_sha256 must be 64 hexadecimal digits.");
    RegisteredClient entry{client, std::move(*certificate), std::move(*keys)};
    if (!clients_.emplace(client.client_id, std::move(entry)).second)
        return refuse("Client `" + client.client_id + "` is registered twice.");
    return {};
}

fhir::Result<void> ClientRegistry::add(const ExternalIssuer& issuer, const std::string& own_issuer,
                                       const KeySourceMaker& keys_of)
{
    auto keys = keys_of(issuer.jwks_file, issuer.jwks_url);
    if (!keys)
        return refuse("Issuer `" + issuer.issuer + "`: " + keys.error().sentence());
    if (!*keys || issuer.issuer == own_issuer)
        return refuse("Issuer `" + issuer.issuer +
                      "` needs keys, and a name other than this gateway's own issuer.");
    issuers_.emplace(issuer.issuer, RegisteredIssuer{issuer, std::move(*keys)});
    return {};
}

const RegisteredClient* ClientRegistry::client(std::string_view id) const
{
    const auto found = clients_.find(id);
    return found == clients_.end() ? nullptr : &found->second;
}

const RegisteredIssuer* ClientRegistry::issuer(std::string_view name) const
{
    const auto found = issuers_.find(name);
    return found == issuers_.end() ? nullptr : &found->second;
}

Awaitable<bool> ClientRegistry::refresh_keys() const
{
    bool any = false;
    for (const auto& [name, issuer] : issuers_) {
        const bool fetched = co_await issuer.keys->refresh();
        any = any || fetched;
    }
    co_return any;
}

} // namespace gateway::identity
