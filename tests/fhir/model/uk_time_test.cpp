// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/uk_time.hpp"

#include <gtest/gtest.h>

#include <date/tz.h>

namespace
{

using namespace fhir;
using namespace std::chrono;

Instant utc(std::string_view text)
{
    return parse_instant(text).value();
}
LocalTime local(std::string_view text)
{
    return parse_local_time(text).value();
}

TEST(UkOffset, AgreesWithTheTimeZoneDatabaseFrom1996To2037)
{
    const auto* london = date::locate_zone("Europe/London");
    const Instant end = sys_days(year(2037) / 12 / 31);
    for (Instant moment = sys_days(year(1996) / 1 / 1); moment < end; moment += minutes(30)) {
        const auto expected = london->get_info(moment).offset;
        ASSERT_EQ(uk_offset(moment), expected) << to_utc_text(moment);
    }
}

TEST(UkOffset, ChangesAtTheVeryMillisecond)
{
    struct Change
    {
        const char* at;
        int before, after;
    };
    // Last Sundays of March and October; from 2038 on tz tools answer wrongly, so these are worked out by
    // hand.
    for (const auto& change :
         {Change{"2026-03-29T01:00:00Z", 0, 60}, Change{"2026-10-25T01:00:00Z", 60, 0},
          Change{"2038-03-28T01:00:00Z", 0, 60}, Change{"2038-10-31T01:00:00Z", 60, 0},
          Change{"2050-03-27T01:00:00Z", 0, 60}, Change{"2050-10-30T01:00:00Z", 60, 0},
          Change{"2076-03-29T01:00:00Z", 0, 60}, Change{"2076-10-25T01:00:00Z", 60, 0},
          Change{"2100-03-28T01:00:00Z", 0, 60}, Change{"2100-10-31T01:00:00Z", 60, 0}}) {
        EXPECT_EQ(uk_offset(utc(change.at) - milliseconds(1)).count(), change.before) << change.at;
        EXPECT_EQ(uk_offset(utc(change.at)).count(), change.after) << change.at;
    }
}

TEST(UkOffset, EveryYearTo2100HasTwoChangesOnSundays)
{
    for (int y = 2038; y <= 2100; ++y) {
        int changes = 0;
        for (Instant day = sys_days(year(y) / 1 / 1); day < sys_days(year(y + 1) / 1 / 1); day += days(1)) {
            if (uk_offset(day) == uk_offset(day + days(1)))
                continue;
            ++changes;
            const year_month_day date(floor<days>(day));
            EXPECT_EQ(weekday(floor<days>(day)), Sunday) << to_utc_text(day);
            EXPECT_GE(static_cast<unsigned>(date.day()), 25u) << to_utc_text(day);
        }
        EXPECT_EQ(changes, 2) << y;
    }
}

TEST(FromUkLocal, EveryMinuteOfTheChangingDaysIsRight)
{
    for (auto day : {year(2026) / 3 / 29, year(2026) / 10 / 25, year(2038) / 3 / 28, year(2038) / 10 / 31})
        for (minutes m{0}; m < hours(24); ++m) {
            const LocalTime reading = local_days(day) + m;
            const auto moment = from_uk_local(reading);
            const bool changing_hour = m >= hours(1) && m < hours(2);
            const bool march = day.month() == March;
            const auto kind = !changing_hour ? LocalKind::unique
                              : march        ? LocalKind::non_existent
                                             : LocalKind::ambiguous;
            ASSERT_EQ(moment.kind, kind) << to_text(reading);
            if (kind == LocalKind::non_existent)
                continue;
            EXPECT_EQ(to_uk_local(moment.earliest), reading);
            EXPECT_EQ(to_uk_local(moment.latest), reading);
            EXPECT_EQ(moment.latest - moment.earliest, kind == LocalKind::ambiguous ? hours(1) : hours(0));
        }
}

TEST(FromUkLocal, AnAmbiguousReadingHasItsSummerMomentFirst)
{
    const auto moment = from_uk_local(local("2026-10-25T01:30:00"));
    EXPECT_EQ(moment.earliest, utc("2026-10-25T00:30:00Z"));
    EXPECT_EQ(moment.latest, utc("2026-10-25T01:30:00Z"));
}

TEST(FromUkLocal, AReadingInTheGapIsTheMomentOfTheChange)
{
    const auto moment = from_uk_local(local("2026-03-29T01:30:00"));
    EXPECT_EQ(moment.earliest, utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(moment.latest, moment.earliest);
}

TEST(UkDay, IsTwentyThreeTwentyFourOrTwentyFiveHoursLong)
{
    const auto length = [](Date date) {
        return duration_cast<hours>(uk_day(date).end - uk_day(date).start).count();
    };
    EXPECT_EQ(length(year(2026) / 3 / 29), 23);
    EXPECT_EQ(length(year(2026) / 6 / 15), 24);
    EXPECT_EQ(length(year(2026) / 10 / 25), 25);
    EXPECT_EQ(uk_day(year(2026) / 6 / 15).start, utc("2026-06-14T23:00:00Z"));
}

TEST(UkDate, BelongsToTheLocalDay)
{
    EXPECT_EQ(uk_date(utc("2026-06-14T23:30:00Z")), year(2026) / 6 / 15);
    EXPECT_EQ(uk_date(utc("2026-01-14T23:30:00Z")), year(2026) / 1 / 14);
}

TEST(ParseLocalTime, ReadsTheFormsSuppliersWrite)
{
    for (auto text :
         {"2026-06-15T09:20:00", "2026-06-15 09:20:00", "2026-06-15T09:20", "2026-06-15T09:20:00.000"})
        EXPECT_EQ(to_text(local(text)), "2026-06-15T09:20:00") << text;
    for (auto text :
         {"", "2026-06-15", "2026-06-15T", "2026-06-15T24:00:00", "2026-06-15T09:60:00",
          "2026-06-15T09:20:60", "2026-06-15T09:20:00Z", "2026-06-15T09:20:00+01:00", "2026-02-29T09:20:00",
          "15/06/2026 09:20", "2026-6-15T09:20:00", "2026-06-15T9:20:00", "0001-01-01T00:00:00"})
        EXPECT_FALSE(parse_local_time(text)) << text;
}

} // namespace
