// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace gateway::audit
{

/// An Ed25519 public key (RFC 8032). Immutable, cheap to copy.
class VerifyingKey
{
public:
    explicit VerifyingKey(std::shared_ptr<evp_pkey_st> key);

    /// First 16 hexadecimal digits of the SHA-256 of the 32 raw bytes.
    const std::string& id() const { return id_; }
    bool verify(std::string_view text, std::string_view signature) const;
    std::string to_pem() const;

private:
    std::shared_ptr<evp_pkey_st> key_;
    std::string id_;
};

/// The private half; signs checkpoints and exports, and nothing else. Thread-safe.
class SigningKey
{
public:
    explicit SigningKey(std::shared_ptr<evp_pkey_st> key);

    const VerifyingKey& public_key() const { return public_key_; }
    const std::string& id() const { return public_key_.id(); }
    /// 64 raw bytes.
    std::string sign(std::string_view text) const;
    /// For `create_signing_key` and tests.
    std::string to_pem() const;

private:
    std::shared_ptr<evp_pkey_st> key_;
    VerifyingKey public_key_;
};

SigningKey generate_signing_key();
/// PEM (PKCS #8), as `openssl genpkey -algorithm ed25519` writes it. A file that group or others may read is
/// refused.
fhir::Result<SigningKey> load_signing_key(const std::string& file);
/// One or several public keys in PEM: the signing key may have been changed in between.
fhir::Result<std::vector<VerifyingKey>> parse_verifying_keys(std::string_view pem, std::string_view where);
fhir::Result<std::vector<VerifyingKey>> load_verifying_keys(const std::string& file);

} // namespace gateway::audit
