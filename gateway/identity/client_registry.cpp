// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/client_registry.hpp"

#include "gateway/identity/crypto.hpp"

namespace gateway::identity
{
namespace
{

fhir::Result<std::unique_ptr<KeySource>> key_source(const std::string& file, const std::string& url,
                                                    const adapters::Clock& clock, const FetchText& fetch)
{
    if (!url.empty())
        return std::make_unique<KeySource>(url, clock, fetch);
    if (file.empty())
        return nullptr;
    const auto text = read_text_file(file, false);
    if (!text)
        return std::unexpected(text.error());
    auto keys = parse_key_set(*text, file);
    if (!keys)
        return std::unexpected(keys.error());
    return std::make_unique<KeySource>(std::move(*keys));
}

std::unexpected<fhir::Error> refuse(std::string sentence)
{
    return fhir::fail(fhir::ErrorKind::internal, std::move(sentence));
}

} // namespace

fhir::Result<ClientRegistry> ClientRegistry::make(const IdentitySettings& settings,
                                                  const adapters::Clock& clock, const FetchText& fetch)
{
    ClientRegistry registry;
    for (const Client& client : settings.clients) {
        auto keys = key_source(client.jwks_file, client.jwks_url, clock, fetch);
        if (!keys)
            return refuse("Client `" + client.client_id + "`: " + keys.error().sentence());
        auto certificate = from_hex(client.certificate_sha256);
        if (!certificate || (!certificate->empty() && certificate->size() != 32))
            return refuse("Client `" + client.client_id +
                          "`: certificate_sha256 must be 64 hexadecimal digits.");
        RegisteredClient entry{client, std::move(*certificate), std::move(*keys)};
        if (!registry.clients_.emplace(client.client_id, std::move(entry)).second)
            return refuse("Client `" + client.client_id + "` is registered twice.");
    }
    for (const ExternalIssuer& issuer : settings.issuers) {
        auto keys = key_source(issuer.jwks_file, issuer.jwks_url, clock, fetch);
        if (!keys)
            return refuse("Issuer `" + issuer.issuer + "`: " + keys.error().sentence());
        if (!*keys || issuer.issuer == settings.issuer)
            return refuse("Issuer `" + issuer.issuer +
                          "` needs keys, and a name other than this gateway's own issuer.");
        registry.issuers_.emplace(issuer.issuer, RegisteredIssuer{issuer, std::move(*keys)});
    }
    return registry;
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
