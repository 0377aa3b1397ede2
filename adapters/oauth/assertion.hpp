// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>

namespace adapters::oauth
{

/// How assertions are signed.
enum class Signing
{
    smart, ///< ES384 or RS384, as the key wants (SMART Backend Services)
    rs512, ///< RSA only: the application-restricted APIs of NHS England
};

/// What a client says of itself (RFC 7523, SMART Backend Services).
struct AssertionFacts
{
    std::string client_id;
    std::string audience; ///< URL of the token endpoint
    std::string key_id;   ///< empty: none is named
    std::string unique_id;
    fhir::Instant issued{};
    Signing signing = Signing::smart;
};

/// A JWT good for four minutes. `access_denied` with advice for the operator when the PEM key is none that
/// can sign so.
fhir::Result<std::string> sign_assertion(const AssertionFacts& facts, const std::string& private_key);

/// The other side's check of such a signature; `public_key` is PEM.
bool is_signed_by(std::string_view assertion, const std::string& public_key,
                  Signing signing = Signing::smart);

/// A throw-away key pair, PEM.
struct KeyPair
{
    std::string private_key;
    std::string public_key;
};
KeyPair make_key_pair(); ///< P-384
/// RSA, 2048 bits: takes a while.
KeyPair make_rsa_key_pair();

/// RFC 7617 credentials; both parts are form-encoded first (RFC 6749 section 2.3.1).
std::string basic_credentials(std::string_view client_id, std::string_view secret);

} // namespace adapters::oauth
