// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/company.hpp"
#include "adapters/slot_memo.hpp"
#include "adapters/slot_pattern.hpp"

#include <functional>
#include <string>
#include <vector>

namespace adapters::r4
{

/// What a booking needs of a slot, as one text in two parts.
struct KeyOfSlot
{
    /// What is its own: id, start and end as they were received.
    std::function<std::string(const Node& received)> beginning;
    /// The rest, which depends on nothing of that; `slot` is translated.
    std::function<std::string(const fhir::Slot& slot, const ScheduleRow& schedule)> end;
};

/// Translates the slots of one answer. Of slots that are the same but for id, times and what is not kept of
/// them, only the first is read as a whole. All it is given outlives it.
class SlotTranslator
{
public:
    SlotTranslator(const LocalNames& names, const KeyOfSlot& key, std::vector<std::string>& warnings)
        : names_(names), key_(key), warnings_(warnings)
    {}

    /// nullptr when it cannot be used, with a warning unless it is just not free.
    SharedSlot translate(const SlotEntry& entry, const ScheduleRow& schedule);

private:
    SharedSlot translate(const Node& tree, const ScheduleRow& schedule);
    SharedSlot alike(const Node& tree, const std::shared_ptr<const SlotPattern>& pattern);
    SharedSlot left_out(std::string why);
    void complete(fhir::Slot& slot, const Node& tree, const ScheduleRow& schedule) const;

    const LocalNames& names_;
    const KeyOfSlot& key_;
    std::vector<std::string>& warnings_;
    SlotPatterns patterns_;
    std::string kind_; ///< of the last slot
};

} // namespace adapters::r4
