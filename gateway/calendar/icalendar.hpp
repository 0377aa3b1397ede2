// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Appointments as calendars (RFC 5545). Knows no patient.
namespace gateway::calendar
{

enum class EventStatus
{
    tentative,
    confirmed,
    cancelled
};

/// One VEVENT. Texts are plain; what they must not hold in a calendar is escaped when it is written.
struct CalendarEvent
{
    std::string uid;
    std::int64_t sequence = 0; ///< grows with every change
    fhir::Instant changed{};
    fhir::Interval time; ///< written to the second
    EventStatus status = EventStatus::confirmed;
    std::string summary, location; ///< an empty location is left out
};

struct Calendar
{
    std::string name;
    std::vector<CalendarEvent> events;
};

/// One VCALENDAR, lines ended by CR LF and folded at 75 octets. The same calendar is the same text.
std::string to_icalendar(const Calendar& calendar);

/// A TEXT value (RFC 5545 3.3.11); control characters are dropped.
std::string escaped(std::string_view text);
/// `line` and its end; never a character of UTF-8 in two.
void add_folded(std::string& out, std::string_view line);
/// `20261124T090000Z`.
std::string utc_stamp(fhir::Instant moment);

} // namespace gateway::calendar
