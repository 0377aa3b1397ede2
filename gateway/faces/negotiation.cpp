// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/negotiation.hpp"

#include "gateway/faces/media_range.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace gateway::faces
{

namespace
{

/// In order of preference.
constexpr std::string_view fhir_xml = "application/fhir+xml";
constexpr std::array<std::string_view, 6> offered{fhir_json, "application/json", "text/json",
                                                  fhir_xml,  "application/xml",  "text/xml"};
constexpr std::string_view offer = "This gateway answers in application/fhir+json (also named "
                                   "application/json or text/json) and application/fhir+xml (also named "
                                   "application/xml or text/xml), FHIR version 4.0, UTF-8.";
constexpr std::string_view ask_for_one = "Ask for one of them in Accept or _format, or leave both out.";

/// Zero when it does not match; otherwise the more exact, the greater.
int exactness(const MediaRange& range, std::string_view type)
{
    if (range.name == type)
        return 3;
    const auto slash = type.find('/');
    if (range.name == std::string(type.substr(0, slash)) + "/*")
        return 2;
    return range.name == "*/*" || range.name == "*" ? 1 : 0;
}

bool parameters_fit(const MediaRange& range)
{
    const auto version = range.parameter("fhirversion");
    const auto charset = lower(range.parameter("charset"));
    return (version.empty() || version == "4.0" || version == "4.0.1") &&
           (charset.empty() || charset == "utf-8" || charset == "utf8");
}

double quality(const std::vector<MediaRange>& ranges, std::string_view type)
{
    int best = 0;
    double quality = 0;
    for (const auto& range : ranges) {
        const int match = exactness(range, type);
        if (match > best && parameters_fit(range)) {
            best = match;
            quality = range.quality;
        }
    }
    return quality;
}

fhir::Error not_offered(std::string_view where)
{
    fhir::Error error(fhir::ErrorKind::not_acceptable, std::string(offer), "http." + std::string(where));
    return error.advise(std::string(ask_for_one));
}

fhir::Result<std::string_view> from_format(std::string_view format)
{
    // `_format=application/fhir+json` unescaped arrives with a blank for its plus.
    std::string text(format);
    std::ranges::replace(text, ' ', '+');
    const auto range = parse_media_range(text);
    if (range.name == "json" || range.name == "xml")
        return range.name == "json" ? fhir_json : fhir_xml;
    const auto found = std::ranges::find(offered, range.name);
    if (found == offered.end() || !parameters_fit(range))
        return std::unexpected(not_offered("_format"));
    return *found;
}

std::string_view expected_type(Body wanted)
{
    if (wanted == Body::patch)
        return "application/json-patch+json";
    return wanted == Body::form ? "application/x-www-form-urlencoded" : fhir_json;
}

bool readable(const MediaRange& type, Body wanted)
{
    if (!parameters_fit(type))
        return false;
    return type.name == expected_type(wanted) ||
           (wanted == Body::resource && std::ranges::find(offered, type.name) != offered.end());
}

} // namespace

fhir::Result<std::string_view> answer_type(std::string_view accept, std::string_view format)
{
    if (!format.empty())
        return from_format(format);
    if (accept.empty())
        return fhir_json;
    std::vector<MediaRange> ranges;
    for (const auto part : split_list(accept, ','))
        ranges.push_back(parse_media_range(part));
    std::string_view best;
    double best_quality = 0;
    for (const auto type : offered)
        if (const double q = quality(ranges, type); q > best_quality) {
            best = type;
            best_quality = q;
        }
    if (best.empty())
        return std::unexpected(not_offered("Accept"));
    return best;
}

fhir::codec::Format format_of(std::string_view media_type)
{
    return parse_media_range(media_type).name.ends_with("xml") ? fhir::codec::Format::xml
                                                               : fhir::codec::Format::json;
}

fhir::Result<void> check_body_type(std::string_view content_type, std::string_view content_encoding,
                                   Body wanted)
{
    if (wanted == Body::none || wanted == Body::oauth)
        return {};
    if (!content_encoding.empty() && lower(trim(content_encoding)) != "identity") {
        fhir::Error error(fhir::ErrorKind::unsupported_media_type, "Compressed request bodies are not read.",
                          "http.Content-Encoding");
        return std::unexpected(error.advise("Send the body without Content-Encoding."));
    }
    if (readable(parse_media_range(content_type), wanted))
        return {};
    const std::string type(expected_type(wanted));
    const std::string or_xml = wanted == Body::resource ? " or " + std::string(fhir_xml) : std::string();
    fhir::Error error(fhir::ErrorKind::unsupported_media_type,
                      "The body must be sent as " + type + or_xml + ", in UTF-8 and FHIR version 4.0.",
                      "http.Content-Type");
    return std::unexpected(error.advise("Set Content-Type to " + type + "."));
}

Preferences parse_prefer(std::string_view text)
{
    Preferences preferences;
    using Return = Preferences::Return;
    for (const auto part : split_list(text, ',')) {
        const std::string token = lower(part.substr(0, part.find(';')));
        if (token == "return=minimal")
            preferences.return_ = Return::minimal;
        else if (token == "return=representation")
            preferences.return_ = Return::representation;
        else if (token == "return=operationoutcome")
            preferences.return_ = Return::operation_outcome;
        else if (token == "handling=strict")
            preferences.handling = fhir::search::Handling::strict;
        else if (token == "handling=lenient")
            preferences.handling = fhir::search::Handling::lenient;
    }
    return preferences;
}

bool accepts_gzip(std::string_view accept_encoding)
{
    std::optional<double> gzip_quality, any_quality;
    for (const auto part : split_list(accept_encoding, ',')) {
        const auto range = parse_media_range(part);
        if (range.name == "gzip" || range.name == "x-gzip")
            gzip_quality = range.quality;
        else if (range.name == "*")
            any_quality = range.quality;
    }
    return gzip_quality.value_or(any_quality.value_or(0)) > 0;
}

std::string gzip(std::string_view bytes)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    std::string packed(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int result = deflate(&stream, Z_FINISH);
    packed.resize(result == Z_STREAM_END ? stream.total_out : 0);
    deflateEnd(&stream);
    return packed;
}

} // namespace gateway::faces
