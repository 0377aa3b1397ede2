// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/authenticator.hpp"

#include "gateway/identity/crypto.hpp"
#include "gateway/identity/person_claims.hpp"
#include "gateway/identity/scopes.hpp"

namespace gateway::identity
{
namespace
{

using fhir::ErrorKind;

/// An `exp` in the far future is a token that nobody could take back. The sandbox's last half a day.
constexpr std::chrono::hours max_token_lifetime{24};

std::unexpected<fhir::Error> not_accepted(std::string sentence)
{
    return fhir::fail(ErrorKind::token_invalid, std::move(sentence), "http.authorization");
}

std::unexpected<fhir::Error> placed(fhir::Error error)
{
    error.at("http.authorization");
    return std::unexpected(std::move(error));
}

fhir::Result<std::string_view> bearer_token(const fhir::rest::Request& request)
{
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.headers.get("Authorization");
    if (header.empty())
        return placed(fhir::Error(ErrorKind::login_required));
    if (request.headers.count("Authorization") > 1)
        return not_accepted("The request has more than one Authorization header.");
    if (header.size() <= scheme.size() ||
        !fhir::rest::equal_ignoring_case(header.substr(0, scheme.size()), scheme))
        return not_accepted("The Authorization header does not hold a bearer token.");
    return header.substr(scheme.size());
}

/// RFC 8705; nothing when a `cnf` is there that cannot be honoured.
std::optional<std::string> bound_certificate(const VerifiedJwt& token)
{
    const auto* confirmation = token.claims().find("cnf");
    if (!confirmation)
        return std::string();
    const auto* thumbprint = confirmation->find("x5t#S256");
    if (!confirmation->is_object() || confirmation->members().size() != 1 || !thumbprint ||
        !thumbprint->is_string())
        return std::nullopt;
    auto raw = base64url_decode(thumbprint->text());
    return raw && raw->size() == 32 ? raw : std::nullopt;
}

/// `client_id` (RFC 9068) or `azp` (OpenID Connect).
std::string client_of(const VerifiedJwt& token)
{
    std::string id = token.text("client_id");
    return id.empty() ? token.text("azp") : id;
}

} // namespace

Authenticator::Authenticator(const CurrentRegistry& registry, const TokenIssuer& own,
                             const adapters::Clock& clock, std::chrono::seconds leeway,
                             std::size_t max_cached_tokens)
    : registry_(registry), own_(own), clock_(clock), leeway_(leeway), cache_(max_cached_tokens)
{}

fhir::Result<Caller> Authenticator::authenticate(const fhir::rest::Request& request)
{
    const auto token = bearer_token(request);
    if (!token)
        return std::unexpected(token.error());
    const std::string digest = sha256(*token);
    const auto registry = registry_.snapshot();
    auto known = cache_.find(digest, clock_.now());
    if (!known || known->registry != registry->revision()) {
        auto verified = verify(*token, *registry);
        if (!verified)
            return placed(verified.error());
        known = std::move(*verified);
        cache_.add(digest, known, clock_.now());
    }
    // Once per request, not once per token: the same token may come over another connection.
    if (!known->certificate.empty() && to_hex(known->certificate) != request.client_certificate_sha256)
        return not_accepted("The token is bound to a client certificate that this connection does not have.");
    return known->caller;
}

fhir::Result<std::shared_ptr<const VerifiedCaller>>
Authenticator::verify(std::string_view token, const ClientRegistry& registry) const
{
    const auto parsed = UnverifiedJwt::parse(token);
    if (!parsed)
        return std::unexpected(parsed.error());
    const auto verified = check_signature(*parsed, registry);
    if (!verified)
        return std::unexpected(verified.error());
    const bool ours = verified->text("iss") == own_.issuer();
    const auto* issuer = ours ? nullptr : registry.issuer(verified->text("iss"));
    if (!verified->is_for(ours ? own_.audience() : issuer->facts.audience))
        return not_accepted("The token is meant for another service: its `aud` does not name this one.");
    // Leeway is for other people's clocks; our own tokens end on our own.
    const auto expires =
        check_times(*verified, clock_.now(),
                    {.leeway = ours ? std::chrono::seconds(0) : leeway_, .max_lifetime = max_token_lifetime});
    if (!expires)
        return std::unexpected(expires.error());
    return caller_of(*verified, ours ? *expires : *expires + leeway_, registry);
}

fhir::Result<VerifiedJwt> Authenticator::check_signature(const UnverifiedJwt& token,
                                                         const ClientRegistry& registry) const
{
    const std::string issuer = token.claimed_issuer();
    if (issuer == own_.issuer())
        return token.verify(own_.public_key());
    const RegisteredIssuer* registered = registry.issuer(issuer);
    if (!registered)
        return not_accepted("The token's issuer is not accepted here.");
    const auto keys = registered->keys->known();
    if (!keys->find(token.kid()))
        registered->keys->note_missing_key();
    return token.verify(*keys);
}

fhir::Result<std::shared_ptr<const VerifiedCaller>>
Authenticator::caller_of(const VerifiedJwt& token, fhir::Instant expires,
                         const ClientRegistry& registry) const
{
    const RegisteredClient* client = registry.client(client_of(token));
    if (!client)
        return not_accepted("The token's client is not registered here.");
    auto certificate = bound_certificate(token);
    if (!certificate)
        return not_accepted("The token has a `cnf` that cannot be honoured.");
    if (!client->certificate.empty() && !certificate->empty() && *certificate != client->certificate)
        return not_accepted("The token is bound to a certificate that is not the client's.");

    const Client& facts = client->facts;
    Caller caller{facts.client_id,          facts.ods, facts.name, facts.organisation_type,
                  facts.organisation_phone, {},        expires};
    caller.may_override = facts.may_override;
    caller.scopes = narrowed(parse_scopes(token.text("scope")), facts.scopes);
    if (registry.issuer(token.text("iss"))) { // our own tokens are of systems
        auto person = person_of(token);
        if (!person)
            return std::unexpected(person.error());
        caller.patient = person->patient;
        caller.staff = std::move(person->staff);
    }
    return std::make_shared<VerifiedCaller>(
        std::move(caller), certificate->empty() ? client->certificate : std::move(*certificate),
        registry.revision());
}

} // namespace gateway::identity
