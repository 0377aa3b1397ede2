// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/offered.hpp"

#include "gateway/policy/slot_kind.hpp"
#include "gateway/search/session_match.hpp"

#include <algorithm>
#include <map>
#include <set>

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

/// What is decided once for all slots of a kind in one schedule.
class KindMemo
{
public:
    using Agreements = std::vector<const policy::Agreement*>;

    KindMemo(const Book& book, const policy::Terms& terms) : book_(book), terms_(terms) {}

    const Agreements& of(std::uint32_t slot)
    {
        const auto key = std::pair(book_.keys[slot].schedule, book_.kinds().of_slot[slot]);
        const auto known = known_.find(key);
        if (known != known_.end())
            return known->second;
        return known_.emplace(key, terms_.for_kind(facts_of(book_, *book_.slots[slot]))).first->second;
    }

private:
    const Book& book_;
    const policy::Terms& terms_;
    std::map<std::pair<std::uint32_t, std::uint16_t>, Agreements> known_;
};

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
    const std::string reference = slot.common().schedule.reference.value_or("");
    return reference.substr(reference.rfind('/') + 1);
}

BookMatches only_offered(BookMatches matches, const policy::Terms& terms,
                         std::span<const policy::UsedSlot> used)
{
    if (terms.all_slots() || matches.count == 0)
        return matches;
    const Book& book = *matches.book;
    KindMemo kinds(book, terms);
    std::vector<std::string> sessions; // by index, as keys name them
    for (const std::string& reference : book.schedule_references)
        sessions.push_back(reference.substr(reference.rfind('/') + 1));
    BookMatches offered;
    offered.book = matches.book;
    for (std::uint32_t i = 0; i < matches.count; ++i) {
        const std::uint32_t slot = matches.slot(i);
        const auto& of_kind = kinds.of(slot);
        if (!of_kind.empty() &&
            terms.at(book.keys[slot].start, sessions[book.keys[slot].schedule], of_kind, used).offered())
            offered.picked.push_back(slot);
    }
    offered.count = static_cast<std::uint32_t>(offered.picked.size());
    return offered;
}

std::shared_ptr<const Book> shared_part(std::shared_ptr<const Book> book, const policy::Terms& terms)
{
    if (terms.all_slots() || terms.agreements().empty())
        return book;
    std::set<std::string> shared; // sessions with slots of a kind that is shared
    KindMemo kinds(*book, terms);
    for (std::uint32_t slot = 0; slot < book->slots.size(); ++slot)
        if (!kinds.of(slot).empty())
            shared.insert(session_of(*book->slots[slot]));
    std::vector<std::string> hidden;
    for (const auto& [id, schedule] : book->schedules)
        if (!shared.contains(id))
            hidden.push_back(id);
    return hidden.empty() ? book : book->without(hidden);
}

} // namespace gateway::search
