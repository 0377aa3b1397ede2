// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/answers.hpp"

#include "gateway/faces/media_range.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/identity/scopes.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::faces::r4
{

namespace
{

using Summary = fhir::codec::WriteOptions::Summary;

fhir::Result<Summary> summary_of(std::string_view text)
{
    if (text == "false")
        return Summary::full;
    if (text == "true")
        return Summary::summary;
    if (text == "text")
        return Summary::text;
    if (text == "data")
        return Summary::data;
    return fhir::fail(fhir::ErrorKind::value_invalid, "_summary must be true, text, data or false here.",
                      "http._summary");
}

fhir::Error not_taken(const std::string& name)
{
    fhir::Error error(fhir::ErrorKind::unknown_parameter, "This request takes no parameter of that name.",
                      "http." + name);
    return error.advise("Remove the parameter, or send Prefer: handling=lenient to have it ignored.");
}

std::string_view opaque_tag(std::string_view tag)
{
    if (tag.starts_with("W/"))
        tag.remove_prefix(2);
    return tag.size() >= 2 && tag.front() == '"' && tag.back() == '"' ? tag.substr(1, tag.size() - 2)
                                                                      : std::string_view{};
}

/// RFC 9110 13.1.2: weak comparison, a list, or `*`.
bool has_version(std::string_view if_none_match, std::string_view version)
{
    for (const auto tag : split_list(if_none_match, ','))
        if (tag == "*" || opaque_tag(tag) == version)
            return true;
    return false;
}

bool is_unmodified(const Context& context, const Version& version)
{
    const auto& headers = context.request.headers;
    if (headers.has("If-None-Match"))
        return has_version(headers.all("If-None-Match"), version.version);
    const auto since = fhir::parse_http_date(headers.get("If-Modified-Since"));
    // HTTP dates have no milliseconds.
    return since && std::chrono::floor<std::chrono::seconds>(version.last_modified) <= *since;
}

} // namespace

std::string etag(std::string_view version)
{
    return "W/\"" + std::string(version) + "\"";
}

fhir::Result<fhir::codec::WriteOptions> read_options(const Context& context)
{
    fhir::codec::WriteOptions options;
    for (const auto& [name, value] : context.parameters) {
        if (name == "_elements") {
            for (const auto element : split_list(value, ','))
                options.elements.emplace_back(element);
        } else if (name == "_summary") {
            const auto summary = summary_of(value);
            if (!summary)
                return std::unexpected(summary.error());
            options.summary = *summary;
        } else if (context.prefer.handling == fhir::search::Handling::strict) {
            return std::unexpected(not_taken(name));
        }
    }
    return options;
}

fhir::Result<void> require_scope(const Context& context, identity::Permission permission,
                                 std::string_view type)
{
    if (context.caller->may(permission, type))
        return {};
    return fhir::fail(fhir::ErrorKind::scope_missing,
                      "The access token does not hold the scope " + identity::scope_name(permission, type) +
                          ".",
                      "http.Authorization");
}

fhir::Result<void> no_parameters(const Context& context)
{
    const bool strict = context.prefer.handling == fhir::search::Handling::strict;
    if (!strict || context.parameters.empty())
        return {};
    return std::unexpected(not_taken(context.parameters.front().name));
}

fhir::codec::WriteOptions options_of(const fhir::search::Paging& paging)
{
    using Asked = fhir::search::Paging::Summary;
    fhir::codec::WriteOptions options;
    options.elements = paging.elements;
    if (paging.summary == Asked::true_)
        options.summary = Summary::summary;
    else if (paging.summary == Asked::text)
        options.summary = Summary::text;
    else if (paging.summary == Asked::data)
        options.summary = Summary::data;
    return options;
}

fhir::Result<std::string> reduced(std::string json, const fhir::codec::WriteOptions& options)
{
    if (options.summary == Summary::full && options.elements.empty())
        return json;
    auto resource = fhir::codec::read_any(json);
    if (!resource)
        return std::unexpected(resource.error());
    fhir::rest::OutBuffer out;
    fhir::codec::write(*resource, out, options);
    return std::string(out.view());
}

fhir::Result<Answer> read_answer(const Context& context, Version version)
{
    const auto options = read_options(context);
    if (!options)
        return std::unexpected(options.error());
    Answer answer;
    answer.headers.set("ETag", etag(version.version));
    answer.headers.set("Last-Modified", fhir::to_http_date(version.last_modified));
    if (is_unmodified(context, version)) {
        answer.status = 304;
        return answer;
    }
    const auto json = reduced(std::move(version.json), *options);
    if (!json)
        return std::unexpected(json.error());
    answer.body.append(*json);
    return answer;
}

fhir::Result<std::int64_t> if_match(const Context& context)
{
    const auto& headers = context.request.headers;
    if (!headers.has("If-Match"))
        return std::unexpected(fhir::Error(fhir::ErrorKind::if_match_required).at("http.If-Match"));
    const std::string text = headers.all("If-Match");
    const auto tag = opaque_tag(text);
    std::int64_t version = 0;
    const auto [end, problem] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    if (tag.empty() || problem != std::errc{} || end != tag.data() + tag.size() || version < 1)
        return fhir::fail(fhir::ErrorKind::value_invalid,
                          "If-Match must hold one ETag as this gateway sent it, such as W/\"3\".",
                          "http.If-Match");
    return version;
}

std::string request_hash(const Context& context, std::string_view canonical_body)
{
    std::string text = context.request.method;
    text += '\n';
    text += context.request.path();
    text += '\n';
    text += canonical_body;
    return identity::to_hex(identity::sha256(text));
}

} // namespace gateway::faces::r4
