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
/// random nonce; HMAC-SHA-256. The keys live in a file outside the database. Thread-safe.
class Sealer
{
public:
    using Bytes = std::array<unsigned char, 32>;
    /// One for each purpose. A new sealing key leaves the other as it is: what was hashed is not known any
    /// more, so it cannot be hashed again.
    struct Key
    {
        Bytes sealing{};
        Bytes lookup{};

        /// Both from one.
        static Key derived_from(const Bytes& master);
        friend bool operator==(const Key&, const Key&) = default;
    };
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

/// Reads 32 raw bytes or 64 hexadecimal digits, from which both keys are derived; or, as
/// `create_next_key_file` writes it, both keys. A file that group or others may read is refused.
fhir::Result<Sealer::Key> read_key_file(const std::string& path);
/// Makes a new random key, mode 0600; refuses to overwrite.
fhir::Result<void> create_key_file(const std::string& path);
/// A new random sealing key with the lookup key of `current`, mode 0600; refuses to overwrite.
fhir::Result<void> create_next_key_file(const std::string& path, const Sealer::Key& current);
/// Lower-case hexadecimal.
std::string sha256_hex(std::string_view text);

} // namespace gateway::store
