// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/bundle.hpp"
#include "gateway/faces/bars/call.hpp"
#include "gateway/search/federated_search.hpp"

#include <set>
#include <string>
#include <vector>

namespace gateway::faces::bars
{

/// `_include` of a slot search, as far as it is offered.
enum class Included
{
    schedule,
    service,
    practitioner,
    practitioner_role,
    organisation,
    location,
};

struct FoundSlotsOfService
{
    std::vector<search::SlotHit> slots;
    std::vector<search::MissingPractice> missing;
    std::set<Included> includes;
    std::string self_link; ///< says what was honoured
    fhir::Instant made{};
    std::string bundle_id;
};

/// The searchset in the shapes of BaRS: UUIDs for ids, `urn:uuid:` references that all lead to an entry, one
/// HealthcareService for each practice and place that the service has slots at. Nothing that the practice's
/// system does not say is made up.
fhir::Bundle slot_bundle(const Call& call, const FoundSlotsOfService& found);

} // namespace gateway::faces::bars
