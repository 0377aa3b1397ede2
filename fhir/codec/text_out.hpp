// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fhir::codec
{

/// What a byte becomes inside a JSON string: 0 as it is, `u` a \u00XX escape, otherwise the letter after the
/// backslash.
inline constexpr auto json_escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i)
        table[i] = 'u';
    table[0x7f] = 'u';
    table['\b'] = 'b';
    table['\t'] = 't';
    table['\n'] = 'n';
    table['\f'] = 'f';
    table['\r'] = 'r';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

/// How many bytes from the front stand in a JSON string as they are, to a multiple of eight: the rest is
/// looked at byte by byte.
inline std::size_t plain_bytes(std::string_view text)
{
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    const auto has_zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes & highs; };
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, sizeof bytes);
        const auto control = (bytes - ones * 0x20) & ~bytes & highs;
        if ((control | has_zero(bytes ^ ones * '"') | has_zero(bytes ^ ones * '\\') |
             has_zero(bytes ^ ones * 0x7f)) != 0)
            break;
    }
    return at;
}

/// Appends `text` as a JSON string with quotes; runs that need no escape are copied whole.
template <class Out>
void append_quoted(Out& out, std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t i = plain_bytes(text); i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char escape = json_escapes[byte];
        if (escape == 0) [[likely]]
            continue;
        out.append(text.substr(from, i - from));
        from = i + 1;
        out.push_back('\\');
        out.push_back(escape);
        if (escape == 'u') {
            out.append("00");
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 0xf]);
        }
        i += plain_bytes(text.substr(from));
    }
    out.append(text.substr(from));
    out.push_back('"');
}

} // namespace fhir::codec
