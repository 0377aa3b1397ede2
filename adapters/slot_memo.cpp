// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"

#include <memory>

namespace adapters
{

namespace
{

/// How many answers a row may be absent from: consumers ask for different stretches of time in turn.
constexpr std::uint64_t answers_remembered = 16;
/// More rows than any practice has; beyond it rows are translated and not kept.
constexpr std::size_t max_rows = 50'000;
/// Contexts that rows of the same bytes are met in: sessions side by side.
constexpr std::size_t max_translations = 64;

} // namespace

const SlotMemo::Translation* SlotMemo::Reading::find(std::string_view context, const AnswerRow& row)
{
    if (!context_ || *context_ != context) {
        const auto met = memo_.contexts_.find(context);
        context_ = met != memo_.contexts_.end() ? &*met : &*memo_.contexts_.emplace(context).first;
    }
    Row* held = nullptr;
    if (row.known)
        held = const_cast<Row*>(static_cast<const Row*>(row.known)); // ours, handed out as constant
    else if (const auto found = memo_.rows_.find(row.source); found != memo_.rows_.end())
        held = &found->second;
    if (!held)
        return nullptr;
    follow(*held);
    for (const Translation& each : held->translations)
        if (each.context == context_)
            return &each;
    return nullptr;
}

const SlotMemo::Translation* SlotMemo::Reading::keep(const AnswerRow& row, std::string_view note,
                                                     SharedSlot slot)
{
    if (!slot)
        return nullptr;
    Id* id = &memo_.ids_[slot->slot.id.value_or("")];
    Translation translation{context_, std::move(slot), id};
    if (!row.known && memo_.rows_.size() >= max_rows)
        return &(unkept_ = std::move(translation));
    Row* held = row_ && row_->source == row.source ? row_ : nullptr; // known in other contexts
    if (!held) {
        const auto made = memo_.rows_.try_emplace(std::string(row.source)).first;
        held = &made->second;
        held->source = made->first;
        held->note = note;
        follow(*held);
    }
    if (held->translations.size() >= max_translations)
        held->translations.clear();
    held->translations.push_back(std::move(translation));
    return &held->translations.back();
}

void SlotMemo::Reading::follow(Row& row)
{
    row.answer = memo_.answer_;
    Row*& place = row_ ? row_->next : memo_.first_;
    if (row_ != &row && place != &row)
        place = &row;
    row_ = &row;
}

void SlotMemo::forget_old_rows()
{
    due_ = due_ || answer_ % answers_remembered == 0;
    if (due_ && pins_ == 0)
        forget_unused();
}

void SlotMemo::forget_unused()
{
    due_ = false;
    const auto is_old = [&](const auto& each) { return each.second.answer + answers_remembered < answer_; };
    std::erase_if(resources_, is_old);
    const auto forgotten = std::erase_if(rows_, is_old);
    if (forgotten == 0)
        return;
    first_ = nullptr;
    std::unordered_set<const void*> used;
    for (auto& [source, row] : rows_) {
        row.next = nullptr;
        for (const Translation& each : row.translations) {
            used.insert(each.context);
            used.insert(each.id);
        }
    }
    std::erase_if(contexts_, [&](const std::string& each) { return !used.contains(&each); });
    std::erase_if(ids_, [&](const auto& each) { return !used.contains(&each.second); });
}

void SlotMemo::unpin()
{
    const std::lock_guard lock(mutex_);
    --pins_;
    if (due_ && pins_ == 0)
        forget_unused();
}

} // namespace adapters
