// SPDX-License-Identifier: Apache-2.0
#include "adapters/oauth/token_server.hpp"

#include "adapters/json_tree.hpp"
#include "fhir/model/base64url.hpp"

#include <optional>

namespace adapters::oauth
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;
using Parameters = std::vector<std::pair<std::string, std::string>>;

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

} // namespace

/// SMART Backend Services: issuer and subject are the client, the audience this endpoint, the end near, the
/// id new.
bool TokenServer::is_good_assertion(std::string_view assertion, fhir::Instant now)
{
    const auto header = part_of(assertion, 0);
    const auto claims = part_of(assertion, 1);
    const std::string_view algorithm = client_.signing == Signing::rs512 ? "RS512" : "ES384";
    if (!header || !claims || view_of(*header, "alg") != algorithm ||
        view_of(*header, "kid") != client_.key_id ||
        !is_signed_by(assertion, client_.public_key, client_.signing))
        return false;
    const auto ends = moment_in(*claims, "exp");
    const auto id = text_of(*claims, "jti");
    return view_of(*claims, "iss") == client_.id && view_of(*claims, "sub") == client_.id &&
           view_of(*claims, "aud") == url_ && ends && *ends > now && *ends <= now + longest_assertion &&
           !id.empty() && assertions_.insert(id).second;
}

bool TokenServer::is_client(const Request& request, const Parameters& form, fhir::Instant now)
{
    if (client_.public_key.empty())
        return request.headers.get("Authorization") == basic_credentials(client_.id, client_.secret);
    return value_in(form, "client_assertion_type") ==
               "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
           is_good_assertion(value_in(form, "client_assertion"), now);
}

Response TokenServer::grant(const Request& request, const Clock& clock, Random& random)
{
    const auto form = fhir::rest::parse_query(request.body);
    if (request.method != "POST" || !form ||
        !request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded"))
        return oauth_refusal(400, "invalid_request");
    if (value_in(*form, "grant_type") != "client_credentials")
        return oauth_refusal(400, "unsupported_grant_type");
    if (!is_client(request, *form, clock.now()))
        return oauth_refusal(401, "invalid_client");
    if (value_in(*form, "scope") != client_.scope)
        return oauth_refusal(400, "invalid_scope");
    const auto token = new_uuid(clock, random);
    tokens_.insert_or_assign(token, clock.now() + token_life);
    auto answer = JsonValue::object({{"access_token", JsonValue(token)},
                                     {"token_type", JsonValue("Bearer")},
                                     {"expires_in", JsonValue(std::int64_t{token_life.count()})}});
    if (!client_.scope.empty())
        answer.set("scope", client_.scope);
    return oauth_answer(200, answer);
}

TokenServer::Bearer TokenServer::check(const Request& request, fhir::Instant now) const
{
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.get("Authorization");
    if (!header.starts_with(scheme))
        return Bearer::missing;
    const auto token = tokens_.find(std::string(header.substr(scheme.size())));
    return token == tokens_.end() || token->second <= now ? Bearer::stale : Bearer::good;
}

} // namespace adapters::oauth
