// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/search/federated_search.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gateway::search
{

/// A resource that a page includes.
struct Included
{
    std::string_view reference; ///< `Schedule/A11111.s1`, of its book
    std::string json;
};

/// What the includes of a query add to these matches, each resource once, in the order in which they were
/// reached. Includes apply to matches and to what was included before, so `_include` and `_include:iterate`
/// mean the same here (older clients send the former).
std::vector<Included> includes_of(const std::vector<SlotHit>& hits,
                                  const std::vector<fhir::search::Include>& includes);

} // namespace gateway::search
