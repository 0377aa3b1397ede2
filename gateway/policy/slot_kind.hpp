// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/policy/session_patterns.hpp"

namespace gateway::policy
{

/// The UK Core delivery channel of a slot, or nullptr.
const fhir::CodeableConcept* delivery_channel(const fhir::Slot& slot);

/// Whether a slot belongs to a session of that name: by its service type or category, or by those or the
/// comment of its schedule, whichever the practice's system uses. Without patterns every slot does.
bool of_session(const SessionPatterns& sessions, const fhir::Slot& slot, const fhir::Schedule* schedule);

} // namespace gateway::policy
