// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::notify
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

constexpr std::string_view scheme = "https://", usual_port = ":443";
constexpr std::string_view any_port = ":*";
constexpr std::array<std::string_view, 3> own_names{"localhost", "127.0.0.1", "[::1]"}; ///< of this machine
constexpr std::size_t longest_url = 2000;

std::unexpected<fhir::Error> refused(std::string sentence)
{
    return fhir::fail(ErrorKind::value_invalid, std::move(sentence));
}

char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
}

bool is_visible(char c)
{
    return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' &&
           c != '{' && c != '|' && c != '}';
}

bool is_port(std::string_view text)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

/// `host`, `host:port` or `[address]:port`.
bool is_authority(std::string_view text)
{
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos && !is_port(text.substr(colon + 1)))
        return false;
    std::string_view host = text.substr(0, colon);
    const bool address = host.starts_with('[') && host.ends_with(']');
    if (address)
        host = host.substr(1, host.size() - 2);
    return !host.empty() && std::ranges::all_of(host, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               (address && c == ':');
    });
}

bool has(const std::vector<std::string>& hosts, std::string_view host)
{
    return std::ranges::find(hosts, host) != hosts.end();
}

/// Of no other host: whatever listens there at another port may be somebody else's.
bool is_allowed_at_any_port(std::string_view host, const std::vector<std::string>& hosts)
{
    return std::ranges::any_of(own_names, [&](std::string_view own) {
        return (host == own || host.starts_with(std::string(own) + ":")) &&
               has(hosts, std::string(own) + std::string(any_port));
    });
}

} // namespace

bool is_host_entry(std::string_view entry)
{
    std::string lower(entry);
    std::ranges::transform(lower, lower.begin(), lower_case);
    if (!lower.ends_with(any_port))
        return is_authority(lower);
    lower.resize(lower.size() - any_port.size());
    return std::ranges::find(own_names, lower) != own_names.end();
}

Result<Endpoint> parse_endpoint(std::string_view url)
{
    if (!url.starts_with(scheme))
        return refused("Notifications go to https addresses only.");
    if (url.size() > longest_url || !std::ranges::all_of(url, is_visible))
        return refused("The address is longer than 2000 characters, or has one that does not belong there.");
    url.remove_prefix(scheme.size());
    const auto end = std::min(url.find_first_of("/?#"), url.size());
    std::string authority(url.substr(0, end));
    std::ranges::transform(authority, authority.begin(), lower_case);
    if (url.find('#') != std::string_view::npos || authority.find('@') != std::string::npos)
        return refused("The address must not name a user or have a fragment.");
    if (!is_authority(authority))
        return refused("The address names no host, or a port that is none.");
    if (authority.ends_with(usual_port))
        authority.resize(authority.size() - usual_port.size());
    Endpoint endpoint;
    endpoint.origin = std::string(scheme) + authority;
    endpoint.host = std::move(authority);
    const std::string_view rest = url.substr(end);
    endpoint.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    return endpoint;
}

Result<void> check_allowed(const Endpoint& endpoint, const Subscriber& subscriber)
{
    if (has(subscriber.hosts, endpoint.host) || is_allowed_at_any_port(endpoint.host, subscriber.hosts))
        return {};
    fhir::Error error(ErrorKind::value_invalid,
                      "Notifications of this client may not go to " + endpoint.host + ".");
    error.advise("Ask whoever runs the gateway to add the host to `notify_hosts` of the client.",
                 fhir::Remedy::operator_);
    return std::unexpected(std::move(error));
}

} // namespace gateway::notify
