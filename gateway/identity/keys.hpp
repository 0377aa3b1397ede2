// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace gateway::identity
{

/// Signature algorithms of RFC 7518 that can be used here. `none` and the HMAC family cannot be expressed.
enum class Algorithm : std::uint8_t
{
    es256,
    es384,
    rs256,
    rs384,
    rs512
};
std::string_view to_text(Algorithm algorithm);
std::optional<Algorithm> parse_algorithm(std::string_view text);

enum class KeyType : std::uint8_t
{
    ec_p256,
    ec_p384,
    rsa
};

/// A public key that may verify signatures. Immutable, cheap to copy, safe to share between threads.
class PublicKey
{
public:
    PublicKey(std::shared_ptr<evp_pkey_st> key, KeyType type, std::string id,
              std::optional<Algorithm> only = {});

    const std::string& id() const { return id_; } ///< `kid`
    KeyType type() const { return type_; }
    evp_pkey_st* handle() const { return key_.get(); }
    /// The key decides: P-256 takes ES256 only, P-384 ES384 only, RSA one named by its JWK or any of RS256,
    /// RS384, RS512.
    bool accepts(Algorithm algorithm) const;
    bool verify(Algorithm algorithm, std::string_view data, std::string_view signature) const;

private:
    std::shared_ptr<evp_pkey_st> key_;
    KeyType type_;
    std::string id_;
    std::optional<Algorithm> only_;
};

/// A private key that signs. Never printed; the only way out is the PEM of a key made here.
class PrivateKey
{
public:
    PrivateKey(std::shared_ptr<evp_pkey_st> key, KeyType type);

    /// RFC 7638 thumbprint of the public half: the `kid` it is published under.
    const std::string& id() const { return public_key_.id(); }
    const PublicKey& public_key() const { return public_key_; }
    /// ES256, ES384 or (RSA) RS384.
    Algorithm algorithm() const;
    /// ECDSA signatures are raw R||S as JOSE wants them.
    std::string sign(std::string_view data) const;
    std::string sign(Algorithm algorithm, std::string_view data) const;

private:
    PublicKey public_key_;
};

/// PEM, unencrypted: EC P-256, EC P-384, or RSA of 2048 to 8192 bits. `where` names the file or setting in
/// the error sentence.
fhir::Result<PrivateKey> parse_private_key(std::string_view pem, std::string_view where);
/// Refuses a file that group or others may read.
fhir::Result<PrivateKey> load_private_key(const std::string& file);
/// For the sandbox and for tests.
PrivateKey generate_private_key(KeyType type);
std::string to_pem(const PrivateKey& key);

/// A text file of at most `max_bytes`; `secret` ones only if nobody but the owner may read them.
fhir::Result<std::string> read_text_file(const std::string& file, bool secret,
                                         std::size_t max_bytes = 1 << 20);

} // namespace gateway::identity
