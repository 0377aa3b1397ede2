// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/policy/session_patterns.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::slot_types
{

/// What a practice's own words for its slots mean: a row of the mapping table.
struct SlotType
{
    std::vector<std::string> names;            ///< as the practice calls them, `*` for any text
    std::vector<fhir::OdsCode> practices = {}; ///< empty: all
    std::string category = {};                 ///< code of a national category; empty: not said
    std::string channel = {};                  ///< code of the UK Core delivery channel
    std::string role = {};                     ///< SDS job role code of who holds the session
    policy::SessionPatterns patterns = {};     ///< of `names`
};

/// The words by which a slot may be known: its service type, its category, those of its schedule, and the
/// schedule's comment, in this order. They point into both.
std::vector<std::string_view> local_names(const fhir::Slot& slot, const fhir::Schedule* schedule);

/// The mapping table. Unchanging.
class SlotTypes
{
public:
    explicit SlotTypes(std::vector<SlotType> rows = {}) : rows_(std::move(rows)) {}

    /// Of the rows that fit, one for this practice before one for all, the first listed before later ones;
    /// a fit of an earlier name before that of a later. nullptr without one.
    const SlotType* find(const fhir::OdsCode& practice, const std::vector<std::string_view>& names) const;
    bool empty() const { return rows_.empty(); }

private:
    std::vector<SlotType> rows_;
};

/// The table in force. Thread-safe.
class CurrentSlotTypes
{
public:
    explicit CurrentSlotTypes(SlotTypes types) : types_(std::make_shared<const SlotTypes>(std::move(types)))
    {}

    std::shared_ptr<const SlotTypes> snapshot() const
    {
        const std::lock_guard lock(mutex_);
        return types_;
    }
    void replace(SlotTypes types)
    {
        auto next = std::make_shared<const SlotTypes>(std::move(types));
        const std::lock_guard lock(mutex_);
        types_.swap(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const SlotTypes> types_;
};

} // namespace gateway::slot_types
