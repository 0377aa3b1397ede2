// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"
#include "fhir/model/uk_time.hpp"

#include <set>

namespace adapters::gpconnect::provider
{

namespace
{

using Bound = std::expected<fhir::Interval, Refusal>;

// A date covers its UK day; a dateTime one moment. The offset must be the one the UK has at that time.
std::optional<fhir::Interval> parse_bound(std::string text)
{
    if (auto date = fhir::parse_date(text); date && text.size() == 10)
        return fhir::uk_day(*date);
    // An unencoded `+` of the offset arrives as a blank.
    if (text.size() > 6 && text[text.size() - 6] == ' ')
        text[text.size() - 6] = '+';
    const auto moment = fhir::parse_instant(text);
    if (!moment)
        return std::nullopt;
    const auto uk = fhir::to_uk_text(*moment);
    if (!text.ends_with('Z') && !text.ends_with(uk.substr(uk.size() - 6)))
        return std::nullopt;
    return fhir::Interval{*moment, *moment};
}

Bound bound(const Parameters& parameters, std::string_view name, std::string_view prefix)
{
    const auto values = values_of(parameters, name);
    const std::string label(name);
    if (values.empty())
        return std::unexpected(bad_request("Parameter " + label + " is missing"));
    if (values.size() > 1)
        return std::unexpected(bad_request("Parameter " + label + " is given more than once"));
    if (!values[0].starts_with(prefix))
        return std::unexpected(invalid_parameter(label + " must begin with " + std::string(prefix)));
    auto range = parse_bound(values[0].substr(2));
    if (!range)
        return std::unexpected(
            invalid_parameter(label + " must be a date, or a dateTime with the UK offset"));
    return *range;
}

std::expected<fhir::Interval, Refusal> window_of(const Parameters& parameters)
{
    auto start = bound(parameters, "start", "ge");
    if (!start)
        return start;
    auto end = bound(parameters, "end", "le");
    if (!end)
        return end;
    if (end->start < start->start)
        return std::unexpected(invalid_parameter("end must not be before start"));
    if (std::chrono::floor<std::chrono::days>(end->start - start->start) > std::chrono::days(14))
        return std::unexpected(invalid_parameter("end must not be more than 14 days after start"));
    return fhir::Interval{start->start, end->end};
}

Refused wrong_fixed_parameters(const Parameters& parameters)
{
    const auto status = values_of(parameters, "status");
    if (status.empty())
        return bad_request("Parameter status is missing");
    if (status.size() > 1 || status[0] != "free")
        return invalid_parameter("status must be free");
    const auto includes = values_of(parameters, "_include");
    if (includes.size() != 1 || includes[0] != "Slot:schedule")
        return bad_request("Parameter _include=Slot:schedule is missing");
    return std::nullopt;
}

std::string filter(const Parameters& parameters, std::string_view system)
{
    for (const auto& value : values_of(parameters, "searchFilter"))
        if (value.starts_with(std::string(system) + "|"))
            return value.substr(system.size() + 1);
    return {};
}

bool asks_for(const Parameters& parameters, std::string_view include)
{
    for (const auto& value : values_of(parameters, "_include:recurse"))
        if (value == include)
            return true;
    return false;
}

void add_actors(const State& state, const std::set<std::size_t>& sessions, const Parameters& parameters,
                std::vector<JsonValue>& out)
{
    std::set<std::string> added;
    for (auto index : sessions) {
        const auto& session = state.seed.sessions[index];
        out.push_back(state.schedule_tree(session));
        const auto* clinician = state.clinician_of(session);
        if (clinician != nullptr && is_named(*clinician) &&
            asks_for(parameters, "Schedule:actor:Practitioner") && added.insert("p" + clinician->key).second)
            out.push_back(state.practitioner_tree(*clinician));
        const auto location = state.location_key(session);
        if (!asks_for(parameters, "Schedule:actor:Location") || !added.insert("l" + location).second)
            continue;
        for (const auto& candidate : state.seed.locations)
            if (candidate.key == location)
                out.push_back(state.location_tree(candidate));
    }
}

bool offered(const State& state, const SlotState& slot, const fhir::Interval& window)
{
    const auto& key = state.session_of(slot).key;
    return slot.status == "free" && slot.start >= window.start && slot.end <= window.end &&
           !state.is_option("session." + key + ".gp_connect", "no");
}

} // namespace

std::vector<std::string> values_of(const Parameters& parameters, std::string_view name)
{
    std::vector<std::string> values;
    for (const auto& [key, value] : parameters)
        if (key == name)
            values.push_back(value);
    return values;
}

JsonValue searchset(std::vector<JsonValue> resources)
{
    JsonValue bundle = JsonValue::object({{"resourceType", JsonValue("Bundle")},
                                          {"meta", meta_of(names::bundle_profile)},
                                          {"type", JsonValue("searchset")}});
    JsonValue entries = JsonValue::array();
    for (auto& resource : resources)
        entries.items().push_back(JsonValue::object({{"resource", std::move(resource)}}));
    if (!entries.items().empty())
        bundle.set("entry", std::move(entries));
    return bundle;
}

std::string listing(const State& state, const std::vector<const SlotState*>& slots,
                    const Parameters& parameters)
{
    std::vector<JsonValue> found;
    std::set<std::size_t> sessions;
    for (const auto* slot : slots) {
        found.push_back(state.slot_tree(*slot));
        sessions.insert(slot->session);
    }
    add_actors(state, sessions, parameters, found);
    // The organisation comes with any slot, asked for or not: a known issue of the specification.
    if (!sessions.empty() && !state.is_option("organization", "missing"))
        found.push_back(state.organization_tree());
    return fhir::codec::to_json(searchset(std::move(found)));
}

bool passes_filter(const State& state, const simulation::SeedSession& session, const std::string& ods,
                   const std::string& type)
{
    const auto organisations = "session." + session.key + ".organisations";
    const auto types = "session." + session.key + ".types";
    const bool by_code =
        state.option(organisations).empty() || (!ods.empty() && state.lists(organisations, ods));
    const bool by_type = state.option(types).empty() || (!type.empty() && state.lists(types, type));
    return by_code && by_type;
}

Answered search_slots(const State& state, const Parameters& parameters)
{
    if (auto wrong = wrong_fixed_parameters(parameters))
        return std::unexpected(*wrong);
    auto window = window_of(parameters);
    if (!window)
        return std::unexpected(window.error());
    const auto ods = filter(parameters, names::ods_system);
    const auto type = filter(parameters, names::organisation_type_system);
    std::vector<const SlotState*> shown;
    for (const auto& slot : state.slots)
        if (offered(state, slot, *window) && passes_filter(state, state.session_of(slot), ods, type))
            shown.push_back(&slot);
    std::string key = "slots";
    for (const auto& include : values_of(parameters, "_include:recurse"))
        key += " " + include;
    key = simulation::listing_key(std::move(key), shown, [](const SlotState* each) {
        return each->id + "/" + std::to_string(each->version);
    });
    return Answer{
        200, {}, {}, state.listings.of(std::move(key), [&] { return listing(state, shown, parameters); })};
}

} // namespace adapters::gpconnect::provider
