// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/limits/buckets.hpp"

namespace gateway::limits
{

/// When a share of bad outcomes is worth a person's look: once in a window, from `at_least` bad ones on that
/// are `percent` of all.
struct AlarmRule
{
    std::chrono::nanoseconds window = std::chrono::minutes(10);
    std::int64_t at_least = 30;
    std::int64_t percent = 50;

    bool operator==(const AlarmRule&) const = default;
};

/// How busy this process may be before it refuses what can be asked again later.
struct LoadSettings
{
    std::chrono::milliseconds max_lag{250}; ///< of a worker's event loop
    std::int64_t max_in_flight = 8000;      ///< requests being answered
    std::int64_t max_store_queue = 2000;    ///< writes that wait for the disk

    bool operator==(const LoadSettings&) const = default;
};

/// Section [limits]; README.md says why these figures.
struct LimitSettings
{
    Rate client{200, std::chrono::seconds(1), 1000};
    Rate organisation{400, std::chrono::seconds(1), 2000};
    Rate practice{600, std::chrono::seconds(1), 3000};
    Rate patient_lookups{600, std::chrono::minutes(1), 600};
    std::int64_t failed_lookup_cost = 5;
    Rate failed_logins{30, std::chrono::minutes(1), 30};
    AlarmRule lookup_alarm{};
    std::chrono::milliseconds quick_cancel = std::chrono::minutes(10); ///< cancelled so soon after booking
    AlarmRule hoarding_alarm{std::chrono::hours(1), 20, 50};
    bool refuse_hoarders = false;
    LoadSettings load{};
    std::size_t max_tracked = 10000; ///< buckets of one kind, and bookings that may be cancelled soon

    bool operator==(const LimitSettings&) const = default;
};

} // namespace gateway::limits
