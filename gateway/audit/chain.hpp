// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/record.hpp"
#include "gateway/audit/signing.hpp"
#include "gateway/store/audit_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::audit
{

/// A checkpoint at the latest behind so many records.
inline constexpr std::int64_t checkpoint_every_records = 1000;

/// SHA-256 over the hash before (32 bytes; zeros before the first record) and the canonical bytes.
std::string link_hash(std::string_view previous, std::string_view bytes);

/// What is signed about a chain as it stood behind one record.
struct Checkpoint
{
    std::string chain;
    std::int64_t sequence = 0;
    std::string hash; ///< 32 bytes, of that record
    fhir::Instant at{};
    bool anchor = false; ///< the records up to it were purged
    std::string key;     ///< id of the signing key
};

std::string signed_text(const Checkpoint& checkpoint);
/// Nothing unless `text` is, byte for byte, what is signed of a checkpoint.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);
store::AuditCheckpoint sign(const Checkpoint& checkpoint, const SigningKey& key);

/// A record on its way into the chain.
struct Note
{
    AuditRecord record;
    std::string patient; ///< NHS number digits, kept sealed beside the record; empty: none
};

/// Puts records behind a chain's end.
class Linker
{
public:
    Linker(std::string chain, SigningKey key) : chain_(std::move(chain)), key_(std::move(key)) {}

    /// A checkpoint stands behind every thousandth record, and at the end where `sign_end` asks for it.
    store::AuditAppend link(const store::AuditHead& head, const std::vector<Note>& notes, bool sign_end,
                            fhir::Instant now) const;

private:
    store::AuditRow row(std::int64_t sequence, std::string_view previous, const Note& note) const;

    std::string chain_;
    SigningKey key_;
};

/// Reads what stands behind the last checkpoint of a chain, and that checkpoint. A sentence that says what is
/// wrong; empty: nothing.
Awaitable<fhir::Result<std::string>> check_tail(store::AuditReader& reader, store::AuditChain chain,
                                                std::vector<VerifyingKey> keys);

} // namespace gateway::audit
