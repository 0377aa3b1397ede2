// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/agreement.hpp"

#include "fhir/model/uk_time.hpp"
#include "fhir/search/values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gateway::policy
{

namespace
{

constexpr std::array<std::pair<std::string_view, Use>, 3> use_codes{
    {{"search", Use::search}, {"book", Use::book}, {"task", Use::task}}};

constexpr std::array<std::pair<std::string_view, Valve::State>, 3> valve_codes{
    {{"open", Valve::State::open}, {"limited", Valve::State::limited}, {"paused", Valve::State::paused}}};

template <class Codes, class T>
std::string_view code_of(const Codes& codes, T value)
{
    return std::ranges::find(codes, value, &Codes::value_type::second)->first;
}

template <class Codes>
auto value_of(const Codes& codes, std::string_view text)
{
    const auto found = std::ranges::find(codes, text, &Codes::value_type::first);
    return found == codes.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

bool Agreement::allows(Use use) const
{
    return !refuses && std::ranges::find(uses, use) != uses.end();
}

bool Agreement::is_for(const std::vector<std::string>& organisation_types) const
{
    if (types.empty())
        return true;
    const auto listed = [&](const std::string& type) {
        return std::ranges::find(types, fhir::search::fold(type), fhir::search::fold) != types.end();
    };
    if (refuses)
        return organisation_types.empty() || std::ranges::any_of(organisation_types, listed);
    return !organisation_types.empty() && std::ranges::all_of(organisation_types, listed);
}

bool Agreement::in_force(fhir::Instant now) const
{
    if (!from && !until)
        return true;
    const fhir::Date today = fhir::uk_date(now);
    return (!from || *from <= today) && (!until || today <= *until);
}

bool Agreement::unlimited() const
{
    return sessions.empty() && roles.empty() && channels.empty() && categories.empty() && !mapped_only &&
           !quota.any() && !furthest && !latest && !embargo && !returned;
}

std::string_view to_text(Use use)
{
    return code_of(use_codes, use);
}

std::optional<Use> parse_use(std::string_view text)
{
    return value_of(use_codes, text);
}

std::string_view to_text(Valve::State state)
{
    return code_of(valve_codes, state);
}

std::optional<Valve::State> parse_valve_state(std::string_view text)
{
    return value_of(valve_codes, text);
}

} // namespace gateway::policy
