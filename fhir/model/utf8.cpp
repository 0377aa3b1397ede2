// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace fhir
{

namespace
{

bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Length of the well-formed sequence at the front; 0 when there is none (Unicode, table 3-7).
std::size_t sequence_length(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                               : (first & 0xf0) == 0xe0        ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length ||
        !std::ranges::all_of(text.substr(1, length - 1), is_continuation))
        return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                     (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return bad ? 0 : length;
}

} // namespace

std::size_t utf8_prefix(std::string_view text)
{
    constexpr std::uint64_t any_high = 0x8080808080808080;
    std::size_t at = 0;
    while (at < text.size()) {
        // Nearly all text is ASCII: eight bytes at a time.
        std::uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & any_high) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const auto length = sequence_length(text.substr(at));
        if (length == 0)
            return at;
        at += length;
    }
    return at;
}

bool is_utf8(std::string_view text)
{
    return utf8_prefix(text) == text.size();
}

std::size_t code_points(std::string_view text)
{
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string_view first_code_points(std::string_view text, std::size_t limit)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!is_continuation(text[i]) && ++count > limit)
            return text.substr(0, i);
    return text;
}

} // namespace fhir
