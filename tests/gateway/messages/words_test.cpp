// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/uk_time.hpp"
#include "gateway/messages/address.hpp"
#include "gateway/messages/kinds.hpp"
#include "gateway/messages/quiet_hours.hpp"
#include "gateway/messages/template.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tests::message_words
{
namespace
{

using namespace gateway::messages;
using std::chrono::minutes;

constexpr std::array<std::string_view, 2> known{"date", "place"};

fhir::Instant at(const char* text)
{
    return *fhir::parse_instant(text);
}

std::string objection(std::string_view text)
{
    const auto checked = check_template(text, known);
    return checked ? "none" : checked.error();
}

TEST(Templates, PlaceholdersAreFilledAndTheRestStays)
{
    EXPECT_EQ(filled("On {date} at {place}.", {{"date", "Monday"}, {"place", "Larkhill {x}"}}),
              "On Monday at Larkhill {x}.");
    EXPECT_EQ(filled("{none}{date", {{"date", "Monday"}}), "{date");
    EXPECT_EQ(filled("", {}), "");
}

TEST(Templates, AnUnknownPlaceholderIsNamedWithTheNearestThatThereIs)
{
    EXPECT_EQ(objection("{date} {place}"), "none");
    EXPECT_EQ(objection("{dat}"),
              "There is no placeholder {dat} here. Did you mean {date}? Use these: {date}, "
              "{place}.");
    EXPECT_EQ(objection("{reason}"), "There is no placeholder {reason} here. Use these: {date}, {place}.");
    EXPECT_EQ(objection("{}").substr(0, 23), "There is no placeholder");
}

TEST(Templates, BracesComeInPairs)
{
    for (const char* text : {"{date", "date}", "{{date}}", "{date} }"})
        EXPECT_NE(objection(text).find("brace"), std::string::npos) << text;
}

TEST(Templates, OurOwnTextsHaveOnlyWhatTheyMayHave)
{
    for (const About about :
         {About::booked, About::moved, About::cancelled, About::task_assigned, About::task_overdue})
        for (const Medium medium : {Medium::email, Medium::sms}) {
            const MessageText text = own_text(about, medium);
            const AboutRow& row = row_of(about);
            EXPECT_TRUE(check_template(text.subject, row.placeholders)) << row.code;
            EXPECT_TRUE(check_template(text.text, row.placeholders)) << row.code;
            EXPECT_EQ(text.text.empty(), !row.for_patient && medium == Medium::sms) << row.code;
            if (medium == Medium::sms)
                EXPECT_LT(text.text.size(), 160U) << row.code;
        }
}

TEST(Templates, NothingClinicalHasAPlaceholder)
{
    for (const char* name : {"reason", "clinician", "speciality", "patient", "name", "nhs_number", "comment"})
        for (const About about :
             {About::booked, About::moved, About::cancelled, About::task_assigned, About::task_overdue})
            EXPECT_FALSE(check_template("{" + std::string(name) + "}", row_of(about).placeholders)) << name;
}

TEST(QuietHours, LastUntilTheMorning)
{
    const QuietHours quiet;
    EXPECT_EQ(quiet_until(quiet, at("2026-11-23T20:59:59Z")), std::nullopt);
    EXPECT_EQ(quiet_until(quiet, at("2026-11-23T21:00:00Z")), at("2026-11-24T08:00:00Z"));
    EXPECT_EQ(quiet_until(quiet, at("2026-11-24T00:30:00Z")), at("2026-11-24T08:00:00Z"));
    EXPECT_EQ(quiet_until(quiet, at("2026-11-24T08:00:00Z")), std::nullopt);
}

TEST(QuietHours, AreThoseOfUkClocks)
{
    const QuietHours quiet;
    EXPECT_EQ(quiet_until(quiet, at("2026-06-15T20:00:00Z")), at("2026-06-16T07:00:00Z")) << "21:00 BST";
    EXPECT_EQ(quiet_until(quiet, at("2026-06-15T19:59:00Z")), std::nullopt);
}

TEST(QuietHours, EndAtTheSameWallClockWhenClocksChangeInTheNight)
{
    const QuietHours quiet;
    EXPECT_EQ(quiet_until(quiet, at("2026-10-24T22:00:00Z")), at("2026-10-25T08:00:00Z")) << "back";
    EXPECT_EQ(quiet_until(quiet, at("2026-03-28T22:00:00Z")), at("2026-03-29T07:00:00Z")) << "forward";
    const QuietHours to_half_past_one{minutes(60), minutes(90)};
    EXPECT_EQ(quiet_until(to_half_past_one, at("2026-10-25T00:10:00Z")), at("2026-10-25T01:30:00Z"))
        << "the second half past one";
}

TEST(QuietHours, MayLieWithinADayOrNotBe)
{
    const QuietHours noon{minutes(12 * 60), minutes(13 * 60)};
    EXPECT_EQ(quiet_until(noon, at("2026-11-23T12:30:00Z")), at("2026-11-23T13:00:00Z"));
    EXPECT_EQ(quiet_until(noon, at("2026-11-23T13:00:00Z")), std::nullopt);
    EXPECT_EQ(quiet_until({minutes(60), minutes(60)}, at("2026-11-23T01:00:00Z")), std::nullopt);
}

TEST(QuietHours, AreWrittenAsTimesOfDay)
{
    EXPECT_EQ(parse_time_of_day("21:05"), minutes(21 * 60 + 5));
    EXPECT_EQ(parse_time_of_day("00:00"), minutes(0));
    for (const char* text : {"24:00", "9:00", "09:60", "0900", "ab:cd", "", "09:00 "})
        EXPECT_EQ(parse_time_of_day(text), std::nullopt) << text;
}

TEST(Addresses, OnlyPlainOnesAreTaken)
{
    for (const char* good : {"a@example.org", "first.last+x@mail.example.co.uk", "o'neil@ex-ample.org"})
        EXPECT_TRUE(is_email(good)) << good;
    for (const char* bad :
         {"", "a", "a@b", "@example.org", "a@", "a b@example.org", "a@example.org\r\nBcc: x@example.org",
          "<a@example.org>", "a@-x.org", "a@x..org", ".a@example.org", "a..b@example.org", "a,b@example.org",
          "\"a\"@example.org", "a@example.org,b@example.org", "a@[192.0.2.1]", "\xc3\xa9@example.org"})
        EXPECT_FALSE(is_email(bad)) << bad;
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@example.org"));
}

TEST(Addresses, MobileNumbersAreTakenHoweverTheyAreWritten)
{
    for (const char* good : {"07700 900123", "+447700900123", "0044 7700 900 123", "+44 (0)7700 900123",
                             "(07700) 900-123", "447700900123"})
        EXPECT_EQ(mobile_number(good), "+447700900123") << good;
    for (const char* bad : {"", "020 7946 0123", "0770090012", "077009001234", "07700 900123 ext 4",
                            "+337700900123", "tel:07700900123", "0+7700900123"})
        EXPECT_EQ(mobile_number(bad), std::nullopt) << bad;
}

} // namespace
} // namespace tests::message_words
