// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export_verifier.hpp"

#include "gateway/audit/export_lines.hpp"
#include "gateway/identity/crypto.hpp"

#include <algorithm>

namespace gateway::audit
{

namespace
{

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::size_t hash_digits = 64, signature_digits = 128;

/// Digits of that number and a tab; what follows.
std::optional<std::string_view> behind_hex(std::string_view text, std::size_t digits)
{
    if (text.size() <= digits || text[digits] != '\t' ||
        text.substr(0, digits).find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return std::nullopt;
    return text.substr(digits + 1);
}

std::string numbered(std::int64_t sequence)
{
    return "record " + std::to_string(sequence);
}

} // namespace

bool ExportVerifier::feed(std::string_view bytes)
{
    while (!bytes.empty() && !found_) {
        const auto end = bytes.find('\n');
        rest_ += bytes.substr(0, end);
        if (rest_.size() > longest_line) {
            ++line_;
            found_ = fail("The line is longer than any that an export has.", next()).error();
        }
        if (end == std::string_view::npos)
            break;
        bytes.remove_prefix(end + 1);
        ++line_;
        const std::string text = std::exchange(rest_, {});
        if (const auto checked = found_ ? Checked() : line(text); !checked)
            found_ = checked.error();
    }
    return !found_;
}

std::expected<VerifiedExport, Finding> ExportVerifier::finish()
{
    if (!found_ && (!ended_ || !rest_.empty())) {
        ++line_;
        const bool in_chain = !export_.chains.empty();
        found_ = ended_ ? fail("Something stands behind the end of the export.").error()
                        : fail(in_chain && sequence_ > 0
                                   ? "The export breaks off behind " + numbered(sequence_) +
                                         ": what followed is missing, and so is the signed last line."
                                   : "The export has no records and no signed last line.",
                               in_chain ? next() : 0)
                              .error();
    }
    if (found_)
        return std::unexpected(*found_);
    return export_;
}

ExportVerifier::Checked ExportVerifier::fail(std::string what, std::int64_t sequence) const
{
    const std::string chain = export_.chains.empty() ? std::string() : export_.chains.back().name;
    return std::unexpected(Finding{chain, chain.empty() ? 0 : sequence, line_, std::move(what)});
}

ExportVerifier::Checked ExportVerifier::line(std::string_view text)
{
    Checked checked;
    if (ended_)
        checked = fail("Something stands behind the end of the export.");
    else if (line_ == 1)
        checked = heading(text);
    else if (text.starts_with(end_prefix))
        checked = end(text.substr(end_prefix.size()));
    else if (text.starts_with(chain_prefix))
        checked = begin_chain(text);
    else if (export_.chains.empty())
        checked = fail("No chain has begun here.");
    else if (text.starts_with(record_prefix))
        checked = record(text.substr(record_prefix.size()));
    else if (text.starts_with(signed_prefix))
        checked = checkpoint(text.substr(signed_prefix.size()));
    else
        checked =
            fail("The line where " + numbered(next()) + " is expected is no line of an export.", next());
    hash_.add(text);
    hash_.add("\n");
    return checked;
}

ExportVerifier::Checked ExportVerifier::heading(std::string_view text)
{
    const auto heading = parse_heading(text);
    if (!heading)
        return fail("This is no export of an audit trail, or its first line was changed.");
    if (std::ranges::find(keys_, heading->key, &VerifyingKey::id) == keys_.end())
        return fail("The export was signed with key " + heading->key.substr(0, 64) +
                    ", which is not among the public keys given.");
    export_.made = heading->made;
    export_.key = heading->key;
    return {};
}

ExportVerifier::Checked ExportVerifier::begin_chain(std::string_view text)
{
    const auto name = parse_chain_line(text);
    if (!name)
        return fail("The line that begins a chain was changed.", next());
    if (std::ranges::find(export_.chains, *name, &VerifiedChain::name) != export_.chains.end())
        return fail("Chain " + *name + " begins twice.", next());
    export_.chains.push_back({*name, 0, 0, 0, 0, false, {}});
    sequence_ = 0;
    previous_.assign(hash_digits / 2, '\0');
    return {};
}

/// Which of the two: a record changed, or another one in its place.
std::string ExportVerifier::why_not_linked(std::string_view bytes, std::string_view stated) const
{
    const auto entry = parse_canonical(bytes);
    const auto& chain = export_.chains.back().name;
    if (!entry || entry->chain != chain || entry->sequence == next())
        return "Record " + std::to_string(next()) + " was changed, or the one before it: it does not give " +
               std::string(stated.substr(0, hash_digits)) + ".";
    if (entry->sequence > next())
        return "Record " + std::to_string(next()) +
               " is missing or out of order: " + numbered(entry->sequence) + " stands in its place.";
    return "Record " + std::to_string(next()) + " is expected, and " + numbered(entry->sequence) +
           " stands here: inserted, repeated or out of order.";
}

ExportVerifier::Checked ExportVerifier::record(std::string_view rest)
{
    const auto bytes = behind_hex(rest, hash_digits);
    if (!bytes)
        return fail("The hash of " + numbered(next()) + " was changed.", next());
    const std::string hash = link_hash(previous_, *bytes);
    if (identity::to_hex(hash) != rest.substr(0, hash_digits))
        return fail(why_not_linked(*bytes, rest), next());
    const auto entry = parse_canonical(*bytes);
    auto& chain = export_.chains.back();
    if (!entry || entry->chain != chain.name || entry->sequence != next())
        return fail("What stands in the place of " + numbered(next()) + " is another record, or none.",
                    next());
    ++sequence_;
    ++export_.records;
    previous_ = hash;
    chain.first = chain.first == 0 ? sequence_ : chain.first;
    chain.last = sequence_;
    chain.head = identity::to_hex(hash);
    return {};
}

bool ExportVerifier::is_signed(std::string_view text, std::string_view signature_hex) const
{
    const auto signature = identity::from_hex(signature_hex);
    return signature &&
           std::ranges::any_of(keys_, [&](const VerifyingKey& key) { return key.verify(text, *signature); });
}

ExportVerifier::Checked ExportVerifier::checkpoint(std::string_view rest)
{
    auto& chain = export_.chains.back();
    const auto text = behind_hex(rest, signature_digits);
    const auto point = text ? parse_checkpoint(*text) : std::nullopt;
    if (!point || point->chain != chain.name || !is_signed(*text, rest.substr(0, signature_digits)))
        return fail("The checkpoint behind " + numbered(sequence_) +
                        " was changed or is not signed with "
                        "a key that is known here.",
                    next());
    const bool begins = chain.last == 0 && chain.checkpoints == 0;
    if (!begins && point->sequence > sequence_)
        return fail("Record " + std::to_string(next()) + " is missing: the signed checkpoint of " +
                        numbered(point->sequence) + " stands in its place.",
                    next());
    if (!begins && (point->sequence != sequence_ || point->hash != previous_ || point->anchor))
        return fail("The signed checkpoint of " + numbered(point->sequence) +
                        " says something else than the records behind the checkpoint before it: one of "
                        "them was changed and all hashes made anew.",
                    sequence_);
    if (begins) {
        sequence_ = chain.after = point->sequence;
        previous_ = point->hash;
        chain.purged = point->anchor;
    }
    ++chain.checkpoints;
    return {};
}

ExportVerifier::Checked ExportVerifier::end(std::string_view rest)
{
    const auto text = behind_hex(rest, signature_digits);
    const auto end = text ? parse_export_end(*text) : std::nullopt;
    if (!end || !is_signed(*text, rest.substr(0, signature_digits)))
        return fail("The last line was changed or is not signed with a key that is known here.", next());
    if (end->records != export_.records)
        return fail("The export was signed with " + std::to_string(end->records) + " records and has " +
                        std::to_string(export_.records) + ".",
                    next());
    if (end->sha256 != hash_.hex() || end->made != export_.made || end->key != export_.key)
        return fail("A line that is no record was changed, added or taken away.");
    ended_ = true;
    return {};
}

} // namespace gateway::audit
