// SPDX-License-Identifier: Apache-2.0
#include "gateway/calendar/icalendar.hpp"

#include "fhir/model/uk_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tests::icalendar_cases
{
namespace
{

using namespace gateway::calendar;

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find("\r\n", at);
        if (end == std::string::npos)
            return {};
        lines.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}

std::string unfolded(std::string text)
{
    for (std::size_t at; (at = text.find("\r\n ")) != std::string::npos;)
        text.erase(at, 3);
    return text;
}

std::string folded(std::string_view line)
{
    std::string out;
    add_folded(out, line);
    return out;
}

CalendarEvent event()
{
    CalendarEvent event;
    event.uid = "a@gateway.example.net";
    event.sequence = 2;
    event.changed = *fhir::parse_instant("2026-11-23T08:00:00Z");
    event.time = {*fhir::parse_instant("2026-11-24T09:00:00Z"), *fhir::parse_instant("2026-11-24T09:10:00Z")};
    event.summary = "Appointment booked";
    event.location = "Larkhill Surgery";
    return event;
}

TEST(ICalendar, AShortLineIsLeftWhole)
{
    const std::string line(75, 'x');
    EXPECT_EQ(folded(line), line + "\r\n");
    EXPECT_EQ(folded(""), "\r\n");
}

TEST(ICalendar, NoLineIsLongerThan75OctetsAndNothingIsLost)
{
    for (std::size_t length = 70; length < 400; ++length) {
        const std::string line = "SUMMARY:" + std::string(length, 'x');
        const std::string out = folded(line);
        for (const std::string& each : lines_of(out))
            EXPECT_LE(each.size(), 75U) << length;
        EXPECT_EQ(unfolded(out), line + "\r\n") << length;
    }
}

TEST(ICalendar, ACharacterIsNeverInTwoLines)
{
    for (const std::string character : {"é", "€", "😀"})
        for (std::size_t shift = 0; shift < 5; ++shift) {
            std::string line(shift, 'x');
            while (line.size() < 300)
                line += character;
            const std::string out = folded(line);
            for (const std::string& each : lines_of(out)) {
                EXPECT_LE(each.size(), 75U);
                const std::string text = each.starts_with(' ') ? each.substr(1) : each;
                EXPECT_NE(static_cast<unsigned char>(text.front()) & 0xC0U, 0x80U) << each;
            }
            EXPECT_EQ(unfolded(out), line + "\r\n");
        }
}

TEST(ICalendar, BytesThatAreNoTextEndAllTheSame)
{
    const std::string line(200, '\x80');
    EXPECT_EQ(unfolded(folded(line)), line + "\r\n");
}

TEST(ICalendar, WhatMeansSomethingInATextIsEscaped)
{
    EXPECT_EQ(escaped("Smith; Jones, Partners"), "Smith\\; Jones\\, Partners");
    EXPECT_EQ(escaped("C:\\x"), "C:\\\\x");
    EXPECT_EQ(escaped("one\r\nEND:VCALENDAR"), "one\\nEND:VCALENDAR") << "no text opens a line of its own";
    EXPECT_EQ(escaped(std::string_view("a\0b\x1b\x7f\tc", 7)), "ab\tc");
}

TEST(ICalendar, AnEventSaysAllThatACalendarNeeds)
{
    const auto lines = lines_of(to_icalendar({"Appointments", {event()}}));
    const std::vector<std::string> expected{"BEGIN:VEVENT",
                                            "UID:a@gateway.example.net",
                                            "SEQUENCE:2",
                                            "DTSTAMP:20261123T080000Z",
                                            "LAST-MODIFIED:20261123T080000Z",
                                            "DTSTART:20261124T090000Z",
                                            "DTEND:20261124T091000Z",
                                            "STATUS:CONFIRMED",
                                            "SUMMARY:Appointment booked",
                                            "LOCATION:Larkhill Surgery",
                                            "CLASS:PRIVATE",
                                            "TRANSP:OPAQUE",
                                            "END:VEVENT"};
    const auto first = std::ranges::find(lines, "BEGIN:VEVENT");
    ASSERT_NE(first, lines.end());
    EXPECT_EQ(std::vector(first, lines.end() - 1), expected);
    EXPECT_EQ(lines.front(), "BEGIN:VCALENDAR");
    EXPECT_EQ(lines.back(), "END:VCALENDAR");
}

TEST(ICalendar, ACancelledEventTakesNoTime)
{
    CalendarEvent cancelled = event();
    cancelled.status = EventStatus::cancelled;
    const std::string text = to_icalendar({"Appointments", {cancelled}});
    EXPECT_NE(text.find("\r\nSTATUS:CANCELLED\r\n"), std::string::npos);
    EXPECT_NE(text.find("\r\nTRANSP:TRANSPARENT\r\n"), std::string::npos);
}

TEST(ICalendar, AnEventWithoutAnEndHasNone)
{
    CalendarEvent open = event();
    open.time.end = open.time.start;
    EXPECT_EQ(to_icalendar({"Appointments", {open}}).find("DTEND"), std::string::npos);
}

TEST(ICalendar, BothHalfPastOnesOfTheDayWhenClocksGoBackAreToldApart)
{
    const auto half_past_one = fhir::from_uk_local(*fhir::parse_local_time("2026-10-25T01:30:00"));
    ASSERT_EQ(half_past_one.kind, fhir::LocalKind::ambiguous);
    EXPECT_EQ(utc_stamp(half_past_one.earliest), "20261025T003000Z");
    EXPECT_EQ(utc_stamp(half_past_one.latest), "20261025T013000Z");
}

TEST(ICalendar, ATimeBehindTheMissingHourOfMarchIsRight)
{
    const auto before = fhir::from_uk_local(*fhir::parse_local_time("2026-03-29T00:30:00"));
    const auto after = fhir::from_uk_local(*fhir::parse_local_time("2026-03-29T02:00:00"));
    EXPECT_EQ(utc_stamp(before.earliest), "20260329T003000Z");
    EXPECT_EQ(utc_stamp(after.earliest), "20260329T010000Z");
}

TEST(ICalendar, PartsOfASecondAreLeftOut)
{
    EXPECT_EQ(utc_stamp(*fhir::parse_instant("2026-11-24T09:00:00.987Z")), "20261124T090000Z");
}

} // namespace
} // namespace tests::icalendar_cases
