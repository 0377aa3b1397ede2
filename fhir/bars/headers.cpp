// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/headers.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/model/base64url.hpp"
#include "fhir/model/datatypes.hpp"

#include <algorithm>
#include <charconv>

namespace fhir::bars
{

using codec::JsonValue;

namespace
{

constexpr std::size_t longest_header = 16 << 10;

} // namespace

std::string encode_header(const JsonValue& object)
{
    auto text = base64url_encode(codec::to_json(object));
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<JsonValue> decode_header(std::string_view field)
{
    if (field.size() > longest_header / 3 * 4 + 4)
        return std::nullopt;
    while (field.ends_with('='))
        field.remove_suffix(1);
    std::string text(field);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    const auto json = base64url_decode(text);
    auto object = json ? codec::parse_json(*json) : fail(ErrorKind::malformed);
    if (!object || !object->is_object())
        return std::nullopt;
    return std::move(*object);
}

std::string target_service(std::string_view field)
{
    const auto target = decode_header(field);
    const auto* named = target ? target->find("system") : nullptr;
    const auto* value = target ? target->find("value") : nullptr;
    if (!named || !value || !value->is_string() || !same_system(named->text(), system::service_id))
        return {};
    return value->text();
}

int major_of(std::string_view version)
{
    int major = 0;
    const auto parsed = std::from_chars(version.data(), version.data() + version.size(), major);
    const bool whole =
        parsed.ec == std::errc() && (parsed.ptr == version.data() + version.size() || *parsed.ptr == '.');
    return whole && major > 0 ? major : 0;
}

int accepted_major(std::string_view media_type)
{
    constexpr std::string_view parameter = "version=";
    const auto at = media_type.find(parameter);
    if (at == std::string_view::npos)
        return 1;
    auto value = media_type.substr(at + parameter.size());
    value = value.substr(0, value.find_first_of(";, "));
    if (value.size() > 1 && value.starts_with('"') && value.ends_with('"'))
        value = value.substr(1, value.size() - 2);
    return major_of(value);
}

} // namespace fhir::bars
