// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/identity/keys.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// The public keys of one party (RFC 7517). Immutable.
class KeySet
{
public:
    KeySet() = default;
    explicit KeySet(std::vector<PublicKey> keys) : keys_(std::move(keys)) {}

    /// The key with exactly this `kid`; without one, the only key there is. nullptr otherwise.
    const PublicKey* find(std::string_view kid) const;
    const std::vector<PublicKey>& keys() const { return keys_; }

private:
    std::vector<PublicKey> keys_;
};

/// Reads a JWK Set. Keys of kinds not used here (symmetric, encryption, other curves) are passed over; a
/// malformed, too short or off-curve key, a private key, two keys of one `kid`, or no usable key at all is an
/// error that names `where`.
fhir::Result<KeySet> parse_key_set(std::string_view json, std::string_view where);

/// The public half only, with `kid`, `use` and `alg` of its type.
fhir::codec::JsonValue to_jwk(const PublicKey& key);
std::string to_key_set_json(const std::vector<PublicKey>& keys);
/// RFC 7638 with SHA-256.
std::string jwk_thumbprint(const PublicKey& key);

} // namespace gateway::identity
