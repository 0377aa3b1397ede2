// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/base_url.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::upstream
{
namespace
{

constexpr std::string_view scheme = "https://";

std::unexpected<fhir::Error> unusable(std::string_view url, std::string_view why)
{
    return fhir::fail(fhir::ErrorKind::internal,
                      "The base URL '" + std::string(url) + "' cannot be used: " + std::string(why) + ".");
}

bool is_port(std::string_view text)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool is_host(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == ':';
    });
}

} // namespace

fhir::Result<BaseUrl> parse_base_url(std::string_view url)
{
    if (!url.starts_with(scheme))
        return unusable(url, "it does not start with https://");
    if (url.find_first_of("?#@ \\") != std::string_view::npos)
        return unusable(url, "it holds more than host, port and path");
    const auto rest = url.substr(scheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto authority = rest.substr(0, slash);
    BaseUrl result;
    result.host_header = authority;
    if (slash < rest.size())
        result.path = rest.substr(slash);
    const bool bracketed = authority.starts_with('[');
    const auto colon = authority.find(':', bracketed ? authority.find(']') : 0);
    if (colon != std::string_view::npos)
        result.port = authority.substr(colon + 1);
    result.host = authority.substr(0, colon);
    if (bracketed && result.host.ends_with(']'))
        result.host = result.host.substr(1, result.host.size() - 2);
    if (!is_host(result.host) || !is_port(result.port))
        return unusable(url, "host or port is not valid");
    return result;
}

std::string BaseUrl::join(std::string_view target) const
{
    if (path.ends_with('/') && target.starts_with('/'))
        target.remove_prefix(1);
    const bool needs_slash =
        !path.ends_with('/') && !target.starts_with('/') && !target.empty() && !target.starts_with('?');
    return path + (needs_slash ? "/" : "") + std::string(target);
}

} // namespace adapters::upstream
