// SPDX-License-Identifier: Apache-2.0
#include "adapters/answer_memo.hpp"

#include <algorithm>

namespace adapters
{

namespace
{

/// Questions differ by their stretch of time; a few are asked again and again.
constexpr std::size_t max_answers = 4;
constexpr std::size_t max_bytes = 4 << 20;

} // namespace

std::optional<FoundSlots> AnswerMemo::find(std::string_view question, Parts parts)
{
    std::shared_ptr<const FoundSlots> found;
    {
        const std::lock_guard lock(mutex_);
        const auto known = std::ranges::find(answers_, question, &Answer::question);
        if (known == answers_.end() || !std::ranges::equal(known->parts, parts))
            return std::nullopt;
        answers_.splice(answers_.begin(), answers_, known);
        found = known->found;
    }
    return *found;
}

void AnswerMemo::keep(std::string question, Parts parts, const FoundSlots& found)
{
    std::size_t bytes = 0;
    for (const std::string_view part : parts)
        bytes += part.size();
    if (bytes > max_bytes)
        return;
    Answer answer{
        std::move(question), {parts.begin(), parts.end()}, std::make_shared<const FoundSlots>(found)};
    const std::lock_guard lock(mutex_);
    std::erase_if(answers_, [&](const Answer& old) { return old.question == answer.question; });
    answers_.push_front(std::move(answer));
    if (answers_.size() > max_answers)
        answers_.pop_back();
}

} // namespace adapters
