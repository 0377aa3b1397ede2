// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/match.hpp"
#include "gateway/search/slot_match.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

using fhir::search::ReferenceValue;
using fhir::search::SlotQuery;
using fhir::search::TokenValue;

struct TypeAndId
{
    std::string_view type, id;
};

TypeAndId split(std::string_view reference)
{
    const auto slash = reference.find('/');
    if (slash == std::string_view::npos)
        return {{}, reference};
    return {reference.substr(0, slash), reference.substr(slash + 1)};
}

template <class T>
std::vector<fhir::Identifier> identifiers_of(const BookResources<T>& resources, std::string_view id)
{
    const T* resource = find(resources, id);
    return resource ? resource->identifier : std::vector<fhir::Identifier>{};
}

/// Everything a schedule is for: its actors, and the practitioner behind a role, for systems that publish
/// only one of the two.
std::vector<std::string> actors_of(const Book& book, const fhir::Schedule& schedule)
{
    std::vector<std::string> actors;
    for (const fhir::Reference& actor : schedule.actor) {
        if (!actor.reference)
            continue;
        actors.push_back(*actor.reference);
        const auto [type, id] = split(*actor.reference);
        const auto* role = type == "PractitionerRole" ? find(book.practitioner_roles, id) : nullptr;
        if (role && role->practitioner && role->practitioner->reference)
            actors.push_back(*role->practitioner->reference);
    }
    return actors;
}

/// The practice's own ODS code stands for all of its schedules, whatever organisations the supplier
/// publishes.
bool names_practice(const TokenValue& token, const Book& book)
{
    return token.matches(fhir::ods_organisation_system, book.ods.text());
}

bool organisation_matches(const Book& book, std::string_view actor, const TokenValue& token)
{
    if (names_practice(token, book))
        return true;
    const auto [type, id] = split(actor);
    const auto* service = type == "HealthcareService" ? find(book.healthcare_services, id) : nullptr;
    if (!service || !service->provided_by || !service->provided_by->reference)
        return false;
    return fhir::search::fits(token, identifiers_in(book, *service->provided_by->reference));
}

bool gender_matches(const Book& book, std::string_view id, const TokenValue& token)
{
    const auto* practitioner = find(book.practitioners, id);
    return practitioner && practitioner->gender &&
           fhir::search::fits_code(token, fhir::search::code_of(*practitioner->gender));
}

bool role_matches(const Book& book, std::string_view id, const TokenValue& token)
{
    const auto* role = find(book.practitioner_roles, id);
    return role && fhir::search::fits(token, role->code);
}

bool chain_matches(const Book& book, std::string_view actor, const SlotQuery::ActorChain& chain,
                   const TokenValue& token)
{
    const auto [type, id] = split(actor);
    if (chain.parameter == "organization.identifier")
        return organisation_matches(book, actor, token);
    if (!chain.type.empty() && chain.type != type)
        return false;
    if (chain.parameter == "gender")
        return gender_matches(book, id, token);
    if (chain.parameter == "role")
        return role_matches(book, id, token);
    return fhir::search::fits(token, identifiers_in(book, actor)) ||
           (chain.type.empty() && names_practice(token, book));
}

bool reference_matches(const Book& book, std::string_view reference, const ReferenceValue& value)
{
    if (!value.identifier)
        return value.matches(reference);
    return fhir::search::fits(*value.identifier, identifiers_in(book, reference)) ||
           names_practice(*value.identifier, book);
}

} // namespace

std::vector<fhir::Identifier> identifiers_in(const Book& book, std::string_view reference)
{
    const auto [type, id] = split(reference);
    if (type == "Schedule")
        return identifiers_of(book.schedules, id);
    if (type == "Practitioner")
        return identifiers_of(book.practitioners, id);
    if (type == "PractitionerRole")
        return identifiers_of(book.practitioner_roles, id);
    if (type == "Location")
        return identifiers_of(book.locations, id);
    if (type == "HealthcareService")
        return identifiers_of(book.healthcare_services, id);
    return type == "Organization" ? identifiers_of(book.organizations, id) : std::vector<fhir::Identifier>{};
}

bool asks_for_whole_practice(const Book& book, const SlotQuery& query)
{
    return query.schedule.empty() && query.schedule_actor.empty() &&
           std::ranges::all_of(query.actor_chains, [&](const SlotQuery::ActorChain& chain) {
               return chain.parameter == "organization.identifier" &&
                      std::ranges::any_of(
                          chain.values, [&](const TokenValue& token) { return names_practice(token, book); });
           });
}

bool schedule_matches(const Book& book, std::string_view schedule_reference, const SlotQuery& query)
{
    const bool itself = std::ranges::all_of(query.schedule, [&](const std::vector<ReferenceValue>& values) {
        return std::ranges::any_of(values, [&](const ReferenceValue& value) {
            return reference_matches(book, schedule_reference, value);
        });
    });
    if (!itself || (query.schedule_actor.empty() && query.actor_chains.empty()))
        return itself;
    const auto* schedule = find(book.schedules, split(schedule_reference).id);
    const std::vector<std::string> actors =
        schedule ? actors_of(book, *schedule) : std::vector<std::string>{""};
    const auto any_actor = [&](const auto& test) { return std::ranges::any_of(actors, test); };
    const bool by_actor =
        std::ranges::all_of(query.schedule_actor, [&](const std::vector<ReferenceValue>& values) {
            return std::ranges::any_of(values, [&](const ReferenceValue& value) {
                return (value.identifier && names_practice(*value.identifier, book)) ||
                       any_actor(
                           [&](const std::string& actor) { return reference_matches(book, actor, value); });
            });
        });
    return by_actor && std::ranges::all_of(query.actor_chains, [&](const SlotQuery::ActorChain& chain) {
               return std::ranges::any_of(chain.values, [&](const TokenValue& token) {
                   return any_actor(
                       [&](const std::string& actor) { return chain_matches(book, actor, chain, token); });
               });
           });
}

} // namespace gateway::search
