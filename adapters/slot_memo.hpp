// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace adapters
{

/// How the rows of one practice's answers were translated. A practice sends most of its slots unchanged time
/// after time: a row that reads byte for byte as before, in the same context, is the same object in both
/// answers and is not translated again. Thread-safe.
class SlotMemo
{
    struct Hash : std::hash<std::string_view>
    {
        using is_transparent = void;
    };
    struct Row
    {
        SharedSlot slot;
        std::uint64_t answer = 0; ///< the last that held it
    };
    using Rows = std::unordered_map<std::string, Row, Hash, std::equal_to<>>;
    using Contexts = std::unordered_map<std::string, Rows, Hash, std::equal_to<>>;

public:
    /// One answer being read; others wait meanwhile. Rows that the last answers did not hold are forgotten
    /// when it ends.
    class Reading
    {
    public:
        explicit Reading(SlotMemo& memo) : memo_(memo), lock_(memo.mutex_) {}
        ~Reading() { memo_.forget_old_rows(); }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

        /// `source`: the row as it was received. `context`: everything else that the translation depends on,
        /// as it was received (the clinic session, the schedule). `translate` gives
        /// `std::optional<OfferedSlot>`; nothing, and nothing kept, when the row cannot be used.
        template <class Translate>
        SharedSlot row(std::string_view context, std::string_view source, Translate translate)
        {
            Rows& rows = rows_of(context);
            if (const auto known = rows.find(source); known != rows.end()) {
                known->second.answer = memo_.answer_;
                return known->second.slot;
            }
            std::optional<OfferedSlot> offered = translate();
            return offered ? keep(rows, source, std::move(*offered)) : nullptr;
        }

    private:
        Rows& rows_of(std::string_view context);
        SharedSlot keep(Rows& rows, std::string_view source, OfferedSlot offered);

        SlotMemo& memo_;
        std::lock_guard<std::mutex> lock_;
        Contexts::value_type* last_ = nullptr; ///< rows of one context mostly come together
    };

private:
    void forget_old_rows();

    std::mutex mutex_;
    Contexts contexts_;
    std::size_t size_ = 0;
    std::uint64_t answer_ = 0; ///< counts answers
};

} // namespace adapters
