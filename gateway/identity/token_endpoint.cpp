// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/token_endpoint.hpp"

#include "gateway/identity/crypto.hpp"
#include "gateway/identity/scopes.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>
#include <map>

namespace gateway::identity
{
namespace
{

using fhir::codec::JsonValue;

constexpr std::chrono::seconds max_assertion_lifetime{300};
constexpr std::size_t max_form_bytes = 16384;
constexpr std::size_t max_jti_bytes = 256;
constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// One sentence for an unknown client, an unknown key and a wrong signature: which it was is nobody's
/// business.
constexpr const char* not_proved =
    "The client is not registered, or its assertion is not signed with one of its registered keys.";

bool is_form(std::string_view content_type)
{
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' '))
        type.remove_suffix(1);
    return fhir::rest::equal_ignoring_case(type, form_type);
}

using Fields = std::map<std::string, std::string>;

/// The registered client that an assertion names, whoever made it; empty for any other text.
std::string named_client(std::string_view assertion, const ClientRegistry& registry)
{
    const auto read = UnverifiedJwt::parse(assertion);
    const std::string name = read ? read->claimed_issuer() : std::string();
    return registry.client(name) ? name : std::string();
}

/// Nothing when a field occurs twice (RFC 6749 section 3.2) or an escape is bad.
std::optional<Fields> unique_fields(std::string_view body)
{
    const auto pairs = fhir::rest::parse_query(body);
    if (!pairs)
        return std::nullopt;
    Fields fields;
    for (const auto& [name, value] : *pairs)
        if (!fields.emplace(name, value).second)
            return std::nullopt;
    return fields;
}

} // namespace

fhir::rest::Response uncached_json(unsigned status, const JsonValue& body)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Pragma", "no-cache");
    response.body.append(fhir::codec::to_json(body));
    return response;
}

TokenEndpoint::TokenEndpoint(const CurrentRegistry& registry, const TokenIssuer& issuer,
                             const IdentitySettings& settings, const adapters::Clock& clock,
                             JtiStore remember_jti, LoginGuard* guard)
    : registry_(registry), issuer_(issuer), token_url_(settings.token_url),
      lifetime_(settings.token_lifetime), leeway_(settings.leeway), clock_(clock),
      remember_jti_(std::move(remember_jti)), guard_(guard)
{}

Awaitable<fhir::rest::Response> TokenEndpoint::handle(fhir::rest::Request request)
{
    const auto form = read_form(request);
    if (!form) {
        auto answer = co_await not_logged_in(form.error(), request.peer_address, {});
        co_return answer;
    }
    const auto registry = registry_.snapshot(); // the client is in it
    auto client = co_await authenticate(*form, request.client_certificate_sha256, registry);
    if (!client) {
        auto answer = co_await not_logged_in(client.error(), request.peer_address,
                                             named_client(form->assertion, *registry));
        co_return answer;
    }

    const auto& facts = (*client)->facts;
    const auto wanted = form->scope.empty() ? facts.scopes : parse_scopes(form->scope);
    const auto scopes = of_systems(narrowed(wanted, facts.scopes));
    if (scopes.empty())
        co_return refused(
            {"invalid_scope",
             "None of the scopes asked for is allowed for this client. Allowed: " + to_text(facts.scopes)});
    const auto certificate = from_hex(request.client_certificate_sha256);
    co_return granted(facts, scopes, certificate.value_or(std::string()));
}

TokenEndpoint::Checked<TokenEndpoint::Form> TokenEndpoint::read_form(const fhir::rest::Request& request)
{
    const auto refuse = [](std::string code, std::string why) {
        return std::unexpected(Refusal{std::move(code), std::move(why)});
    };
    if (!is_form(request.headers.get("Content-Type")) || request.body.size() > max_form_bytes)
        return refuse("invalid_request",
                      "Send a form (application/x-www-form-urlencoded) of at most 16 KiB.");
    if (request.headers.has("Authorization"))
        return refuse("invalid_client",
                      "Clients prove themselves with client_assertion, not with an Authorization header.");
    const auto fields = unique_fields(request.body);
    if (!fields)
        return refuse("invalid_request", "The form has a bad escape, or a parameter twice.");
    const auto field = [&](const char* name) {
        const auto found = fields->find(name);
        return found == fields->end() ? std::string() : found->second;
    };
    if (field("grant_type").empty())
        return refuse("invalid_request", "grant_type is missing: it must be client_credentials.");
    if (field("grant_type") != "client_credentials")
        return refuse("unsupported_grant_type", "grant_type must be client_credentials.");
    if (fields->contains("client_secret"))
        return refuse("invalid_client",
                      "Client secrets are not used here: send a client_assertion (private_key_jwt).");
    if (field("client_assertion_type") != assertion_type || field("client_assertion").empty())
        return refuse("invalid_request", "Send client_assertion, and client_assertion_type=" +
                                             std::string(assertion_type) + ".");
    return Form{field("scope"), field("client_assertion"), field("client_id")};
}

