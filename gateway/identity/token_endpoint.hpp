// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/client_registry.hpp"
#include "gateway/identity/login_guard.hpp"
#include "gateway/identity/token_issuer.hpp"

namespace gateway::identity
{

/// `POST /oauth2/token`: client_credentials with private_key_jwt (SMART Backend Services; RFC 6749, 7523).
class TokenEndpoint
{
public:
    /// `guard` may be nullptr: failures are not counted.
    TokenEndpoint(const CurrentRegistry& registry, const TokenIssuer& issuer,
                  const IdentitySettings& settings, const adapters::Clock& clock, JtiStore remember_jti,
                  LoginGuard* guard = nullptr);

    Awaitable<fhir::rest::Response> handle(fhir::rest::Request request);

private:
    /// An OAuth error: its code, and a sentence for whoever sets up the client.
    struct Refusal
    {
        std::string code;
        std::string description;
    };
    template <class T>
    using Checked = std::expected<T, Refusal>;
    struct Form
    {
        std::string scope;
        std::string assertion;
        std::string client_id;
    };

    static Checked<Form> read_form(const fhir::rest::Request& request);
    Awaitable<Checked<const RegisteredClient*>> authenticate(Form form, std::string certificate_hex,
                                                             std::shared_ptr<const ClientRegistry> registry);
    Awaitable<Checked<void>> check_replay(std::string client, VerifiedJwt assertion);
    Checked<std::string> check_claims(const VerifiedJwt& assertion) const;
    static fhir::rest::Response refused(const Refusal& refusal);
    Awaitable<fhir::rest::Response> not_logged_in(Refusal refusal, std::string address, std::string client);
    fhir::rest::Response granted(const Client& client, const std::vector<Scope>& scopes,
                                 const std::string& certificate) const;

    const CurrentRegistry& registry_;
    const TokenIssuer& issuer_;
    const std::string token_url_;
    const std::chrono::seconds lifetime_, leeway_;
    const adapters::Clock& clock_;
    const JtiStore remember_jti_;
    LoginGuard* const guard_;
};

/// A JSON answer that no cache keeps (RFC 6749 section 5.1).
fhir::rest::Response uncached_json(unsigned status, const fhir::codec::JsonValue& body);

} // namespace gateway::identity
