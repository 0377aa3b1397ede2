// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/document.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Answers of which most is known are not parsed as they came: each run of known rows is taken out, and a
/// mark, a short row of its own, stands in its place.
namespace adapters
{

/// A row that an earlier answer held, too.
struct KnownRow
{
    std::string_view source; ///< byte for byte as it was received
    std::string_view note;   ///< what its adapter wants to know of it without reading it
};

/// A row of an answer; `known` when an earlier one held the same bytes.
struct AnswerRow
{
    /// Which must outlive it.
    template <std::convertible_to<std::string_view> Text>
    AnswerRow(const Text& its_source) : source(its_source)
    {}
    AnswerRow(const KnownRow& row) : source(row.source), known(&row) {}

    std::string_view source;
    const KnownRow* known = nullptr;
};

/// How rows stand in a text. Where these guess wrong, an answer is read as it came: what is left of it with
/// its marks must be sound, and all its marks must stand where rows do.
struct RowSyntax
{
    /// Just behind the row that begins at `at`; npos when it has no end.
    std::size_t (*row_end)(std::string_view text, std::size_t at);
    /// How the row and others of its kind begin.
    std::string_view (*opening)(std::string_view row);
    /// Whether that stands between two rows of one list.
    bool (*separates)(std::string_view between);
    void (*append_mark)(std::string& out, std::string_view row, std::size_t number);
    std::string_view mark; ///< occurs in every mark
};

/// Objects in an array. A mark is an object with the one member `*`.
extern const RowSyntax json_rows;
/// Elements. A mark is one of the same name with the attribute `known-rows`.
extern const RowSyntax xml_rows;

inline constexpr std::string_view xml_mark = "known-rows";

/// An answer as it is to be parsed.
class MarkedText
{
public:
    using Rows = std::span<const KnownRow* const>;

    MarkedText() = default;
    /// As it came. Must outlive this.
    explicit MarkedText(std::string_view answer) : answer_(answer) {}

    std::string_view text() const { return ends_.empty() ? answer_ : std::string_view(marked_); }
    std::size_t marks() const { return ends_.size(); }
    /// What the mark of that number stands for, in order; empty when there is none.
    Rows rows(std::size_t number) const;
    /// What the node stands for; empty when it is no mark.
    Rows take(const fhir::codec::Node& node);
    /// Whether every mark was one of the nodes.
    bool all_taken() const { return taken_ == marks(); }

private:
    friend class RowMarker;
    friend class SlotMemo;

    std::string_view answer_;
    std::string marked_;
    std::vector<const KnownRow*> rows_; ///< of all marks
    std::vector<std::size_t> ends_;     ///< of each mark's, in `rows_`
    std::size_t taken_ = 0;
    std::unique_ptr<void, std::function<void(void*)>> pin_; ///< what keeps the rows known
};

/// Reads a JSON answer with `read(MarkedText&)`, which gives a result with a list `known` that keeps what
/// it was read from.
template <class Memo, class Read>
auto read_marked(std::string_view body, Memo* memo, Read read) -> decltype(read(std::declval<MarkedText&>()))
{
    if (memo != nullptr) {
        MarkedText marked = memo->marked(body, json_rows);
        if (marked.marks() > 0)
            if (auto result = read(marked); result && marked.all_taken()) {
                result->known.push_back(std::move(marked));
                return result;
            }
    }
    MarkedText whole(body);
    return read(whole);
}

} // namespace adapters
