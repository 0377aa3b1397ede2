// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"

namespace adapters
{

namespace
{

/// Answers beyond what parsers take are left to them to refuse.
constexpr std::size_t most_bytes = std::size_t{8} << 20;
/// Rows that may be gone in one place for those behind them to be found without looking them up.
constexpr int look_ahead = 8;
/// So many unknown rows at the beginning, and the answer is taken for a new one.
constexpr std::size_t most_misses = 64;

std::size_t occurrences(std::string_view text, std::string_view of)
{
    std::size_t count = 0;
    for (auto at = text.find(of); at != std::string_view::npos; at = text.find(of, at + of.size()))
        ++count;
    return count;
}

} // namespace

/// Takes the known rows out of one answer. Rows mostly come in the order of last time: where each is looked
/// for first is behind the one before it.
class RowMarker
{
public:
    RowMarker(const SlotMemo& memo, const RowSyntax& syntax, MarkedText& out)
        : memo_(memo), syntax_(syntax), out_(out), answer_(out.answer_),
          opening_(syntax.opening(memo.first_->source))
    {}

    void mark()
    {
        std::size_t misses = 0;
        for (auto at = answer_.find(opening_); at != std::string_view::npos;) {
            if (const auto* row = row_at(at)) {
                add(*row, at);
                at = copied_;
            } else if (++misses > most_misses && !last_) {
                return;
            } else {
                at += opening_.size();
            }
            at = answer_.find(opening_, at);
        }
        end_run();
        out_.marked_.append(answer_.substr(copied_));
        // A text of the supplier's own that looks like a mark.
        if (occurrences(out_.marked_, syntax_.mark) != out_.marks())
            out_.ends_.clear();
    }

private:
    const SlotMemo::Row* row_at(std::size_t at) const
    {
        const auto rest = answer_.substr(at);
        const SlotMemo::Row* likely = last_ ? last_->next : memo_.first_;
        for (int i = 0; likely && i < look_ahead; ++i, likely = likely->next)
            if (rest.starts_with(likely->source))
                return likely;
        const auto end = syntax_.row_end(answer_, at);
        const auto found = end == std::string_view::npos
                               ? memo_.rows_.end()
                               : memo_.rows_.find(SlotMemo::Hashed(answer_.substr(at, end - at)));
        return found == memo_.rows_.end() ? nullptr : &found->second;
    }

    void add(const SlotMemo::Row& row, std::size_t at)
    {
        const auto between = answer_.substr(copied_, at - copied_);
        if (!last_ || !syntax_.separates(between)) {
            end_run();
            out_.marked_.append(between);
        }
        out_.rows_.push_back(&row);
        last_ = &row;
        copied_ = at + row.source.size();
    }

    void end_run()
    {
        if (!last_)
            return;
        syntax_.append_mark(out_.marked_, last_->source, out_.marks());
        out_.ends_.push_back(out_.rows_.size());
    }

    const SlotMemo& memo_;
    const RowSyntax& syntax_;
    MarkedText& out_;
    std::string_view answer_, opening_;
    const SlotMemo::Row* last_ = nullptr;
    std::size_t copied_ = 0; ///< up to here the answer stands in the text or among the rows
};

MarkedText SlotMemo::marked(std::string_view answer, const RowSyntax& syntax)
{
    MarkedText out(answer);
    const std::lock_guard lock(mutex_);
    if (!first_ || answer.size() > most_bytes)
        return out;
    if (syntax.opening(first_->source).size() > 1)
        RowMarker(*this, syntax, out).mark();
    if (out.marks() > 0) {
        ++pins_;
        out.pin_ = {this, [](void* memo) { static_cast<SlotMemo*>(memo)->unpin(); }};
    }
    return out;
}

} // namespace adapters
