// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::store
{

/// Encrypts what identifies patients and makes the keyed hashes by which it is found. AES-256-GCM with a
/// random nonce; HMAC-SHA-256. Both keys are derived from one 32-byte key that lives in a file outside the
/// database. Thread-safe.
class Sealer
{
public:
    using Key = std::array<unsigned char, 32>;
    explicit Sealer(const Key& key);
    ~Sealer();
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    /// `context` names the place (`appointment.resource/<id>`): bytes moved to another place do not open.
    std::string seal(std::string_view plain, std::string_view context) const;
    /// Nothing when the bytes were changed, come from another place, or were sealed with another key.
    std::optional<std::string> open(std::string_view sealed, std::string_view context) const;
    /// 32 bytes; equal for equal `text` and `purpose`.
    std::string fingerprint(std::string_view purpose, std::string_view text) const;

private:
    struct Ciphers;
    std::unique_ptr<const Ciphers> ciphers_;
};

/// Reads 32 raw bytes or 64 hexadecimal digits. A file that group or others may read is refused.
fhir::Result<Sealer::Key> read_key_file(const std::string& path);
/// Makes a new random key, mode 0600; refuses to overwrite.
fhir::Result<void> create_key_file(const std::string& path);
/// Lower-case hexadecimal.
std::string sha256_hex(std::string_view text);

} // namespace gateway::store
