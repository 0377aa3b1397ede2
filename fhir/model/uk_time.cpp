// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/uk_time.hpp"

#include "fhir/model/text_scan.hpp"

namespace fhir
{

namespace
{

using namespace std::chrono;

constexpr minutes summer = minutes(60);
constexpr minutes winter = minutes(0);

/// 01:00 UTC on the last Sunday of that month.
Instant change_in(year_month month)
{
    return sys_days(month / Sunday[last]) + hours(1);
}

} // namespace

// A rule instead of a time zone database: right in every year, while tz tools answer wrongly from 2038 on.
minutes uk_offset(Instant moment)
{
    const year_month_day date(floor<days>(moment));
    const auto number = static_cast<unsigned>(date.month());
    if (number > 3 && number < 10)
        return summer;
    if (number < 3 || number > 10)
        return winter;
    const bool before_change = moment < change_in(date.year() / date.month());
    return (number == 3) == before_change ? winter : summer;
}

LocalTime to_uk_local(Instant moment)
{
    return LocalTime(floor<seconds>(moment + uk_offset(moment)).time_since_epoch());
}

UkMoment from_uk_local(LocalTime local)
{
    const Instant as_winter(local.time_since_epoch());
    const Instant as_summer = as_winter - summer;
    const bool winter_holds = uk_offset(as_winter) == winter;
    const bool summer_holds = uk_offset(as_summer) == summer;
    if (winter_holds && summer_holds)
        return {LocalKind::ambiguous, as_summer, as_winter};
    if (winter_holds)
        return {LocalKind::unique, as_winter, as_winter};
    if (summer_holds)
        return {LocalKind::unique, as_summer, as_summer};
    const Instant gap = floor<days>(as_winter) + hours(1);
    return {LocalKind::non_existent, gap, gap};
}

Interval uk_day(Date date)
{
    // Midnight is never in the gap nor doubled: both changes happen at or after one in the morning.
    const local_days day(date);
    return {from_uk_local(day).earliest, from_uk_local(day + days(1)).earliest};
}

Date uk_date(Instant moment)
{
    return Date(floor<days>(moment + uk_offset(moment)));
}

std::optional<LocalTime> parse_local_time(std::string_view text)
{
    TextScan scan(text);
    const auto date = scan_date(scan);
    if (!date || (!scan.accept('T') && !scan.accept(' ')))
        return std::nullopt;
    const auto clock = scan_clock(scan, ClockForm::seconds_optional);
    if (!clock || !scan.at_end())
        return std::nullopt;
    return local_days(*date) + floor<seconds>(clock->since_midnight);
}

std::string to_text(LocalTime local)
{
    return to_utc_text(Instant(local.time_since_epoch())).substr(0, 19);
}

} // namespace fhir
