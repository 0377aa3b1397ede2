// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/parameter.hpp"

#include <algorithm>
#include <cstddef>

namespace gateway::faces
{

/// How many matches one page of a search holds.
struct PageSizes
{
    std::size_t usual = fhir::search::default_count; ///< when the request does not say
    std::size_t most = fhir::search::max_count;      ///< more is reduced in silence

    std::size_t of(const fhir::search::Paging& paging) const
    {
        return std::min(paging.count.value_or(usual), most);
    }
};

} // namespace gateway::faces
