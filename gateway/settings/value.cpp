// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/value.hpp"

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/edit_distance.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/identity/keys.hpp"
#include "gateway/policy/lead.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace gateway::settings
{
namespace
{

using Checked = std::expected<Value, std::string>;

struct Unit
{
    std::string_view name;
    std::int64_t factor;
};

constexpr std::array<Unit, 6> time_units{
    {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}}};
constexpr std::array<Unit, 4> size_units{{{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};

/// `12 MiB`, `3s`: a whole number and one of the units, multiplied out.
std::optional<std::int64_t> with_unit(std::string_view text, std::span<const Unit> units)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (text.starts_with(' '))
        text.remove_prefix(1);
    const auto unit = std::ranges::find(units, text, &Unit::name);
    if (unit == units.end() || number > std::numeric_limits<std::int64_t>::max() / unit->factor)
        return std::nullopt;
    return number * unit->factor;
}

/// In the largest unit that leaves no fraction: `90s`, `16KiB`.
std::string in_units(std::int64_t number, std::span<const Unit> units)
{
    const Unit* best = &units.front();
    for (const Unit& unit : units)
        if (number % unit.factor == 0 && unit.factor > best->factor)
            best = &unit;
    return std::to_string(number / best->factor) + std::string(best->name);
}

std::string bounds(const ValueRules& rules, std::span<const Unit> units)
{
    if (rules.most == 0)
        return {};
    return ", from " + in_units(rules.least, units) + " to " + in_units(rules.most, units);
}

std::string quoted(const RawValue& raw)
{
    if (const auto* text = std::get_if<std::string>(&raw))
        return "`\"" + text->substr(0, 80) + "\"`";
    if (const auto* number = std::get_if<std::int64_t>(&raw))
        return "`" + std::to_string(*number) + "`";
    if (const auto* flag = std::get_if<bool>(&raw))
        return *flag ? "`true`" : "`false`";
    if (std::holds_alternative<double>(raw))
        return "a fraction";
    if (const auto* other = std::get_if<Other>(&raw))
        return other->kind;
    return "a list";
}

std::unexpected<std::string> wrong(const RawValue& raw, const ValueRules& rules)
{
    return std::unexpected(quoted(raw) + " is not " + expectation(rules) + ".");
}

std::string absolute(const std::string& path, const std::string& directory)
{
    return (std::filesystem::path(directory) / path).lexically_normal().string();
}

Checked check_file(const std::string& text, const ValueRules& rules, const std::string& directory)
{
    Value value;
    value.text = absolute(text, directory);
    if (rules.kind == Kind::path)
        return value;
    const auto content = identity::read_text_file(value.text, rules.kind == Kind::secret_file, 16 << 20);
    if (!content)
        return std::unexpected(content.error().sentence());
    return value;
}

bool is_https_url(std::string_view text)
{
    constexpr std::string_view scheme = "https://";
    if (!text.starts_with(scheme) || text.size() == scheme.size() || text[scheme.size()] == '/')
        return false;
    return std::ranges::none_of(text, [](unsigned char c) {
        return c <= ' ' || c >= 0x7F ||
               std::string_view("\"'<>\\^`{|}?#@").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

std::optional<std::string> ods_text(std::string_view text)
{
    const auto code = fhir::OdsCode::parse(text);
    return code ? std::optional(code->text()) : std::nullopt;
}

bool is_choice(std::string_view text, std::string_view choices)
{
    for (std::size_t from = 0; from <= choices.size();) {
        const auto bar = std::min(choices.find('|', from), choices.size());
        if (choices.substr(from, bar - from) == text)
            return true;
        from = bar + 1;
    }
    return false;
}

Checked check_number(const RawValue& raw, const ValueRules& rules)
{
    const auto* number = std::get_if<std::int64_t>(&raw);
    if (!number || *number < rules.least || *number > rules.most)
        return wrong(raw, rules);
    Value value;
    value.number = *number;
    return value;
}

Checked check_list(const RawValue& raw, const ValueRules& rules)
{
    const auto* list = std::get_if<TextList>(&raw);
    if (!list)
        return wrong(raw, rules);
    Value value;
    for (const std::string& item : *list) {
        const auto text = rules.kind == Kind::ods_list ? ods_text(item) : std::optional(item);
        if (!text || text->empty())
            return std::unexpected("`\"" + item + "\"` in the list is not an ODS code such as \"A90001\".");
        value.list.push_back(*text);
    }
    return value;
}

/// Everything written as a TOML text.
Checked check_text(const RawValue& raw, const ValueRules& rules, const std::string& directory)
{
    const auto* text = std::get_if<std::string>(&raw);
    if (!text)
        return wrong(raw, rules);
    Value value;
    value.text = *text;
    std::optional<std::int64_t> number;
    switch (rules.kind) {
    case Kind::file:
    case Kind::secret_file:
    case Kind::path:
        return text->empty() ? Checked(wrong(raw, rules)) : check_file(*text, rules, directory);
    case Kind::url:
        return is_https_url(*text) ? Checked(value) : wrong(raw, rules);
    case Kind::choice:
        return is_choice(*text, rules.choices) ? Checked(value) : wrong(raw, rules);
    case Kind::duration:
        number = with_unit(*text, time_units);
        value.duration = std::chrono::milliseconds(number.value_or(0));
        break;
    case Kind::size:
        number = with_unit(*text, size_units);
        value.number = number.value_or(0);
        break;
    case Kind::ods:
        value.text = ods_text(*text).value_or(std::string());
        return value.text.empty() ? Checked(wrong(raw, rules)) : value;
    case Kind::sha256:
        return text->size() == 64 && identity::from_hex(*text) ? Checked(value) : wrong(raw, rules);
    case Kind::lead:
        return policy::Lead::parse(*text) ? Checked(value) : wrong(raw, rules);
    case Kind::date:
        return fhir::parse_date(*text) ? Checked(value) : wrong(raw, rules);
    case Kind::moment:
        return fhir::parse_instant(*text) ? Checked(value) : wrong(raw, rules);
    default:
        return value;
    }
    const bool in_range = number && (rules.most == 0 || (*number >= rules.least && *number <= rules.most));
    return in_range ? Checked(value) : wrong(raw, rules);
}

} // namespace

std::string expectation(const ValueRules& rules)
{
    const auto range = [&] { return std::to_string(rules.least) + " to " + std::to_string(rules.most); };
    switch (rules.kind) {
    case Kind::text:
        return "a text in quotes";
    case Kind::file:
    case Kind::secret_file:
    case Kind::path:
        return "a file name in quotes such as \"tls/server.pem\"";
    case Kind::url:
        return "an https URL in quotes such as \"https://gateway.example.net/fhir/R4\"";
    case Kind::port:
    case Kind::count:
        return "a whole number from " + range();
    case Kind::flag:
        return "true or false";
    case Kind::duration:
        return "a duration in quotes such as \"3s\", \"500ms\", \"5min\", \"12h\" or \"7d\"" +
               bounds(rules, time_units);
    case Kind::size:
        return "a size in quotes such as \"16 KiB\" or \"1 MiB\"" + bounds(rules, size_units);
    case Kind::choice:
        return "one of " + std::string(rules.choices);
    case Kind::list:
        return "a list of texts such as [\"gateway.example.net\"]";
    case Kind::ods:
        return "an ODS code in quotes such as \"A90001\"";
    case Kind::ods_list:
        return "a list of ODS codes such as [\"A90001\", \"A90002\"]";
    case Kind::sha256:
        return "64 hexadecimal digits in quotes";
    case Kind::lead:
        return "how long before the slot begins, in quotes: \"90min\", \"48h\", \"14d\" (from the beginning "
               "of that "
               "UK day) or \"1d 08:00\" (UK time), at most 400 days";
    case Kind::date:
        return "a date in quotes such as \"2027-03-31\"";
    case Kind::moment:
        return "a moment with its offset in quotes such as \"2027-03-31T18:00:00+01:00\"";
    }
    return {};
}

std::string_view kind_name(Kind kind)
{
    static constexpr std::array<std::string_view, 18> names = {
        "text",       "file",        "secret file", "path",   "https URL", "port",     "number",
        "true/false", "duration",    "size",        "choice", "list",      "ODS code", "list of ODS codes",
        "SHA-256",    "time before", "date",        "moment"};
    return names[static_cast<std::size_t>(kind)];
}

std::expected<Value, std::string> check_value(const RawValue& raw, const ValueRules& rules,
                                              const std::string& directory)
{
    switch (rules.kind) {
    case Kind::port:
    case Kind::count:
        return check_number(raw, rules);
    case Kind::list:
    case Kind::ods_list:
        return check_list(raw, rules);
    case Kind::flag:
        if (const auto* flag = std::get_if<bool>(&raw)) {
            Value value;
            value.flag = *flag;
            return value;
        }
        return wrong(raw, rules);
    default:
        return check_text(raw, rules, directory);
    }
}

RawValue raw_from_text(std::string_view text, Kind kind)
{
    if (kind == Kind::port || kind == Kind::count) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size())
            return number;
    }
    if (kind == Kind::flag && (text == "true" || text == "false"))
        return text == "true";
    if (kind != Kind::list && kind != Kind::ods_list)
        return std::string(text);
    TextList list;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        list.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return list;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates)
{
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates)
        if (const auto far = fhir::edit_distance(word.substr(0, 100), candidate); far < best_distance) {
            best = candidate;
            best_distance = far;
        }
    return best;
}

} // namespace gateway::settings
