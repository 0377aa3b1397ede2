// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/scenario.hpp"

#include <cstdint>

namespace chaos
{

/// Runs `seeds` seeds from `from` on, in `jobs` processes, and says how it goes. A seed that breaks a
/// promise, or its process, is printed with the command that replays it. True when none did.
bool run_many(const ScenarioSettings& like, std::uint64_t seeds, std::uint64_t from, std::uint64_t jobs);

} // namespace chaos
