// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/instant.hpp"

#include "fhir/model/text_scan.hpp"
#include "fhir/model/uk_time.hpp"

namespace fhir
{

namespace
{

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant first_moment = std::chrono::sys_days(std::chrono::year(1900) / 1 / 1);
constexpr Instant end_of_time = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);

bool in_range(Instant moment)
{
    return moment >= first_moment && moment < end_of_time;
}

/// `Z`, or `+01:00` up to 14 hours either way. `-00:00` is read as zero.
std::optional<std::int16_t> scan_offset(TextScan& scan, bool& zulu)
{
    zulu = scan.accept('Z');
    if (zulu)
        return std::int16_t{0};
    const bool minus = scan.accept('-');
    if (!minus && !scan.accept('+'))
        return std::nullopt;
    const auto hour = scan.number(2);
    if (!hour || !scan.accept(':'))
        return std::nullopt;
    const auto minute = scan.number(2);
    if (!minute || *minute > 59 || *hour * 60 + *minute > 14 * 60)
        return std::nullopt;
    const int total = *hour * 60 + *minute;
    return static_cast<std::int16_t>(minus ? -total : total);
}

DateTime partial(std::chrono::year_month_day first_day, DateTime::Precision precision)
{
    DateTime value;
    value.precision = precision;
    value.at = uk_day(first_day).start;
    value.offset_minutes = static_cast<std::int16_t>(uk_offset(value.at).count());
    return value;
}

/// What follows `YYYY-MM-DDT`.
std::optional<DateTime> scan_time(TextScan& scan, Date date)
{
    const auto clock = scan_clock(scan, ClockForm::seconds_required);
    if (!clock)
        return std::nullopt;
    DateTime value;
    const auto offset = scan_offset(scan, value.zulu);
    if (!offset || !scan.at_end())
        return std::nullopt;
    value.offset_minutes = *offset;
    value.precision = clock->has_fraction ? DateTime::Precision::millisecond : DateTime::Precision::second;
    value.at = std::chrono::sys_days(date) + clock->since_midnight - minutes(*offset);
    return in_range(value.at) ? std::optional(value) : std::nullopt;
}

void write_date(TextFill& out, Date date)
{
    out.number(static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out.put('-');
    out.number(static_cast<unsigned>(date.month()), 2);
    out.put('-');
    out.number(static_cast<unsigned>(date.day()), 2);
}

void write_clock(TextFill& out, milliseconds since_midnight, bool with_milliseconds)
{
    const auto total = static_cast<unsigned>(since_midnight.count());
    out.number(total / 3'600'000, 2);
    out.put(':');
    out.number(total / 60'000 % 60, 2);
    out.put(':');
    out.number(total / 1000 % 60, 2);
    if (with_milliseconds) {
        out.put('.');
        out.number(total % 1000, 3);
    }
}

void write_moment(TextFill& out, Instant moment, int offset_minutes, bool zulu, bool with_milliseconds)
{
    const Instant local = moment + minutes(offset_minutes);
    const auto day = floor<days>(local);
    write_date(out, Date(day));
    out.put('T');
    write_clock(out, local - day, with_milliseconds);
    if (zulu) {
        out.put('Z');
        return;
    }
    const auto size = static_cast<unsigned>(offset_minutes < 0 ? -offset_minutes : offset_minutes);
    out.put(offset_minutes < 0 ? '-' : '+');
    out.number(size / 60, 2);
    out.put(':');
    out.number(size % 60, 2);
}

bool has_milliseconds(Instant moment)
{
    return moment.time_since_epoch() % seconds(1) != milliseconds(0);
}

constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// Index of a three-letter name in a list of them.
std::optional<unsigned> name_index(std::string_view names, std::string_view name)
{
    const auto at = names.find(name);
    if (name.size() != 3 || at == names.npos || at % 3 != 0)
        return std::nullopt;
    return static_cast<unsigned>(at / 3);
}

} // namespace

std::optional<Date> scan_date(TextScan& scan)
{
    const auto year = scan.number(4);
    if (!year || !scan.accept('-'))
        return std::nullopt;
    const auto month = scan.number(2);
    if (!month || !scan.accept('-'))
        return std::nullopt;
    const auto day = scan.number(2);
    if (!day)
        return std::nullopt;
    const Date date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                    std::chrono::day(static_cast<unsigned>(*day)));
    return date.ok() && *year >= 1900 ? std::optional(date) : std::nullopt;
}

std::optional<ClockReading> scan_clock(TextScan& scan, ClockForm form)
{
    const auto hour = scan.number(2);
    if (!hour || *hour > 23 || !scan.accept(':'))
        return std::nullopt;
    const auto minute = scan.number(2);
    if (!minute || *minute > 59)
        return std::nullopt;
    ClockReading reading{hours(*hour) + minutes(*minute), false};
    if (!scan.accept(':'))
        return form == ClockForm::seconds_optional ? std::optional(reading) : std::nullopt;
    const auto second = scan.number(2);
    if (!second || *second > 59)
        return std::nullopt;
    reading.since_midnight += seconds(*second);
    reading.has_fraction = scan.accept('.');
    if (reading.has_fraction) {
        const auto fraction = scan.fraction_of_1000();
        if (!fraction)
            return std::nullopt;
        reading.since_midnight += milliseconds(*fraction);
    }
    return reading;
}

std::optional<Instant> parse_instant(std::string_view text)
{
    const auto value = parse_date_time(text);
    if (!value || value->precision < DateTime::Precision::second)
        return std::nullopt;
    return value->at;
}

std::optional<DateTime> parse_date_time(std::string_view text)
{
    TextScan scan(text);
    if (text.size() <= 7) {
        const auto year = scan.number(4);
        if (!year || *year < 1900)
            return std::nullopt;
        const std::chrono::year y(*year);
        if (scan.at_end())
            return partial(y / 1 / 1, DateTime::Precision::year);
        const auto month = scan.accept('-') ? scan.number(2) : std::nullopt;
        if (!month || *month < 1 || *month > 12 || !scan.at_end())
            return std::nullopt;
        return partial(y / *month / 1, DateTime::Precision::month);
    }
    const auto date = scan_date(scan);
    if (!date)
        return std::nullopt;
    if (scan.at_end())
        return partial(*date, DateTime::Precision::day);
    if (!scan.accept('T'))
        return std::nullopt;
    return scan_time(scan, *date);
}

std::optional<Date> parse_date(std::string_view text)
{
    TextScan scan(text);
    const auto date = scan_date(scan);
    return scan.at_end() ? date : std::nullopt;
}

std::string to_utc_text(Instant moment)
{
    TextFill out;
    write_moment(out, moment, 0, true, has_milliseconds(moment));
    return std::string(out.view());
}

std::string_view uk_text(Instant moment, TextFill& out)
{
    write_moment(out, moment, static_cast<int>(uk_offset(moment).count()), false, has_milliseconds(moment));
    return out.view();
}

std::string to_uk_text(Instant moment)
{
    TextFill out;
    return std::string(uk_text(moment, out));
}

std::string_view text_of(const DateTime& value, TextFill& out)
{
    using enum DateTime::Precision;
    if (value.precision == second || value.precision == millisecond) {
        write_moment(out, value.at, value.offset_minutes, value.zulu, value.precision == millisecond);
        return out.view();
    }
    write_date(out, uk_date(value.at));
    const std::string_view whole = out.view();
    return whole.substr(0, value.precision == year ? 4 : value.precision == month ? 7 : 10);
}

std::string to_text(const DateTime& value)
{
    TextFill out;
    return std::string(text_of(value, out));
}

std::string_view date_text(Date date, TextFill& out)
{
    write_date(out, date);
    return out.view();
}

std::string to_text(Date date)
{
    TextFill out;
    return std::string(date_text(date, out));
}

std::string to_http_date(Instant moment)
{
    const auto day = floor<days>(moment);
    const Date date(day);
    TextFill out;
    for (char c : weekdays.substr(std::chrono::weekday(day).c_encoding() * 3, 3))
        out.put(c);
    out.put(',');
    out.put(' ');
    out.number(static_cast<unsigned>(date.day()), 2);
    out.put(' ');
    for (char c : months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3))
        out.put(c);
    out.put(' ');
    out.number(static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out.put(' ');
    write_clock(out, moment - day, false);
    return std::string(out.view()) + " GMT";
}

std::optional<Instant> parse_http_date(std::string_view text)
{
    // Only the form that RFC 9110 lets anybody send; the two obsolete ones are read as "no date".
    if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
        text[16] != ' ' || text.substr(25) != " GMT")
        return std::nullopt;
    const auto weekday = name_index(weekdays, text.substr(0, 3));
    const auto month = name_index(months, text.substr(8, 3));
    TextScan day_scan(text.substr(5, 2)), year_scan(text.substr(12, 4)), clock_scan(text.substr(17, 8));
    const auto day = day_scan.number(2);
    const auto year = year_scan.number(4);
    const auto clock = scan_clock(clock_scan, ClockForm::seconds_required);
    if (!weekday || !month || !day || !year || *year < 1900 || !clock || !clock_scan.at_end())
        return std::nullopt;
    const Date date(std::chrono::year(*year), std::chrono::month(*month + 1),
                    std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || std::chrono::weekday(std::chrono::sys_days(date)).c_encoding() != *weekday)
        return std::nullopt;
    return std::chrono::sys_days(date) + clock->since_midnight;
}

DateTime uk_date_time(Instant moment)
{
    DateTime value;
    value.at = floor<seconds>(moment);
    value.offset_minutes = static_cast<std::int16_t>(uk_offset(moment).count());
    return value;
}

} // namespace fhir
