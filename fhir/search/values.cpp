// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/values.hpp"

#include "fhir/model/datatypes.hpp"
#include "fhir/model/id.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>

namespace fhir::search
{

namespace
{

std::size_t unescaped_bar(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '|')
            return i;
    }
    return std::string_view::npos;
}

std::string without_bar_escapes(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '|')
            ++i;
        plain.push_back(text[i]);
    }
    return plain;
}

std::string subject(std::string_view parameter)
{
    return "The value of " + std::string(parameter);
}

bool is_type_name(std::string_view text)
{
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return !text.empty() && text[0] >= 'A' && text[0] <= 'Z' && std::ranges::all_of(text, letter);
}

/// `Type/id` out of an absolute URL; the rest of the URL is never used.
std::string_view last_two_segments(std::string_view url)
{
    const auto last = url.rfind('/');
    if (last == std::string_view::npos || last == 0)
        return url;
    const auto before = url.rfind('/', last - 1);
    return before == std::string_view::npos ? url : url.substr(before + 1);
}

bool is_absolute(std::string_view text)
{
    return text.starts_with("http://") || text.starts_with("https://");
}

} // namespace

std::vector<std::string> split_or(std::string_view text)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == '\\' && (next == ',' || next == '$' || next == '\\')) {
            parts.back().push_back(next);
            ++i;
        } else if (text[i] == ',') {
            parts.emplace_back();
        } else {
            parts.back().push_back(text[i]);
        }
    }
    return parts;
}

Result<TokenValue> parse_token(std::string_view text, std::string_view parameter)
{
    if (text.empty() || text == "|")
        return fail(ErrorKind::value_invalid, subject(parameter) + " is empty.", path_of(parameter));
    TokenValue token;
    const auto bar = unescaped_bar(text);
    if (bar == std::string_view::npos) {
        token.code = without_bar_escapes(text);
        return token;
    }
    token.system = without_bar_escapes(text.substr(0, bar));
    if (bar + 1 < text.size())
        token.code = without_bar_escapes(text.substr(bar + 1));
    return token;
}

bool TokenValue::matches(std::string_view other_system, std::string_view other_code) const
{
    const bool system_fits =
        !system || (system->empty() ? other_system.empty() : same_system(*system, other_system));
    return system_fits && (!code || *code == other_code);
}

Result<ReferenceValue> parse_reference(std::string_view text, std::string_view parameter)
{
    const std::string_view local = is_absolute(text) ? last_two_segments(text) : text;
    const auto slash = local.find('/');
    ReferenceValue value;
    if (slash != std::string_view::npos)
        value.type = local.substr(0, slash);
    value.id = slash == std::string_view::npos ? local : local.substr(slash + 1);
    if ((slash != std::string_view::npos && !is_type_name(value.type)) || !is_id(value.id)) {
        Error error(ErrorKind::value_invalid, subject(parameter) + " is not a reference.",
                    path_of(parameter));
        error.advise("Send an id, or a type and an id such as Location/A11111.7.");
        return std::unexpected(std::move(error));
    }
    return value;
}

bool ReferenceValue::matches(std::string_view reference) const
{
    if (identifier)
        return false;
    const std::string_view local = is_absolute(reference) ? last_two_segments(reference) : reference;
    const auto slash = local.find('/');
    if (slash == std::string_view::npos)
        return type.empty() && local == id;
    return local.substr(slash + 1) == id && (type.empty() || local.substr(0, slash) == type);
}

std::string path_of(std::string_view parameter)
{
    return "http." + std::string(parameter);
}

std::string to_query(const std::vector<RawParameter>& parameters)
{
    std::string query;
    for (const RawParameter& parameter : parameters) {
        if (!query.empty())
            query.push_back('&');
        query += rest::percent_encode(parameter.name, ":");
        query.push_back('=');
        query += rest::percent_encode(parameter.value, ":/,");
    }
    return query;
}

} // namespace fhir::search
