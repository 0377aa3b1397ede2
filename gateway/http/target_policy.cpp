// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/target_policy.hpp"

#include "fhir/rest/message.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gateway::http
{
namespace
{

using fhir::ErrorKind;
using fhir::fail;

constexpr std::string_view alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

constexpr std::array<bool, 256> characters(std::string_view more)
{
    std::array<bool, 256> table{};
    for (const char c : alphanumeric)
        table[static_cast<unsigned char>(c)] = true;
    for (const char c : more)
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr auto path_characters = characters("-._~!$&'()*+,;=:@/%");
constexpr auto query_characters = characters("-._~!$&'()*+,;=:@/%?|");
constexpr auto name_characters = characters("-._~");

bool only(std::string_view text, const std::array<bool, 256>& allowed)
{
    return std::ranges::all_of(text, [&](char c) { return allowed[static_cast<unsigned char>(c)]; });
}

bool has_control(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

/// Decoded slashes separate too: what is behind us may decode once more.
bool has_dot_segment(std::string_view path)
{
    while (!path.empty()) {
        const auto end = std::min(path.find_first_of("/\\"), path.size());
        const auto segment = path.substr(0, end);
        if (segment == "." || segment == "..")
            return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

std::unexpected<fhir::Error> refused(std::string sentence)
{
    return fail(ErrorKind::malformed, std::move(sentence), "http.target");
}

/// Decoded form of a part without escapes is the part itself: the common case costs no copy.
std::optional<std::string> decoded(std::string_view part)
{
    return fhir::rest::percent_decode(part, false);
}

fhir::Result<void> check_path(std::string_view path)
{
    if (!path.starts_with('/') || path.starts_with("//"))
        return refused("The request target is not a path that starts with one slash.");
    if (!only(path, path_characters))
        return refused("The path holds characters that must be percent-encoded.");
    const auto plain = path.find('%') == std::string_view::npos ? std::string(path) : decoded(path);
    if (!plain || has_control(*plain))
        return refused("The path holds an escape that is not valid UTF-8 text.");
    if (has_dot_segment(*plain))
        return refused("The path holds '.' or '..' segments.");
    return {};
}

fhir::Result<void> check_query(std::string_view query)
{
    if (!only(query, query_characters))
        return refused("The query holds characters that must be percent-encoded.");
    if (query.find('%') == std::string_view::npos)
        return {};
    const auto plain = decoded(query);
    if (!plain || has_control(*plain))
        return refused("The query holds an escape that is not valid UTF-8 text.");
    return {};
}

/// `https://host/path` for this very host becomes `/path`; anything else stays.
fhir::Result<std::string_view> origin_form(std::string_view target, std::string_view host)
{
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos)
        return target;
    const auto name = target.substr(0, scheme);
    if (!fhir::rest::equal_ignoring_case(name, "https") && !fhir::rest::equal_ignoring_case(name, "http"))
        return refused("The request target has a scheme other than https.");
    target.remove_prefix(scheme + 3);
    const auto path = std::min(target.find_first_of("/?#"), target.size());
    if (!fhir::rest::equal_ignoring_case(target.substr(0, path), host))
        return refused("The request target names another host than the Host header.");
    return target.substr(path);
}

} // namespace

fhir::Result<std::string> check_target(std::string_view target, std::string_view host)
{
    const auto origin = origin_form(target, host);
    if (!origin)
        return std::unexpected(origin.error());
    const auto question = std::min(origin->find('?'), origin->size());
    auto path = check_path(origin->substr(0, question));
    if (!path)
        return std::unexpected(path.error());
    auto query = check_query(origin->substr(std::min(question + 1, origin->size())));
    if (!query)
        return std::unexpected(query.error());
    return std::string(*origin);
}

std::string host_name(std::string_view host)
{
    std::string_view name = host;
    std::string_view port;
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string_view::npos)
            return {};
        name = host.substr(1, end - 1);
        port = host.substr(end + 1);
        if (name.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return {};
    } else {
        const auto colon = std::min(host.find(':'), host.size());
        name = host.substr(0, colon);
        port = host.substr(colon);
        if (!only(name, name_characters))
            return {};
    }
    const bool bad_port =
        !port.empty() && (port.front() != ':' || port.size() > 6 ||
                          port.find_first_not_of("0123456789", 1) != std::string_view::npos);
    if (bad_port)
        return {};
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

} // namespace gateway::http
