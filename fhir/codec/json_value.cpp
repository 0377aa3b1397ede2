// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json_value.hpp"

#include "fhir/codec/text_out.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>
#include <charconv>

namespace fhir::codec
{

namespace
{

template <class Members>
auto find_member(Members& members, std::string_view name, bool ignore_case)
    -> decltype(&members.front().second)
{
    for (auto& [key, value] : members)
        if (key == name || (ignore_case && rest::equal_ignoring_case(key, name)))
            return &value;
    return nullptr;
}

void new_line(std::string& out, std::size_t depth, bool pretty)
{
    if (!pretty)
        return;
    out.push_back('\n');
    out.append(depth * 2, ' ');
}

// Recursion is bounded: trees come from the depth-limited reader or from our own code.
void append(std::string& out, const JsonValue& value, std::size_t depth, bool pretty);

void append_array(std::string& out, const JsonValue& value, std::size_t depth, bool pretty)
{
    out.push_back('[');
    bool first = true;
    for (const auto& item : value.items()) {
        if (!first)
            out.push_back(',');
        first = false;
        new_line(out, depth + 1, pretty);
        append(out, item, depth + 1, pretty);
    }
    if (!first)
        new_line(out, depth, pretty);
    out.push_back(']');
}

void append_object(std::string& out, const JsonValue& value, std::size_t depth, bool pretty)
{
    out.push_back('{');
    bool first = true;
    for (const auto& [name, member] : value.members()) {
        if (!first)
            out.push_back(',');
        first = false;
        new_line(out, depth + 1, pretty);
        append_quoted(out, name);
        out.append(pretty ? ": " : ":");
        append(out, member, depth + 1, pretty);
    }
    if (!first)
        new_line(out, depth, pretty);
    out.push_back('}');
}

void append(std::string& out, const JsonValue& value, std::size_t depth, bool pretty)
{
    switch (value.type()) {
    case JsonValue::Type::null:
        out.append("null");
        return;
    case JsonValue::Type::boolean:
        out.append(value.boolean() ? "true" : "false");
        return;
    case JsonValue::Type::number:
        out.append(value.text());
        return;
    case JsonValue::Type::string:
        append_quoted(out, value.text());
        return;
    case JsonValue::Type::array:
        append_array(out, value, depth, pretty);
        return;
    case JsonValue::Type::object:
        append_object(out, value, depth, pretty);
        return;
    }
}

} // namespace

JsonValue JsonValue::array(std::vector<JsonValue> items)
{
    JsonValue value;
    value.type_ = Type::array;
    value.items_ = std::move(items);
    return value;
}

JsonValue JsonValue::object(std::vector<Member> members)
{
    JsonValue value;
    value.type_ = Type::object;
    value.members_ = std::move(members);
    return value;
}

JsonValue JsonValue::array(std::initializer_list<GivenItem> items)
{
    JsonValue value;
    value.type_ = Type::array;
    value.items_.reserve(items.size());
    for (const GivenItem& item : items)
        value.items_.push_back(std::move(item.value));
    return value;
}

JsonValue JsonValue::object(std::initializer_list<GivenMember> members)
{
    JsonValue value;
    value.type_ = Type::object;
    value.members_.reserve(members.size());
    for (const GivenMember& member : members)
        value.members_.emplace_back(std::move(member.name), std::move(member.value));
    return value;
}

JsonValue JsonValue::number(std::string text)
{
    JsonValue value;
    value.type_ = Type::number;
    value.text_ = std::move(text);
    return value;
}

std::optional<std::int64_t> JsonValue::integer() const
{
    std::int64_t value = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, value);
    return is_number() && error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

const JsonValue* JsonValue::find(std::string_view name, bool ignore_case) const
{
    return find_member(members_, name, ignore_case);
}

JsonValue* JsonValue::find(std::string_view name, bool ignore_case)
{
    return find_member(members_, name, ignore_case);
}

void JsonValue::set(std::string_view name, JsonValue value)
{
    if (JsonValue* present = find(name))
        *present = std::move(value);
    else
        members_.emplace_back(std::string(name), std::move(value));
}

void JsonValue::remove(std::string_view name)
{
    std::erase_if(members_, [&](const Member& member) { return member.first == name; });
}

std::string to_json(const JsonValue& value, bool pretty)
{
    std::string out;
    append(out, value, 0, pretty);
    return out;
}

void append_json_string(std::string& out, std::string_view text)
{
    append_quoted(out, text);
}

} // namespace fhir::codec
