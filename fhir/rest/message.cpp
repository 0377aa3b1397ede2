// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"

#include "fhir/model/utf8.hpp"

#include <algorithm>

namespace fhir::rest
{

namespace
{

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// The byte written as `%41` at the front; -1 for a bad escape or `%00`.
int escaped_byte(std::string_view text)
{
    if (text.size() < 3)
        return -1;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    const int byte = high * 16 + low;
    return high < 0 || low < 0 || byte == 0 ? -1 : byte;
}

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

void Headers::set(std::string_view name, std::string value)
{
    remove(name);
    fields_.emplace_back(std::string(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const
{
    for (const auto& [key, value] : fields_)
        if (equal_ignoring_case(key, name))
            return value;
    return {};
}

bool Headers::has(std::string_view name) const
{
    return count(name) > 0;
}

std::size_t Headers::count(std::string_view name) const
{
    const auto same = [&](const Field& field) { return equal_ignoring_case(field.first, name); };
    return static_cast<std::size_t>(std::ranges::count_if(fields_, same));
}

std::string Headers::all(std::string_view name) const
{
    std::string joined;
    bool first = true;
    for (const auto& [key, value] : fields_) {
        if (!equal_ignoring_case(key, name))
            continue;
        if (!first)
            joined += ", ";
        joined += value;
        first = false;
    }
    return joined;
}

void Headers::remove(std::string_view name)
{
    std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.first, name); });
}

std::string_view Request::path() const
{
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const
{
    const auto mark = target.find('?');
    return mark == target.npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::string_view origin_of(std::string_view url)
{
    const auto scheme = url.find("://");
    return scheme == std::string_view::npos ? url : url.substr(0, url.find('/', scheme + 3));
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space)
{
    std::string decoded;
    decoded.reserve(text.size());
    const auto is_special = [&](char c) { return c == '%' || (c == '+' && plus_is_space); };
    while (!text.empty()) {
        const auto run = static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
        decoded.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty())
            break;
        if (text.front() == '+') {
            decoded.push_back(' ');
            text.remove_prefix(1);
            continue;
        }
        const int byte = escaped_byte(text);
        if (byte < 0)
            return std::nullopt;
        decoded.push_back(static_cast<char>(byte));
        text.remove_prefix(3);
    }
    return is_utf8(decoded) && decoded.find('\0') == decoded.npos ? std::optional(std::move(decoded))
                                                                  : std::nullopt;
}

std::string percent_encode(std::string_view text, std::string_view keep)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (char c : text) {
        if (is_unreserved(c) || keep.find(c) != keep.npos) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.push_back('%');
        encoded.push_back(hex[byte >> 4]);
        encoded.push_back(hex[byte & 0xf]);
    }
    return encoded;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query = end == query.npos ? std::string_view{} : query.substr(end + 1);
        if (part.empty())
            continue;
        const auto equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = percent_decode(equals == part.npos ? std::string_view{} : part.substr(equals + 1), true);
        if (!name || !value)
            return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

} // namespace fhir::rest
