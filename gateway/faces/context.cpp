// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/context.hpp"

#include "gateway/faces/media_range.hpp"

#include <algorithm>

namespace gateway::faces
{

namespace
{

fhir::Result<void> add_parameters(Context& context, std::string_view text, std::string& format)
{
    const auto pairs = fhir::rest::parse_query(text);
    if (!pairs)
        return fhir::fail(fhir::ErrorKind::value_invalid,
                          "The parameters are not validly percent-encoded UTF-8.", "http.query");
    for (const auto& [name, value] : *pairs) {
        if (name == "_format")
            format = value;
        else if (name == "_pretty")
            context.pretty = value == "true";
        else
            context.parameters.push_back({name, value});
    }
    return {};
}

} // namespace

bool asks_for_source(const fhir::rest::Request& request)
{
    for (const auto part : split_list(request.headers.all("Cache-Control"), ','))
        if (lower(part) == "no-cache")
            return true;
    return false;
}

std::optional<std::string_view> Context::parameter(std::string_view name) const
{
    const auto found = std::ranges::find(parameters, name, &fhir::search::RawParameter::name);
    if (found == parameters.end())
        return std::nullopt;
    return found->value;
}

fhir::Result<void> read_parameters(Context& context)
{
    std::string format;
    auto read = add_parameters(context, context.request.query(), format);
    const Route* route = context.destination.route;
    if (read && route && route->body == Body::form)
        read = add_parameters(context, context.request.body, format);
    if (!read)
        return read;
    const auto type = answer_type(context.request.headers.all("Accept"), format);
    if (!type)
        return std::unexpected(type.error());
    context.content_type = *type;
    return {};
}

} // namespace gateway::faces
