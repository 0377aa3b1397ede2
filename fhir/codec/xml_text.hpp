// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fhir::codec
{

/// Bytes that do not stand in an attribute or a text of XML as they are. 0xEF may begin one of the two
/// characters that XML does not know.
inline constexpr auto xml_stops = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i)
        table[i] = true;
    for (const unsigned char c : std::string_view("&<>\"\xEF"))
        table[c] = true;
    return table;
}();

/// What is written instead of the character at the front of `rest`, and how many bytes it has.
struct XmlReplacement
{
    std::string_view text;
    std::size_t bytes = 1;
};

constexpr XmlReplacement xml_replacement(std::string_view rest)
{
    switch (rest.front()) {
    case '&':
        return {"&amp;"};
    case '<':
        return {"&lt;"};
    case '>':
        return {"&gt;"};
    case '"':
        return {"&quot;"};
    case '\t':
        return {"&#9;"};
    case '\n':
        return {"&#10;"};
    case '\r':
        return {"&#13;"};
    case '\xEF':
        if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF"))
            return {"\xEF\xBF\xBD", 3};
        return {rest.substr(0, 1)};
    default:
        return {" "}; // a control character: no document may hold it
    }
}

/// Appends `text` escaped; runs that need no escape are copied whole.
template <class Out>
void append_xml(Out& out, std::string_view text)
{
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (!xml_stops[static_cast<unsigned char>(text[i])]) [[likely]] {
            ++i;
            continue;
        }
        const auto instead = xml_replacement(text.substr(i));
        out.append(text.substr(from, i - from));
        out.append(instead.text);
        i += instead.bytes;
        from = i;
    }
    out.append(text.substr(from));
}

} // namespace fhir::codec
