// SPDX-License-Identifier: Apache-2.0
#include "adapters/transport/http_head.hpp"

#include "fhir/rest/message.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace adapters::transport
{
namespace
{

using fhir::ErrorKind;
using fhir::fail;

constexpr std::array<bool, 256> token_table = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_value(std::string_view text, bool ascii_only)
{
    return std::ranges::all_of(text, [ascii_only](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80)
            return !ascii_only;
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

fhir::Result<HeadField> split_field(std::string_view line, const HeadRules& rules)
{
    if (line.front() == ' ' || line.front() == '\t')
        return fail(ErrorKind::malformed, "A header field is folded over two lines.");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return fail(ErrorKind::malformed, "A header field has no valid name followed by a colon.");
    const HeadField field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
    if (!is_value(field.value, rules.ascii_values))
        return fail(ErrorKind::malformed, "A header field holds characters that are not allowed there.",
                    "http." + std::string(field.name));
    return field;
}

} // namespace

HeadScan find_head(std::string_view bytes, std::size_t searched)
{
    for (auto at = bytes.find('\n', searched); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r')
            return {HeadScan::State::bare_line_feed, 0};
        if (at >= 3 && bytes[at - 2] == '\n' && bytes[at - 3] == '\r')
            return {HeadScan::State::complete, at + 1};
    }
    return {};
}

const HeadField* Head::find(std::string_view name) const
{
    const auto found = std::ranges::find_if(
        fields, [name](const HeadField& field) { return fhir::rest::equal_ignoring_case(field.name, name); });
    return found == fields.end() ? nullptr : &*found;
}

std::size_t Head::count(std::string_view name) const
{
    return static_cast<std::size_t>(std::ranges::count_if(fields, [name](const HeadField& field) {
        return fhir::rest::equal_ignoring_case(field.name, name);
    }));
}

fhir::Result<Head> split_head(std::string_view bytes, const HeadRules& rules)
{
    Head head;
    const auto end_of_start = bytes.find("\r\n");
    head.start_line = bytes.substr(0, end_of_start);
    head.fields.reserve(16);
    std::size_t position = end_of_start + 2;
    while (position + 2 < bytes.size()) {
        const auto end = bytes.find("\r\n", position);
        if (end == std::string_view::npos || end == position)
            return fail(ErrorKind::malformed, "The header ends in the middle of a line.");
        if (head.fields.size() == rules.max_fields)
            return fail(ErrorKind::headers_too_large,
                        "The message has more than " + std::to_string(rules.max_fields) + " header fields.");
        auto field = split_field(bytes.substr(position, end - position), rules);
        if (!field)
            return std::unexpected(field.error());
        head.fields.push_back(*field);
        position = end + 2;
    }
    return head;
}

bool is_token(std::string_view text)
{
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return token_table[static_cast<unsigned char>(c)]; });
}

bool parse_length(std::string_view text, std::uint64_t& length)
{
    if (text.empty() || text.size() > 18)
        return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace adapters::transport
