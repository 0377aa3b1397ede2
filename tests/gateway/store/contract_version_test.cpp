// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp about versions that a practice made, and about searches.
#include "tests/gateway/store/store_contract.hpp"

namespace tests
{
namespace
{

class NotedVersions : public StoreContract
{
protected:
    void SetUp() override
    {
        wanted = booking("a", {"s1"});
        begin(wanted);
        must(store->advance(booked(wanted)));
    }
    NativeVersion seen(std::int64_t after, std::string status) const
    {
        NativeVersion version;
        version.appointment = *wanted.appointment;
        version.appointment.version = after;
        version.appointment.status = std::move(status);
        return version;
    }

    NewIntent wanted;
};

TEST_P(NotedVersions, FollowTheVersionTheyWereSeenAt)
{
    const auto noted = must(store->note(seen(1, "arrived")));
    EXPECT_TRUE(noted.applied);
    EXPECT_EQ(noted.version, 2);
    EXPECT_EQ(must(store->appointment("a"))->status, "arrived");
    EXPECT_EQ(must(store->history("a")).size(), 2u);
    EXPECT_FALSE(must(store->note(seen(1, "noshow"))).applied);
    EXPECT_FALSE(must(store->note(seen(3, "noshow"))).applied);
    EXPECT_EQ(must(store->appointment("a"))->status, "arrived");
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::slot_taken);
}

TEST_P(NotedVersions, WaitForAnOpenChange)
{
    const auto cancel = cancelling("a", 1);
    EXPECT_EQ(begin(cancel), Answer::recorded);
    EXPECT_FALSE(must(store->note(seen(1, "arrived"))).applied);
    must(store->advance(change(cancel, IntentState::refused)));
    EXPECT_TRUE(must(store->note(seen(1, "arrived"))).applied);
}

TEST_P(NotedVersions, GiveSlotsBack)
{
    auto cancelled = seen(1, "cancelled");
    cancelled.release_claims = true;
    EXPECT_TRUE(must(store->note(cancelled)).applied);
    EXPECT_EQ(begin(booking("b", {"s1"})), Answer::recorded);
}

TEST_P(NotedVersions, MoveClaimsAsFarAsTheSlotsAreFree)
{
    EXPECT_EQ(begin(booking("b", {"s2"})), Answer::recorded);
    auto moved = seen(1, "booked");
    moved.slots = {"s2", "s3"};
    EXPECT_TRUE(must(store->note(moved)).applied);
    EXPECT_EQ(must(store->held_slot("A10001", {"s2"}))->appointment, "b");
    EXPECT_EQ(must(store->held_slot("A10001", {"s3"}))->appointment, "a");
    EXPECT_FALSE(must(store->held_slot("A10001", {"s1"})));
    reopen();
    EXPECT_EQ(begin(booking("c", {"s3"})), Answer::slot_taken);
}

class StoreFind : public StoreContract
{
protected:
    void SetUp() override
    {
        add("a", "A10001", "HUB01", "9990000018", 3);
        add("b", "A10001", "HUB02", "9990000026", 1);
        add("c", "B20002", "HUB01", "9990000018", 2);
    }
    void add(const std::string& id, const std::string& practice, const std::string& booked_by,
             const std::string& patient, int hour)
    {
        auto wanted = booking(id, {"slot-" + id});
        wanted.intent.practice = wanted.appointment->practice = practice;
        wanted.appointment->booked_by = booked_by;
        wanted.appointment->patient = patient;
        wanted.appointment->start = now + std::chrono::hours(hour);
        begin(wanted);
        must(store->advance(booked(wanted)));
    }
    std::string ids(const AppointmentFilter& filter)
    {
        std::string joined;
        for (const auto& found : must(store->find(filter)))
            joined += found.id;
        return joined;
    }
};

TEST_P(StoreFind, OrderIsByStart)
{
    EXPECT_EQ(ids({}), "bca");
}

TEST_P(StoreFind, EveryConditionNarrows)
{
    AppointmentFilter filter;
    filter.visible_to = "HUB01";
    EXPECT_EQ(ids(filter), "ca");
    filter.visible_to = "A10001";
    EXPECT_EQ(ids(filter), "ba");
    filter = {};
    filter.patients = {"9990000018"};
    EXPECT_EQ(ids(filter), "ca");
    filter.practices = {"B20002"};
    EXPECT_EQ(ids(filter), "c");
    filter = {};
    filter.start_from = now + std::chrono::hours(2);
    EXPECT_EQ(ids(filter), "ca");
    filter.start_before = now + std::chrono::hours(3);
    EXPECT_EQ(ids(filter), "c");
    filter = {};
    filter.ids = {"b", "c", "x"};
    filter.booked_by = {"HUB02"};
    EXPECT_EQ(ids(filter), "b");
    filter = {};
    filter.statuses = {"cancelled"};
    EXPECT_EQ(ids(filter), "");
    filter.statuses = {"cancelled", "booked"};
    filter.limit = 2;
    EXPECT_EQ(ids(filter), "bc");
}

TEST_P(StoreFind, AnEmptyListOfPatientsFindsNobody)
{
    AppointmentFilter filter;
    filter.patients.emplace();
    EXPECT_EQ(ids(filter), "");
}

INSTANTIATE_TEST_SUITE_P(Engines, NotedVersions, testing::ValuesIn(engines), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, StoreFind, testing::ValuesIn(engines), engine_name);

} // namespace
} // namespace tests
