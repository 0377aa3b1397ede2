// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/spread.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chaos
{

/// Everything that is drawn comes from here; a seed gives the same throws each time.
class Dice
{
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t roll(std::uint64_t sides) { return adapters::simulation::next_number(state_) % sides; }
    bool one_in(std::uint64_t chances) { return chances > 0 && roll(chances) == 0; }
    bool percent(std::uint64_t share) { return roll(100) < share; }
    template <class T>
    const T& pick(const std::vector<T>& from)
    {
        return from[roll(from.size())];
    }
    Dice child() { return Dice(adapters::simulation::next_number(state_)); }

private:
    std::uint64_t state_;
};

} // namespace chaos
