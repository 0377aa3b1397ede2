// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/shares.hpp"

#include <algorithm>

namespace gateway::limits
{

void Shares::did(const std::string& key, Moment now)
{
    const std::lock_guard lock(mutex_);
    ++counts(key, now).all;
}

bool Shares::was_bad(const std::string& key, Moment now)
{
    const std::lock_guard lock(mutex_);
    Counts& mine = counts(key, now);
    ++mine.bad;
    // What was done in an earlier window may turn out bad in this one.
    const auto all = std::max(mine.all, mine.bad);
    if (mine.alarmed || mine.bad < rule_.at_least || mine.bad * 100 < all * rule_.percent)
        return false;
    mine.alarmed = true;
    return true;
}

std::optional<Moment> Shares::alarmed_until(const std::string& key, Moment now) const
{
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (found == counts_.end() || !found->second.alarmed || found->second.since + rule_.window <= now)
        return std::nullopt;
    return found->second.since + rule_.window;
}

Shares::Counts& Shares::counts(const std::string& key, Moment now)
{
    auto found = counts_.find(key);
    if (found == counts_.end()) {
        make_room(now);
        found = counts_.emplace(key, Counts{.since = now}).first;
    }
    if (found->second.since + rule_.window <= now)
        found->second = Counts{.since = now};
    return found->second;
}

void Shares::make_room(Moment now)
{
    if (counts_.size() < most_)
        return;
    std::erase_if(counts_, [&](const auto& entry) { return entry.second.since + rule_.window <= now; });
    if (counts_.size() >= most_)
        counts_.erase(
            std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.since; }));
}

void Shares::use(AlarmRule rule)
{
    const std::lock_guard lock(mutex_);
    rule_ = rule;
}

std::size_t Shares::size() const
{
    const std::lock_guard lock(mutex_);
    return counts_.size();
}

} // namespace gateway::limits
