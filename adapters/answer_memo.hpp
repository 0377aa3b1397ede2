// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adapters
{

/// What one practice's last answers were translated into. Between two looks mostly nothing changes: an answer
/// that comes again byte for byte is not read again. Thread-safe.
class AnswerMemo
{
public:
    /// The bodies that make up one answer, and whatever else its translation depends on.
    using Parts = std::span<const std::string_view>;

    /// Nothing unless the last answer to that question had these very parts.
    std::optional<FoundSlots> find(std::string_view question, Parts parts);
    void keep(std::string question, Parts parts, const FoundSlots& found);

private:
    struct Answer
    {
        std::string question;
        std::vector<std::string> parts;
        std::shared_ptr<const FoundSlots> found;
    };

    std::mutex mutex_;
    std::list<Answer> answers_; ///< the one last asked for first
};

} // namespace adapters
