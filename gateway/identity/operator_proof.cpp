// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/operator_proof.hpp"

#include "gateway/identity/jwt.hpp"

namespace gateway::identity
{

using fhir::ErrorKind;
using fhir::codec::JsonValue;

namespace
{

constexpr std::chrono::seconds proof_lifetime{60};
constexpr std::string_view bearer_scheme = "Bearer ";

std::string audience_of(const std::string& issuer)
{
    return issuer + "/management";
}

} // namespace

std::string sign_operator_proof(const PrivateKey& key, const std::string& issuer, const std::string& name,
                                const adapters::Clock& clock, adapters::Random& random)
{
    const fhir::Instant now = clock.now();
    return sign_jwt(key, "JWT",
                    JsonValue::object({{"iss", issuer},
                                       {"sub", name},
                                       {"aud", audience_of(issuer)},
                                       {"iat", to_numeric_date(now)},
                                       {"exp", to_numeric_date(now + proof_lifetime)},
                                       {"jti", adapters::new_uuid(clock, random)}}));
}

OperatorCheck::OperatorCheck(PublicKey key, std::string issuer, const adapters::Clock& clock)
    : key_(std::move(key)), issuer_(std::move(issuer)), clock_(clock)
{}

fhir::Result<std::string> OperatorCheck::operator_of(const fhir::rest::Request& request) const
{
    const std::string_view header = request.headers.get("Authorization");
    if (header.empty())
        return fhir::fail(
            ErrorKind::login_required,
            "Only an operator may change something here: use the apptgw command with --config.");
    if (!header.starts_with(bearer_scheme) || request.headers.count("Authorization") > 1)
        return fhir::fail(ErrorKind::token_invalid,
                          "The Authorization header does not hold one bearer token.");
    const auto parsed = UnverifiedJwt::parse(header.substr(bearer_scheme.size()));
    if (!parsed)
        return std::unexpected(parsed.error());
    const auto proof = parsed->verify(key_);
    if (!proof)
        return std::unexpected(proof.error());
    if (!proof->is_for(audience_of(issuer_)) || proof->text("sub").empty())
        return fhir::fail(ErrorKind::token_invalid, "The token is no operator's proof for this gateway.");
    // Two minutes at most, so that nobody keeps one; the command makes a new one each time.
    const auto times = check_times(*proof, clock_.now(), {.leeway = {}, .max_lifetime = 2 * proof_lifetime});
    if (!times)
        return std::unexpected(times.error());
    return proof->text("sub");
}

} // namespace gateway::identity
