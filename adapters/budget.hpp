// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/monotonic.hpp"

#include <algorithm>
#include <chrono>

namespace adapters
{

/// The time an operation may take in all, spent by its calls one after the other.
class Budget
{
public:
    explicit Budget(std::chrono::milliseconds length) : until_(Monotonic::now() + length) {}

    /// At least one millisecond, so that a spent budget ends in the time-out of a call.
    std::chrono::milliseconds left() const
    {
        using std::chrono::milliseconds;
        const auto left = until_ - Monotonic::now();
        return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds(1));
    }
    /// Half of what is left, at most `most`: for a look that must not cost the rest of the operation.
    Budget for_a_look(std::chrono::milliseconds most) const { return Budget(std::min(most, left() / 2)); }

private:
    Monotonic::time_point until_;
};

} // namespace adapters
