// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/slot_kind.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

constexpr std::string_view uk_core_channel =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";

bool named(const std::vector<fhir::CodeableConcept>& concepts, const SessionPatterns& sessions)
{
    return std::ranges::any_of(concepts, [&](const fhir::CodeableConcept& each) {
        return (each.text && sessions.match(*each.text)) ||
               std::ranges::any_of(each.coding, [&](const fhir::Coding& coding) {
                   return coding.display && sessions.match(*coding.display);
               });
    });
}

bool named(const fhir::Schedule& schedule, const SessionPatterns& sessions)
{
    return named(schedule.service_type, sessions) || named(schedule.service_category, sessions) ||
           (schedule.comment && sessions.match(*schedule.comment));
}

} // namespace

const fhir::CodeableConcept* delivery_channel(const fhir::Slot& slot)
{
    const fhir::Extension* extension = fhir::find_extension(slot.extension, uk_core_channel);
    return extension ? std::get_if<fhir::CodeableConcept>(&extension->value) : nullptr;
}

bool of_session(const SessionPatterns& sessions, const fhir::Slot& slot, const fhir::Schedule* schedule)
{
    return sessions.empty() || named(slot.service_type, sessions) || named(slot.service_category, sessions) ||
           (schedule && named(*schedule, sessions));
}

} // namespace gateway::policy
