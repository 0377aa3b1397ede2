// SPDX-License-Identifier: Apache-2.0
#include "adapters/slot_memo.hpp"

#include <algorithm>

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

SlotMemo::Row::Row(std::string_view its_source, std::string_view its_note)
    : texts(std::make_unique_for_overwrite<char[]>(its_source.size() + its_note.size()))
{
    char* const behind = std::ranges::copy(its_source, texts.get()).out;
    std::ranges::copy(its_note, behind);
    source = {texts.get(), its_source.size()};
    note = {behind, its_note.size()};
}

const SlotMemo::Translation* SlotMemo::Reading::find(std::string_view context, const AnswerRow& row)
{
    if (!context_ || *context_ != context) {
        const auto met = memo_.contexts_.find(context);
        context_ = met != memo_.contexts_.end() ? &*met : &*memo_.contexts_.emplace(context).first;
    }
    Row* held = nullptr;
    source_.reset();
    if (row.known)
        held = const_cast<Row*>(static_cast<const Row*>(row.known)); // ours, handed out as constant
    else if (const auto found = memo_.rows_.find(source_.emplace(row.source)); found != memo_.rows_.end())
        held = &found->second;
    if (!held)
        return nullptr;
    follow(*held);
    for (const Translation* each = &held->translation; each; each = each->other.get())
        if (each->context == context_)
            return each;
    return nullptr;
}

const SlotMemo::Translation* SlotMemo::Reading::keep(const AnswerRow& row, std::string_view note,
                                                     SharedSlot slot)
{
    if (!slot)
        return nullptr;
    Id* id = id_of(slot);
    Translation made{context_, std::move(slot), id, nullptr};
    Row* held = row_of(row, note);
    if (!held)
        return &(unkept_ = std::move(made));
    std::size_t count = 1;
    for (const Translation* each = &held->translation; each; each = each->other.get())
        ++count;
    if (held->translation.context && count <= max_translations)
        made.other = std::make_unique<Translation>(std::move(held->translation));
    return &(held->translation = std::move(made));
}

SlotMemo::Id* SlotMemo::Reading::id_of(const SharedSlot& slot)
{
    const auto [known, is_new] = memo_.ids_.try_emplace(Hashed(slot->id()));
    if (is_new)
        known->second.named = slot;
    return &known->second;
}

/// nullptr where there is no room for one more.
SlotMemo::Row* SlotMemo::Reading::row_of(const AnswerRow& row, std::string_view note)
{
    // It is known in other contexts.
    if (row_ && row_->source == row.source)
        return row_;
    if (!source_ || memo_.rows_.size() >= max_rows)
        return nullptr;
    Row made(row.source, note);
    Hashed key = *source_;
    key.text = made.source;
    Row& held = memo_.rows_.try_emplace(key, std::move(made)).first->second;
    follow(held);
    return &held;
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
        for (const Translation* each = &row.translation; each; each = each->other.get()) {
            used.insert(each->context);
            used.insert(each->id);
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
