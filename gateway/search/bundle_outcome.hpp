// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_outcome.hpp"
#include "gateway/search/federated_search.hpp"

namespace gateway::search
{

/// One warning per missing practice and per parameter that was left out.
fhir::OperationOutcome outcome_of(const SlotResult& result);
/// The same for a search that is not over slots.
fhir::OperationOutcome outcome_of(const std::vector<MissingPractice>& missing,
                                  const std::vector<fhir::Error>& warnings);

} // namespace gateway::search
