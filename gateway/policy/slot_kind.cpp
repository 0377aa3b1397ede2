// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/slot_kind.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

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

bool has_national_category(const fhir::Slot& slot)
{
    return std::ranges::any_of(slot.service_category, [](const fhir::CodeableConcept& each) {
        return std::ranges::any_of(each.coding, [](const fhir::Coding& coding) {
            return coding.system && coding.system->text.ends_with(national_category_path);
        });
    });
}

const fhir::CodeableConcept* slot_role(const fhir::Slot& slot)
{
    const auto found = std::ranges::find_if(
        slot.extension, [](const auto& extension) { return extension.url.ends_with(slot_role_path); });
    return found == slot.extension.end() ? nullptr : std::get_if<fhir::CodeableConcept>(&found->value);
}

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
