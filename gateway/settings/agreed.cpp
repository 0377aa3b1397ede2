// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/agreed.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/settings/section_reader.hpp"

#include <algorithm>
#include <array>

namespace gateway::settings
{
namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> keys_of_kinds{
    {{"agreement", "id"}, {"area", "ods"}, {"valve", "practice"}}};

/// ODS codes fold; ids of agreements do not.
std::string folded_key(std::string_view kind, const std::string& key)
{
    const auto ods = kind == "agreement" ? std::nullopt : fhir::OdsCode::parse(key);
    return ods ? ods->text() : key;
}

struct AsJson
{
    JsonValue operator()(const TextList& texts) const
    {
        auto array = JsonValue::array();
        for (const std::string& text : texts)
            array.items().emplace_back(text);
        return array;
    }
    JsonValue operator()(double number) const { return JsonValue::number(std::to_string(number)); }
    JsonValue operator()(const Other&) const { return {}; }
    template <class T>
    JsonValue operator()(const T& value) const
    {
        return JsonValue(value);
    }
};

RawValue list_from(const JsonValue& array)
{
    TextList texts;
    for (const JsonValue& item : array.items()) {
        if (!item.is_string())
            return Other{"an array that does not hold texts only"};
        texts.push_back(item.text());
    }
    return texts;
}

RawValue raw_from(const JsonValue& value)
{
    switch (value.type()) {
    case JsonValue::Type::string:
        return value.text();
    case JsonValue::Type::boolean:
        return value.boolean();
    case JsonValue::Type::number:
        return value.integer() ? RawValue(*value.integer()) : RawValue(Other{"a number that is not whole"});
    case JsonValue::Type::array:
        return list_from(value);
    default:
        return Other{value.is_null() ? "null" : "an object"};
    }
}

Result<RawTable> to_raw(const policy::PolicyTable& table)
{
    const auto body = fhir::codec::parse_json(table.body);
    if (!body)
        return std::unexpected(body.error());
    RawTable raw{table.kind, true, table.kind + " " + table.key, {}};
    const std::string_view own_key = key_of_kind(table.kind);
    if (own_key.empty() || !body->is_object())
        return fhir::fail(ErrorKind::value_invalid,
                          "An agreement, an area or a valve is an object with the keys of that table.");
    for (const auto& [name, value] : body->members())
        raw.entries.push_back({name, raw_from(value), raw.where});
    const JsonValue* const key = body->find(own_key);
    if (!key)
        raw.entries.push_back({std::string(own_key), table.key, raw.where});
    else if (!key->is_string() || folded_key(table.kind, key->text()) != table.key)
        return fhir::fail(ErrorKind::invariant, "`" + std::string(own_key) +
                                                    "` differs from the name that the " + table.kind +
                                                    " is called by: " + table.key + ".");
    return raw;
}

std::string sentences_of(const std::vector<Problem>& problems)
{
    std::string all;
    for (const Problem& problem : problems)
        all += (all.empty() ? "" : " ") + problem.where + ": " + problem.sentence;
    return all;
}

bool has_practice(const Settings& settings, const fhir::OdsCode& ods)
{
    return std::ranges::any_of(settings.practices,
                               [&](const Practice& practice) { return practice.config.ods == ods; });
}

bool has_area(const policy::Agreed& agreed, const fhir::OdsCode& ods)
{
    return std::ranges::find(agreed.areas, ods, &policy::Area::ods) != agreed.areas.end();
}

bool is_part_of_itself(const policy::Agreed& agreed, const policy::Area& area)
{
    auto above = area.part_of;
    for (std::size_t steps = 0; above && steps <= agreed.areas.size(); ++steps) {
        if (*above == area.ods)
            return true;
        const auto next = std::ranges::find(agreed.areas, *above, &policy::Area::ods);
        above = next == agreed.areas.end() ? std::nullopt : next->part_of;
    }
    return false;
}

} // namespace

std::string_view key_of_kind(std::string_view kind)
{
    const auto found = std::ranges::find(keys_of_kinds, kind, [](const auto& pair) { return pair.first; });
    return found == keys_of_kinds.end() ? std::string_view() : found->second;
}

policy::PolicyTable to_policy_table(const RawTable& table)
{
    auto body = JsonValue::object();
    for (const RawEntry& entry : table.entries)
        body.set(entry.key, std::visit(AsJson{}, entry.value));
    const JsonValue* const key = body.find(key_of_kind(table.name));
    return {table.name, key && key->is_string() ? folded_key(table.name, key->text()) : std::string(),
            fhir::codec::to_json(body)};
}

Result<std::vector<policy::PolicyTable>> read_policy_file(std::string_view text, const std::string& name)
{
    const RawDocument document = read_toml(text, name);
    if (!document.error.empty())
        return fhir::fail(ErrorKind::value_invalid, document.error_where + ": " + document.error);
    std::vector<policy::PolicyTable> tables;
    for (const RawTable& table : document.tables) {
        if (table.name.empty() && table.entries.empty())
            continue;
        if (!table.element || key_of_kind(table.name).empty())
            return fhir::fail(ErrorKind::value_invalid,
                              table.where +
                                  ": only [[agreement]], [[area]] and [[valve]] are expected here.");
        tables.push_back(to_policy_table(table));
    }
    return tables;
}

Result<policy::Agreed> read_agreed(const Settings& settings, const std::vector<policy::PolicyTable>& tables)
{
    RawDocument document;
    for (const auto& table : tables) {
        auto raw = to_raw(table);
        if (!raw)
            return std::unexpected(raw.error());
        document.tables.push_back(std::move(*raw));
    }
    Loaded loaded;
    read_practices(document, {}, nullptr, loaded);
    if (!loaded.problems.empty())
        return fhir::fail(ErrorKind::value_invalid, sentences_of(loaded.problems));
    Settings& read = loaded.settings;
    return policy::Agreed{settings.federations, std::move(read.areas), std::move(read.agreements),
                          std::move(read.valves), organisation_types(settings)};
}

policy::OrganisationTypes organisation_types(const Settings& settings)
{
    policy::OrganisationTypes types;
    const auto add = [&](const auto& party) {
        if (party.organisation_type.empty())
            return;
        auto& known = types[party.ods];
        if (std::ranges::find(known, party.organisation_type) == known.end())
            known.push_back(party.organisation_type);
    };
    std::ranges::for_each(settings.identity.clients, add);
    std::ranges::for_each(settings.gpconnect.consumers, add);
    return types;
}

std::vector<std::string> dangling(const Settings& settings, const policy::Agreed& agreed)
{
    std::vector<std::string> problems;
    for (const auto& agreement : agreed.agreements)
        for (const auto& ods : agreement.sharers)
            if (!has_practice(settings, ods) && !has_area(agreed, ods))
                problems.push_back("Agreement `" + agreement.id + "` names " + ods.text() +
                                   ", which is neither a practice nor an area of the practices file.");
    for (const auto& valve : agreed.valves)
        if (!has_practice(settings, valve.practice))
            problems.push_back("The valve names practice " + valve.practice.text() +
                               ", which is not in the practices file.");
    for (const auto& area : agreed.areas) {
        if (area.part_of && !has_area(agreed, *area.part_of))
            problems.push_back("Area " + area.ods.text() + " is part of " + area.part_of->text() +
                               ", which is not an area of the practices file.");
        if (is_part_of_itself(agreed, area))
            problems.push_back("Area " + area.ods.text() + " is part of itself.");
    }
    return problems;
}

} // namespace gateway::settings
