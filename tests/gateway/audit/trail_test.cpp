// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <thread>

namespace tests
{
namespace
{

using namespace gateway::audit;

class AuditTrail : public testing::Test
{
protected:
    std::int64_t written()
    {
        const auto chains = world.must(world.store->audit_chains());
        return chains.empty() ? 0 : chains[0].head.sequence;
    }
    std::int64_t signed_up_to() { return world.must(world.store->audit_chains())[0].head.checkpoint; }
    void spoil(const std::string& sql)
    {
        world.trail.reset();
        world.store.reset();
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(world.database.path().c_str(), &handle), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
        world.open();
    }

    AuditWorld world;
};

TEST_F(AuditTrail, HasAWriteOnDiskBeforeItsAnswerLeaves)
{
    world.record(booked_note(1));
    EXPECT_EQ(written(), 1);
}

TEST_F(AuditTrail, WritesReadsTogetherAtTheNextTick)
{
    for (int i = 0; i < 50; ++i)
        world.record(searched_note());
    EXPECT_EQ(written(), 0);
    world.tend();
    EXPECT_EQ(written(), 50);
}

TEST_F(AuditTrail, KeepsTheOrderOfReadsAndWrites)
{
    world.record(searched_note());
    world.record(booked_note(1));
    world.record(searched_note());
    world.tend();
    const auto rows = world.must(world.store->audit_rows("node-a", 0, 10));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(parse_canonical(rows[1].bytes)->record.event, Event::write);
}

TEST_F(AuditTrail, MakesWhoeverComesWaitWhenTooMuchWaits)
{
    world.open({}, 10);
    for (int i = 0; i < 10; ++i)
        world.record(searched_note());
    EXPECT_EQ(written(), 0);
    world.record(searched_note());
    EXPECT_EQ(written(), 11);
}

TEST_F(AuditTrail, SignsEveryThousandthRecord)
{
    world.record_bookings(2001);
    const auto points = world.must(world.store->audit_checkpoints("node-a", 0, 10));
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points[0].sequence, 1000);
    EXPECT_EQ(points[1].sequence, 2000);
    EXPECT_TRUE(world.key.public_key().verify(points[0].bytes, points[0].signature));
}

TEST_F(AuditTrail, SignsWhatIsNewEveryMinuteAndAtStop)
{
    world.record(booked_note(1));
    world.clock.advance(std::chrono::seconds(59));
    world.tend();
    EXPECT_EQ(signed_up_to(), 0);
    world.clock.advance(std::chrono::seconds(1));
    world.tend();
    EXPECT_EQ(signed_up_to(), 1);
    world.clock.advance(std::chrono::minutes(5));
    world.tend();
    EXPECT_EQ(signed_up_to(), 1);
    world.record(booked_note(2));
    world.must(world.trail->close());
    EXPECT_EQ(signed_up_to(), 2);
}

TEST_F(AuditTrail, GoesOnFromItsLastRecordAfterARestart)
{
    world.record_bookings(3);
    world.open();
    EXPECT_EQ(world.must(world.trail->check()), "");
    world.record_bookings(3);
    world.must(world.trail->close());
    world.open();
    EXPECT_EQ(world.must(world.trail->check()), "");
    EXPECT_NE(world.metrics.text().find("apptgw_audit_chain_ok 1"), std::string::npos);
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->records, 6);
}

TEST_F(AuditTrail, NoticesAtStartWhatWasChangedBehindItsLastCheckpoint)
{
    world.record_bookings(5);
    spoil("UPDATE audit_record SET bytes = replace(bytes, 'ZZ901', 'ZZ902') WHERE bytes LIKE '%seq=4%'");
    EXPECT_EQ(world.must(world.trail->check()), "record 4 of chain node-a was changed.");
    EXPECT_NE(world.metrics.text().find("apptgw_audit_chain_ok 0"), std::string::npos);
}

TEST_F(AuditTrail, NoticesAtStartWhatWasTakenAway)
{
    world.record_bookings(5);
    world.must(world.trail->close());
    spoil("DELETE FROM audit_record WHERE bytes LIKE '%seq=5%'");
    EXPECT_EQ(world.must(world.trail->check()), "The signed record 5 of chain node-a is missing.");
}

TEST_F(AuditTrail, AnExportNamesWhatWasChangedInTheDatabase)
{
    world.record_bookings(20);
    spoil("UPDATE audit_record SET bytes = replace(bytes, 'ZZ901', 'ZZ902') WHERE bytes LIKE '%seq=7%'");
    const auto verified = world.verified(world.exported());
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().sequence, 7);
}

TEST_F(AuditTrail, LeavesASignedAnchorForWhatIsTooOldToKeep)
{
    world.open(std::chrono::hours(24));
    world.record_bookings(1500);
    world.must(world.trail->close());
    world.clock.advance(std::chrono::hours(25));
    world.record_bookings(10);
    world.purge();
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_TRUE(verified->chains[0].purged);
    EXPECT_EQ(verified->chains[0].first, 1501);
    EXPECT_EQ(verified->chains[0].last, 1511); // the purge itself is a record
    world.open(std::chrono::hours(24));
    EXPECT_EQ(world.must(world.trail->check()), "");
}

TEST_F(AuditTrail, GoesOnBehindItsAnchorWhenEverythingWasPurged)
{
    world.open(std::chrono::hours(24));
    world.record_bookings(3);
    world.must(world.trail->close());
    world.clock.advance(std::chrono::hours(25));
    world.purge();
    world.record_bookings(1);
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->chains[0].last, 5);
}

TEST_F(AuditTrail, FindsOneRecordByItsPlaceForThoseItConcerns)
{
    world.record_bookings(3);
    const auto at = [&](const std::string& chain, std::int64_t sequence, const std::string& who) {
        Question question{who};
        question.place = Place{chain, sequence};
        return world.must(world.trail->find(std::move(question)));
    };
    const auto found = at("node-a", 2, "ZZ901");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].entry.sequence, 2);
    EXPECT_FALSE(found[0].patient.empty());
    EXPECT_TRUE(at("node-a", 2, "ZZ955").empty());
    EXPECT_TRUE(at("node-a", 4, "ZZ901").empty());
    EXPECT_TRUE(at("node-b", 2, "ZZ901").empty());
}

TEST_F(AuditTrail, KeepsEverythingUnlessToldOtherwise)
{
    world.record_bookings(3);
    world.must(world.trail->close());
    world.clock.advance(std::chrono::hours(24 * 4000));
    world.purge();
    EXPECT_EQ(world.must(world.store->audit_rows("node-a", 0, 10)).size(), 3U);
}

TEST_F(AuditTrail, IsWholeWhateverManyThreadsRecordAtOnce)
{
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            boost::asio::io_context own(1);
            for (int i = 0; i < 100; ++i)
                (void)tests::run(
                    own, world.trail->record(i % 2 == 0 ? booked_note(t * 1000 + i) : searched_note()));
        });
    for (auto& thread : threads)
        thread.join();
    world.tend();
    const auto verified = world.verified(world.exported());
    ASSERT_TRUE(verified) << verified.error().what;
    EXPECT_EQ(verified->records, 400);
}

TEST_F(AuditTrail, CutsLongTexts)
{
    auto note = booked_note(1);
    note.record.user.assign(5000, 'x');
    world.record(std::move(note));
    EXPECT_EQ(
        parse_canonical(world.must(world.store->audit_rows("node-a", 0, 1))[0].bytes)->record.user.size(),
        200U);
}

} // namespace
} // namespace tests
