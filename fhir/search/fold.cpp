// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/values.hpp"

#include <array>

namespace fhir::search
{

namespace
{

constexpr char32_t first_folded = 0xC0;

/// Plain letters for U+00C0 to U+017F (Unicode decomposition without marks); empty: the character stays as it
/// is.
constexpr std::array<std::string_view, 192> plain_letters{
    "a", "a", "a",  "a", "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i", "i", "i", "i", "d", "n", "o",  "o",
    "o", "o", "o",  "",  "o", "u", "u",  "u",  "u", "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c",
    "e", "e", "e",  "e", "i", "i", "i",  "i",  "d", "n", "o",  "o",  "o", "o", "o", "",  "o", "u", "u",  "u",
    "u", "y", "th", "y", "a", "a", "a",  "a",  "a", "a", "c",  "c",  "c", "c", "c", "c", "c", "c", "d",  "d",
    "d", "d", "e",  "e", "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g", "g", "g", "g", "g",  "g",
    "h", "h", "h",  "h", "i", "i", "i",  "i",  "i", "i", "i",  "i",  "i", "i", "",  "",  "j", "j", "k",  "k",
    "k", "l", "l",  "l", "l", "l", "l",  "",   "",  "l", "l",  "n",  "n", "n", "n", "n", "n", "n", "n",  "n",
    "o", "o", "o",  "o", "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r", "r", "s", "s", "s", "s", "s",  "s",
    "s", "s", "t",  "t", "t", "t", "t",  "t",  "u", "u", "u",  "u",  "u", "u", "u", "u", "u", "u", "u",  "u",
    "w", "w", "y",  "y", "y", "z", "z",  "z",  "z", "z", "z",  ""};

/// Combining marks of decomposed text: U+0300 to U+036F.
bool is_combining_mark(char32_t character)
{
    return character >= 0x300 && character <= 0x36F;
}

void append_folded(std::string& out, std::string_view bytes, char32_t character)
{
    if (is_combining_mark(character))
        return;
    if (character >= first_folded && character < first_folded + plain_letters.size()) {
        const std::string_view plain = plain_letters[character - first_folded];
        out += plain.empty() ? bytes : plain;
        return;
    }
    out += bytes;
}

bool starts_two_bytes(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xE0) == 0xC0;
}

} // namespace

std::string fold(std::string_view text)
{
    std::string folded;
    folded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= 'A' && c <= 'Z') {
            folded.push_back(static_cast<char>(c - 'A' + 'a'));
        } else if (starts_two_bytes(c) && i + 1 < text.size()) {
            const char32_t character =
                (static_cast<char32_t>(c & 0x1F) << 6) | static_cast<char32_t>(text[i + 1] & 0x3F);
            append_folded(folded, text.substr(i, 2), character);
            ++i;
        } else {
            folded.push_back(c);
        }
    }
    return folded;
}

bool StringValue::matches(std::string_view candidate) const
{
    if (mode == Mode::exact)
        return candidate == text;
    const std::string folded = fold(candidate);
    const std::string wanted = fold(text);
    return mode == Mode::contains ? folded.find(wanted) != std::string::npos : folded.starts_with(wanted);
}

} // namespace fhir::search
