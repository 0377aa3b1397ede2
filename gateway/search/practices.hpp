// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/slot_query.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/policy/directory.hpp"

#include <memory>
#include <vector>

namespace gateway::search
{

/// The practices a query is about, out of those the caller may see. A practice asked for by its ODS code that
/// does not exist is `practice_unknown`, one that does not share with the caller `organisation_not_allowed`;
/// ids of other practices simply match nothing.
fhir::Result<std::vector<std::shared_ptr<const policy::Practice>>>
practices_for(const policy::Directory& directory, const identity::Caller& caller,
              const fhir::search::SlotQuery& query, fhir::Instant now);

} // namespace gateway::search
