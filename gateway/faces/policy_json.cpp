// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/policy_json.hpp"

#include "gateway/slot_types/suggestion.hpp"

namespace gateway::faces
{

namespace
{

using fhir::codec::JsonValue;

JsonValue codes_json(const std::vector<fhir::OdsCode>& codes)
{
    auto array = JsonValue::array();
    for (const auto& code : codes)
        array.items().emplace_back(code.text());
    return array;
}

JsonValue valve_json(const policy::Valve* valve)
{
    if (!valve)
        return JsonValue::object({{"state", "open"}});
    auto json = JsonValue::object({{"state", policy::to_text(valve->state)}});
    if (valve->state == policy::Valve::State::limited)
        json.set("per_hour", static_cast<std::int64_t>(valve->per_hour));
    if (valve->until)
        json.set("until", fhir::to_utc_text(*valve->until));
    if (!valve->reason.empty())
        json.set("reason", valve->reason);
    return json;
}

JsonValue naming_json(const policy::Agreement& agreement, fhir::Instant now)
{
    auto json = JsonValue::object({{"id", agreement.id},
                                   {"title", agreement.title},
                                   {"purpose", agreement.purpose},
                                   {"consumers", codes_json(agreement.users)},
                                   {"refuses", agreement.refuses},
                                   {"in_force", agreement.in_force(now)}});
    if (agreement.types.empty())
        return json;
    auto types = JsonValue::array();
    for (const std::string& type : agreement.types)
        types.items().emplace_back(type);
    json.set("types", std::move(types));
    return json;
}

void set_meaning(JsonValue& json, std::string_view category, std::string_view channel, std::string_view role)
{
    for (const auto& [name, code] :
         {std::pair("category", category), std::pair("channel", channel), std::pair("role", role)})
        if (!code.empty())
            json.set(name, std::string(code));
}

} // namespace

JsonValue entry_json(const policy::PolicyEntry& entry)
{
    auto json = JsonValue::object({{"name", entry.table.key}, {"version", entry.version}});
    json.set("source", entry.version == 0 ? "configuration" : "operator");
    if (entry.version > 0) {
        json.set("changed_by", entry.author);
        json.set("changed_at", fhir::to_utc_text(entry.at));
        json.set("reason", entry.reason);
        json.set("hides_configuration", entry.configured);
    }
    if (entry.removed) {
        json.set("removed", true);
        return json;
    }
    auto body = fhir::codec::parse_json(entry.table.body);
    json.set(entry.table.kind, body ? std::move(*body) : JsonValue());
    return json;
}

JsonValue federation_json(const policy::Federation& federation, std::size_t number)
{
    const std::string id = "federation-" + std::to_string(number);
    auto body = JsonValue::object({{"id", id},
                                   {"title", federation.name},
                                   {"purpose", "direct-care"},
                                   {"practices", codes_json(federation.practices)},
                                   {"consumers", codes_json(federation.consumers)},
                                   {"allows", JsonValue::array({"search", "book", "task"})}});
    return JsonValue::object(
        {{"name", id}, {"version", 0}, {"source", "federation"}, {"agreement", std::move(body)}});
}

JsonValue practice_json(const policy::Directory& directory, const policy::Practice& practice,
                        fhir::Instant now)
{
    auto agreements = JsonValue::array();
    for (const policy::Agreement* agreement : directory.sharing().of(practice.ods))
        agreements.items().push_back(naming_json(*agreement, now));
    return JsonValue::object({{"practice", practice.ods.text()},
                              {"name", practice.name},
                              {"system", practice.system},
                              {"valve", valve_json(directory.sharing().valve(practice.ods, now))},
                              {"agreements", std::move(agreements)}});
}

JsonValue slot_type_json(const slot_types::SeenType& seen)
{
    auto json = JsonValue::object({{"practice", seen.practice.text()},
                                   {"name", seen.name},
                                   {"slots", static_cast<std::int64_t>(seen.slots)},
                                   {"seen", fhir::to_utc_text(seen.seen)},
                                   {"mapped", seen.is_mapped()}});
    if (seen.is_mapped()) {
        set_meaning(json, seen.mapped.category, seen.mapped.channel, seen.mapped.role);
        return json;
    }
    if (const auto guess = slot_types::suggest(seen.name); guess.any()) {
        auto suggestion = JsonValue::object();
        set_meaning(suggestion, guess.category, guess.channel, guess.role);
        json.set("suggestion", std::move(suggestion));
    }
    return json;
}

} // namespace gateway::faces
