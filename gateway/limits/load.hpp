// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/limits/limiter.hpp"

#include <atomic>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

namespace gateway::limits
{

/// What a request is worth, least first: what can be asked again later is given up before what cannot.
enum class Work : std::uint8_t
{
    search,  ///< reading; costs most and loses least
    booking, ///< new appointments, holds, messages
    change,  ///< cancelling, amending, reading an appointment back, logging in
    health,  ///< always answered
};

/// How busy this process is: what is in flight, how late each worker is, how long the queue to the disk is.
/// Thread-safe.
class Load
{
public:
    /// Lateness of one worker. It is late from the moment it should have looked at its clock, not only when
    /// it does: whatever it handles meanwhile sees how long it has been at it.
    class Loop
    {
    public:
        void expect(Moment due) { due_ = due.time_since_epoch().count(); }
        std::chrono::nanoseconds lag(Moment now) const;

    private:
        std::atomic<Moment::rep> due_ = std::numeric_limits<Moment::rep>::max();
    };

    using Now = Limiter::Now;
    explicit Load(LoadSettings settings, std::size_t loops, Now now = &adapters::Monotonic::now);

    Loop& loop(std::size_t index) { return loops_[index]; }
    /// Looks at the clock of that worker for as long as it runs; on the worker's own context.
    Awaitable<void> watch(std::size_t index, const std::atomic<bool>& stopping);

    void begin() { ++in_flight_; }
    void end() { --in_flight_; }
    void store_queue(std::size_t waiting) { store_queue_ = static_cast<std::int64_t>(waiting); }

    /// Hundredths: 100 where the first limit is reached. Of what concerns the calling worker.
    std::int64_t percent() const;
    bool must_shed(Work work) const;
    /// For metrics.
    std::chrono::nanoseconds worst_lag() const;
    std::int64_t store_queue() const { return store_queue_; }

    void use(LoadSettings settings);

private:
    const Now now_;
    std::vector<Loop> loops_;
    std::atomic<std::int64_t> max_lag_ns_, max_in_flight_, max_store_queue_;
    std::atomic<std::int64_t> in_flight_ = 0;
    std::atomic<std::int64_t> store_queue_ = 0;
};

} // namespace gateway::limits
