// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gateway::policy
{

/// One agreement, area or valve in the form in which people write it.
struct PolicyTable
{
    std::string kind; ///< `agreement`, `area` or `valve`
    std::string key;  ///< the agreement's id, the area's or the practice's ODS code
    std::string body; ///< a JSON object with the keys of that table of the practices file
};

} // namespace gateway::policy
