// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/media_range.hpp"

#include <algorithm>

namespace gateway::faces
{

namespace
{

/// RFC 9110 12.4.2: `0`, `1`, `0.5`, at most three decimals. Anything else counts as not wanted.
double parse_quality(std::string_view text)
{
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
        (text.size() > 1 && text[1] != '.'))
        return 0;
    double value = text[0] - '0';
    double weight = 0.1;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9')
            return 0;
        value += weight * (c - '0');
        weight /= 10;
    }
    return std::min(value, 1.0);
}

std::string_view unquote(std::string_view text)
{
    return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2)
                                                                         : text;
}

} // namespace

std::string_view MediaRange::parameter(std::string_view wanted) const
{
    const auto found =
        std::ranges::find(parameters, wanted, [](const auto& pair) { return std::string_view(pair.first); });
    return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split_list(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    bool quoted = false;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '"')
            quoted = !quoted;
        if (i < text.size() && (quoted || text[i] != separator))
            continue;
        if (const auto part = trim(text.substr(start, i - start)); !part.empty())
            parts.push_back(part);
        start = i + 1;
    }
    return parts;
}

MediaRange parse_media_range(std::string_view text)
{
    MediaRange range;
    for (const auto part : split_list(text, ';')) {
        if (range.name.empty()) {
            range.name = lower(part);
            continue;
        }
        const auto equals = std::min(part.find('='), part.size());
        std::string name = lower(trim(part.substr(0, equals)));
        const auto value = unquote(trim(part.substr(std::min(equals + 1, part.size()))));
        if (name == "q")
            range.quality = parse_quality(value);
        else
            range.parameters.emplace_back(std::move(name), value);
    }
    return range;
}

} // namespace gateway::faces
