// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/store/records.hpp"

#include <string>
#include <vector>

namespace gateway::booking
{

/// Why the rules refuse a slot to whoever wants to book it, in words.
fhir::Error refusal_of(const search::Offer& offer, std::string path);

/// What the store has to check when the slot is taken.
std::vector<store::ClaimLimit> claim_limits(const search::Offer& offer);

/// The refusal when one of them is exceeded at that moment.
fhir::Error limit_reached(std::string path);

} // namespace gateway::booking
