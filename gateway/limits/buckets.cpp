// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/buckets.hpp"

#include <algorithm>

namespace gateway::limits
{

using std::chrono::nanoseconds;

/// Rounded up, so that a rate is never exceeded.
nanoseconds Buckets::time_of(std::int64_t permits) const
{
    const auto per = rate_.per.count();
    const auto whole = permits / rate_.permits, rest = permits % rate_.permits;
    return nanoseconds(whole * per + (rest * per + rate_.permits - 1) / rate_.permits);
}

nanoseconds Buckets::wait_for(Moment full_at, Moment now, std::int64_t permits) const
{
    // More than the bucket holds is granted by a full one: it could never be had otherwise.
    const auto asked = time_of(std::min(permits, rate_.burst));
    return std::max(full_at, now) + asked - (now + time_of(rate_.burst));
}

Taken Buckets::take(std::string_view key, Moment now, std::int64_t cost, std::int64_t reserve)
{
    const std::lock_guard lock(mutex_);
    if (!rate_.limits())
        return {};
    forget_full(now);
    const auto found = bucket(key, now);
    const auto wait = wait_for(found->second.full_at, now, cost + reserve);
    if (wait.count() > 0)
        return {wait, !std::exchange(found->second.refusing, true)};
    fill_up_to(found, std::max(found->second.full_at, now) + time_of(cost));
    return {};
}

void Buckets::charge(std::string_view key, Moment now, std::int64_t cost)
{
    const std::lock_guard lock(mutex_);
    if (!rate_.limits())
        return;
    forget_full(now);
    const auto found = bucket(key, now);
    const auto charged = std::max(found->second.full_at, now) + time_of(cost);
    fill_up_to(found, std::min(charged, std::max(found->second.full_at, now + time_of(rate_.burst))));
}

Taken Buckets::look(std::string_view key, Moment now, std::int64_t cost) const
{
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(key);
    if (!rate_.limits() || found == buckets_.end())
        return {};
    return {std::max(wait_for(found->second.full_at, now, cost), nanoseconds(0)), false};
}

Buckets::Map::iterator Buckets::bucket(std::string_view key, Moment now)
{
    if (const auto found = buckets_.find(key); found != buckets_.end())
        return found;
    if (buckets_.size() >= most_) {
        const auto fullest = by_fullness_.begin();
        const auto gone = buckets_.find(fullest->second);
        by_fullness_.erase(fullest);
        buckets_.erase(gone);
    }
    const auto added = buckets_.emplace(std::string(key), Bucket{now, false}).first;
    by_fullness_.emplace(now, added->first);
    return added;
}

void Buckets::fill_up_to(Map::iterator bucket, Moment full_at)
{
    by_fullness_.erase({bucket->second.full_at, bucket->first});
    bucket->second.full_at = full_at;
    by_fullness_.emplace(full_at, bucket->first);
}

/// A few at a time: each call makes at most one.
void Buckets::forget_full(Moment now)
{
    constexpr int at_a_time = 4;
    for (int i = 0; i < at_a_time && !by_fullness_.empty(); ++i) {
        const auto fullest = by_fullness_.begin();
        if (fullest->first > now)
            return;
        const auto gone = buckets_.find(fullest->second);
        by_fullness_.erase(fullest);
        buckets_.erase(gone);
    }
}

void Buckets::use(Rate rate)
{
    const std::lock_guard lock(mutex_);
    rate_ = rate;
    if (rate_.limits())
        return;
    by_fullness_.clear();
    buckets_.clear();
}

Rate Buckets::rate() const
{
    const std::lock_guard lock(mutex_);
    return rate_;
}

std::size_t Buckets::size() const
{
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

} // namespace gateway::limits
