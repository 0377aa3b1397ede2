// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/slot_row.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace adapters
{

/// What slots that are alike have in common, as those of one clinic session do: kept once for all of them,
/// and one text of which the JSON of each is made. Unchanging.
class SlotPattern
{
public:
    /// A slot whose last identifier is the supplier's own; what it has of OwnOfSlot does not matter.
    /// `key_end`: what all their keys end in.
    explicit SlotPattern(fhir::Slot common, std::string key_end = {});

    const fhir::Slot& common() const { return common_; }
    const std::string& key_end() const { return key_end_; }
    fhir::Slot slot_of(const OwnOfSlot& own) const;
    /// The same as the codec would write.
    fhir::codec::Written json_of(const OwnOfSlot& own) const;

private:
    bool cut(std::string_view example);

    fhir::Slot common_;
    std::string key_end_;
    /// JSON before each text that is a slot's own, and behind the last; all empty where they cannot be told
    /// from other texts.
    std::string before_value_, before_start_, before_end_, behind_end_;
};

/// Those of one answer, by whatever tells them apart.
class SlotPatterns
{
public:
    using Pattern = std::shared_ptr<const SlotPattern>;

    /// nullptr until it is set. Slots that are alike mostly come together.
    Pattern& of(const std::string& kind)
    {
        if (!last_ || last_->first != kind)
            last_ = &*patterns_.try_emplace(kind).first;
        return last_->second;
    }
    /// `make_common` gives what SlotPattern is made of.
    template <class MakeCommon>
    const Pattern& of(const std::string& kind, MakeCommon make_common)
    {
        Pattern& pattern = of(kind);
        if (!pattern)
            pattern = std::make_shared<const SlotPattern>(make_common());
        return pattern;
    }

private:
    std::unordered_map<std::string, Pattern> patterns_;
    std::pair<const std::string, Pattern>* last_ = nullptr;
};

} // namespace adapters
