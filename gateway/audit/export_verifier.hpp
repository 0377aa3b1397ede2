// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/chain.hpp"
#include "gateway/audit/running_hash.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::audit
{

/// The first thing that is wrong with an export.
struct Finding
{
    std::string chain;         ///< empty: before any chain
    std::int64_t sequence = 0; ///< the record; 0: none in particular
    std::size_t line = 0;      ///< of the file, from 1
    std::string what;          ///< a sentence
};

/// What was found whole.
struct VerifiedChain
{
    std::string name;
    std::int64_t first = 0, last = 0; ///< 0: no records
    std::int64_t checkpoints = 0;
    std::int64_t after = 0; ///< begins behind this record; 0: with the first
    bool purged = false;    ///< what stood before was purged, and that is signed
    std::string head;       ///< hash of the last record
};

struct VerifiedExport
{
    std::vector<VerifiedChain> chains;
    std::int64_t records = 0;
    fhir::Instant made{};
    std::string key; ///< id of the key that signed it
};

/// Checks an export (README.md says how one is made up) as its bytes come; needs nothing but the public keys.
/// Hostile input is read in constant memory. May be copied at any point.
class ExportVerifier
{
public:
    explicit ExportVerifier(std::vector<VerifyingKey> keys) : keys_(std::move(keys)) {}

    /// False once something is wrong; what follows is not looked at.
    bool feed(std::string_view bytes);
    std::expected<VerifiedExport, Finding> finish();
    /// Records found whole so far.
    std::int64_t records() const { return export_.records; }

private:
    using Checked = std::expected<void, Finding>;

    Checked line(std::string_view text);
    Checked heading(std::string_view text);
    Checked begin_chain(std::string_view text);
    Checked record(std::string_view rest);
    Checked checkpoint(std::string_view rest);
    Checked end(std::string_view rest);
    Checked fail(std::string what, std::int64_t sequence = 0) const;
    std::string why_not_linked(std::string_view bytes, std::string_view stated) const;
    bool is_signed(std::string_view text, std::string_view signature_hex) const;
    std::int64_t next() const { return sequence_ + 1; }

    std::vector<VerifyingKey> keys_;
    VerifiedExport export_;
    std::string rest_; ///< of a line whose end has not come
    std::optional<Finding> found_;
    RunningHash hash_; ///< of all lines before this one
    std::size_t line_ = 0;
    bool ended_ = false;
    std::int64_t sequence_ = 0; ///< last record of the current chain
    std::string previous_;
};

} // namespace gateway::audit
