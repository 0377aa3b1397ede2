// SPDX-License-Identifier: Apache-2.0
// The provider's side of token.hpp: GP Connect 1.2.7, failures as its test suite expects them.
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/token.hpp"
#include "adapters/gpconnect/tree.hpp"
#include "fhir/model/base64url.hpp"

#include <array>
#include <span>

namespace adapters::gpconnect
{

namespace
{

using Refused = std::optional<TokenRefusal>;

TokenRefusal bad(std::string diagnostics)
{
    return TokenRefusal{400, "BAD_REQUEST", std::move(diagnostics)};
}

std::expected<JsonValue, TokenRefusal> payload_of(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme))
        return std::unexpected(bad("Authorization must be a Bearer token"));
    authorization.remove_prefix(scheme.size());
    const auto first = authorization.find('.');
    const auto second = first == std::string_view::npos ? first : authorization.find('.', first + 1);
    if (second == std::string_view::npos || authorization.find('.', second + 1) != std::string_view::npos)
        return std::unexpected(bad("The token must have three parts"));
    auto head = fhir::base64url_decode(authorization.substr(0, first));
    auto body = fhir::base64url_decode(authorization.substr(first + 1, second - first - 1));
    if (!head || !body)
        return std::unexpected(bad("The token must be base64url without padding"));
    auto header = fhir::codec::parse_json(*head);
    auto payload = fhir::codec::parse_json(*body);
    if (!header || !header->is_object() || !payload || !payload->is_object())
        return std::unexpected(bad("The token's parts must be JSON objects"));
    return std::move(*payload);
}

Refused missing_claim(const JsonValue& payload)
{
    constexpr std::array<std::string_view, 10> claims{"iss",
                                                      "sub",
                                                      "aud",
                                                      "exp",
                                                      "iat",
                                                      "reason_for_request",
                                                      "requested_scope",
                                                      "requesting_device",
                                                      "requesting_organization",
                                                      "requesting_practitioner"};
    for (auto claim : claims) {
        const JsonValue* value = payload.find(claim);
        if (value == nullptr || value->is_null() || (value->is_string() && is_blank(value->text())))
            return bad("Claim " + std::string(claim) + " is missing");
    }
    for (std::string_view claim : {"iss", "sub", "aud", "reason_for_request", "requested_scope"})
        if (!payload.find(claim)->is_string())
            return bad("Claim " + std::string(claim) + " must be a string");
    if (payload.find("requested_record") != nullptr)
        return bad("Claim requested_record is not used any more");
    return std::nullopt;
}

Refused wrong_times(const JsonValue& payload, fhir::Instant now)
{
    const auto issued = payload.find("iat")->integer();
    const auto expires = payload.find("exp")->integer();
    if (!issued || !expires)
        return bad("Claims iat and exp must be whole seconds");
    // Both bounds keep the subtraction below from overflowing.
    constexpr std::int64_t far = 1LL << 40;
    if (*issued < 0 || *issued > far || *expires < 0 || *expires > far || *expires - *issued != 300)
        return bad("Claim exp must be 300 seconds after iat");
    // A future iat is allowed: clocks differ (release note 1.2.3).
    if (*expires < std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count())
        return bad("Claim exp has passed");
    return std::nullopt;
}

Refused wrong_scope(const JsonValue& payload, std::string_view required_scope)
{
    if (text_of(payload, "reason_for_request") != "directcare")
        return bad("Claim reason_for_request must be directcare");
    const auto scope = text_of(payload, "requested_scope");
    if (scope != required_scope)
        return bad("Claim requested_scope must be " + std::string(required_scope) + " for this interaction");
    return std::nullopt;
}

constexpr std::array<std::string_view, 9> resource_elements{
    "resourceType", "id",        "meta",      "implicitRules",    "language",
    "text",         "contained", "extension", "modifierExtension"};
constexpr std::array<std::string_view, 17> device_elements{"identifier",
                                                           "udi",
                                                           "status",
                                                           "type",
                                                           "lotNumber",
                                                           "manufacturer",
                                                           "manufactureDate",
                                                           "expirationDate",
                                                           "model",
                                                           "version",
                                                           "patient",
                                                           "owner",
                                                           "contact",
                                                           "location",
                                                           "url",
                                                           "note",
                                                           "safety"};
constexpr std::array<std::string_view, 10> organization_elements{
    "identifier", "active", "type", "name", "alias", "telecom", "address", "partOf", "contact", "endpoint"};
constexpr std::array<std::string_view, 10> practitioner_elements{
    "identifier", "active",    "name",  "telecom",       "address",
    "gender",     "birthDate", "photo", "qualification", "communication"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names)
{
    for (auto known : names)
        if (known == name)
            return true;
    return false;
}

Refused wrong_resource(const JsonValue& payload, std::string_view claim, std::string_view type,
                       std::span<const std::string_view> elements)
{
    const JsonValue& resource = *payload.find(claim);
    const auto refuse = [&](const std::string& why) {
        return TokenRefusal{422, "INVALID_RESOURCE", "Claim " + std::string(claim) + " " + why};
    };
    if (!is_resource(resource, type))
        return refuse("must be a resource of type " + std::string(type));
    for (const auto& [name, value] : resource.members())
        if (!is_one_of(name, resource_elements) && !is_one_of(name, elements))
            return refuse("has an element that " + std::string(type) + " does not have");
    return std::nullopt;
}

std::string organisation_code(const JsonValue& payload)
{
    for (const auto* identifier : items_of(*payload.find("requesting_organization"), "identifier")) {
        const auto system = text_of(*identifier, "system");
        if (system == names::ods_system || system == names::ods_system_old)
            return text_of(*identifier, "value");
    }
    return {};
}

Refused wrong_people(const JsonValue& payload)
{
    if (auto wrong = wrong_resource(payload, "requesting_device", "Device", device_elements))
        return wrong;
    if (auto wrong =
            wrong_resource(payload, "requesting_organization", "Organization", organization_elements))
        return wrong;
    if (auto wrong =
            wrong_resource(payload, "requesting_practitioner", "Practitioner", practitioner_elements))
        return wrong;
    if (text_of(*payload.find("requesting_practitioner"), "id") != text_of(payload, "sub"))
        return bad("Claim sub must be the id of requesting_practitioner");
    if (is_blank(organisation_code(payload)))
        return bad("Claim requesting_organization has no ODS code");
    return std::nullopt;
}

} // namespace

std::expected<TokenContent, TokenRefusal> check_token(std::string_view authorization,
                                                      std::string_view required_scope, fhir::Instant now)
{
    auto payload = payload_of(authorization);
    if (!payload)
        return std::unexpected(payload.error());
    if (auto refused = missing_claim(*payload))
        return std::unexpected(*refused);
    if (auto refused = wrong_times(*payload, now))
        return std::unexpected(*refused);
    if (auto refused = wrong_scope(*payload, required_scope))
        return std::unexpected(*refused);
    if (auto refused = wrong_people(*payload))
        return std::unexpected(*refused);
    return TokenContent{organisation_code(*payload), text_of(*payload, "sub")};
}

} // namespace adapters::gpconnect
