// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/chain.hpp"

#include "gateway/audit/fields.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>

namespace gateway::audit
{

namespace
{

constexpr std::string_view checkpoint_word = "apptgw-audit-checkpoint-1",
                           anchor_word = "apptgw-audit-anchor-1";
constexpr std::size_t hash_bytes = 32;

std::string entity_of(const AuditRecord& record)
{
    return record.id.empty() ? std::string() : record.type + "/" + record.id;
}

std::string about(const std::string& chain, std::int64_t sequence)
{
    return "record " + std::to_string(sequence) + " of chain " + chain;
}

bool is_signed(const store::AuditCheckpoint& point, const std::vector<VerifyingKey>& keys)
{
    const auto text = parse_checkpoint(point.bytes);
    return text && text->chain == point.chain && text->sequence == point.sequence &&
           text->hash == point.hash && std::ranges::any_of(keys, [&](const VerifyingKey& key) {
               return key.verify(point.bytes, point.signature);
           });
}

/// The record a checkpoint speaks of, and the hash from which to go on.
std::string check_checkpoint(const store::AuditCheckpoint& point, const std::vector<store::AuditRow>& rows,
                             const std::vector<VerifyingKey>& keys)
{
    if (!is_signed(point, keys))
        return "The checkpoint behind " + about(point.chain, point.sequence) + " is not signed as it stands.";
    if (point.anchor)
        return {};
    if (rows.empty() || rows.front().sequence != point.sequence)
        return "The signed " + about(point.chain, point.sequence) + " is missing.";
    if (rows.front().hash != point.hash)
        return "The signed " + about(point.chain, point.sequence) + " was changed.";
    return {};
}

std::string check_row(const store::AuditRow& row, std::int64_t sequence, std::string_view previous)
{
    if (row.sequence != sequence)
        return about(row.chain, sequence) + " is missing.";
    return link_hash(previous, row.bytes) == row.hash ? std::string()
                                                      : about(row.chain, sequence) + " was changed.";
}

} // namespace

std::string link_hash(std::string_view previous, std::string_view bytes)
{
    std::string text(previous);
    text += bytes;
    return identity::sha256(text);
}

std::string signed_text(const Checkpoint& checkpoint)
{
    return FieldWriter(checkpoint.anchor ? anchor_word : checkpoint_word)
        .add("chain", checkpoint.chain)
        .add("seq", checkpoint.sequence)
        .add("at", fhir::to_utc_text(checkpoint.at))
        .add("hash", identity::to_hex(checkpoint.hash))
        .add("key", checkpoint.key)
        .take();
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text)
{
    const FieldReader fields(text);
    const auto sequence = fields.number("seq");
    const auto at = fhir::parse_instant(fields.text("at"));
    const auto hash = identity::from_hex(fields.text("hash"));
    if (!sequence || !at || !hash || hash->size() != hash_bytes)
        return std::nullopt;
    Checkpoint point{fields.text("chain"),         *sequence,         *hash, *at,
                     fields.word() == anchor_word, fields.text("key")};
    return is_chain_name(point.chain) && signed_text(point) == text ? std::optional(point) : std::nullopt;
}

store::AuditCheckpoint sign(const Checkpoint& checkpoint, const SigningKey& key)
{
    std::string text = signed_text(checkpoint);
    std::string signature = key.sign(text);
    return {checkpoint.chain,  checkpoint.sequence, checkpoint.hash,     checkpoint.at,
            checkpoint.anchor, std::move(text),     std::move(signature)};
}

store::AuditRow Linker::row(std::int64_t sequence, std::string_view previous, const Note& note) const
{
    store::AuditRow row;
    row.chain = chain_;
    row.sequence = sequence;
    row.bytes = canonical({chain_, sequence, note.record});
    row.hash = link_hash(previous, row.bytes);
    row.at = note.record.at;
    row.agent = note.record.agent;
    row.practice = note.record.practice;
    row.entity = entity_of(note.record);
    row.patient_hash = note.record.patient_hash;
    row.patient = note.patient;
    return row;
}

store::AuditAppend Linker::link(const store::AuditHead& head, const std::vector<Note>& notes, bool sign_end,
                                fhir::Instant now) const
{
    store::AuditAppend more;
    more.rows.reserve(notes.size());
    std::int64_t sequence = head.sequence, signed_up_to = head.checkpoint;
    std::string hash = head.hash;
    const auto sign_here = [&] {
        more.checkpoints.push_back(sign({chain_, sequence, hash, now, false, key_.id()}, key_));
        signed_up_to = sequence;
    };
    for (const Note& note : notes) {
        more.rows.push_back(row(++sequence, hash, note));
        hash = more.rows.back().hash;
        if (sequence % checkpoint_every_records == 0)
            sign_here();
    }
    if (sign_end && sequence > signed_up_to)
        sign_here();
    return more;
}

Awaitable<fhir::Result<std::string>> check_tail(store::AuditReader& reader, store::AuditChain chain,
                                                std::vector<VerifyingKey> keys)
{
    constexpr std::size_t page = 1000;
    const std::int64_t from = chain.head.checkpoint;
    auto points = co_await reader.audit_checkpoints(chain.name, from, 1);
    auto rows = co_await reader.audit_rows(chain.name, from > 0 ? from - 1 : 0, page);
    if (!points || !rows)
        co_return std::unexpected(points ? rows.error() : points.error());
    std::int64_t sequence = 0;
    std::string hash(hash_bytes, '\0');
    std::size_t begin = 0;
    if (from > 0 && !points->empty()) {
        if (auto wrong = check_checkpoint(points->front(), *rows, keys); !wrong.empty())
            co_return wrong;
        sequence = from;
        hash = points->front().hash;
        begin = points->front().anchor ? 0 : 1;
    }
    while (!rows->empty()) {
        for (std::size_t i = begin; i < rows->size(); ++i) {
            if (auto wrong = check_row((*rows)[i], ++sequence, hash); !wrong.empty())
                co_return wrong;
            hash = (*rows)[i].hash;
        }
        begin = 0;
        rows = co_await reader.audit_rows(chain.name, sequence, page);
        if (!rows)
            co_return std::unexpected(rows.error());
    }
    co_return std::string();
}

} // namespace gateway::audit
