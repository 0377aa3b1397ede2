// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/instant.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;
using Precision = DateTime::Precision;

TEST(ParseInstant, ReadsOffsetsAndCutsFractions)
{
    const auto expected = parse_instant("2026-06-15T09:20:00Z");
    ASSERT_TRUE(expected);
    for (auto text : {"2026-06-15T10:20:00+01:00", "2026-06-15T09:20:00.000Z", "2026-06-15T09:20:00.0009Z",
                      "2026-06-14T19:20:00-14:00", "2026-06-15T23:20:00+14:00", "2026-06-15T09:20:00-00:00"})
        EXPECT_EQ(parse_instant(text), expected) << text;
    EXPECT_EQ(to_utc_text(*parse_instant("2026-06-15T09:20:00.5Z")), "2026-06-15T09:20:00.500Z");
    EXPECT_EQ(to_utc_text(*parse_instant("2024-02-29T00:00:00.1239Z")), "2024-02-29T00:00:00.123Z");
}

TEST(ParseInstant, RefusesWhatIsNotAnInstant)
{
    for (auto text : {"",
                      "2026",
                      "2026-06",
                      "2026-06-15",
                      "2026-06-15T09:20Z",
                      "2026-06-15T09:20:00",
                      "2026-06-15T09:20:60Z",
                      "2026-06-15T24:00:00Z",
                      "2026-06-15T09:60:00Z",
                      "2026-06-15 09:20:00Z",
                      "2026-06-15t09:20:00Z",
                      "2026-06-15T09:20:00z",
                      "2026-06-15T09:20:00.Z",
                      "2026-06-15T09:20:00,5Z",
                      "2026-06-15T09:20:00+1:00",
                      "2026-06-15T09:20:00+01",
                      "2026-06-15T09:20:00+0100",
                      "2026-06-15T09:20:00+14:01",
                      "2026-06-15T09:20:00+01:60",
                      "2026-06-15T09:20:00ZZ",
                      " 2026-06-15T09:20:00Z",
                      "2026-02-29T09:20:00Z",
                      "2026-13-01T09:20:00Z",
                      "2026-00-01T09:20:00Z",
                      "2026-04-31T09:20:00Z",
                      "1899-12-31T09:20:00Z",
                      "0000-01-01T00:00:00Z",
                      "12026-06-15T09:20:00Z",
                      "-2026-06-15T09:20:00Z",
                      "9999-12-31T23:59:59-14:00",
                      "1900-01-01T00:00:00+01:00",
                      "2026-06-15T-1:20:00Z",
                      "２026-06-15T09:20:00Z"})
        EXPECT_FALSE(parse_instant(text)) << text;
}

TEST(ParseDateTime, EveryPrecisionIsWrittenBackAsItCame)
{
    for (auto text : {"1950", "2026-06", "2026-06-15", "1972-02-29", "2026-06-15T10:20:00+01:00",
                      "2026-06-15T09:20:00Z", "2026-06-15T09:20:00+00:00", "2026-06-15T09:20:00.120-05:30",
                      "1900-01-01", "9999-12-31", "9999-12-31T23:59:59Z"}) {
        const auto value = parse_date_time(text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(to_text(*value), text);
    }
}

TEST(ParseDateTime, PartialDatesStartInUkLocalTime)
{
    const auto day = parse_date_time("2026-06-15");
    ASSERT_TRUE(day);
    EXPECT_EQ(day->precision, Precision::day);
    EXPECT_EQ(to_utc_text(day->at), "2026-06-14T23:00:00Z");
    EXPECT_EQ(to_utc_text(parse_date_time("2026-06")->at), "2026-05-31T23:00:00Z");
    EXPECT_EQ(to_utc_text(parse_date_time("2026")->at), "2026-01-01T00:00:00Z");
}

TEST(ParseDateTime, RefusesOtherShapes)
{
    for (auto text :
         {"", "2", "202", "20260", "2026-", "2026-1", "2026-13", "2026-00", "2026-06-", "2026-06-1",
          "2026-06-31", "2026/06/15", "15-06-2026", "2026-06-15T", "2026-06-15T10", "2026-06-15Z", "1899"})
        EXPECT_FALSE(parse_date_time(text)) << text;
}

TEST(ParseDate, RefusesDatesThatDoNotExist)
{
    EXPECT_EQ(to_text(*parse_date("2024-02-29")), "2024-02-29");
    for (auto text : {"2026-02-29", "2100-02-29", "2026-06-31", "2026-6-15", "2026-06-15 ", "2026-06"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(ToUkText, CarriesTheOffsetOfThatMoment)
{
    EXPECT_EQ(to_uk_text(*parse_instant("2026-06-15T09:20:00Z")), "2026-06-15T10:20:00+01:00");
    EXPECT_EQ(to_uk_text(*parse_instant("2026-12-15T09:20:00.007Z")), "2026-12-15T09:20:00.007+00:00");
    EXPECT_EQ(to_uk_text(*parse_instant("2026-10-25T00:30:00Z")), "2026-10-25T01:30:00+01:00");
    EXPECT_EQ(to_uk_text(*parse_instant("2026-10-25T01:30:00Z")), "2026-10-25T01:30:00+00:00");
    EXPECT_EQ(to_text(uk_date_time(*parse_instant("2026-06-15T09:20:00.9Z"))), "2026-06-15T10:20:00+01:00");
}

TEST(HttpDate, IsTheExampleOfRfc9110)
{
    const auto moment = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    ASSERT_TRUE(moment);
    EXPECT_EQ(to_utc_text(*moment), "1994-11-06T08:49:37Z");
    EXPECT_EQ(to_http_date(*moment), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, OtherFormsAreRefused)
{
    for (auto text :
         {"", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
          "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 nov 1994 08:49:37 GMT",
          "Sun, 31 Nov 1994 08:49:37 GMT", "unM, 06 Nov 1994 08:49:37 GMT"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

TEST(IntervalRules, AreHalfOpen)
{
    const Instant t = *parse_instant("2026-06-15T09:00:00Z");
    const auto m = std::chrono::minutes(10);
    const Interval slot{t, t + m};
    EXPECT_TRUE(slot.contains(t));
    EXPECT_FALSE(slot.contains(t + m));
    EXPECT_FALSE(slot.overlaps({t + m, t + 2 * m}));
    EXPECT_TRUE(slot.overlaps({t - m, t + std::chrono::milliseconds(1)}));
}

} // namespace
