// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/template.hpp"

#include "fhir/search/suggestion.hpp"

#include <algorithm>

namespace gateway::messages
{

namespace
{

std::string listed(std::span<const std::string_view> known)
{
    std::string names;
    for (const std::string_view name : known)
        names += (names.empty() ? "{" : ", {") + std::string(name) + "}";
    return names;
}

} // namespace

std::expected<void, std::string> check_template(std::string_view text,
                                                std::span<const std::string_view> known)
{
    while (!text.empty()) {
        const auto open = text.find_first_of("{}");
        if (open == std::string_view::npos)
            return {};
        if (text[open] == '}')
            return std::unexpected("A closing brace has no opening one before it.");
        const auto close = text.find_first_of("{}", open + 1);
        if (close == std::string_view::npos || text[close] == '{')
            return std::unexpected("An opening brace is not closed.");
        const auto name = text.substr(open + 1, close - open - 1);
        if (std::ranges::find(known, name) == known.end()) {
            const auto like = fhir::search::nearest_name(name, {known.begin(), known.end()});
            return std::unexpected(
                "There is no placeholder {" + fhir::search::printable(name) + "} here." +
                (like.empty() ? std::string() : " Did you mean {" + std::string(like) + "}?") +
                " Use these: " + listed(known) + ".");
        }
        text.remove_prefix(close + 1);
    }
    return {};
}

std::string filled(std::string_view text, const Filling& filling)
{
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos)
            break;
        out += text.substr(0, open);
        const auto found =
            std::ranges::find(filling, text.substr(open + 1, close - open - 1), &Filling::value_type::first);
        if (found != filling.end())
            out += found->second;
        text.remove_prefix(close + 1);
    }
    return out += text;
}

} // namespace gateway::messages
