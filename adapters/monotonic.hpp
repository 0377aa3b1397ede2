// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

namespace adapters
{

/// The clock of deadlines and pauses: the system's steady clock or, in a process that simulates, a time that
/// stands still until it is moved. Whatever is measured against a `Timer` is measured with this clock.
class Monotonic
{
public:
    using duration = std::chrono::steady_clock::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Monotonic>;
    static constexpr bool is_steady = true;

    /// A time for the whole process, from construction to destruction. One at a time, in a process with one
    /// thread, and before the first timer is made.
    class Virtual
    {
    public:
        Virtual() { installed.store(this, std::memory_order_relaxed); }
        ~Virtual() { installed.store(nullptr, std::memory_order_relaxed); }
        Virtual(const Virtual&) = delete;
        Virtual& operator=(const Virtual&) = delete;

        time_point now{};
        /// When the first of the timers that wait expires, as of the last time the event loop looked.
        std::optional<time_point> next;
    };

    static time_point now() noexcept
    {
        if (const Virtual* time = installed.load(std::memory_order_relaxed)) [[unlikely]]
            return time->now;
        return time_point(std::chrono::steady_clock::now().time_since_epoch());
    }

    /// Asio's wait traits. It asks how long to sleep until its first timer. In virtual time the answer is
    /// noted and nothing sleeps: the timers are looked at whenever the event loop is polled.
    static duration to_wait_duration(const duration& until_first) noexcept
    {
        Virtual* time = installed.load(std::memory_order_relaxed);
        if (!time) [[likely]]
            return until_first;
        time->next = time->now + until_first;
        return duration::zero();
    }
    static duration to_wait_duration(const time_point& first) noexcept
    {
        return to_wait_duration(first - now());
    }

private:
    static inline std::atomic<Virtual*> installed = nullptr;
};

} // namespace adapters
