// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/base64url.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Digests and encodings on OpenSSL's EVP, as plain byte strings. Keys and signatures: keys.hpp.
namespace gateway::identity
{

/// 32 raw bytes.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
/// Lower case.
std::string to_hex(std::string_view bytes);
/// Whatever the case; nothing on an odd length or another character.
std::optional<std::string> from_hex(std::string_view text);

using fhir::base64url_decode;
using fhir::base64url_encode;

/// Unguessable, as base64url of that many random bytes.
std::string random_token(std::size_t bytes = 32);
/// Takes the same time wherever they differ; lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace gateway::identity
