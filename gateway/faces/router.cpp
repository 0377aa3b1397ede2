// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/faces/routes.hpp"

#include <algorithm>

namespace gateway::faces
{

namespace
{

constexpr std::string_view base_mark = "[base]";

std::vector<std::string> split(std::string_view path)
{
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        const auto end = std::min(path.find('/'), path.size());
        if (end > 0 || end < path.size())
            segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

/// Decoded segments; nothing when an escape is bad.
std::optional<std::vector<std::string>> decode(std::string_view path)
{
    auto segments = split(path);
    for (auto& segment : segments) {
        auto decoded = fhir::rest::percent_decode(segment, false);
        if (!decoded)
            return std::nullopt;
        segment = std::move(*decoded);
    }
    return segments;
}

bool is_capture(std::string_view segment)
{
    return segment.starts_with('{');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments)
{
    return std::ranges::equal(pattern, segments, [](const std::string& wanted, const std::string& given) {
        // `_search`, `_history` and operations are never ids.
        return is_capture(wanted) ? !given.starts_with('_') && !given.starts_with('$') : wanted == given;
    });
}

std::string_view verb_for(std::string_view method)
{
    return method == "HEAD" ? "GET" : method;
}

fhir::Error nothing_here()
{
    fhir::Error error(fhir::ErrorKind::not_found, "Nothing is served at this path.");
    return error.advise(
        "Check the address; what is served is listed in the CapabilityStatement at [base]/metadata.");
}

} // namespace

Router::Router(std::span<const Route> table, std::string_view base_path) : base_(split(base_path))
{
    for (const Route& route : table) {
        Pattern pattern{&route, {}};
        std::string_view path = route.path;
        if (path.starts_with(base_mark)) {
            pattern.segments = base_;
            path.remove_prefix(base_mark.size());
        }
        for (auto& segment : split(path))
            pattern.segments.push_back(std::move(segment));
        patterns_.push_back(std::move(pattern));
    }
}

fhir::Result<Destination> Router::find(std::string_view method, std::string_view path) const
{
    const auto segments = decode(path);
    if (!segments)
        return fhir::fail(fhir::ErrorKind::not_found, "The path of this URL is not validly encoded.");
    Destination found;
    const Pattern* known = nullptr;
    for (const Pattern& pattern : patterns_) {
        if (!matches(pattern.segments, *segments))
            continue;
        known = &pattern;
        if (pattern.route->handle)
            found.allow += std::string(found.allow.empty() ? "" : ", ") + std::string(pattern.route->method) +
                           (pattern.route->method == "GET" ? ", HEAD" : "");
        if (pattern.route->method != verb_for(method))
            continue;
        found.route = pattern.route->handle ? pattern.route : nullptr;
        found.advice = pattern.route->advice;
    }
    if (!known)
        return std::unexpected(unknown(*segments));
    found.allow += ", OPTIONS";
    for (std::size_t i = 0; i < segments->size(); ++i) {
        if (!is_capture(known->segments[i]))
            continue;
        if (!fhir::is_id((*segments)[i]))
            return fhir::fail(fhir::ErrorKind::not_found,
                              "No resource has this id: ids are 1 to 64 letters, digits, '-' and '.'.");
        (known->segments[i] == "{vid}" ? found.version : found.id) = (*segments)[i];
    }
    return found;
}

fhir::Error Router::unknown(const std::vector<std::string>& segments) const
{
    const bool below_base =
        segments.size() > base_.size() && std::equal(base_.begin(), base_.end(), segments.begin());
    if (!below_base)
        return nothing_here();
    const std::string& type = segments[base_.size()];
    const bool served =
        std::ranges::any_of(patterns_, [&](const Pattern& pattern) { return pattern.route->type == type; });
    const bool looks_like_type = !type.empty() && type.front() >= 'A' && type.front() <= 'Z';
    if (served || !looks_like_type)
        return nothing_here();
    return fhir::Error(fhir::ErrorKind::resource_type_unknown);
}

} // namespace gateway::faces
