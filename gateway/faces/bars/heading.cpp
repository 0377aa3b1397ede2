// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/heading.hpp"

#include "fhir/bars/headers.hpp"
#include "fhir/bars/names.hpp"
#include "fhir/model/datatypes.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::Format;
using fhir::codec::JsonValue;
using fhir::rest::Headers;
namespace header = fhir::bars::header;
namespace system = fhir::bars::system;

std::string place(std::string_view name)
{
    return "http." + std::string(name);
}

std::unexpected<fhir::Error> missing(std::string_view name)
{
    return fhir::fail(ErrorKind::required, "The header " + std::string(name) + " is missing.", place(name));
}

std::unexpected<fhir::Error> unreadable(std::string_view name, std::string_view what)
{
    return fhir::fail(ErrorKind::value_invalid,
                      "The header " + std::string(name) + " is not Base64 of " + std::string(what) + ".",
                      place(name));
}

std::string text_of(const JsonValue& object, std::string_view name)
{
    const auto* value = object.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

/// The value of the first identifier of one of these systems; identifier may be an object or an array.
std::string identifier_in(const JsonValue& object, std::initializer_list<std::string_view> systems)
{
    const auto* held = object.find("identifier");
    if (!held)
        return {};
    const auto value_of = [&](const JsonValue& identifier) -> std::string {
        const bool known = identifier.is_object() && std::ranges::any_of(systems, [&](std::string_view each) {
                               return fhir::same_system(text_of(identifier, "system"), each);
                           });
        return known ? text_of(identifier, "value") : std::string();
    };
    if (!held->is_array())
        return value_of(*held);
    for (const JsonValue& each : held->items())
        if (auto value = value_of(each); !value.empty())
            return value;
    return {};
}

Result<std::string> read_id(const Headers& headers, std::string_view name)
{
    const std::string id(headers.get(name));
    if (id.empty())
        return missing(name);
    if (!fhir::is_uuid(id))
        return fhir::fail(ErrorKind::value_invalid, "The header " + std::string(name) + " is not a UUID.",
                          place(name));
    return id;
}

Result<void> read_target(const Headers& headers, bool needed, Heading& heading)
{
    if (!headers.has(header::target))
        return needed ? Result<void>(missing(header::target)) : Result<void>();
    heading.service_id = fhir::bars::target_service(headers.get(header::target));
    if (heading.service_id.empty())
        return unreadable(header::target, "a service id in the system " + std::string(system::service_id));
    return {};
}

Result<void> read_organisation(const Headers& headers, bool needed, Heading& heading)
{
    if (!headers.has(header::organisation))
        return needed ? Result<void>(missing(header::organisation)) : Result<void>();
    const auto object = fhir::bars::decode_header(headers.get(header::organisation));
    if (object)
        heading.organisation_ods = identifier_in(*object, {system::ods});
    if (!fhir::OdsCode::parse(heading.organisation_ods))
        return unreadable(header::organisation, "an organisation with an ODS code");
    heading.organisation_name = text_of(*object, "name");
    return {};
}

Result<void> check_software(const Headers& headers, bool needed)
{
    if (!headers.has(header::software))
        return needed ? Result<void>(missing(header::software)) : Result<void>();
    // deviceName and version may be objects or arrays: nothing here depends on them.
    if (!fhir::bars::decode_header(headers.get(header::software)))
        return unreadable(header::software, "a device");
    return {};
}

Result<void> read_practitioner(const Headers& headers, Heading& heading)
{
    if (!headers.has(header::practitioner))
        return {};
    const auto object = fhir::bars::decode_header(headers.get(header::practitioner));
    if (!object)
        return unreadable(header::practitioner, "a practitioner role");
    heading.sds_user_id = identifier_in(*object, {system::user, system::role_profile});
    return {};
}

/// Nothing of another type than those that FHIR is written in.
std::optional<Format> format_of(const MediaRange& range)
{
    constexpr std::array<std::string_view, 5> json{"application/fhir+json", "application/json",
                                                   "application/json+fhir", "application/*", "*/*"};
    constexpr std::array<std::string_view, 4> xml{"application/fhir+xml", "application/xml", "text/xml",
                                                  "application/xml+fhir"};
    if (std::ranges::find(json, range.name) != json.end())
        return Format::json;
    return std::ranges::find(xml, range.name) != xml.end() ? std::optional(Format::xml) : std::nullopt;
}

Result<Format> read_accept(const std::string& accept)
{
    std::optional<Format> wanted;
    double most = 0;
    const auto ranges = split_list(accept, ',');
    for (const auto each : ranges) {
        const auto range = parse_media_range(each);
        const auto version = range.parameter("version");
        const auto format = format_of(range);
        if (!format || range.quality <= most || (!version.empty() && fhir::bars::major_of(version) != 1))
            continue;
        wanted = format;
        most = range.quality;
    }
    if (wanted || ranges.empty())
        return wanted.value_or(Format::json);
    return fhir::fail(ErrorKind::not_acceptable,
                      "Answers here are application/fhir+json or application/fhir+xml of a version 1 of the "
                      "standard.",
                      "http.Accept");
}

Result<Format> read_body_type(const Headers& headers)
{
    const auto sent = parse_media_range(headers.get("Content-Type"));
    const auto charset = sent.parameter("charset");
    const auto format = sent.name.find('*') == std::string::npos ? format_of(sent) : std::nullopt;
    if (!format || (!charset.empty() && lower(charset) != "utf-8") || headers.has("Content-Encoding"))
        return fhir::fail(ErrorKind::unsupported_media_type,
                          "Messages here are application/fhir+json or application/fhir+xml.",
                          "http.Content-Type");
    return *format;
}

} // namespace

Result<Heading> read_heading(const Headers& headers, Needs needs)
{
    Heading heading;
    for (const auto& [name, id] : {std::pair{header::request_id, &heading.request_id},
                                   std::pair{header::correlation_id, &heading.correlation_id}}) {
        auto read = read_id(headers, name);
        if (!read)
            return std::unexpected(read.error());
        *id = std::move(*read);
    }
    if (auto target = read_target(headers, needs != Needs::ids, heading); !target)
        return std::unexpected(target.error());
    const bool sender = needs == Needs::sender;
    if (auto organisation = read_organisation(headers, sender, heading); !organisation)
        return std::unexpected(organisation.error());
    if (auto software = check_software(headers, sender); !software)
        return std::unexpected(software.error());
    if (auto practitioner = read_practitioner(headers, heading); !practitioner)
        return std::unexpected(practitioner.error());
    return heading;
}

Result<Forms> read_forms(const fhir::rest::Request& request)
{
    const auto answer = read_accept(request.headers.all("Accept"));
    if (!answer)
        return std::unexpected(answer.error());
    if (request.method != "POST")
        return Forms{*answer, Format::json};
    const auto body = read_body_type(request.headers);
    if (!body)
        return std::unexpected(body.error());
    return Forms{*answer, *body};
}

} // namespace gateway::faces::bars
