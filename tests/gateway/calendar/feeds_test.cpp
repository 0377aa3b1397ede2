// SPDX-License-Identifier: Apache-2.0
#include "tests/support/calendar_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace tests::feeds_cases
{
namespace
{

using fhir::ErrorKind;
using gateway::calendar::MadeFeed;

class CalendarFeeds : public testing::Test
{
protected:
    MadeFeed made(const std::string& schedule = {}, const std::string& client = "hub",
                  const std::string& ods = "HUB01")
    {
        return world_.must(world_.feeds->make(CalendarWorld::caller(client, ods), schedule));
    }
    std::string shown(const MadeFeed& feed) { return world_.shown(feed); }
    static bool has(const std::string& text, const std::string& part)
    {
        return text.find(part) != std::string::npos;
    }
    static std::size_t events(const std::string& text)
    {
        std::size_t count = 0;
        for (std::size_t at = 0; (at = text.find("BEGIN:VEVENT", at)) != std::string::npos; ++at)
            ++count;
        return count;
    }

    CalendarWorld world_;
};

TEST_F(CalendarFeeds, TheAddressHolds256BitsThatAreKeptNowhere)
{
    const auto one = made(), two = made();
    const std::string secret = CalendarWorld::secret_of(one.url);
    EXPECT_EQ(one.url, std::string(CalendarWorld::url) + "/" + secret + ".ics");
    EXPECT_EQ(secret.size(), 43U) << "32 bytes in base64url";
    EXPECT_NE(secret, CalendarWorld::secret_of(two.url));
    for (const char* part : {"", "-wal"}) {
        std::ifstream file(world_.database.path() + part, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        EXPECT_FALSE(bytes.empty());
        EXPECT_FALSE(has(bytes, secret)) << part;
    }
}

TEST_F(CalendarFeeds, ABookingStandsInTheHubsCalendarWithoutAWordAboutThePatient)
{
    world_.book("a");
    const std::string text = shown(made());
    EXPECT_TRUE(has(text, "UID:a@gateway.example.net\r\nSEQUENCE:0\r\n")) << text;
    EXPECT_TRUE(has(text, "DTSTART:20261123T090000Z\r\nDTEND:20261123T091000Z\r\nSTATUS:CONFIRMED\r\n"));
    EXPECT_TRUE(has(text, "SUMMARY:Appointment booked\r\nLOCATION:Larkhill Surgery\r\n"));
    EXPECT_TRUE(has(text, "X-WR-CALNAME:Appointments booked by Northmoor Hub\r\n"));
    for (const char* told : {"9990000018", "Ear pain", "Schedule"})
        EXPECT_FALSE(has(text, told)) << told;
}

TEST_F(CalendarFeeds, ACancellationIsALaterVersionOfTheSameEvent)
{
    world_.book("a");
    const auto feed = made();
    world_.clock.advance(std::chrono::minutes(5));
    world_.change("a", "cancelled");
    const std::string text = shown(feed);
    EXPECT_EQ(events(text), 1U);
    EXPECT_TRUE(has(text, "UID:a@gateway.example.net\r\nSEQUENCE:1\r\nDTSTAMP:20261123T080500Z\r\n")) << text;
    EXPECT_TRUE(has(text, "STATUS:CANCELLED\r\nSUMMARY:Appointment cancelled\r\n"));
}

TEST_F(CalendarFeeds, WhatNothingChangedIsTheSameTextLater)
{
    world_.book("a");
    const auto feed = made();
    const std::string before = shown(feed);
    world_.clock.advance(std::chrono::minutes(5));
    EXPECT_EQ(shown(feed), before);
}

TEST_F(CalendarFeeds, AHubSeesWhatItBookedAndNothingElse)
{
    world_.book("a");
    world_.book("b", "A20002");
    world_.book("c", "A10001", "A10001");
    const std::string text = shown(made());
    EXPECT_EQ(events(text), 2U);
    EXPECT_FALSE(has(text, "UID:c@"));
    EXPECT_TRUE(has(text, "LOCATION:Beck Lane\\; Practice\r\n"));
}

TEST_F(CalendarFeeds, ASessionsCalendarShowsTheHubItsOwnBookingsAndThePracticeAll)
{
    world_.book("a");
    world_.book("b", "A10001", "A10001");
    world_.book("c", "A10001", "HUB01", "s2");
    const std::string hub = shown(made("A10001.s1")), desk = shown(made("A10001.s1", "desk", "A10001"));
    EXPECT_EQ(events(hub), 1U);
    EXPECT_TRUE(has(hub, "UID:a@"));
    EXPECT_EQ(events(desk), 2U);
    EXPECT_FALSE(has(desk, "UID:c@"));
    EXPECT_TRUE(has(desk, "X-WR-CALNAME:Appointments at Larkhill Surgery\r\n"));
}

TEST_F(CalendarFeeds, WhatIsOnlyWishedForIsNoEvent)
{
    world_.book("a");
    world_.change("a", "waitlist");
    EXPECT_EQ(events(shown(made())), 0U);
    world_.change("a", "pending");
    EXPECT_TRUE(has(shown(made()), "STATUS:TENTATIVE\r\nSUMMARY:Appointment pending\r\n"));
}

TEST_F(CalendarFeeds, AnAgreementThatEndsTakesItsEventsWithIt)
{
    world_.book("a");
    const auto all = made(), session = made("A10001.s1");
    EXPECT_EQ(events(shown(all)), 1U);
    world_.end_agreement();
    EXPECT_EQ(events(shown(all)), 0U);
    EXPECT_EQ(events(shown(session)), 0U);
    world_.share({"HUB01"});
    EXPECT_EQ(events(shown(session)), 1U);
}

TEST_F(CalendarFeeds, AHiddenPatientsAppointmentIsShownToThePracticeAlone)
{
    world_.book("a");
    const auto hub = made(), desk = made("A10001.s1", "desk", "A10001");
    world_.hide_patient();
    EXPECT_EQ(events(shown(hub)), 0U);
    EXPECT_EQ(events(shown(desk)), 1U);
}

TEST_F(CalendarFeeds, AClientThatMayNotSeeAppointmentsAnyMoreHasNoFeed)
{
    const auto feed = made();
    world_.set_clients("system/Slot.rs");
    const auto found = world_.must(world_.feeds->find(CalendarWorld::secret_of(feed.url)));
    ASSERT_TRUE(found);
    EXPECT_EQ(world_.refused(world_.feeds->show(*found)), ErrorKind::gone);
    world_.clients.replace({});
    EXPECT_EQ(world_.refused(world_.feeds->show(*found)), ErrorKind::gone);
}

TEST_F(CalendarFeeds, ARevokedFeedIsGoneAndStaysKnown)
{
    const auto feed = made();
    EXPECT_TRUE(world_.must(world_.feeds->revoke(CalendarWorld::caller(), feed.feed.id)).revoked);
    const auto found = world_.must(world_.feeds->find(CalendarWorld::secret_of(feed.url)));
    ASSERT_TRUE(found) << "so that its address is told from one that never was";
    EXPECT_EQ(found->revoked_by, "hub");
    EXPECT_EQ(world_.refused(world_.feeds->show(*found)), ErrorKind::gone);
    EXPECT_FALSE(world_.must(world_.feeds->find("x" + CalendarWorld::secret_of(feed.url).substr(1))));
    EXPECT_FALSE(world_.must(world_.feeds->find("")));
}

TEST_F(CalendarFeeds, OnlyItsMakerOrAnOperatorRevokesAFeed)
{
    const auto feed = made();
    EXPECT_EQ(world_.refused(world_.feeds->revoke(CalendarWorld::caller("other"), feed.feed.id)),
              ErrorKind::not_found);
    EXPECT_EQ(world_.refused(world_.feeds->revoke(CalendarWorld::caller(""), feed.feed.id)),
              ErrorKind::not_found);
    EXPECT_TRUE(world_.must(world_.feeds->of(CalendarWorld::caller("other"))).empty());
    EXPECT_EQ(world_.must(world_.feeds->of(CalendarWorld::caller())).size(), 1U);
    const auto revoked = world_.must(world_.feeds->revoke_for_operator(feed.feed.id, "A. Jones"));
    EXPECT_EQ(revoked.revoked_by, "A. Jones");
    EXPECT_EQ(world_.refused(world_.feeds->revoke_for_operator("none", "A. Jones")), ErrorKind::not_found);
}

TEST_F(CalendarFeeds, AClientHasSoManyAndNoMore)
{
    const auto first = made();
    made();
    made();
    EXPECT_EQ(world_.refused(world_.feeds->make(CalendarWorld::caller(), {})), ErrorKind::booking_limit);
    world_.must(world_.feeds->revoke(CalendarWorld::caller(), first.feed.id));
    EXPECT_FALSE(made().url.empty());
}

TEST_F(CalendarFeeds, AClientThatIsNotInTheListMakesNone)
{
    EXPECT_EQ(world_.refused(world_.feeds->make(CalendarWorld::caller("stranger"), {})),
              ErrorKind::access_denied);
    EXPECT_EQ(world_.refused(world_.feeds->make(CalendarWorld::caller("hub", "A10001"), {})),
              ErrorKind::access_denied);
}

} // namespace
} // namespace tests::feeds_cases
