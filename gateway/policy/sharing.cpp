// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/sharing.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

constexpr unsigned nearest_area = 1;

Agreement of_federation(const Federation& federation, std::size_t number)
{
    Agreement agreement;
    agreement.id = "federation-" + std::to_string(number);
    agreement.title = federation.name;
    agreement.purpose = "direct-care";
    agreement.sharers = federation.practices;
    agreement.users = federation.consumers;
    agreement.uses = {Use::search, Use::book, Use::task};
    return agreement;
}

} // namespace

Sharing::Sharing(Agreed agreed) : agreed_(std::move(agreed))
{
    for (const Federation& federation : agreed_.federations)
        of_federations_.push_back(of_federation(federation, of_federations_.size() + 1));
    users_.reserve(of_federations_.size() + agreed_.agreements.size());
    for (const Agreement& agreement : of_federations_) {
        std::map<fhir::OdsCode, unsigned> practices;
        for (const auto& practice : agreement.sharers)
            practices.emplace(practice, nearest_area);
        place(agreement, practices);
    }
    for (const Agreement& agreement : agreed_.agreements)
        place(agreement, practices_of(agreement));
}

/// The organisation itself and, of an area, everything below it. Areas that contain each other are refused
/// when the settings are read; here a loop only ends.
std::set<fhir::OdsCode> Sharing::organisations_in(const fhir::OdsCode& code) const
{
    std::set<fhir::OdsCode> inside{code};
    for (bool grew = true; grew;) {
        const std::size_t before = inside.size();
        for (const Area& area : agreed_.areas) {
            if (area.part_of && inside.contains(*area.part_of))
                inside.insert(area.ods);
            if (inside.contains(area.ods))
                inside.insert(area.members.begin(), area.members.end());
        }
        grew = inside.size() != before;
    }
    return inside;
}

bool Sharing::covers(const fhir::OdsCode& whole, const fhir::OdsCode& organisation) const
{
    return whole == organisation || organisations_in(whole).contains(organisation);
}

std::map<fhir::OdsCode, unsigned> Sharing::practices_of(const Agreement& agreement) const
{
    std::map<fhir::OdsCode, unsigned> practices;
    const auto nearer = [&](const fhir::OdsCode& practice, unsigned distance) {
        const auto [known, fresh] = practices.emplace(practice, distance);
        if (!fresh)
            known->second = std::min(known->second, distance);
    };
    for (const auto& sharer : agreement.sharers) {
        nearer(sharer, 0);
        std::set<fhir::OdsCode> level{sharer};
        // What hangs directly below the named area is one step away, what hangs below that two.
        for (unsigned depth = nearest_area; !level.empty() && depth <= agreed_.areas.size(); ++depth) {
            std::set<fhir::OdsCode> below;
            for (const Area& area : agreed_.areas) {
                if (area.part_of && level.contains(*area.part_of))
                    below.insert(area.ods);
                if (level.contains(area.ods))
                    for (const auto& member : area.members)
                        nearer(member, depth);
            }
            level = std::move(below);
        }
    }
    return practices;
}

void Sharing::place(const Agreement& agreement, const std::map<fhir::OdsCode, unsigned>& practices)
{
    std::set<fhir::OdsCode>& users = users_.emplace_back();
    for (const auto& user : agreement.users)
        users.merge(organisations_in(user));
    for (const auto& [practice, distance] : practices) {
        auto& placed = placed_[practice];
        placed.insert(std::ranges::upper_bound(placed, distance, {}, &Placed::distance),
                      {distance, &agreement, &users});
    }
}

std::vector<const Agreement*> Sharing::about(const fhir::OdsCode& practice,
                                             const fhir::OdsCode& consumer) const
{
    std::vector<const Agreement*> found;
    if (const auto placed = placed_.find(practice); placed != placed_.end())
        for (const Placed& each : placed->second)
            if (each.users->contains(consumer))
                found.push_back(each.agreement);
    return found;
}

std::vector<const Agreement*> Sharing::of(const fhir::OdsCode& practice) const
{
    std::vector<const Agreement*> found;
    if (const auto placed = placed_.find(practice); placed != placed_.end())
        for (const Placed& each : placed->second)
            found.push_back(each.agreement);
    return found;
}

const std::vector<std::string>& Sharing::types_of(const fhir::OdsCode& organisation) const
{
    static const std::vector<std::string> nobody_has_said;
    const auto found = agreed_.types.find(organisation);
    return found == agreed_.types.end() ? nobody_has_said : found->second;
}

const Valve* Sharing::valve(const fhir::OdsCode& practice, fhir::Instant now) const
{
    const auto found = std::ranges::find(agreed_.valves, practice, &Valve::practice);
    return found != agreed_.valves.end() && found->in_force(now) ? &*found : nullptr;
}

Terms Sharing::terms(const fhir::OdsCode& practice, const fhir::OdsCode& consumer, Use use,
                     fhir::Instant now) const
{
    if (practice == consumer)
        return Terms(now, {}, nullptr, true);
    std::vector<const Agreement*> holding, for_others;
    const Agreement* nearly = nullptr;
    const auto& types = types_of(consumer);
    std::optional<unsigned> nearest;
    static const std::vector<Placed> nothing;
    const auto placed = placed_.find(practice);
    for (const Placed& each : placed == placed_.end() ? nothing : placed->second) {
        if (!each.users->contains(consumer))
            continue;
        const bool is_for = each.agreement->is_for(types);
        if (each.agreement->refuses && !is_for)
            continue;
        if (!nearly)
            nearly = each.agreement;
        if (!each.agreement->in_force(now))
            continue;
        if (nearest && each.distance > *nearest)
            break;
        nearest = each.distance;
        if (each.agreement->refuses)
            return Terms::refused(now, Reason::no_agreement, each.agreement);
        if (each.agreement->allows(use))
            (is_for ? holding : for_others).push_back(each.agreement);
    }
    if (holding.empty() && !for_others.empty())
        return Terms::refused(now, Reason::restricted_type, for_others.front());
    if (holding.empty())
        return Terms::refused(now, Reason::no_agreement, nearly);
    return Terms(now, std::move(holding), use == Use::task ? nullptr : valve(practice, now), false,
                 std::move(for_others));
}

} // namespace gateway::policy
