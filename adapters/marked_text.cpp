// SPDX-License-Identifier: Apache-2.0
#include "adapters/marked_text.hpp"

#include <algorithm>

namespace adapters
{

namespace
{

constexpr std::string_view blanks = " \t\r\n";
constexpr auto nowhere = std::string_view::npos;

/// Behind the quote that ends the text which begins at `at`.
std::size_t json_text_end(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\')
            ++at;
    return at < text.size() ? at + 1 : nowhere;
}

std::size_t json_row_end(std::string_view text, std::size_t at)
{
    for (int depth = 0; at < text.size();) {
        const char c = text[at];
        at = c == '"' ? json_text_end(text, at) : at + 1;
        depth += static_cast<int>(c == '{' || c == '[') - static_cast<int>(c == '}' || c == ']');
        if (depth == 0)
            return at;
    }
    return nowhere;
}

/// Up to the first member's value.
std::string_view json_opening(std::string_view row)
{
    return row.substr(0, row.find(':') + 1);
}

bool separates_json(std::string_view between)
{
    return std::ranges::count(between, ',') == 1 && between.find_first_not_of(" \t\r\n,") == nowhere;
}

constexpr std::string_view json_mark = R"({"*":)";

void append_json_mark(std::string& out, std::string_view, std::size_t number)
{
    out.append(json_mark).append(std::to_string(number)).append("}");
}

/// Behind the tag that begins at `at`. An attribute may hold a greater-than sign.
std::size_t xml_tag_end(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] != '>') {
        const char c = text[at];
        if (c == '"' || c == '\'')
            at = text.find(c, at + 1);
        if (at != nowhere)
            ++at;
    }
    return at < text.size() ? at + 1 : nowhere;
}

std::size_t xml_row_end(std::string_view text, std::size_t at)
{
    for (int depth = 0; at < text.size(); at = text.find('<', at)) {
        const char kind = at + 1 < text.size() ? text[at + 1] : '!';
        if (kind == '!' || kind == '?')
            return nowhere;
        at = xml_tag_end(text, at);
        if (at == nowhere)
            return nowhere;
        if (kind == '/')
            --depth;
        else if (text[at - 2] != '/')
            ++depth;
        if (depth == 0)
            return at;
    }
    return nowhere;
}

/// Its name.
std::string_view xml_opening(std::string_view row)
{
    return row.substr(0, row.find_first_of(" \t\r\n/>"));
}

bool separates_xml(std::string_view between)
{
    return between.find_first_not_of(blanks) == nowhere;
}

void append_xml_mark(std::string& out, std::string_view row, std::size_t number)
{
    out.append(xml_opening(row)).append(" ").append(xml_mark).append("=\"");
    out.append(std::to_string(number)).append("\"/>");
}

} // namespace

const RowSyntax json_rows{json_row_end, json_opening, separates_json, append_json_mark, json_mark};
const RowSyntax xml_rows{xml_row_end, xml_opening, separates_xml, append_xml_mark, xml_mark};

MarkedText::Rows MarkedText::rows(std::size_t number) const
{
    if (number >= ends_.size())
        return {};
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return Rows(rows_).subspan(begin, ends_[number] - begin);
}

MarkedText::Rows MarkedText::take(const fhir::codec::Node& node)
{
    if (marks() == 0 || !node.is_object() || node.children().empty() || node.children().front().name() != "*")
        return {};
    const auto found = rows(static_cast<std::size_t>(node.children().front().integer().value_or(-1)));
    taken_ += found.empty() ? 0 : 1;
    return found;
}

} // namespace adapters
