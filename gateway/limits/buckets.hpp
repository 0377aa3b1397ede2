// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gateway::limits
{

using Moment = adapters::Monotonic::time_point;

/// `permits` in every `per`, and `burst` of them at once by whoever was quiet before. No permits: no limit.
struct Rate
{
    std::int64_t permits = 0;
    std::chrono::nanoseconds per = std::chrono::seconds(1);
    std::int64_t burst = 1;

    bool limits() const { return permits > 0; }
    bool operator==(const Rate&) const = default;
};

struct Taken
{
    std::chrono::nanoseconds wait{0}; ///< above zero: nothing was taken, and by then there is enough
    bool burst_begins = false;        ///< refused for the first time since the bucket was last full

    bool granted() const { return wait.count() <= 0; }
};

/// Token buckets of one rate, one for each key. A bucket is one number, the moment at which it will be full
/// again, so nothing ticks and nothing is rounded away. A full bucket is forgotten; past `most` the fullest
/// one is, so that new names push out nothing but other new names. Thread-safe.
class Buckets
{
public:
    Buckets(Rate rate, std::size_t most) : rate_(rate), most_(most) {}

    /// Takes `cost` and leaves at least `reserve`, or takes nothing.
    Taken take(std::string_view key, Moment now, std::int64_t cost = 1, std::int64_t reserve = 0);
    /// Takes `cost` for what has been done already, down to an empty bucket.
    void charge(std::string_view key, Moment now, std::int64_t cost);
    /// What take() would say, without taking; it does not begin a burst.
    Taken look(std::string_view key, Moment now, std::int64_t cost = 1) const;

    /// From now on; what was taken stays taken.
    void use(Rate rate);
    Rate rate() const;
    std::size_t size() const;

private:
    struct Bucket
    {
        Moment full_at{};
        bool refusing = false;
    };
    struct TextHash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Map = std::unordered_map<std::string, Bucket, TextHash, std::equal_to<>>;

    std::chrono::nanoseconds time_of(std::int64_t permits) const;
    std::chrono::nanoseconds wait_for(Moment full_at, Moment now, std::int64_t permits) const;
    Map::iterator bucket(std::string_view key, Moment now);
    void fill_up_to(Map::iterator bucket, Moment full_at);
    void forget_full(Moment now);

    mutable std::mutex mutex_;
    Rate rate_;
    const std::size_t most_;
    Map buckets_;
    std::set<std::pair<Moment, std::string_view>> by_fullness_; ///< of keys in `buckets_`; fullest first
};

} // namespace gateway::limits
