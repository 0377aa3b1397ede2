// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace gateway::workflow
{

/// One rung of the ladder that an overdue task goes up.
struct Rung
{
    std::string kind = {}; ///< code of the table of kinds; empty: of all that have no rungs of their own
    std::chrono::minutes after{0}; ///< overdue for so long
    std::string to = "owner";      ///< `owner`, `requester`, or an ODS code
    std::string team = {};         ///< of that organisation
};

} // namespace gateway::workflow
