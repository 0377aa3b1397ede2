// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"
#include "adapters/upstream/upstream.hpp"

#include <mutex>

namespace adapters::upstream
{

/// Consecutive failures open it; after a while one trial call is let through and decides. Thread-safe; time
/// comes from the caller.
class CircuitBreaker
{
public:
    using Time = Monotonic::time_point;
    enum class Outcome
    {
        success,
        failure,
        unclear
    };

    CircuitBreaker(unsigned failures_to_open, std::chrono::milliseconds open_for)
        : failures_to_open_(failures_to_open), open_for_(open_for)
    {}

    /// Whether a call may go out now. Each admitted call must be followed by one record().
    bool admit(Time now);
    void record(Outcome outcome, Time now);
    EndpointState::Breaker state() const;
    /// How long callers should stay away; zero when closed.
    std::chrono::milliseconds remaining(Time now) const;

private:
    const unsigned failures_to_open_;
    const std::chrono::milliseconds open_for_;
    mutable std::mutex mutex_;
    EndpointState::Breaker state_ = EndpointState::Breaker::closed;
    unsigned failures_ = 0;
    Time opened_{};
};

/// Retries allowed: a tenth of the calls made, with a small reserve. Keeps a struggling supplier from being
/// hit twice by everybody.
class RetryBudget
{
public:
    void deposit();
    bool withdraw();

private:
    static constexpr int call_worth = 1;
    static constexpr int retry_cost = 10;
    static constexpr int most_kept = 100;
    std::mutex mutex_;
    int balance_ = most_kept;
};

} // namespace adapters::upstream
