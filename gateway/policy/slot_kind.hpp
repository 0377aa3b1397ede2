// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/schedule.hpp"
#include "fhir/model/slot.hpp"
#include "gateway/policy/session_patterns.hpp"

#include <string_view>

namespace gateway::policy
{

inline constexpr std::string_view uk_core_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
/// Behind the origin: CodeSystem of the national categories of slots.
inline constexpr std::string_view national_category_path = "/fhir/CodeSystem/national-slot-category";
/// Behind the origin: extension (valueCodeableConcept) of a Slot with the role of who holds it.
inline constexpr std::string_view slot_role_path = "/fhir/StructureDefinition/slot-role";

/// Whether it is known what the slot is for, in national words.
bool has_national_category(const fhir::Slot& slot);
/// Of who holds the slot, where the table of slot types names it; nullptr otherwise.
const fhir::CodeableConcept* slot_role(const fhir::Slot& slot);
/// The UK Core delivery channel of a slot, or nullptr.
const fhir::CodeableConcept* delivery_channel(const fhir::Slot& slot);

/// Whether a slot belongs to a session of that name: by its service type or category, or by those or the
/// comment of its schedule, whichever the practice's system uses. Without patterns every slot does.
bool of_session(const SessionPatterns& sessions, const fhir::Slot& slot, const fhir::Schedule* schedule);

} // namespace gateway::policy
