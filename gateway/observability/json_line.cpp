// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/json_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace gateway::observability
{
namespace
{

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the well-formed UTF-8 sequence (Unicode table 3-7) that starts here, 0 when there is none.
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return byte(1) >= low && byte(1) <= high && tail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return byte(1) >= low && byte(1) <= high && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

void append_ascii(std::string& out, char c)
{
    constexpr std::string_view escaped = "\"\\\n\r\t", letters = "\"\\nrt";
    if (const auto at = escaped.find(c); at != std::string_view::npos)
        out.append(1, '\\').append(1, letters[at]);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        out += replacement;
    else
        out.push_back(c);
}

void append_text(std::string& out, std::string_view text)
{
    out.push_back('"');
    for (std::size_t taken = 0; taken < text.size();) {
        if (taken >= max_field_bytes) {
            out += "…";
            break;
        }
        const std::size_t length = sequence_length(text.substr(taken, 4));
        if (length == 0)
            out += replacement;
        else if (length == 1)
            append_ascii(out, text[taken]);
        else
            out += text.substr(taken, length);
        taken += length == 0 ? 1 : length;
    }
    out.push_back('"');
}

struct AppendValue
{
    std::string& out;

    void operator()(const std::string& text) const { append_text(out, text); }
    void operator()(std::int64_t number) const { fmt::format_to(std::back_inserter(out), "{}", number); }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(double number) const
    {
        if (std::isfinite(number))
            fmt::format_to(std::back_inserter(out), "{}", number);
        else
            out += "null";
    }
};

void append_time(std::string& out, fhir::Instant at)
{
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                   time.seconds().count(), time.subseconds().count());
}

} // namespace

std::string_view to_text(Level level)
{
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        return "error";
    }
    return "error";
}

std::string json_line(fhir::Instant at, Level level, std::string_view event, std::span<const Field> fields)
{
    std::string out;
    out.reserve(256);
    out += R"({"time":")";
    append_time(out, at);
    out += R"(","level":")";
    out += to_text(level);
    out += R"(","event":)";
    append_text(out, event);
    for (const auto& [name, value] : fields) {
        out.push_back(',');
        append_text(out, name);
        out.push_back(':');
        std::visit(AppendValue{out}, value);
    }
    out.push_back('}');
    return out;
}

} // namespace gateway::observability
