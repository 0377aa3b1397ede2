// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/session_match.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

bool named(const std::vector<fhir::CodeableConcept>& concepts, const policy::SessionPatterns& sessions)
{
    return std::ranges::any_of(concepts, [&](const fhir::CodeableConcept& each) {
        return (each.text && sessions.match(*each.text)) ||
               std::ranges::any_of(each.coding, [&](const fhir::Coding& coding) {
                   return coding.display && sessions.match(*coding.display);
               });
    });
}

bool named(const fhir::Schedule& schedule, const policy::SessionPatterns& sessions)
{
    return named(schedule.service_type, sessions) || named(schedule.service_category, sessions) ||
           (schedule.comment && sessions.match(*schedule.comment));
}

} // namespace

bool is_of_session(const Book& book, const adapters::SlotRow& slot, const policy::SessionPatterns& sessions)
{
    if (sessions.empty())
        return true;
    const fhir::Slot& common = slot.common();
    if (named(common.service_type, sessions) || named(common.service_category, sessions))
        return true;
    const std::string reference = common.schedule.reference.value_or("");
    const auto* schedule = find(book.schedules, std::string_view(reference).substr(reference.rfind('/') + 1));
    return schedule && named(*schedule, sessions);
}

} // namespace gateway::search
