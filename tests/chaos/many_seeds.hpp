// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/scenario.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace chaos
{

struct ManySeeds
{
    std::uint64_t seeds = 2000;
    std::uint64_t from = 1;
    std::uint64_t jobs = 1;                     ///< processes
    std::optional<std::chrono::seconds> within; ///< no seed is begun after that
};

/// Runs one seed after the other, and says how it goes. A seed that breaks a promise, or its process, is
/// printed with the command that replays it. True when none did.
bool run_many(const ScenarioSettings& like, const ManySeeds& wanted);

} // namespace chaos
