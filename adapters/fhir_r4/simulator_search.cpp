// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/simulator_rules.hpp"

#include "fhir/model/nhs_number.hpp"

#include <algorithm>
#include <array>

namespace adapters::fhir_r4::server
{

namespace
{

constexpr std::size_t default_page = 50;
constexpr std::size_t largest_page = 500;
constexpr std::chrono::minutes page_life{5};

/// Includes but for `Schedule:actor`, and the element that each follows (FHIR R4, search parameters).
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> include_elements{{
    {"PractitionerRole:practitioner", "practitioner"},
    {"PractitionerRole:organization", "organization"},
    {"Location:organization", "managingOrganization"},
    {"HealthcareService:organization", "providedBy"},
}};

bool is_further_include(std::string_view include)
{
    return include == "Schedule:actor" ||
           std::ranges::any_of(include_elements, [&](const auto& row) { return row.first == include; });
}

/// What a search asks for, in the few parameters that this server has.
struct Query
{
    std::vector<std::string> ids, statuses, schedules, patients, identifiers;
    std::vector<std::string> times; ///< with prefix, all of them apply
    std::vector<std::string> includes;
    std::string family, birth_date;
    std::size_t page = default_page;
    bool by_id = false;
};

std::vector<std::string> alternatives(std::string_view value)
{
    std::vector<std::string> parts;
    while (!value.empty()) {
        const auto end = std::min(value.find(','), value.size());
        parts.emplace_back(value.substr(0, end));
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return parts;
}

bool is_among(const std::vector<std::string>& list, std::string_view item)
{
    return std::ranges::find(list, item) != list.end();
}

/// `ge2026-11-24T09:00:00Z`; nothing unless the value can be compared.
std::optional<bool> compares(fhir::Instant moment, std::string_view wanted)
{
    const std::string_view prefix =
        wanted.size() > 2 && wanted[0] >= 'a' && wanted[0] <= 'z' ? wanted.substr(0, 2) : "eq";
    const auto text = prefix == "eq" && !wanted.starts_with("eq") ? wanted : wanted.substr(2);
    const auto limit = fhir::parse_instant(text);
    if (!limit)
        return std::nullopt;
    if (prefix == "ge")
        return moment >= *limit;
    if (prefix == "gt")
        return moment > *limit;
    if (prefix == "le")
        return moment <= *limit;
    if (prefix == "lt")
        return moment < *limit;
    return prefix == "eq" ? std::optional(moment == *limit) : std::nullopt;
}

std::expected<std::size_t, Refusal> page_size(const std::string& value)
{
    if (value.empty() || value.size() > 6 || value.find_first_not_of("0123456789") != std::string::npos ||
        value == "0")
        return refuse(400, "value", "_count must be a number from 1");
    return std::min<std::size_t>(static_cast<std::size_t>(std::stoul(value)), largest_page);
}

std::expected<void, Refusal> read_parameter(const State& state, std::string_view type,
                                            const std::string& name, const std::string& value, Query& query)
{
    const auto is = [&](std::string_view of, std::string_view parameter) {
        return type == of && name == parameter;
    };
    const bool can_include = type == "Slot" && !state.is_option("includes", "no");
    if (name == "_count") {
        const auto size = page_size(value);
        if (!size)
            return std::unexpected(size.error());
        query.page = *size;
    } else if (name == "_id") {
        query.ids = alternatives(value);
        query.by_id = true;
    } else if (is("Slot", "status") || is("Appointment", "status")) {
        query.statuses = alternatives(value);
    } else if (is("Slot", "start") || is("Appointment", "date")) {
        if (!compares(fhir::Instant{}, value))
            return refuse(400, "value", name + " must be an instant, with or without a prefix");
        query.times.push_back(value);
    } else if (is("Slot", "schedule")) {
        query.schedules = alternatives(value);
    } else if (is("Appointment", "patient")) {
        query.patients = alternatives(value);
    } else if (is("Patient", "identifier") || is("Appointment", "identifier")) {
        query.identifiers = alternatives(value);
    } else if (is("Patient", "family")) {
        query.family = value;
    } else if (is("Patient", "birthdate")) {
        query.birth_date = value;
    } else if (can_include && name == "_include" && value == "Slot:schedule") {
        query.includes.push_back(value);
    } else if (can_include && name == "_include:iterate" && is_further_include(value)) {
        query.includes.push_back(value);
    } else {
        return refuse(400, "not-supported",
                      "Search parameter " + name + " is not known for " + std::string(type));
    }
    return {};
}

bool in_time(fhir::Instant moment, const Query& query)
{
    return std::ranges::all_of(
        query.times, [&](const std::string& time) { return compares(moment, time).value_or(false); });
}

bool has_identifier(const JsonValue& tree, const std::vector<std::string>& wanted)
{
    for (const auto* identifier : items_of(tree, "identifier"))
        if (is_among(wanted, text_of(*identifier, "system") + "|" + text_of(*identifier, "value")))
            return true;
    return false;
}

void add_match(Frozen& found, const JsonValue& tree, std::string_view schedule = {})
{
    found.matches->push_back({text_of(tree, "resourceType") + "/" + text_of(tree, "id"),
                              fhir::codec::to_json(tree), std::string(schedule)});
}

void find_slots(const State& state, const Query& query, Frozen& found)
{
    std::vector<const SlotState*> sorted;
    for (const auto& slot : state.slots)
        sorted.push_back(&slot);
    std::ranges::sort(sorted, {}, [](const SlotState* slot) { return std::pair(slot->start, slot->key); });
    for (const auto* slot : sorted) {
        if (!in_time(slot->start, query) || (query.by_id && !is_among(query.ids, slot->key)))
            continue;
        const auto tree = state.slot_tree(*slot);
        const auto schedule = view_at(tree, {"schedule", "reference"});
        if ((!query.statuses.empty() && !is_among(query.statuses, view_of(tree, "status"))) ||
            (!query.schedules.empty() && !is_among(query.schedules, schedule)))
            continue;
        add_match(found, tree, schedule);
    }
}

/// What a search for slots shows depends on what is asked and on who holds which.
std::string listing_of(const State& state, const std::string& asked)
{
    return simulation::listing_key(asked, state.slots, [](const SlotState& slot) { return slot.status; });
}

std::string patient_in(const JsonValue& appointment)
{
    for (const auto* participant : items_of(appointment, "participant"))
        if (const auto actor = view_at(*participant, {"actor", "reference"}); actor.starts_with("Patient/"))
            return std::string(actor);
    return {};
}

void find_appointments(const State& state, const Query& query, Frozen& found)
{
    for (const auto& [id, booking] : state.bookings) {
        const auto tree = state.appointment_tree(booking);
        const auto start = fhir::parse_instant(view_of(tree, "start"));
        const auto patient = patient_in(tree);
        if ((query.by_id && !is_among(query.ids, id)) || !start || !in_time(*start, query) ||
            (!query.patients.empty() && !is_among(query.patients, patient)) ||
            (!query.statuses.empty() && !is_among(query.statuses, view_of(tree, "status"))) ||
            (!query.identifiers.empty() && !has_identifier(tree, query.identifiers)))
            continue;
        add_match(found, tree);
    }
}

void find_patients(const State& state, const Query& query, Frozen& found)
{
    for (const auto& [id, tree] : state.patients()) {
        if ((query.by_id && !is_among(query.ids, id)) ||
            (!query.identifiers.empty() && !has_identifier(tree, query.identifiers)) ||
            (!query.family.empty() && view_at(tree, {"name", "family"}) != query.family) ||
            (!query.birth_date.empty() && view_of(tree, "birthDate") != query.birth_date))
            continue;
        add_match(found, tree);
    }
}

std::string entry_text(const State& state, const std::string& resource, const std::string& name,
                       std::string_view mode)
{
    std::string entry = R"({"fullUrl":)";
    fhir::codec::append_json_string(entry, state.base() + name);
    return entry + R"(,"resource":)" + resource + R"(,"search":{"mode":")" + std::string(mode) + R"("}})";
}

/// What one resource refers to by the includes that were asked for.
std::vector<std::string> followed(const JsonValue& resource, const std::vector<std::string>& includes)
{
    std::vector<std::string> references;
    if (is_resource(resource, "Schedule") && is_among(includes, "Schedule:actor"))
        for (const auto* actor : items_of(resource, "actor"))
            references.push_back(text_of(*actor, "reference"));
    for (const auto& [include, element] : include_elements)
        if (is_resource(resource, include.substr(0, include.find(':'))) && is_among(includes, include))
            references.emplace_back(view_at(resource, {element, "reference"}));
    return references;
}

/// Schedules of the slots on a page, then who and where, then whose.
std::set<std::string> included(const std::map<std::string, JsonValue>& directory, const Frozen& found,
                               std::size_t from, std::size_t to)
{
    std::set<std::string> all;
    if (!is_among(found.includes, "Slot:schedule"))
        return all;
    for (auto i = from; i < to; ++i)
        all.insert((*found.matches)[i].schedule);
    std::vector<std::string> open(all.begin(), all.end());
    while (!open.empty()) {
        const auto resource = directory.find(open.back());
        open.pop_back();
        if (resource == directory.end())
            continue;
        for (auto& reference : followed(resource->second, found.includes))
            if (all.insert(reference).second)
                open.push_back(std::move(reference));
    }
    return all;
}

Answer page_of(State& state, Frozen found, fhir::Instant now)
{
    const auto& matches = *found.matches;
    const auto end = std::min(found.at + found.page, matches.size());
    const auto& directory = state.directory();
    std::string links = R"([{"relation":"self","url":)";
    fhir::codec::append_json_string(links, state.base() + found.self);
    std::string entries;
    const auto add = [&](const std::string& entry) { entries += (entries.empty() ? "" : ",") + entry; };
    for (auto i = found.at; i < end; ++i)
        add(entry_text(state, matches[i].json, matches[i].name, "match"));
    for (const auto& name : included(directory, found, found.at, end))
        if (const auto resource = directory.find(name); resource != directory.end())
            add(entry_text(state, fhir::codec::to_json(resource->second), name, "include"));
    const auto total = matches.size();
    if (end < total) {
        const auto name = "p" + std::to_string(state.next_page++);
        links += R"(},{"relation":"next","url":)";
        fhir::codec::append_json_string(links, state.base() + "?_page=" + name);
        found.at = end;
        found.until = now + page_life;
        std::erase_if(state.pages, [&](const auto& page) { return page.second.until < now; });
        state.pages.insert_or_assign(name, std::move(found));
    }
    std::string text = R"({"resourceType":"Bundle","type":"searchset","total":)" + std::to_string(total) +
                       R"(,"link":)" + links + "}]";
    if (!entries.empty())
        text += R"(,"entry":[)" + entries + "]";
    return {200, {}, {}, text + "}"};
}

} // namespace

Answered search(State& state, std::string_view type, const Parameters& parameters, fhir::Instant now)
{
    Query query;
    Frozen found;
    found.self = std::string(type) + "?";
    for (const auto& [name, value] : parameters) {
        const auto read = read_parameter(state, type, name, value, query);
        if (!read)
            return std::unexpected(read.error());
        // What was asked about a person is not repeated in links.
        if (name != "identifier" && name != "patient" && name != "family" && name != "birthdate")
            found.self += (found.self.ends_with('?') ? "" : "&") + fhir::rest::percent_encode(name, ":") +
                          "=" + fhir::rest::percent_encode(value, ":/,");
    }
    const bool described = !query.family.empty() && !query.birth_date.empty();
    if (type == "Patient" && query.identifiers.empty() && !query.by_id && !described)
        return refuse(400, "too-costly",
                      "Patients are found by identifier, or by family name and birth date");
    if (type == "Appointment" && query.patients.empty() && query.identifiers.empty() && !query.by_id)
        return refuse(400, "too-costly", "Appointments are found by patient or identifier only");
    found.page = query.page;
    found.includes = query.includes;
    if (type == "Slot") {
        found.matches = state.listings.of(listing_of(state, found.self), [&] {
            find_slots(state, query, found);
            return found.matches;
        });
    } else if (type == "Appointment") {
        find_appointments(state, query, found);
    } else if (type == "Patient") {
        find_patients(state, query, found);
    } else {
        for (const auto& [name, tree] : state.directory())
            if (is_resource(tree, type) && (!query.by_id || is_among(query.ids, view_of(tree, "id"))))
                add_match(found, tree);
    }
    return page_of(state, std::move(found), now);
}

Answered next_page(State& state, const std::string& page, fhir::Instant now)
{
    const auto found = state.pages.find(page);
    if (found == state.pages.end() || found->second.until < now)
        return refuse(410, "processing", "This page of a search has expired");
    return page_of(state, found->second, now);
}

Answered read(State& state, std::string_view type, std::string_view id)
{
    if (type == "Appointment") {
        const auto found = state.bookings.find(std::string(id));
        if (found != state.bookings.end())
            return Answer{200, state.appointment_tree(found->second), {}, {}};
    } else if (type == "Slot") {
        if (const auto* slot = state.slot(id))
            return Answer{200, state.slot_tree(*slot), {}, {}};
    } else if (type == "Patient") {
        if (auto patient = state.patient(id))
            return Answer{200, std::move(*patient), {}, {}};
    } else {
        const auto& all = state.directory();
        if (const auto found = all.find(std::string(type) + "/" + std::string(id)); found != all.end())
            return Answer{200, found->second, {}, {}};
    }
    return refuse(404, "not-found", std::string(type) + " is not known");
}

} // namespace adapters::fhir_r4::server
