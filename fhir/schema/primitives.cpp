// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/id.hpp"
#include "fhir/schema/declare.hpp"

#include <charconv>

/// Text forms of the primitive types (FHIR R4 datatypes), shared by every wire format.
namespace fhir::schema
{

namespace
{

template <class T>
const T& as(const void* value)
{
    return *static_cast<const T*>(value);
}
template <class T>
T& as(void* value)
{
    return *static_cast<T*>(value);
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string_view text_of_bool(const void* value, TextFill&)
{
    return as<bool>(value) ? "true" : "false";
}
bool parse_bool(void* value, std::string_view text)
{
    as<bool>(value) = text == "true";
    return text == "true" || text == "false";
}

std::string_view text_of_int(std::int32_t number, TextFill& scratch)
{
    return scratch.integer(number);
}
/// Digits without sign, point, exponent or leading zero, but for a minus.
std::optional<std::int32_t> whole_number(std::string_view text)
{
    std::int32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool odd = text.starts_with("-0") || (text.size() > 1 && text.starts_with('0'));
    return error == std::errc{} && stop == end && !odd ? std::optional(number) : std::nullopt;
}
template <class T, std::int32_t Least>
bool parse_counted(void* value, std::string_view text)
{
    const auto number = whole_number(text);
    if (!number || *number < Least)
        return false;
    as<T>(value).value = *number;
    return true;
}

/// Holds its characters in a member `text`.
template <class T>
std::string_view text_of_text(const void* value, TextFill&)
{
    return as<T>(value).text;
}
template <class T, bool (*Valid)(std::string_view)>
bool parse_text(void* value, std::string_view text)
{
    if (!Valid(text))
        return false;
    as<T>(value).text = text;
    return true;
}
std::string_view text_of_string(const void* value, TextFill&)
{
    return as<std::string>(value);
}
template <bool (*Valid)(std::string_view)>
bool parse_string(void* value, std::string_view text)
{
    if (!Valid(text))
        return false;
    as<std::string>(value) = text;
    return true;
}

bool is_any_text(std::string_view text)
{
    return !text.empty();
}
bool is_uri(std::string_view text)
{
    return !text.empty() && std::ranges::none_of(text, is_blank);
}
/// No blank at either end and never two in a row.
bool is_code(std::string_view text)
{
    if (text.empty() || is_blank(text.front()) || is_blank(text.back()))
        return false;
    return std::ranges::adjacent_find(text, [](char a, char b) { return is_blank(a) && is_blank(b); }) ==
           text.end();
}
bool is_base64(std::string_view text)
{
    std::size_t letters = 0;
    std::size_t padding = 0;
    for (char c : text) {
        if (is_blank(c))
            continue;
        const bool letter =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '+' || c == '/';
        if (c == '=')
            ++padding;
        else if (!letter || padding > 0)
            return false;
        else
            ++letters;
    }
    return letters > 0 && padding <= 2 && (letters + padding) % 4 == 0;
}
std::size_t digits_at(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}
/// R4: a JSON number; digits and trailing zeros are significant. Length is bounded, as nothing real needs
/// more.
bool is_decimal(std::string_view text)
{
    if (text.empty() || text.size() > 40)
        return false;
    text.remove_prefix(text.front() == '-' ? 1 : 0);
    const auto whole = digits_at(text);
    if (whole == 0 || (whole > 1 && text.front() == '0'))
        return false;
    text.remove_prefix(whole);
    if (text.starts_with('.')) {
        const auto fraction = digits_at(text.substr(1));
        if (fraction == 0)
            return false;
        text.remove_prefix(fraction + 1);
    }
    if (text.empty())
        return true;
    if (text.front() != 'e' && text.front() != 'E')
        return false;
    text.remove_prefix(1);
    text.remove_prefix(!text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0);
    return !text.empty() && text.size() <= 3 && digits_at(text) == text.size();
}
bool is_time(std::string_view text)
{
    TextScan scan(text);
    return scan_clock(scan, ClockForm::seconds_required) && scan.at_end();
}
/// Only the outermost element is looked at: the text is kept, never rendered without escaping.
bool is_narrative(std::string_view text)
{
    return text.starts_with("<div") && text.ends_with("</div>");
}

std::string_view text_of_instant(const void* value, TextFill& scratch)
{
    return uk_text(as<Instant>(value), scratch);
}
bool parse_instant_text(void* value, std::string_view text)
{
    const auto moment = parse_instant(text);
    if (moment)
        as<Instant>(value) = *moment;
    return moment.has_value();
}
std::string_view text_of_date_time(const void* value, TextFill& scratch)
{
    return text_of(as<DateTime>(value), scratch);
}
bool parse_date_time_text(void* value, std::string_view text)
{
    const auto parsed = parse_date_time(text);
    if (parsed)
        as<DateTime>(value) = *parsed;
    return parsed.has_value();
}
bool parse_partial_date(void* value, std::string_view text)
{
    return text.size() <= 10 && parse_date_time_text(value, text);
}
std::string_view text_of_date(const void* value, TextFill& scratch)
{
    return date_text(as<Date>(value), scratch);
}
bool parse_date_text(void* value, std::string_view text)
{
    const auto date = parse_date(text);
    if (date)
        as<Date>(value) = *date;
    return date.has_value();
}

template <class T>
consteval TypeInfo text_type(std::string_view name, bool (*parse)(void*, std::string_view),
                             std::string_view expected)
{
    return {.name = name, .kind = Kind::text, .text = text_of_text<T>, .parse = parse, .expected = expected};
}

} // namespace

template <>
constinit const TypeInfo TypeOf<bool>::info = {.name = "boolean",
                                               .kind = Kind::boolean,
                                               .text = text_of_bool,
                                               .parse = parse_bool,
                                               .expected = "true or false"};
template <>
constinit const TypeInfo TypeOf<std::int32_t>::info = {
    .name = "integer",
    .kind = Kind::number,
    .text = [](const void* value,
               TextFill& scratch) { return text_of_int(as<std::int32_t>(value), scratch); },
    .parse =
        [](void* value, std::string_view text) {
            const auto number = whole_number(text);
            as<std::int32_t>(value) = number.value_or(0);
            return number.has_value();
        },
    .expected = "a whole number"};
template <>
constinit const TypeInfo TypeOf<PositiveInt>::info = {
    .name = "positiveInt",
    .kind = Kind::number,
    .text = [](const void* value,
               TextFill& scratch) { return text_of_int(as<PositiveInt>(value).value, scratch); },
    .parse = parse_counted<PositiveInt, 1>,
    .expected = "a whole number from 1"};
template <>
constinit const TypeInfo TypeOf<UnsignedInt>::info = {
    .name = "unsignedInt",
    .kind = Kind::number,
    .text = [](const void* value,
               TextFill& scratch) { return text_of_int(as<UnsignedInt>(value).value, scratch); },
    .parse = parse_counted<UnsignedInt, 0>,
    .expected = "a whole number from 0"};
template <>
constinit const TypeInfo TypeOf<Decimal>::info = {.name = "decimal",
                                                  .kind = Kind::number,
                                                  .text = text_of_text<Decimal>,
                                                  .parse = parse_text<Decimal, is_decimal>,
                                                  .expected = "a decimal number"};
template <>
constinit const TypeInfo TypeOf<std::string>::info = {.name = "string",
                                                      .kind = Kind::text,
                                                      .text = text_of_string,
                                                      .parse = parse_string<is_any_text>,
                                                      .expected = "a text that is not empty"};
template <>
constinit const TypeInfo TypeOf<Code>::info =
    text_type<Code>("code", parse_text<Code, is_code>, "a code without blanks at its ends");
template <>
constinit const TypeInfo TypeOf<Uri>::info =
    text_type<Uri>("uri", parse_text<Uri, is_uri>, "a URI without blanks");
template <>
constinit const TypeInfo TypeOf<Markdown>::info =
    text_type<Markdown>("markdown", parse_text<Markdown, is_any_text>, "a text that is not empty");
template <>
constinit const TypeInfo TypeOf<Base64>::info =
    text_type<Base64>("base64Binary", parse_text<Base64, is_base64>, "bytes in Base64");
template <>
constinit const TypeInfo TypeOf<TimeOfDay>::info =
    text_type<TimeOfDay>("time", parse_text<TimeOfDay, is_time>, "a time such as 09:20:00");
template <>
constinit const TypeInfo TypeOf<Instant>::info = {.name = "instant",
                                                  .kind = Kind::text,
                                                  .text = text_of_instant,
                                                  .parse = parse_instant_text,
                                                  .expected = "a moment such as 2026-06-15T09:20:00+01:00"};
template <>
constinit const TypeInfo TypeOf<DateTime>::info = {
    .name = "dateTime",
    .kind = Kind::text,
    .text = text_of_date_time,
    .parse = parse_date_time_text,
    .expected = "a date such as 2026-06-15, or one with time and offset"};
template <>
constinit const TypeInfo TypeOf<Date>::info = {.name = "date",
                                               .kind = Kind::text,
                                               .text = text_of_date,
                                               .parse = parse_date_text,
                                               .expected = "a date such as 2026-06-15"};
template <>
constinit const TypeInfo TypeOf<AnyResource>::info = {.name = "Resource", .kind = Kind::resource};
template <>
constinit const TypeInfo TypeOf<OtherValue>::info = {.name = "value", .kind = Kind::other};

constinit const TypeInfo id_type = {.name = "id",
                                    .kind = Kind::text,
                                    .text = text_of_string,
                                    .parse = parse_string<is_id>,
                                    .expected = "1 to 64 letters, digits, dashes and dots"};
constinit const TypeInfo xhtml_type = {.name = "xhtml",
                                       .kind = Kind::text,
                                       .text = text_of_string,
                                       .parse = parse_string<is_narrative>,
                                       .expected = "one XHTML div element"};
constinit const TypeInfo partial_date_type = {.name = "date",
                                              .kind = Kind::text,
                                              .text = text_of_date_time,
                                              .parse = parse_partial_date,
                                              .expected = "a date such as 2026-06-15"};

} // namespace fhir::schema
