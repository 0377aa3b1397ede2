// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/offered.hpp"

#include "gateway/policy/slot_kind.hpp"
#include "gateway/search/session_match.hpp"

#include <set>
#include <string_view>

namespace gateway::search
{

namespace
{

void add_codes(std::vector<std::string>& codes, const fhir::CodeableConcept& role)
{
    if (role.text)
        codes.push_back(*role.text);
    for (const auto& coding : role.coding) {
        if (coding.code)
            codes.push_back(coding.code->text);
        if (coding.display)
            codes.push_back(*coding.display);
    }
}

/// Roles that the schedule names, and those of practitioners that it names.
std::vector<std::string> roles_of(const Book& book, const fhir::Schedule& schedule)
{
    std::vector<std::string> codes;
    for (const fhir::Reference& actor : schedule.actor)
        for (const auto& [id, role] : book.practitioner_roles)
            if (actor.reference == "PractitionerRole/" + id ||
                (role->practitioner && role->practitioner->reference == actor.reference))
                for (const auto& code : role->code)
                    add_codes(codes, code);
    return codes;
}

std::string_view id_in(std::string_view reference)
{
    return reference.substr(reference.rfind('/') + 1);
}

const std::string& reference_of(const Book& book, std::uint32_t slot)
{
    return book.schedule_references[book.keys[slot].schedule];
}

} // namespace

policy::SlotFacts facts_of(const Book& book, const adapters::SlotRow& slot)
{
    const fhir::Schedule* schedule = schedule_of(book, slot);
    policy::SlotFacts facts{slot.common(), schedule, {}};
    if (schedule)
        facts.roles = roles_of(book, *schedule);
    if (const auto* role = policy::slot_role(facts.slot))
        add_codes(facts.roles, *role);
    return facts;
}

std::string session_of(const adapters::SlotRow& slot)
{
    return std::string(id_in(slot.common().schedule.reference.value_or("")));
}

BookMatches only_offered(BookMatches matches, const policy::Terms& terms, const SharedKinds& kinds,
                         std::span<const policy::UsedSlot> used)
{
    const Book& book = *matches.book;
    BookMatches offered;
    offered.book = matches.book;
    for (std::uint32_t i = 0; i < matches.count; ++i) {
        const std::uint32_t slot = matches.slot(i);
        const auto& of_kind = kinds.of(slot);
        if (!of_kind.empty() &&
            terms.at(book.keys[slot].start, id_in(reference_of(book, slot)), of_kind, used).offered())
            offered.picked.push_back(slot);
    }
    offered.count = static_cast<std::uint32_t>(offered.picked.size());
    return offered;
}

std::shared_ptr<const Book> shared_part(std::shared_ptr<const Book> book, const SharedKinds& kinds)
{
    std::set<std::string_view> shared; // sessions with slots of a kind that is shared
    for (std::uint32_t slot = 0; slot < book->slots.size(); ++slot)
        if (!kinds.of(slot).empty())
            shared.insert(id_in(reference_of(*book, slot)));
    std::vector<std::string> hidden;
    for (const auto& [id, schedule] : book->schedules)
        if (!shared.contains(id))
            hidden.push_back(id);
    return hidden.empty() ? book : book->without(hidden);
}

} // namespace gateway::search
