// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "gateway/policy/terms.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace gateway::search
{

/// What organisations have used of their limits, as a search asks again and again while nothing changes. What
/// is kept is two seconds old at most, as a hold may end meanwhile; a booking never asks here. Thread-safe.
class UsedMemo
{
public:
    using Used = std::shared_ptr<const std::vector<policy::UsedSlot>>;

    /// nullptr when it is not known, or a slot was taken or given back since: `changes` counts these.
    Used find(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, std::uint64_t changes,
              fhir::Instant now) const
    {
        const std::lock_guard lock(mutex_);
        const auto known = kept_.find({practice, consumer});
        const bool good = known != kept_.end() && known->second.changes == changes &&
                          now - known->second.at < std::chrono::seconds(2);
        return good ? known->second.used : nullptr;
    }
    void keep(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, std::uint64_t changes,
              fhir::Instant now, Used used)
    {
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= most)
            kept_.clear();
        kept_.insert_or_assign({practice, consumer}, Kept{changes, now, std::move(used)});
    }

private:
    static constexpr std::size_t most = 10000;
    struct Kept
    {
        std::uint64_t changes;
        fhir::Instant at;
        Used used;
    };

    mutable std::mutex mutex_;
    std::map<std::pair<fhir::OdsCode, fhir::OdsCode>, Kept> kept_;
};

} // namespace gateway::search
