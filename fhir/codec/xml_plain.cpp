// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/xml_plain.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fhir::codec
{

namespace
{

/// What a byte may or may not be.
enum XmlByte : unsigned char
{
    begins_name = 1,
    continues_name = 2,
    ends_text = 4,  ///< it may not stand in a text as it is; line ends would have to be converted
    ends_value = 8, ///< nor in an attribute, where blanks would have to be
    is_xml_blank = 16
};

constexpr auto xml_bytes = [] {
    std::array<unsigned char, 256> table{};
    const auto mark = [&](std::string_view bytes, unsigned kind) {
        for (const char c : bytes)
            table[static_cast<unsigned char>(c)] |= static_cast<unsigned char>(kind);
    };
    mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", begins_name | continues_name);
    mark("0123456789-.:", continues_name);
    mark(std::string_view("<&\r\0", 4), ends_text | ends_value);
    mark("\"'\n\t", ends_value);
    mark(" \t\r\n", is_xml_blank);
    return table;
}();

bool is(char c, XmlByte kind)
{
    return (xml_bytes[static_cast<unsigned char>(c)] & kind) != 0;
}

constexpr std::array<std::pair<std::string_view, char>, 5> entities{
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

} // namespace

bool XmlPlainReader::read()
{
    skip_blanks();
    const std::string_view rest(at_, end_);
    if (rest.starts_with("<?xml ")) {
        const auto declared = rest.find("?>");
        if (declared == std::string_view::npos)
            return false;
        at_ += declared + 2;
        skip_blanks();
    }
    do {
        if (!tag())
            return false;
    } while (builder_.depth() > 0 && text());
    skip_blanks();
    return builder_.depth() == 0 && at_ == end_;
}

bool XmlPlainReader::tag()
{
    if (*at_ != '<')
        return false;
    ++at_;
    return *at_ == '/' ? closing_tag() : opening_tag();
}

bool XmlPlainReader::opening_tag()
{
    std::string_view found;
    if (!name(found))
        return false;
    builder_.open(found);
    for (bool blanks = skip_blanks(); *at_ != '>' && *at_ != '/'; blanks = skip_blanks())
        if (!blanks || !attribute())
            return false;
    if (!builder_.begin_content())
        return false;
    const bool empty = *at_ == '/';
    at_ += empty ? 1 : 0;
    if (*at_ != '>')
        return false;
    ++at_;
    if (empty)
        close();
    return true;
}

bool XmlPlainReader::closing_tag()
{
    ++at_;
    std::string_view found;
    if (builder_.depth() == 0 || !name(found) || found != builder_.innermost().name)
        return false;
    skip_blanks();
    if (*at_ != '>')
        return false;
    ++at_;
    close();
    return true;
}

void XmlPlainReader::close()
{
    const char* const opened = builder_.innermost().name.data() - 1;
    builder_.close(static_cast<std::size_t>(at_ - opened));
}

bool XmlPlainReader::attribute()
{
    std::string_view named, valued;
    if (!name(named))
        return false;
    skip_blanks();
    if (*at_ != '=')
        return false;
    ++at_;
    skip_blanks();
    const char quote = *at_;
    if (quote != '"' && quote != '\'')
        return false;
    ++at_;
    if (!value(quote, valued))
        return false;
    ++at_;
    builder_.add_attribute(named, valued);
    return true;
}

/// Up to the next tag. Blanks alone are no text.
bool XmlPlainReader::text()
{
    char* const from = at_;
    skip_blanks();
    if (*at_ == '<')
        return true;
    at_ = from;
    std::string_view found;
    return value('<', found) && builder_.add_text(found);
}

bool XmlPlainReader::name(std::string_view& found)
{
    const char* const from = at_;
    if (!is(*at_, begins_name))
        return false;
    while (is(*at_, continues_name))
        ++at_;
    found = {from, at_};
    return true;
}

/// Up to `closer`; texts end at a tag, values of attributes at their quote.
bool XmlPlainReader::value(char closer, std::string_view& found)
{
    const XmlByte end = closer == '<' ? ends_text : ends_value;
    char* const from = at_;
    while (!is(*at_, end))
        ++at_;
    char* to = at_;
    while (*at_ != closer) {
        const bool other_quote = *at_ == '"' || *at_ == '\'';
        if (other_quote)
            *to++ = *at_++;
        else if (!decode(to))
            return false;
        while (!is(*at_, end))
            *to++ = *at_++;
    }
    found = {from, to};
    return true;
}

bool XmlPlainReader::decode(char*& to)
{
    const std::string_view rest(at_, end_);
    const auto meant =
        std::ranges::find_if(entities, [&](const auto& each) { return rest.starts_with(each.first); });
    if (meant == entities.end())
        return false;
    *to++ = meant->second;
    at_ += meant->first.size();
    return true;
}

bool XmlPlainReader::skip_blanks()
{
    const char* const from = at_;
    while (is(*at_, is_xml_blank))
        ++at_;
    return at_ != from;
}

} // namespace fhir::codec
