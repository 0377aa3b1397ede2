// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/xml_objections.hpp"

#include "fhir/model/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace fhir::codec
{

namespace
{

/// Code points that XML 1.0 allows in a document.
bool is_xml_character(std::uint32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

bool is_character_reference(std::string_view name)
{
    if (!name.starts_with('#'))
        return false;
    const bool hexadecimal = name.starts_with("#x");
    name.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
    return parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() && is_xml_character(value);
}

/// The parser leaves entities it does not know as they stand; here they are refused.
bool is_known_entity(std::string_view rest)
{
    constexpr std::array<std::string_view, 5> known = {"amp", "lt", "gt", "quot", "apos"};
    const auto name = rest.substr(0, std::min<std::size_t>(rest.find(';'), 12));
    return std::ranges::find(known, name) != known.end() || is_character_reference(name);
}

/// Looks at every byte without leaving early, which takes many at a time.
bool has_forbidden_control(std::string_view text)
{
    unsigned found = 0;
    for (const char c : text)
        found |= static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' &&
                                       c != '\n');
    return found != 0;
}

/// U+FFFE or U+FFFF; the text is UTF-8.
bool has_noncharacter(std::string_view text)
{
    constexpr std::string_view lead = "\xEF\xBF";
    for (auto at = text.find(lead); at != std::string_view::npos; at = text.find(lead, at + 1))
        if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) >= 0xBE)
            return true;
    return false;
}

/// The XML declaration may name no other encoding than the one that is read.
bool declares_another_encoding(std::string_view body)
{
    if (!body.starts_with("<?xml"))
        return false;
    auto head = std::string(body.substr(0, body.find("?>")));
    std::ranges::transform(head, head.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return head.find("encoding") != std::string::npos && head.find("utf-8") == std::string::npos &&
           head.find("us-ascii") == std::string::npos;
}

/// Anything `<?…?>` but the XML declaration in front.
bool has_instruction(std::string_view body)
{
    const auto first = body.find_first_not_of(" \t\r\n");
    const auto declaration = first != std::string_view::npos && body.substr(first).starts_with("<?xml ")
                                 ? first + 1
                                 : std::string_view::npos;
    for (auto at = body.find('?', 1); at != std::string_view::npos; at = body.find('?', at + 1))
        if (body[at - 1] == '<' && at != declaration)
            return true;
    return false;
}

} // namespace

std::string_view xml_objection(std::string_view body)
{
    if (!is_utf8(body))
        return "not UTF-8";
    if (has_noncharacter(body))
        return "a character that XML does not know";
    if (has_forbidden_control(body))
        return "a control character";
    for (auto at = body.find('&'); at != std::string_view::npos; at = body.find('&', at + 1))
        if (!is_known_entity(body.substr(at + 1)))
            return "an unknown entity";
    // Exclamation marks are rare, angle brackets are not.
    for (auto at = body.find('!', 1); at != std::string_view::npos; at = body.find('!', at + 1))
        if (body[at - 1] == '<' && !body.substr(at).starts_with("!--"))
            return "a declaration";
    if (has_instruction(body))
        return "a processing instruction";
    return declares_another_encoding(body) ? "another encoding" : std::string_view();
}

} // namespace fhir::codec
