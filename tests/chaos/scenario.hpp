// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/chaos/history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chaos
{

struct ScenarioSettings
{
    std::uint64_t seed = 1;
    std::size_t questions = 500;
    bool print = false;
};

/// What one seed came to.
struct Verdict
{
    Complaints complaints; ///< empty: every promise was kept
    std::uint64_t trace = 0;
    std::size_t questions = 0, answered = 0, crashes = 0, booked = 0, unknown = 0, waiting = 0;
    std::uint64_t supplier_writes = 0;
    std::size_t tasks = 0, notices = 0;
};

/// Runs three to eight clients against one gateway and its practices in a climate drawn from the seed, lets
/// it all settle, and holds what was seen against what was promised.
Verdict run_scenario(const ScenarioSettings& settings);

} // namespace chaos
