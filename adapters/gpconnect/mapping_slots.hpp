// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/mapping.hpp"

#include <set>

namespace adapters::gpconnect
{

/// With the practice's own name for it, empty when it has none.
fhir::CodeableConcept general_practice(const std::string& text);

/// Adds what is free in the window; the schedules of what was added.
std::set<const wire::Schedule*> add_slots(const wire::SlotBundle& bundle, const fhir::Interval& window,
                                          const Ids& ids, SlotMemo& memo, FoundSlots& out);

} // namespace adapters::gpconnect
