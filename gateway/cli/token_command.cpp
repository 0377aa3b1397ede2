// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/token_command.hpp"

#include "gateway/cli/https_call.hpp"
#include "gateway/identity/jwt.hpp"

namespace gateway::cli
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Response;

struct Address
{
    std::string origin, path;
};

Result<Address> address_of(const std::string& url)
{
    constexpr std::string_view scheme = "https://";
    const auto slash = url.find('/', scheme.size());
    if (!url.starts_with(scheme) || slash == std::string::npos || slash == scheme.size())
        return fhir::fail(ErrorKind::value_invalid,
                          "`" + url +
                              "` is no token endpoint such as https://gateway.example.net/oauth2/token.");
    return Address{url.substr(0, slash + 1), url.substr(slash + 1)};
}

std::string form_of(const TokenOptions& options, const std::string& assertion)
{
    const auto field = [](std::string_view name, std::string_view value) {
        return std::string(name) + "=" + fhir::rest::percent_encode(value);
    };
    std::string form = field("grant_type", "client_credentials");
    if (!options.scope.empty())
        form += "&" + field("scope", options.scope);
    form += "&" + field("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    return form + "&" + field("client_assertion", assertion);
}

fhir::rest::Request request_of(std::string path, std::string form)
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = std::move(path);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("Accept", "application/json");
    request.body = std::move(form);
    return request;
}

std::string text_of(const JsonValue& body, std::string_view name)
{
    const JsonValue* value = body.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

/// RFC 6749 section 5: a token, or an error code with a description.
Result<std::string> token_in(const Response& response, const std::string& url)
{
    const auto body = fhir::codec::parse_json(response.body.view());
    if (!body)
        return fhir::fail(ErrorKind::supplier_malformed, url + " answered with status " +
                                                             std::to_string(response.status) +
                                                             " and no JSON; it is no token endpoint.");
    if (std::string token = text_of(*body, "access_token"); response.status == 200 && !token.empty())
        return token;
    if (const std::string code = text_of(*body, "error"); !code.empty())
        return fhir::fail(ErrorKind::login_required,
                          "No token was issued (" + code + "). " + text_of(*body, "error_description"));
    return fhir::fail(ErrorKind::supplier_malformed, url + " answered with status " +
                                                         std::to_string(response.status) +
                                                         "; it is no token endpoint.");
}

} // namespace

Result<std::string> make_assertion(const TokenOptions& options, const adapters::Clock& clock,
                                   adapters::Random& random)
{
    const auto key = identity::load_private_key(options.key_file);
    if (!key)
        return std::unexpected(key.error());
    const auto expires = identity::to_numeric_date(clock.now() + std::chrono::minutes(4));
    return identity::sign_jwt(*key, "JWT",
                              JsonValue::object({{"iss", options.client_id},
                                                 {"sub", options.client_id},
                                                 {"aud", options.token_url},
                                                 {"exp", expires},
                                                 {"jti", adapters::new_uuid(clock, random)}}));
}

Result<std::string> fetch_token(const TokenOptions& options, const adapters::Clock& clock,
                                adapters::Random& random)
{
    auto address = address_of(options.token_url);
    if (!address)
        return std::unexpected(address.error());
    const auto assertion = make_assertion(options, clock, random);
    if (!assertion)
        return std::unexpected(assertion.error());
    const auto answer = call_once(address->origin, options.ca_file, "token endpoint",
                                  request_of(std::move(address->path), form_of(options, *assertion)));
    if (!answer)
        return std::unexpected(answer.error());
    return token_in(*answer, options.token_url);
}

} // namespace gateway::cli
