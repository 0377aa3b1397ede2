// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/uk_time.hpp"
#include "fhir/search/values.hpp"

#include <array>

namespace fhir::search
{

namespace
{

using namespace std::chrono;

constexpr std::array<std::pair<std::string_view, Prefix>, 8> prefixes{{{"eq", Prefix::eq},
                                                                       {"ne", Prefix::ne},
                                                                       {"gt", Prefix::gt},
                                                                       {"lt", Prefix::lt},
                                                                       {"ge", Prefix::ge},
                                                                       {"le", Prefix::le},
                                                                       {"sa", Prefix::sa},
                                                                       {"eb", Prefix::eb}}};

std::unexpected<Error> bad_date(std::string_view parameter, std::string_view why)
{
    Error error(ErrorKind::value_invalid,
                "The value of " + std::string(parameter) + " " + std::string(why) + ".", path_of(parameter));
    error.advise("Send a date such as ge2026-03-10 or a time such as lt2026-03-10T18:00:00Z.");
    return std::unexpected(std::move(error));
}

std::optional<int> number(std::string_view digits)
{
    int value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

Interval days_between(year_month_day first, year_month_day next)
{
    return {uk_day(first).start, uk_day(next).start};
}

/// Year, month or day: a stretch of whole UK days.
std::optional<Interval> partial_date(std::string_view text)
{
    if (text.size() != 4 && text.size() != 7 && text.size() != 10)
        return std::nullopt;
    const auto y = number(text.substr(0, 4));
    if (!y || *y < 1900 || *y > 9998)
        return std::nullopt;
    if (text.size() == 4)
        return days_between(year(*y) / 1 / 1, year(*y + 1) / 1 / 1);
    const auto m = number(text.substr(5, 2));
    if (text[4] != '-' || !m || *m < 1 || *m > 12)
        return std::nullopt;
    const year_month month_of = year(*y) / month(static_cast<unsigned>(*m));
    if (text.size() == 7)
        return days_between(month_of / 1, (month_of + months(1)) / 1);
    const auto d = number(text.substr(8, 2));
    if (text[7] != '-' || !d)
        return std::nullopt;
    const year_month_day day_of = month_of / day(static_cast<unsigned>(*d));
    if (!day_of.ok())
        return std::nullopt;
    return uk_day(day_of);
}

bool has_zone(std::string_view time_part)
{
    return time_part.find_first_of("Z+-") != std::string_view::npos;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Minutes without seconds are a minute long, seconds a second, fractions a millisecond.
milliseconds precision_of(std::string_view clock)
{
    if (clock.find('.') != std::string_view::npos)
        return milliseconds(1);
    return clock.size() <= 5 ? milliseconds(minutes(1)) : milliseconds(seconds(1));
}

std::optional<Interval> moment_with_zone(std::string_view date, std::string_view clock, std::string_view zone)
{
    const std::string_view seconds_if_missing = clock.size() == 5 ? ":00" : "";
    std::string full(date);
    full.append("T").append(clock).append(seconds_if_missing).append(zone);
    const auto at = parse_instant(full);
    if (!at)
        return std::nullopt;
    return Interval{*at, *at + precision_of(clock)};
}

/// UK wall time: an hour that comes twice stands for both, one that never comes for the moment of the change.
std::optional<Interval> moment_in_uk(std::string_view date, std::string_view clock)
{
    std::string_view whole = clock.substr(0, clock.find('.'));
    const auto local = parse_local_time(std::string(date) + "T" + std::string(whole));
    if (!local)
        return std::nullopt;
    const UkMoment moment = from_uk_local(*local);
    return Interval{moment.earliest, moment.latest + precision_of(whole)};
}

std::optional<Interval> date_time(std::string_view text)
{
    const std::string_view date = text.substr(0, 10);
    const std::string_view rest = text.substr(11);
    if (!partial_date(date) || rest.size() < 5 || !is_digit(rest[0]))
        return std::nullopt;
    if (!has_zone(rest))
        return moment_in_uk(date, rest);
    const auto zone_at = rest.find_first_of("Z+-");
    return moment_with_zone(date, rest.substr(0, zone_at), rest.substr(zone_at));
}

/// A form decoder turns the `+` of an offset into a blank (RFC 3986 says it should not have been sent bare,
/// clients do it).
std::string repaired(std::string_view text)
{
    std::string copy(text);
    if (copy.size() > 16 && copy[copy.size() - 6] == ' ' && copy[copy.size() - 3] == ':')
        copy[copy.size() - 6] = '+';
    return copy;
}

} // namespace

Result<DateValue> parse_date_value(std::string_view text, std::string_view parameter)
{
    DateValue value;
    value.text = repaired(text);
    std::string_view rest = value.text;
    if (!rest.empty() && !is_digit(rest[0])) {
        const std::string_view letters = rest.substr(0, 2);
        const auto* known = prefixes.begin();
        while (known != prefixes.end() && known->first != letters)
            ++known;
        if (letters == "ap")
            return fail(ErrorKind::unknown_parameter, "The prefix ap (approximately) is not offered.",
                        path_of(parameter));
        if (known == prefixes.end())
            return bad_date(parameter,
                            "starts with something that is neither a date nor one of eq, ne, gt, lt, ge, le, "
                            "sa, eb");
        value.prefix = known->second;
        rest.remove_prefix(2);
    }
    const auto range = rest.size() > 10 && (rest[10] == 'T') ? date_time(rest) : partial_date(rest);
    if (!range)
        return bad_date(parameter, "is not a date or time that exists");
    value.range = *range;
    return value;
}

bool DateValue::matches(Instant moment) const
{
    return matches(Interval{moment, moment + milliseconds(1)});
}

bool DateValue::matches(const Interval& stretch) const
{
    switch (prefix) {
    case Prefix::eq:
        return range.start <= stretch.start && stretch.end <= range.end;
    case Prefix::ne:
        return stretch.start < range.start || range.end < stretch.end;
    case Prefix::gt:
        return stretch.end > range.end;
    case Prefix::ge:
        return stretch.end > range.start;
    case Prefix::lt:
        return stretch.start < range.start;
    case Prefix::le:
        return stretch.start < range.end;
    case Prefix::sa:
        return stretch.start >= range.end;
    case Prefix::eb:
        return stretch.end <= range.start;
    }
    return false;
}

} // namespace fhir::search
