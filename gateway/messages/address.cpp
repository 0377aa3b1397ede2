// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/address.hpp"

#include <algorithm>

namespace gateway::messages
{

namespace
{

constexpr std::size_t longest_email = 254, longest_local = 64;

bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_local_part(std::string_view text)
{
    constexpr std::string_view also = ".!#$%&'*+-/=?^_`{|}~";
    return !text.empty() && text.size() <= longest_local && !text.starts_with('.') && !text.ends_with('.') &&
           text.find("..") == std::string_view::npos &&
           std::ranges::all_of(text, [&](char c) { return is_letter_or_digit(c) || also.contains(c); });
}

bool is_domain(std::string_view text)
{
    if (text.find('.') == std::string_view::npos)
        return false;
    while (true) {
        const auto label = text.substr(0, text.find('.'));
        const bool plain =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
        if (!plain)
            return false;
        if (label.size() == text.size())
            return true;
        text.remove_prefix(label.size() + 1);
    }
}

} // namespace

bool is_email(std::string_view text)
{
    const auto at = text.rfind('@');
    return at != std::string_view::npos && text.size() <= longest_email &&
           is_local_part(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

std::optional<std::string> mobile_number(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c != ' ' && c != '(' && c != ')' && c != '-' && (c != '+' || !digits.empty()))
            return std::nullopt;
    }
    if (digits.starts_with("0044"))
        digits.erase(0, 2);
    if (digits.starts_with("440"))
        digits.erase(2, 1); // +44 (0)7700 900123
    if (digits.starts_with("07"))
        digits.replace(0, 1, "44");
    if (!digits.starts_with("447") || digits.size() != 12)
        return std::nullopt;
    return "+" + digits;
}

} // namespace gateway::messages