Awaitable<TokenEndpoint::Checked<const RegisteredClient*>>
TokenEndpoint::authenticate(Form form, std::string certificate_hex,
                            std::shared_ptr<const ClientRegistry> registry)
{
    const auto refuse = [](std::string why) {
        return std::unexpected(Refusal{"invalid_client", std::move(why)});
    };
    const auto assertion = UnverifiedJwt::parse(form.assertion);
    if (!assertion)
        co_return refuse(assertion.error().sentence());
    const std::string name = assertion->claimed_issuer();
    if (name.empty() || name != assertion->claimed_subject() ||
        (!form.client_id.empty() && form.client_id != name))
        co_return refuse("The assertion's `iss` and `sub` must both be the client id.");
    const RegisteredClient* client = registry->client(name);
    if (!client || !client->keys)
        co_return refuse(not_proved);
    const auto keys = co_await client->keys->with_key(assertion->kid());
    const auto verified = assertion->verify(*keys);
    if (!verified)
        co_return refuse(not_proved);
    if (!client->certificate.empty() && to_hex(client->certificate) != certificate_hex)
        co_return refuse("This client must connect with its registered client certificate.");
    const auto checked = check_claims(*verified);
    if (!checked)
        co_return std::unexpected(checked.error());
    auto fresh = co_await check_replay(name, *verified);
    if (!fresh)
        co_return std::unexpected(fresh.error());
    co_return client;
}

TokenEndpoint::Checked<std::string> TokenEndpoint::check_claims(const VerifiedJwt& assertion) const
{
    const auto refuse = [](std::string why) {
        return std::unexpected(Refusal{"invalid_client", std::move(why)});
    };
    if (!assertion.is_for(token_url_))
        return refuse("The assertion's `aud` must be " + token_url_ + ".");
    const auto expires = check_times(assertion, clock_.now(), {leeway_, max_assertion_lifetime});
    if (!expires)
        return refuse(expires.error().sentence());
    const std::string jti = assertion.text("jti");
    if (jti.empty() || jti.size() > max_jti_bytes)
        return refuse("The assertion needs a `jti` of 1 to 256 characters, new for every request.");
    return jti;
}

Awaitable<TokenEndpoint::Checked<void>> TokenEndpoint::check_replay(std::string client, VerifiedJwt assertion)
{
    const fhir::Instant expires{std::chrono::seconds(assertion.number("exp").value_or(0)) + leeway_};
    auto first_use = co_await remember_jti_(std::move(client), assertion.text("jti"), expires);
    if (!first_use)
        co_return std::unexpected(Refusal{"temporarily_unavailable",
                                          "Tokens cannot be issued just now. Try again in a few seconds."});
    if (!*first_use)
        co_return std::unexpected(
            Refusal{"invalid_client", "This assertion has been used before: make one with a new `jti`."});
    co_return Checked<void>();
}

fhir::rest::Response TokenEndpoint::refused(const Refusal& refusal)
{
    observability::log(observability::Level::warning, "token_refused",
                       {{"error", refusal.code}, {"reason", refusal.description}});
    unsigned status = 400;
    if (refusal.code == "invalid_client")
        status = 401;
    else if (refusal.code == "temporarily_unavailable")
        status = 503;
    return uncached_json(
        status, JsonValue::object({{"error", refusal.code}, {"error_description", refusal.description}}));
}

/// Beyond the limit it is neither logged nor recorded one by one: a flood of bad assertions fills no disk.
Awaitable<fhir::rest::Response> TokenEndpoint::not_logged_in(Refusal refusal, std::string address,
                                                             std::string client)
{
    std::optional<std::chrono::seconds> wait;
    if (guard_ && refusal.code != "temporarily_unavailable")
        wait = co_await guard_->failed(std::move(address), std::move(client));
    if (!wait)
        co_return refused(refusal);
    auto response = uncached_json(
        429,
        JsonValue::object({{"error", "temporarily_unavailable"},
                           {"error_description", "Too many logins have failed in a short time. Check the "
                                                 "client's key and settings before you try again."}}));
    response.headers.set("Retry-After", std::to_string(wait->count()));
    co_return response;
}

fhir::rest::Response TokenEndpoint::granted(const Client& client, const std::vector<Scope>& scopes,
                                            const std::string& certificate) const
{
    observability::log(observability::Level::info, "token_issued",
                       {{"client_id", client.client_id}, {"scope", to_text(scopes)}});
    return uncached_json(
        200, JsonValue::object({{"access_token", issuer_.issue(client, scopes, lifetime_, certificate)},
                                {"token_type", "Bearer"},
                                {"expires_in", std::int64_t{lifetime_.count()}},
                                {"scope", to_text(scopes)}}));
}

} // namespace gateway::identity
