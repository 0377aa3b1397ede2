// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/assertion.hpp"
#include "adapters/fhir_r4/simulator_rules.hpp"
#include "fhir/model/base64url.hpp"

#include <optional>

namespace adapters::fhir_r4::server
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::chrono::seconds token_life{300};
constexpr std::chrono::seconds longest_assertion{300};

Response oauth_answer(unsigned status, const JsonValue& body)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    response.body.append(fhir::codec::to_json(body));
    return response;
}

Response oauth_refusal(unsigned status, std::string_view code)
{
    return oauth_answer(status, JsonValue::object({{"error", JsonValue(code)}}));
}

std::string value_in(const Parameters& form, std::string_view name)
{
    for (const auto& [key, value] : form)
        if (key == name)
            return value;
    return {};
}

std::optional<fhir::Instant> moment_in(const JsonValue& claims, std::string_view name)
{
    const auto* value = member_of(claims, name);
    const auto seconds = value != nullptr ? value->integer() : std::nullopt;
    if (!seconds || *seconds < 0 || *seconds > 4'102'444'800)
        return std::nullopt;
    return fhir::Instant(std::chrono::seconds(*seconds));
}

std::optional<JsonValue> part_of(std::string_view assertion, std::size_t index)
{
    for (; index > 0 && assertion.find('.') != std::string_view::npos; --index)
        assertion.remove_prefix(assertion.find('.') + 1);
    const auto text = fhir::base64url_decode(assertion.substr(0, assertion.find('.')));
    auto tree = text ? fhir::codec::parse_json(*text)
                     : fhir::Result<JsonValue>(fhir::fail(fhir::ErrorKind::malformed));
    return tree ? std::optional(std::move(*tree)) : std::nullopt;
}

/// SMART Backend Services: issuer and subject are the client, the audience this endpoint, the end near, the
/// id new.
bool is_good_assertion(State& state, std::string_view assertion, const std::string& public_key,
                       fhir::Instant now)
{
    const auto header = part_of(assertion, 0);
    const auto claims = part_of(assertion, 1);
    if (!header || !claims || view_of(*header, "alg") != "ES384" || view_of(*header, "kid") != key_id ||
        !is_signed_by(assertion, public_key))
        return false;
    const auto ends = moment_in(*claims, "exp");
    const auto id = text_of(*claims, "jti");
    return view_of(*claims, "iss") == client_id && view_of(*claims, "sub") == client_id &&
           view_of(*claims, "aud") == state.base() + "auth/token" && ends && *ends > now &&
           *ends <= now + longest_assertion && !id.empty() && state.assertions.insert(id).second;
}

bool is_client(State& state, const Request& request, const Parameters& form, const std::string& public_key,
               fhir::Instant now)
{
    if (!state.is_option("auth", "private_key_jwt"))
        return request.headers.get("Authorization") == basic_credentials(client_id, client_secret);
    return value_in(form, "client_assertion_type") ==
               "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
           is_good_assertion(state, value_in(form, "client_assertion"), public_key, now);
}

} // namespace

Response grant_token(State& state, const Request& request, const std::string& public_key, const Clock& clock,
                     Random& random)
{
    const auto form = fhir::rest::parse_query(request.body);
    if (request.method != "POST" || !form ||
        !request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded"))
        return oauth_refusal(400, "invalid_request");
    if (value_in(*form, "grant_type") != "client_credentials")
        return oauth_refusal(400, "unsupported_grant_type");
    if (!is_client(state, request, *form, public_key, clock.now()))
        return oauth_refusal(401, "invalid_client");
    if (value_in(*form, "scope") != scope)
        return oauth_refusal(400, "invalid_scope");
    const auto token = new_uuid(clock, random);
    state.tokens.insert_or_assign(token, clock.now() + token_life);
    return oauth_answer(200, JsonValue::object({{"access_token", JsonValue(token)},
                                                {"token_type", JsonValue("Bearer")},
                                                {"expires_in", JsonValue(std::int64_t{token_life.count()})},
                                                {"scope", JsonValue(scope)}}));
}

std::optional<Refusal> check_bearer(const State& state, const Request& request, fhir::Instant now)
{
    if (state.is_option("auth", "none"))
        return std::nullopt;
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.get("Authorization");
    if (!header.starts_with(scheme))
        return Refusal{401, "login", "An access token is needed"};
    const auto token = state.tokens.find(std::string(header.substr(scheme.size())));
    if (token == state.tokens.end() || token->second <= now)
        return Refusal{401, "expired", "The access token is not valid any more"};
    return std::nullopt;
}

} // namespace adapters::fhir_r4::server
