// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/criteria.hpp"

#include "fhir/rest/message.hpp"

#include <algorithm>

namespace gateway::notify
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

constexpr std::size_t longest_filter = 1000, most_values = 100;

std::string_view value_in(const store::OutboxEvent& event, std::string_view name)
{
    if (name == "status")
        return event.status;
    return name == "requester" ? std::string_view(event.party) : std::string_view(event.practice);
}

std::string offered(const Topic& topic)
{
    std::string names;
    for (const std::string_view name : topic.filters)
        names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

bool is_code(std::string_view text)
{
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// `system|code`, or the code alone: of both kinds the code counts; what is named twice, once.
Result<std::vector<std::string>> values_in(std::string_view text)
{
    std::vector<std::string> values;
    while (true) {
        const auto comma = text.find(',');
        std::string_view value = text.substr(0, comma);
        value.remove_prefix(value.rfind('|') + 1);
        if (!is_code(value) || values.size() == most_values)
            return fhir::fail(ErrorKind::value_invalid,
                              "The filter's values are at most 100 codes or ODS codes, with commas between.");
        if (std::ranges::find(values, value) == values.end())
            values.emplace_back(value);
        if (comma == std::string_view::npos)
            return values;
        text.remove_prefix(comma + 1);
    }
}

Result<void> add_condition(Filter& filter, std::string_view text, const Topic& topic)
{
    const auto equals = std::min(text.find('='), text.size());
    const std::string_view name = text.substr(0, equals);
    if (std::ranges::find(topic.filters, name) == topic.filters.end())
        return fhir::fail(ErrorKind::value_invalid, "This topic is filtered by " + offered(topic) +
                                                        ", by nothing else; never by patient.");
    const auto decoded = fhir::rest::percent_decode(text.substr(std::min(equals + 1, text.size())), false);
    if (!decoded)
        return fhir::fail(ErrorKind::value_invalid, "The filter holds an escape that is none.");
    auto values = values_in(*decoded);
    if (!values)
        return std::unexpected(values.error());
    if (filter.values(name) != nullptr)
        return fhir::fail(
            ErrorKind::value_invalid,
            "The filter names something twice; put alternatives behind each other with commas.");
    filter.wanted.emplace_back(name, std::move(*values));
    return {};
}

} // namespace

bool Filter::matches(const store::OutboxEvent& event) const
{
    return std::ranges::all_of(wanted, [&](const auto& condition) {
        return std::ranges::find(condition.second, value_in(event, condition.first)) !=
               condition.second.end();
    });
}

const std::vector<std::string>* Filter::values(std::string_view name) const
{
    for (const auto& [known, values] : wanted)
        if (known == name)
            return &values;
    return nullptr;
}

Result<Filter> parse_filter(std::string_view text, const Topic& topic)
{
    if (text.size() > longest_filter)
        return fhir::fail(ErrorKind::text_too_long, "The filter is longer than 1000 bytes.");
    const std::string start = std::string(topic.resource) + "?";
    if (!text.starts_with(start))
        return fhir::fail(ErrorKind::value_invalid, "The filter of this topic begins with " + start + ".");
    text.remove_prefix(start.size());
    Filter filter;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        if (auto added = add_condition(filter, text.substr(0, end), topic); !added)
            return std::unexpected(added.error());
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return filter;
}

} // namespace gateway::notify
