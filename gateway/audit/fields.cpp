// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/fields.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::audit
{

namespace
{

constexpr char tab = '\t';

bool is_escaped(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7F || byte == '%';
}

void escape(std::string_view value, std::string& line)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_escaped(byte)) {
            line.push_back('%');
            line.push_back(digits[byte >> 4]);
            line.push_back(digits[byte & 15]);
        } else {
            line.push_back(c);
        }
    }
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescape(std::string_view text)
{
    std::string value;
    value.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            value.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            value.push_back(text[i]);
        }
    }
    return value;
}

std::string_view next_part(std::string_view& rest)
{
    const auto end = rest.find(tab);
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
}

} // namespace

FieldWriter& FieldWriter::add(std::string_view name, std::string_view value)
{
    if (value.empty())
        return *this;
    line_.push_back(tab);
    line_ += name;
    line_.push_back('=');
    escape(value, line_);
    return *this;
}

FieldWriter& FieldWriter::add(std::string_view name, std::int64_t value)
{
    return value == 0 ? *this : add(name, std::string_view(std::to_string(value)));
}

FieldReader::FieldReader(std::string_view line) : word_(next_part(line))
{
    while (!line.empty()) {
        const auto part = next_part(line);
        const auto equals = part.find('=');
        if (equals != std::string_view::npos)
            fields_.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
}

std::string FieldReader::text(std::string_view name) const
{
    for (const auto& [known, value] : fields_)
        if (known == name)
            return unescape(value);
    return {};
}

std::optional<std::int64_t> FieldReader::number(std::string_view name) const
{
    constexpr std::size_t most_digits = 18;
    const std::string value = text(name);
    if (value.empty())
        return 0;
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failure != std::errc() || end != value.data() + value.size() || value.size() > most_digits ||
        number < 0)
        return std::nullopt;
    return number;
}

} // namespace gateway::audit
