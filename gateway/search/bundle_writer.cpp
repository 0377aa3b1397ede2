// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/bundle_writer.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/search/bundle_includes.hpp"
#include "gateway/search/bundle_outcome.hpp"

#include "fhir/outcome/operation_outcome.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::search
{

namespace
{

using fhir::codec::WriteOptions;
using fhir::rest::OutBuffer;
using fhir::search::Paging;

WriteOptions options_of(const Paging& paging)
{
    using Summary = WriteOptions::Summary;
    WriteOptions options;
    options.elements = paging.elements;
    if (paging.summary == Paging::Summary::true_)
        options.summary = Summary::summary;
    else if (paging.summary == Paging::Summary::text)
        options.summary = Summary::text;
    else if (paging.summary == Paging::Summary::data)
        options.summary = Summary::data;
    return options;
}

/// Appends the parts of one Bundle. Ids, references and URLs of ours hold nothing that JSON must escape.
class Writer
{
public:
    Writer(const SlotResult& result, const BundlePage& page, OutBuffer& out)
        : result_(result), page_(page), out_(out), options_(options_of(result.query.paging)),
          rewrite_(!options_.elements.empty() || options_.summary != WriteOptions::Summary::full)
    {}

    void write()
    {
        const bool count_only = result_.query.paging.summary == Paging::Summary::count;
        const auto hits = count_only ? std::vector<SlotHit>{} : result_.page(page_.offset, page_.count);
        out_.reserve(2048 + 256 * result_.books.size() + 1024 * hits.size());
        out_.append(R"({"resourceType":"Bundle")");
        if (!page_.id.empty())
            text(R"(,"id":")", page_.id, "\"");
        write_meta();
        text(R"(,"type":"searchset","timestamp":")", fhir::to_uk_text(result_.made), "\"");
        if (count_only || result_.query.paging.total != Paging::Total::none) {
            out_.append(R"(,"total":)");
            number(result_.total);
        }
        write_links(count_only);
        if (!count_only)
            write_entries(hits);
        out_.push_back('}');
    }

private:
    void text(std::string_view before, std::string_view value, std::string_view after)
    {
        out_.append(before);
        out_.append(value);
        out_.append(after);
    }
    void number(std::size_t value)
    {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out_.append({digits, static_cast<std::size_t>(end - digits)});
    }

    void write_meta();
    void write_links(bool count_only);
    void write_link(std::string_view relation, std::size_t offset);
    void write_self();
    void write_entries(const std::vector<SlotHit>& hits);
    void open_entry();
    void write_match(const SlotHit& hit);
    void write_include(const Included& included);

    const SlotResult& result_;
    const BundlePage& page_;
    OutBuffer& out_;
    WriteOptions options_;
    bool rewrite_;
    bool first_entry_ = true;
};

/// How old each practice's book is: when it was seen, and the seconds since.
void Writer::write_meta()
{
    out_.append(R"(,"meta":{)");
    if (!result_.books.empty())
        out_.append(R"("extension":[)");
    const std::string head =
        R"({"url":")" + page_.fhir_base +
        R"(/StructureDefinition/book-age","extension":[{"url":"practice","valueString":")";
    bool first = true;
    for (const BookMatches& matches : result_.books) {
        if (!first)
            out_.push_back(',');
        first = false;
        text(head, matches.book->ods.text(), R"("},{"url":"seen","valueInstant":")");
        text(fhir::to_uk_text(matches.book->seen), R"("},{"url":"ageSeconds","valueUnsignedInt":)", "");
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(result_.made - matches.book->seen);
        number(static_cast<std::size_t>(std::max<std::int64_t>(age.count(), 0)));
        out_.append("}]}");
    }
    if (!result_.books.empty())
        out_.append("],");
    text(R"("lastUpdated":")", fhir::to_uk_text(result_.made), "\"}");
}

void Writer::write_self()
{
    const bool says_count =
        std::ranges::any_of(result_.query.used, [](const auto& used) { return used.name == "_count"; });
    std::string query = fhir::search::to_query(result_.query);
    if (!says_count)
        query += (query.empty() ? "_count=" : "&_count=") + std::to_string(page_.count);
    text(R"(,"link":[{"relation":"self","url":")", page_.fhir_base, "/Slot?");
    text(query, "\"}", "");
}

void Writer::write_link(std::string_view relation, std::size_t offset)
{
    text(R"(,{"relation":")", relation, R"(","url":")");
    text(page_.fhir_base, "/Slot?_cursor=", page_.cursor);
    out_.append("&_offset=");
    number(offset);
    out_.append("&_count=");
    number(page_.count);
    out_.append("\"}");
}

void Writer::write_links(bool count_only)
{
    write_self();
    if (!count_only && !page_.cursor.empty() && page_.count > 0) {
        write_link("first", 0);
        if (page_.offset > 0)
            write_link("previous", page_.offset - std::min(page_.offset, page_.count));
        if (needs_cursor(result_, page_.offset, page_.count))
            write_link("next", page_.offset + page_.count);
    }
    out_.push_back(']');
}

/// An empty array would not be valid FHIR, so `entry` begins with its first entry.
void Writer::open_entry()
{
    out_.append(first_entry_ ? R"(,"entry":[{)" : ",{");
    first_entry_ = false;
}

void Writer::write_match(const SlotHit& hit)
{
    const fhir::codec::Written& written = hit.slot->json();
    open_entry();
    text(R"("fullUrl":")", page_.fhir_base, "/Slot/");
    text(hit.slot->id(), R"(","resource":)", "");
    if (rewrite_) {
        fhir::Slot slot = hit.slot->slot();
        slot.meta = hit.book->slot_stamp().meta(written.version());
        fhir::codec::write(slot, out_, options_);
    } else {
        hit.book->slot_stamp().append(out_, written);
    }
    out_.append(R"(,"search":{"mode":"match"}})");
}

void Writer::write_include(const Included& included)
{
    open_entry();
    text(R"("fullUrl":")", page_.fhir_base, "/");
    text(included.reference, R"(","resource":)", included.json);
    out_.append(R"(,"search":{"mode":"include"}})");
}

void Writer::write_entries(const std::vector<SlotHit>& hits)
{
    for (const SlotHit& hit : hits)
        write_match(hit);
    for (const Included& included : includes_of(hits, result_.query.includes))
        if (!page_.may_include ||
            page_.may_include(included.reference.substr(0, included.reference.find('/'))))
            write_include(included);
    if (page_.offset == 0 && (!result_.missing.empty() || !result_.warnings.empty())) {
        open_entry();
        text(R"("fullUrl":")", outcome_full_url, R"(","resource":)");
        fhir::codec::write(outcome_of(result_, fhir::outcome_code_system(page_.fhir_base)), out_);
        out_.append(R"(,"search":{"mode":"outcome"}})");
    }
    if (!first_entry_)
        out_.push_back(']');
}

} // namespace

void write_slot_bundle(const SlotResult& result, const BundlePage& page, OutBuffer& out)
{
    if (!page.pretty) {
        Writer(result, page, out).write();
        return;
    }
    OutBuffer compact;
    Writer(result, page, compact).write();
    out.append(fhir::codec::pretty(compact.view()));
}

bool needs_cursor(const SlotResult& result, std::size_t offset, std::size_t count)
{
    return count > 0 && offset + count < result.total;
}

} // namespace gateway::search
