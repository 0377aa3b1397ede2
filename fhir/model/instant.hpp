// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhir
{

/// A moment, UTC, to the millisecond. All logic uses this; offsets exist only at the edges.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
/// A calendar date without zone (FHIR `date` with day precision, birth dates, UK civil days).
using Date = std::chrono::year_month_day;

/// A half-open stretch of time, UTC: `start` belongs to it, `end` does not.
struct Interval
{
    Instant start{};
    Instant end{};

    bool contains(Instant moment) const { return start <= moment && moment < end; }
    bool overlaps(const Interval& other) const { return start < other.end && other.start < end; }
    bool operator==(const Interval&) const = default;
};

/// A FHIR `dateTime` or `date` as it was written: precision and offset survive a round trip.
struct DateTime
{
    enum class Precision : std::uint8_t
    {
        year,
        month,
        day,
        second,
        millisecond
    };

    Instant at{}; ///< first moment it covers; partial dates are taken in UK local time
    std::int16_t offset_minutes = 0;
    Precision precision = Precision::second;
    bool zulu = false; ///< written with `Z` rather than `+00:00`

    bool operator==(const DateTime&) const = default;
};

/// Parses a FHIR `instant` (R4 datatypes): full date, time with seconds, mandatory offset; fractions are cut
/// to milliseconds; second 60 and hour 24 are refused. Years 1900 to 9999.
std::optional<Instant> parse_instant(std::string_view text);
/// Parses a FHIR `dateTime` of any precision.
std::optional<DateTime> parse_date_time(std::string_view text);
/// Parses `YYYY-MM-DD`; refuses dates that do not exist.
std::optional<Date> parse_date(std::string_view text);

/// `2026-06-15T09:20:00Z`, with milliseconds only when there are any.
std::string to_utc_text(Instant moment);
/// `2026-06-15T10:20:00+01:00`: UK local time with its offset; the form of every instant this gateway sends.
std::string to_uk_text(Instant moment);
std::string to_text(const DateTime& value);
std::string to_text(Date date);
/// RFC 9110 `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string to_http_date(Instant moment);
std::optional<Instant> parse_http_date(std::string_view text);

/// UK local time as a DateTime of second precision.
DateTime uk_date_time(Instant moment);

} // namespace fhir
