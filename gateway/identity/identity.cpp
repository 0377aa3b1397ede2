// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/identity.hpp"

#include "gateway/identity/authenticator.hpp"
#include "gateway/identity/scopes.hpp"
#include "gateway/identity/token_endpoint.hpp"

namespace gateway::identity
{
namespace
{

using fhir::codec::JsonValue;

/// Owns the parts and gives each the others it needs; none of them moves afterwards.
class SmartBackendIdentity : public Identity
{
public:
    SmartBackendIdentity(IdentitySettings settings, std::shared_ptr<const ClientRegistry> registry,
                         PrivateKey key, const adapters::Clock& clock, adapters::Random& random,
                         JtiStore remember_jti, FetchText fetch, LoginGuard* guard)
        : settings_(std::move(settings)), clock_(clock), fetch_(std::move(fetch)),
          registry_(std::move(registry)),
          issuer_(std::move(key), settings_.issuer, settings_.base_url, clock, random),
          authenticator_(registry_, issuer_, clock, settings_.leeway, settings_.max_cached_tokens),
          endpoint_(registry_, issuer_, settings_, clock, std::move(remember_jti), guard)
    {}

    fhir::Result<Caller> authenticate(const fhir::rest::Request& request) override
    {
        return authenticator_.authenticate(request);
    }
    Awaitable<fhir::rest::Response> token(fhir::rest::Request request) override
    {
        return endpoint_.handle(std::move(request));
    }
    Awaitable<bool> refresh_keys() override;
    fhir::Result<void> replace_parties(std::vector<Client> clients,
                                       std::vector<ExternalIssuer> issuers) override;
    fhir::Result<std::string> mint(std::string_view client_id, std::chrono::seconds lifetime) override;
    fhir::rest::Response smart_configuration() const override;
    fhir::rest::Response jwks() const override;

private:
    const IdentitySettings settings_; ///< its clients and issuers are those of the start
    const adapters::Clock& clock_;
    const FetchText fetch_;
    CurrentRegistry registry_;
    TokenIssuer issuer_;
    Authenticator authenticator_;
    TokenEndpoint endpoint_;
};

fhir::Result<std::string> SmartBackendIdentity::mint(std::string_view client_id,
                                                     std::chrono::seconds lifetime)
{
    const auto registry = registry_.snapshot();
    const RegisteredClient* client = registry->client(client_id);
    if (!client)
        return fhir::fail(fhir::ErrorKind::not_found, "No client of that name is registered.");
    return issuer_.issue(client->facts, of_systems(client->facts.scopes), lifetime, client->certificate);
}

Awaitable<bool> SmartBackendIdentity::refresh_keys()
{
    const auto registry = registry_.snapshot();
    const bool any = co_await registry->refresh_keys();
    co_return any;
}

fhir::Result<void> SmartBackendIdentity::replace_parties(std::vector<Client> clients,
                                                         std::vector<ExternalIssuer> issuers)
{
    IdentitySettings next = settings_;
    next.clients = std::move(clients);
    next.issuers = std::move(issuers);
    auto made = ClientRegistry::make(next, clock_, fetch_, registry_.snapshot().get());
    if (!made)
        return std::unexpected(made.error());
    registry_.replace(std::move(*made));
    return {};
}

/// May be kept for a short while: keys and addresses change rarely, and a new key is published before it
/// signs.
fhir::rest::Response public_json(const std::string& body)
{
    fhir::rest::Response response;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "public, max-age=300");
    response.body.append(body);
    return response;
}

JsonValue texts(std::initializer_list<const char*> items)
{
    JsonValue list = JsonValue::array();
    for (const char* item : items)
        list.items().emplace_back(item);
    return list;
}

fhir::rest::Response SmartBackendIdentity::smart_configuration() const
{
    return public_json(fhir::codec::to_json(JsonValue::object(
        {{"issuer", settings_.issuer},
         {"token_endpoint", settings_.token_url},
         {"jwks_uri", settings_.jwks_url},
         {"grant_types_supported", texts({"client_credentials"})},
         {"token_endpoint_auth_methods_supported", texts({"private_key_jwt"})},
         {"token_endpoint_auth_signing_alg_values_supported",
          texts({"RS384", "ES384", "RS256", "ES256", "RS512"})},
         {"scopes_supported",
          texts({"system/Slot.rs", "system/Schedule.rs", "system/HealthcareService.rs", "system/Location.rs",
                 "system/Practitioner.rs", "system/PractitionerRole.rs", "system/Organization.rs",
                 "system/Patient.rs", "system/Appointment.crus"})},
         {"capabilities", texts({"client-confidential-asymmetric", "permission-v1", "permission-v2"})}})));
}

fhir::rest::Response SmartBackendIdentity::jwks() const
{
    return public_json(to_key_set_json({issuer_.public_key()}));
}

} // namespace

Awaitable<bool> Identity::refresh_keys()
{
    co_return false;
}

fhir::Result<void> Identity::replace_parties(std::vector<Client>, std::vector<ExternalIssuer>)
{
    return fhir::fail(fhir::ErrorKind::not_implemented);
}

fhir::Result<std::string> Identity::mint(std::string_view, std::chrono::seconds)
{
    return fhir::fail(fhir::ErrorKind::not_implemented);
}

fhir::Result<std::unique_ptr<Identity>> make_identity(IdentitySettings settings, const adapters::Clock& clock,
                                                      adapters::Random& random, JtiStore remember_jti,
                                                      FetchText fetch, LoginGuard* guard)
{
    auto key = load_private_key(settings.token_signing_key_file);
    if (!key)
        return std::unexpected(key.error());
    auto registry = ClientRegistry::make(settings, clock, fetch);
    if (!registry)
        return std::unexpected(registry.error());
    return std::make_unique<SmartBackendIdentity>(std::move(settings), std::move(*registry), std::move(*key),
                                                  clock, random, std::move(remember_jti), std::move(fetch), guard);
}

} // namespace gateway::identity
