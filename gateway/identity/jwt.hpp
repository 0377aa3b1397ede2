// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "fhir/model/instant.hpp"
#include "gateway/identity/jwk.hpp"
#include "gateway/identity/keys.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Signed JSON Web Tokens only (RFC 7515, 7519, 8725). GP Connect's unsigned provenance token is another type
/// in another folder and cannot become one of these.
namespace gateway::identity
{

inline constexpr std::size_t max_jwt_bytes = 8192;

/// The claims of a token whose signature has been checked. There is no other way to make one, and no way to
/// read claims before.
class VerifiedJwt
{
public:
    const std::string& kid() const { return kid_; }
    /// Empty unless it is a text.
    std::string text(std::string_view claim) const;
    /// Nothing unless it is a whole number.
    std::optional<std::int64_t> number(std::string_view claim) const;
    const fhir::codec::JsonValue& claims() const { return claims_; }
    /// `aud` is this text or an array that holds it.
    bool is_for(std::string_view audience) const;

private:
    friend class UnverifiedJwt;
    std::string kid_;
    fhir::codec::JsonValue claims_;
};

/// A well-formed token that proves nothing yet. Only what is needed to find its key can be read.
class UnverifiedJwt
{
public:
    /// Exactly three canonical base64url parts; objects without duplicate members; a known signature
    /// algorithm; no `crit`. Header members that point to keys (`jku`, `x5u`, `jwk`, `x5c`) are never
    /// followed. Kind `token_invalid`; the sentence never quotes the token.
    static fhir::Result<UnverifiedJwt> parse(std::string_view compact);

    const std::string& kid() const { return kid_; }
    /// What it says of itself, to choose whose keys may verify it.
    std::string claimed_issuer() const { return claimed("iss"); }
    std::string claimed_subject() const { return claimed("sub"); }

    /// The key must be of this token's `kid`, and must itself allow the algorithm.
    fhir::Result<VerifiedJwt> verify(const PublicKey& key) const;
    fhir::Result<VerifiedJwt> verify(const KeySet& keys) const;

private:
    std::string claimed(std::string_view name) const;

    Algorithm algorithm_ = Algorithm::es256;
    std::string kid_;
    std::string signed_part_;
    std::string signature_;
    fhir::codec::JsonValue claims_;
};

/// When a token may be used. `exp` must be there; `nbf` and `iat` are checked where present. Errors:
/// `token_invalid`, `token_expired`.
struct TimeRules
{
    std::chrono::seconds leeway{0};
    std::optional<std::chrono::seconds> max_lifetime; ///< from now to `exp`
};
fhir::Result<fhir::Instant> check_times(const VerifiedJwt& token, fhir::Instant now, const TimeRules& rules);

/// Compact form, signed with the key's own algorithm and `kid` (or another of both).
std::string sign_jwt(const PrivateKey& key, std::string_view type, const fhir::codec::JsonValue& claims);
std::string sign_jwt(const PrivateKey& key, Algorithm algorithm, std::string_view kid, std::string_view type,
                     const fhir::codec::JsonValue& claims);

std::int64_t to_numeric_date(fhir::Instant at);

} // namespace gateway::identity
