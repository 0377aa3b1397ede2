// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/audit_token.hpp"

#include "fhir/codec/json_value.hpp"
#include "fhir/model/base64url.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/token_resources.hpp"
#include "gateway/faces/media_range.hpp"

#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

using fhir::codec::JsonValue;
using Passed = Checked<void>;

constexpr std::size_t max_token_bytes = 16384;
constexpr std::int64_t life_seconds = 300;

/// The three parts of RFC 7515's compact form, the last of which is empty.
Checked<JsonValue> payload_of(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme))
        return bad_request("Header Authorization must hold a Bearer token");
    const auto token = authorization.substr(scheme.size());
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return bad_request("The token must have three parts");
    if (second + 1 != token.size())
        return bad_request("The token must not be signed: its third part must be empty");
    const auto head = fhir::base64url_decode(token.substr(0, first));
    const auto body = fhir::base64url_decode(token.substr(first + 1, second - first - 1));
    if (!head || !body || token.size() > max_token_bytes)
        return bad_request("The parts of the token must be base64url without padding");
    const auto header = fhir::codec::parse_json(*head);
    auto payload = fhir::codec::parse_json(*body);
    if (!header || !header->is_object() || !payload || !payload->is_object())
        return bad_request("The parts of the token must be JSON objects");
    const auto* algorithm = header->find("alg");
    if (!algorithm || algorithm->text() != "none")
        return bad_request("The token's header must say alg none");
    return std::move(*payload);
}

bool is_blank(const JsonValue& value)
{
    return value.is_null() || (value.is_string() && trim(value.text()).empty());
}

enum class ClaimKind
{
    text,
    number,
    resource
};

struct Claim
{
    std::string_view name;
    ClaimKind kind;
};
constexpr std::array claims{
    Claim{"iss", ClaimKind::text},
    Claim{"sub", ClaimKind::text},
    Claim{"aud", ClaimKind::text},
    Claim{"exp", ClaimKind::number},
    Claim{"iat", ClaimKind::number},
    Claim{"reason_for_request", ClaimKind::text},
    Claim{"requested_scope", ClaimKind::text},
    Claim{"requesting_device", ClaimKind::resource},
    Claim{"requesting_organization", ClaimKind::resource},
    Claim{"requesting_practitioner", ClaimKind::resource},
};

Passed check_claims(const JsonValue& payload)
{
    for (const Claim& claim : claims) {
        const std::string name(claim.name);
        const JsonValue* value = payload.find(claim.name);
        if (!value || is_blank(*value))
            return bad_request("Claim " + name + " is missing");
        if (claim.kind == ClaimKind::text && !value->is_string())
            return bad_request("Claim " + name + " must be a text");
        if (claim.kind == ClaimKind::number && !value->integer())
            return bad_request("Claim " + name + " must be whole seconds");
    }
    if (payload.find("requested_record"))
        return bad_request("Claim requested_record is not used any more");
    return {};
}

Passed check_times(const JsonValue& payload, fhir::Instant now)
{
    const auto issued = *payload.find("iat")->integer();
    const auto expires = *payload.find("exp")->integer();
    constexpr std::int64_t far = 1LL << 40; // keeps the subtraction from overflowing
    const bool possible = issued >= 0 && issued < far && expires >= 0 && expires < far;
    if (!possible || expires - issued != life_seconds)
        return bad_request("Claim exp must be 300 seconds after claim iat");
    if (expires < std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count())
        return bad_request("Claim exp has passed");
    return {};
}

Passed check_purpose(const JsonValue& payload, std::string_view required_scope)
{
    if (payload.find("reason_for_request")->text() != "directcare")
        return bad_request("Claim reason_for_request must be directcare");
    if (payload.find("requested_scope")->text() != required_scope)
        return bad_request("Claim requested_scope must be " + std::string(required_scope) +
                           " for this interaction");
    return {};
}

} // namespace

Checked<AuditToken> AuditToken::read(std::string_view authorization, std::string_view required_scope,
                                     fhir::Instant now)
{
    const auto payload = payload_of(authorization);
    if (!payload)
        return std::unexpected(payload.error());
    auto passed = check_claims(*payload);
    if (passed)
        passed = check_times(*payload, now);
    if (passed)
        passed = check_purpose(*payload, required_scope);
    if (!passed)
        return std::unexpected(passed.error());
    const auto people = read_token_resources(*payload);
    if (!people)
        return std::unexpected(people.error());
    AuditToken token;
    token.user_id_ = payload->find("sub")->text();
    if (people->practitioner_id != token.user_id_)
        return bad_request("Claim sub must be the id of claim requesting_practitioner");
    token.user_name_ = people->user_name;
    token.sds_user_id_ = people->sds_user_id;
    token.organisation_ = people->organisation;
    return token;
}

} // namespace gateway::faces::gpconnect
