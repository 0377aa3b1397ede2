// SPDX-License-Identifier: Apache-2.0
#include "gateway/calendar/icalendar.hpp"

#include <algorithm>
#include <array>

namespace gateway::calendar
{

namespace
{

constexpr std::size_t longest_line = 75; ///< octets, without its end
constexpr std::array<std::string_view, 3> status_words{"TENTATIVE", "CONFIRMED", "CANCELLED"};
constexpr std::string_view end_of_line = "\r\n", look_again = "PT15M";

/// Where to cut at most `room` octets off: not inside a character of UTF-8.
std::size_t cut(std::string_view text, std::size_t room)
{
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    if (text.size() <= room)
        return text.size();
    std::size_t end = room;
    while (end > 0 && continues(text[end]))
        --end;
    return end > 0 ? end : room; // no text of ours is anything but UTF-8
}

void add_property(std::string& out, std::string_view name, std::string_view value)
{
    add_folded(out, std::string(name) + ":" + std::string(value));
}

void add_event(std::string& out, const CalendarEvent& event)
{
    add_property(out, "BEGIN", "VEVENT");
    add_property(out, "UID", escaped(event.uid));
    add_property(out, "SEQUENCE", std::to_string(event.sequence));
    // Without a METHOD the stamp is when the event was last revised (RFC 5545 3.8.7.2).
    add_property(out, "DTSTAMP", utc_stamp(event.changed));
    add_property(out, "LAST-MODIFIED", utc_stamp(event.changed));
    add_property(out, "DTSTART", utc_stamp(event.time.start));
    if (event.time.end > event.time.start)
        add_property(out, "DTEND", utc_stamp(event.time.end));
    add_property(out, "STATUS", status_words[static_cast<std::size_t>(event.status)]);
    add_property(out, "SUMMARY", escaped(event.summary));
    if (!event.location.empty())
        add_property(out, "LOCATION", escaped(event.location));
    add_property(out, "CLASS", "PRIVATE");
    add_property(out, "TRANSP", event.status == EventStatus::cancelled ? "TRANSPARENT" : "OPAQUE");
    add_property(out, "END", "VEVENT");
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\' || c == ';' || c == ',')
            (out += '\\') += c;
        else if (c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F))
            out += c;
    }
    return out;
}

void add_folded(std::string& out, std::string_view line)
{
    std::size_t taken = cut(line, longest_line);
    out += line.substr(0, taken);
    while (taken < line.size()) {
        const auto rest = line.substr(taken);
        const std::size_t more = cut(rest, longest_line - 1); // behind the blank that says: goes on
        ((out += end_of_line) += ' ') += rest.substr(0, more);
        taken += more;
    }
    out += end_of_line;
}

std::string utc_stamp(fhir::Instant moment)
{
    std::string text = fhir::to_utc_text(std::chrono::floor<std::chrono::seconds>(moment));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

std::string to_icalendar(const Calendar& calendar)
{
    std::string out;
    add_property(out, "BEGIN", "VCALENDAR");
    add_property(out, "VERSION", "2.0");
    add_property(out, "PRODID", "-//apptgw//Appointments//EN");
    add_property(out, "CALSCALE", "GREGORIAN");
    add_property(out, "NAME", escaped(calendar.name)); // RFC 7986
    add_property(out, "X-WR-CALNAME", escaped(calendar.name));
    add_property(out, "X-WR-TIMEZONE", "Europe/London"); // how to show what is written in UTC
    add_property(out, "REFRESH-INTERVAL;VALUE=DURATION", look_again);
    add_property(out, "X-PUBLISHED-TTL", look_again);
    for (const CalendarEvent& event : calendar.events)
        add_event(out, event);
    add_property(out, "END", "VCALENDAR");
    return out;
}

} // namespace gateway::calendar
