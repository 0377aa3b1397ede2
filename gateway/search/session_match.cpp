// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/session_match.hpp"

#include "gateway/policy/slot_kind.hpp"

namespace gateway::search
{

const fhir::Schedule* schedule_of(const Book& book, const adapters::SlotRow& slot)
{
    const std::string reference = slot.common().schedule.reference.value_or("");
    return find(book.schedules, std::string_view(reference).substr(reference.rfind('/') + 1));
}

bool is_of_session(const Book& book, const adapters::SlotRow& slot, const policy::SessionPatterns& sessions)
{
    return policy::of_session(sessions, slot.common(), schedule_of(book, slot));
}

} // namespace gateway::search
