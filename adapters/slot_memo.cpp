// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"

namespace adapters
{

namespace
{

/// How many answers a row may be absent from: consumers ask for different stretches of time in turn.
constexpr std::uint64_t answers_remembered = 16;
/// More rows than any practice has; beyond it rows are translated and not kept.
constexpr std::size_t max_rows = 50'000;

} // namespace

SlotMemo::Rows& SlotMemo::Reading::rows_of(std::string_view context)
{
    if (last_ && last_->first == context)
        return last_->second;
    auto found = memo_.contexts_.find(context);
    if (found == memo_.contexts_.end())
        found = memo_.contexts_.try_emplace(std::string(context)).first;
    last_ = &*found;
    return last_->second;
}

SharedSlot SlotMemo::Reading::keep(Rows& rows, std::string_view source, OfferedSlot offered)
{
    auto slot = share(std::move(offered));
    if (memo_.size_ < max_rows) {
        rows.emplace(std::string(source), Row{slot, memo_.answer_});
        ++memo_.size_;
    }
    return slot;
}

void SlotMemo::forget_old_rows()
{
    if (++answer_ % answers_remembered != 0)
        return;
    for (auto& [context, rows] : contexts_)
        size_ -= std::erase_if(
            rows, [&](const auto& row) { return row.second.answer + answers_remembered < answer_; });
    std::erase_if(contexts_, [](const auto& context) { return context.second.empty(); });
}

} // namespace adapters
