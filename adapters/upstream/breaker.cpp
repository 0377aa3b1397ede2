// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/breaker.hpp"

#include <algorithm>

namespace adapters::upstream
{

using Breaker = EndpointState::Breaker;

bool CircuitBreaker::admit(Time now)
{
    const std::lock_guard lock(mutex_);
    if (state_ == Breaker::closed)
        return true;
    if (state_ == Breaker::half_open || now < opened_ + open_for_)
        return false;
    state_ = Breaker::half_open; // this call is the trial
    return true;
}

void CircuitBreaker::record(Outcome outcome, Time now)
{
    const std::lock_guard lock(mutex_);
    if (outcome == Outcome::success) {
        failures_ = 0;
        state_ = Breaker::closed;
        return;
    }
    if (outcome == Outcome::unclear) {
        // A trial that proved nothing leaves the way free for the next one at once.
        if (state_ == Breaker::half_open)
            state_ = Breaker::open;
        return;
    }
    ++failures_;
    if (state_ == Breaker::half_open || (state_ == Breaker::closed && failures_ >= failures_to_open_)) {
        state_ = Breaker::open;
        opened_ = now;
    }
}

Breaker CircuitBreaker::state() const
{
    const std::lock_guard lock(mutex_);
    return state_;
}

std::chrono::milliseconds CircuitBreaker::remaining(Time now) const
{
    const std::lock_guard lock(mutex_);
    if (state_ == Breaker::closed)
        return std::chrono::milliseconds(0);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(opened_ + open_for_ - now);
    return std::max(left, std::chrono::milliseconds(0));
}

void RetryBudget::deposit()
{
    const std::lock_guard lock(mutex_);
    balance_ = std::min(balance_ + call_worth, most_kept);
}

bool RetryBudget::withdraw()
{
    const std::lock_guard lock(mutex_);
    if (balance_ < retry_cost)
        return false;
    balance_ -= retry_cost;
    return true;
}

} // namespace adapters::upstream
