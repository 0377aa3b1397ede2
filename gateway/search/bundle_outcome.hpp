// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "fhir/model/operation_outcome.hpp"
#include "gateway/search/federated_search.hpp"

namespace gateway::search
{

/// `fullUrl` of the OperationOutcome entry, the only one of its kind in a Bundle. It has no address, hence a
/// URN.
inline constexpr std::string_view outcome_full_url = "urn:uuid:7b1d5c1e-3a70-4b44-9f0d-5d1c6e0a9a01";

/// One warning per missing practice and per parameter that was left out.
fhir::OperationOutcome outcome_of(const SlotResult& result, std::string_view code_system);
/// The same for a search that is not over slots.
fhir::OperationOutcome outcome_of(const std::vector<MissingPractice>& missing,
                                  const std::vector<fhir::Error>& warnings, std::string_view code_system);

} // namespace gateway::search
