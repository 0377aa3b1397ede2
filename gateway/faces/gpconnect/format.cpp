// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/format.hpp"

#include "gateway/faces/media_range.hpp"

#include <algorithm>
#include <optional>

namespace gateway::faces::gpconnect
{

namespace
{

std::unexpected<Refusal> unsupported(std::string_view where)
{
    return std::unexpected(Refusal{"UNSUPPORTED_MEDIA_TYPE", std::string(where) +
                                                                 " must be application/fhir+json or "
                                                                 "application/fhir+xml, in UTF-8"});
}

bool is_utf8_range(const MediaRange& range)
{
    const auto charset = lower(range.parameter("charset"));
    return charset.empty() || charset == "utf-8" || charset == "\"utf-8\"";
}

std::optional<Format> named(const MediaRange& range)
{
    if (!is_utf8_range(range))
        return std::nullopt;
    if (range.name == "application/fhir+json")
        return Format::json;
    return range.name == "application/fhir+xml" ? std::optional(Format::xml) : std::nullopt;
}

/// `application/fhir+json` unescaped arrives with a blank for its plus.
std::optional<Format> from_parameter(std::string text)
{
    std::ranges::replace(text, ' ', '+');
    const auto range = parse_media_range(text);
    if (range.name == "json")
        return Format::json;
    return range.name == "xml" ? std::optional(Format::xml) : named(range);
}

std::optional<Format> from_content_type(std::string_view content_type)
{
    return content_type.empty() ? std::nullopt : named(parse_media_range(content_type));
}

} // namespace

std::string_view content_type(Format format)
{
    return format == Format::json ? "application/fhir+json;charset=utf-8"
                                  : "application/fhir+xml;charset=utf-8";
}

Checked<Format> answer_format(const Wishes& wishes)
{
    if (!wishes.format_parameter.empty()) {
        const auto format = from_parameter(std::string(wishes.format_parameter));
        return format ? Checked<Format>(*format) : unsupported("Parameter _format");
    }
    const auto usual = from_content_type(wishes.content_type).value_or(Format::json);
    if (trim(wishes.accept).empty())
        return usual;
    for (const auto part : split_list(wishes.accept, ',')) {
        const auto range = parse_media_range(part);
        if (range.quality <= 0)
            continue;
        if (const auto format = named(range))
            return *format;
        if (range.name == "*/*" || range.name == "application/*")
            return usual;
    }
    return unsupported("Header Accept");
}

Checked<Format> body_format(std::string_view content_type, std::string_view content_encoding)
{
    if (!content_encoding.empty() && lower(trim(content_encoding)) != "identity")
        return std::unexpected(Refusal{"UNSUPPORTED_MEDIA_TYPE", "Compressed request bodies are not read"});
    const auto format = from_content_type(content_type);
    return format ? Checked<Format>(*format) : unsupported("Header Content-Type");
}

} // namespace gateway::faces::gpconnect
