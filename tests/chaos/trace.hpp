// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/virtual_clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace chaos
{

/// What happened, line by line. The lines are hashed, so that two runs can be compared, and printed where
/// somebody wants to read them.
class Trace
{
public:
    Trace(const VirtualClock& clock, bool print) : clock_(clock), print_(print) {}

    void line(std::string_view text);
    std::uint64_t hash() const { return hash_; }

private:
    const VirtualClock& clock_;
    const bool print_;
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

} // namespace chaos
