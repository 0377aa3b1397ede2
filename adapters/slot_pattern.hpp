// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace adapters
{

/// What is a slot's own among those of its clinic session.
struct OwnOfSlot
{
    std::string id;
    std::string identifier; ///< its value
    fhir::Interval moments;
    std::string supplier_key;
};

/// What the slots of one clinic session have in common: put together once and copied, and one text of which
/// the JSON of each is made. Unchanging.
class SlotPattern
{
public:
    /// A slot without id and times, whose only identifier has no value yet. Nothing else in it is called
    /// `value`, `start` or `end`.
    explicit SlotPattern(fhir::Slot common);

    OfferedSlot with(OwnOfSlot own) const;
    /// The same as the codec would write.
    fhir::codec::Written json_of(const fhir::Slot& slot) const;

private:
    fhir::Slot common_;
    std::string before_value_, before_start_, behind_end_;
};

SharedSlot share(std::shared_ptr<const SlotPattern> pattern, OwnOfSlot own);

/// Those of one answer, by whatever tells them apart.
class SlotPatterns
{
public:
    /// `make_common` gives what SlotPattern is made of.
    template <class MakeCommon>
    const std::shared_ptr<const SlotPattern>& of(const std::string& kind, MakeCommon make_common)
    {
        auto& pattern = patterns_[kind];
        if (!pattern)
            pattern = std::make_shared<const SlotPattern>(make_common());
        return pattern;
    }

private:
    std::unordered_map<std::string, std::shared_ptr<const SlotPattern>> patterns_;
};

} // namespace adapters
