// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/standard/headers.hpp"

#include "adapters/bars/standard/names.hpp"
#include "fhir/model/base64url.hpp"
#include "fhir/model/datatypes.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::bars::standard
{

namespace
{

constexpr std::size_t longest_header = 16 << 10;

} // namespace

std::string encode_header(const JsonValue& object)
{
    auto text = fhir::base64url_encode(fhir::codec::to_json(object));
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
    const auto json = fhir::base64url_decode(text);
    auto object = json ? fhir::codec::parse_json(*json) : fhir::fail(fhir::ErrorKind::malformed);
    if (!object || !object->is_object())
        return std::nullopt;
    return std::move(*object);
}

JsonValue target_object(std::string_view service_id)
{
    return identifier_tree(system::service_id, service_id);
}

JsonValue organisation_object(std::string_view ods, std::string_view name)
{
    return JsonValue::object({{"resourceType", JsonValue("Organization")},
                              {"identifier", JsonValue::array({identifier_tree(system::ods, ods)})},
                              {"name", JsonValue(name)}});
}

JsonValue software_object(std::string_view id_system, std::string_view id, std::string_view version)
{
    return JsonValue::object({{"resourceType", JsonValue("Device")},
                              {"identifier", JsonValue::array({identifier_tree(id_system, id)})},
                              {"deviceName", JsonValue::object({{"name", JsonValue(id)},
                                                                {"type", JsonValue("manufacturer-name")}})},
                              {"version", JsonValue::object({{"value", JsonValue(version)}})}});
}

JsonValue practitioner_object(std::string_view sds_user_id)
{
    return JsonValue::object(
        {{"resourceType", JsonValue("PractitionerRole")},
         {"identifier", JsonValue::array({identifier_tree(system::user, sds_user_id)})}});
}

std::string target_service(std::string_view field)
{
    const auto target = decode_header(field);
    if (!target || !fhir::same_system(view_of(*target, "system"), system::service_id))
        return {};
    return text_of(*target, "value");
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

} // namespace adapters::bars::standard
