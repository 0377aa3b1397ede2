// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/jwt.hpp"

#include "fhir/rest/message.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>
#include <array>

namespace gateway::identity
{
namespace
{

using fhir::codec::JsonValue;

std::unexpected<fhir::Error> invalid(std::string sentence)
{
    return fhir::fail(fhir::ErrorKind::token_invalid, std::move(sentence));
}

struct Parts
{
    std::string_view header, claims, signature;
};

std::optional<Parts> split(std::string_view compact)
{
    if (std::ranges::count(compact, '.') != 2)
        return std::nullopt;
    const auto first = compact.find('.'), last = compact.rfind('.');
    const Parts parts{compact.substr(0, first), compact.substr(first + 1, last - first - 1),
                      compact.substr(last + 1)};
    return parts.header.empty() || parts.claims.empty() || parts.signature.empty() ? std::nullopt
                                                                                   : std::optional(parts);
}

std::optional<JsonValue> read_object(std::string_view part)
{
    const auto text = base64url_decode(part);
    if (!text)
        return std::nullopt;
    auto value = fhir::codec::parse_json(*text, {.max_depth = 8, .max_bytes = max_jwt_bytes});
    if (!value || !value->is_object())
        return std::nullopt;
    return std::move(*value);
}

/// An absent member is an empty text; a member of another type is nothing.
std::optional<std::string> text_member(const JsonValue& object, std::string_view name)
{
    const JsonValue* value = object.find(name);
    if (!value)
        return std::string();
    if (!value->is_string())
        return std::nullopt;
    return value->text();
}

/// A whole claim in seconds that a chrono type can hold.
bool is_plausible(std::int64_t seconds)
{
    constexpr std::int64_t year_9999 = 253402300799;
    return seconds >= 0 && seconds <= year_9999;
}

bool is_known_type(std::string_view type)
{
    static constexpr std::array<std::string_view, 4> known = {"", "JWT", "at+jwt", "application/at+jwt"};
    return std::ranges::any_of(known, [&](auto name) { return fhir::rest::equal_ignoring_case(name, type); });
}

} // namespace

std::string VerifiedJwt::text(std::string_view claim) const
{
    return text_member(claims_, claim).value_or(std::string());
}

std::optional<std::int64_t> VerifiedJwt::number(std::string_view claim) const
{
    const JsonValue* value = claims_.find(claim);
    return value && value->is_number() ? value->integer() : std::nullopt;
}

bool VerifiedJwt::is_for(std::string_view audience) const
{
    const JsonValue* value = claims_.find("aud");
    if (!value)
        return false;
    const auto matches = [&](const JsonValue& item) { return item.is_string() && item.text() == audience; };
    return value->is_array() ? std::ranges::any_of(value->items(), matches) : matches(*value);
}

fhir::Result<UnverifiedJwt> UnverifiedJwt::parse(std::string_view compact)
{
    if (compact.size() > max_jwt_bytes)
        return invalid("The token is longer than 8192 characters.");
    const auto parts = split(compact);
    if (!parts)
        return invalid("The token does not consist of three parts.");
    const auto header = read_object(parts->header);
    auto claims = read_object(parts->claims);
    auto signature = base64url_decode(parts->signature);
    if (!header || !claims || !signature)
        return invalid(
            "A part of the token is not canonical base64url of a JSON object without duplicate members.");
    const auto algorithm = parse_algorithm(text_member(*header, "alg").value_or(std::string()));
    if (!algorithm)
        return invalid("The token must be signed with ES256, ES384, RS256, RS384 or RS512.");
    auto kid = text_member(*header, "kid");
    const auto type = text_member(*header, "typ");
    if (!kid || kid->size() > 256 || !type || !is_known_type(*type))
        return invalid("The token's header has a `kid` or `typ` that is not accepted.");
    if (header->find("crit") || header->find("b64") || header->find("enc") || header->find("zip"))
        return invalid("The token's header asks for an extension that is not supported.");

    UnverifiedJwt token;
    token.algorithm_ = *algorithm;
    token.kid_ = std::move(*kid);
    token.signed_part_ = compact.substr(0, compact.rfind('.'));
    token.signature_ = std::move(*signature);
    token.claims_ = std::move(*claims);
    return token;
}

std::string UnverifiedJwt::claimed(std::string_view name) const
{
    return text_member(claims_, name).value_or(std::string());
}

fhir::Result<VerifiedJwt> UnverifiedJwt::verify(const PublicKey& key) const
{
    if (!kid_.empty() && kid_ != key.id())
        return invalid("The token names a key that is not registered.");
    if (!key.verify(algorithm_, signed_part_, signature_))
        return invalid("The token's signature does not fit the registered key.");
    VerifiedJwt verified;
    verified.kid_ = key.id();
    verified.claims_ = claims_;
    return verified;
}

fhir::Result<VerifiedJwt> UnverifiedJwt::verify(const KeySet& keys) const
{
    const PublicKey* key = keys.find(kid_);
    if (!key)
        return invalid("The token names a key that is not registered.");
    return verify(*key);
}

fhir::Result<fhir::Instant> check_times(const VerifiedJwt& token, fhir::Instant now, const TimeRules& rules)
{
    const auto expiry = token.number("exp");
    if (!expiry || !is_plausible(*expiry))
        return invalid("The token has no `exp` in whole seconds.");
    const fhir::Instant expires{std::chrono::seconds(*expiry)};
    if (expires + rules.leeway <= now)
        return fhir::fail(fhir::ErrorKind::token_expired);
    if (rules.max_lifetime && expires > now + *rules.max_lifetime + rules.leeway)
        return invalid("The token's `exp` is too far in the future: at most " +
                       std::to_string(rules.max_lifetime->count()) + " seconds from now are allowed.");
    for (const char* claim : {"nbf", "iat"}) {
        if (!token.claims().find(claim))
            continue;
        const auto from = token.number(claim);
        if (!from || !is_plausible(*from) || fhir::Instant{std::chrono::seconds(*from)} > now + rules.leeway)
            return invalid(std::string("The token's `") + claim + "` is not a moment that has come.");
    }
    return expires;
}

std::string sign_jwt(const PrivateKey& key, std::string_view type, const JsonValue& claims)
{
    return sign_jwt(key, key.algorithm(), key.id(), type, claims);
}

std::string sign_jwt(const PrivateKey& key, Algorithm algorithm, std::string_view kid, std::string_view type,
                     const JsonValue& claims)
{
    const JsonValue header = JsonValue::object({{"alg", to_text(algorithm)}, {"kid", kid}, {"typ", type}});
    std::string token = base64url_encode(fhir::codec::to_json(header));
    token.append(".").append(base64url_encode(fhir::codec::to_json(claims)));
    const std::string signature = key.sign(algorithm, token);
    return token.append(".").append(base64url_encode(signature));
}

std::int64_t to_numeric_date(fhir::Instant at)
{
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

} // namespace gateway::identity
