// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/slot_query.hpp"
#include "gateway/faces/bars/slot_bundle.hpp"

#include <set>
#include <string>
#include <vector>

namespace gateway::faces::bars
{

/// A BaRS slot search, read.
struct SlotRequest
{
    fhir::search::SlotQuery query; ///< free slots of the service's practices in the window
    bool free = false;             ///< otherwise only slots are wanted that are not shown to anybody
    std::set<Included> includes;
    std::vector<fhir::search::RawParameter> honoured; ///< for the self link
};

/// Errors: `required`, `value_invalid` at `http.<parameter>`. Parameters that are not known are left out.
fhir::Result<SlotRequest> read_slot_request(const Call& call);

} // namespace gateway::faces::bars
