// SPDX-License-Identifier: Apache-2.0
#include "adapters/json_fields.hpp"

namespace adapters
{

std::string Fields::text(std::string_view name) const
{
    const auto* value = find(name);
    return value && value->is_string() ? trimmed(value->text()) : std::string();
}

std::optional<std::int64_t> Fields::number(std::string_view name) const
{
    const auto* value = find(name);
    return value && value->is_number() ? value->integer() : std::nullopt;
}

bool Fields::flag(std::string_view name) const
{
    const auto* value = find(name);
    return value && value->is_boolean() && value->boolean();
}

std::optional<fhir::LocalTime> Fields::time(std::string_view name) const
{
    const auto written = text(name);
    return written.empty() ? std::nullopt : fhir::parse_local_time(written);
}

std::optional<fhir::Date> Fields::date(std::string_view name) const
{
    return fhir::parse_date(text(name).substr(0, 10));
}

std::vector<Fields> Fields::rows(std::string_view name) const
{
    std::vector<Fields> rows;
    const auto* value = find(name);
    if (!value || !value->is_array())
        return rows;
    for (const auto& item : value->items())
        if (item.is_object())
            rows.emplace_back(item);
    return rows;
}

std::vector<std::string> Fields::texts(std::string_view name) const
{
    std::vector<std::string> texts;
    const auto* value = find(name);
    if (!value || !value->is_array())
        return texts;
    for (const auto& item : value->items())
        if (item.is_string())
            texts.push_back(trimmed(item.text()));
    return texts;
}

std::vector<std::int64_t> Fields::numbers(std::string_view name) const
{
    std::vector<std::int64_t> numbers;
    const auto* value = find(name);
    if (!value || !value->is_array())
        return numbers;
    for (const auto& item : value->items())
        if (const auto number = item.is_number() ? item.integer() : std::nullopt)
            numbers.push_back(*number);
    return numbers;
}

std::optional<Fields> Fields::object(std::string_view name) const
{
    const auto* value = find(name);
    return value && value->is_object() ? std::optional(Fields(*value)) : std::nullopt;
}

fhir::Result<fhir::codec::Document> read_object(std::string_view body)
{
    auto json = fhir::codec::Document::parse(body);
    if (!json || !json->root().is_object())
        return fhir::fail(fhir::ErrorKind::supplier_malformed);
    return json;
}

fhir::Error lacks(std::string_view member)
{
    return fhir::Error(fhir::ErrorKind::supplier_malformed,
                       "The practice's system sent an answer without " + std::string(member) + ".");
}

} // namespace adapters
