// SPDX-License-Identifier: Apache-2.0
// What is asked every second must not cost more with every booking that was ever made.
#include "tests/gateway/store/store_contract.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>

#include <set>

using namespace tests;

namespace
{

/// The statements that went through a table from end to end, of every database that is opened while this
/// stands.
class FullScans
{
public:
    FullScans()
    {
        seen().clear();
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
    }
    ~FullScans() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&watch)); }
    static std::set<std::string>& seen()
    {
        static std::set<std::string> statements;
        return statements;
    }

private:
    static int watch(sqlite3* database, const char**, const sqlite3_api_routines*)
    {
        return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, &ended, nullptr);
    }
    static int ended(unsigned, void*, void* statement, void*)
    {
        auto* const done = static_cast<sqlite3_stmt*>(statement);
        if (sqlite3_stmt_status(done, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1) > 0)
            seen().insert(sqlite3_sql(done));
        return 0;
    }
};

class SqliteScans : public testing::Test
{
protected:
    template <class T>
    T must(gateway::Awaitable<fhir::Result<T>> work)
    {
        auto result = run(context, std::move(work));
        if (!result)
            throw std::runtime_error(result.error().sentence());
        return std::move(*result);
    }

    FullScans scans;
    boost::asio::io_context context{1};
    SqliteFixture fixture;
    std::unique_ptr<Store> store = fixture.open();
};

TEST_F(SqliteScans, OpenIntentsAreFoundWithoutLookingAtSettledOnes)
{
    for (const std::string id : {"a", "b", "c", "d"}) {
        const auto wanted = booking(id, {"slot-" + id});
        must(store->begin(wanted));
        must(store->advance(booked(wanted)));
    }
    FullScans::seen().clear();
    LeaseRequest due;
    due.lease = {"node", "token", now + 2 * minute};
    due.now = now + minute;
    due.limit = 10;
    EXPECT_TRUE(must(store->lease(due)).empty());
    for (const IntentState open :
         {IntentState::recorded, IntentState::sent, IntentState::unknown, IntentState::needs_person})
        EXPECT_TRUE(must(store->intents_in(open, 10)).empty());
    EXPECT_FALSE(must(store->open_intent("a")));
    EXPECT_EQ(FullScans::seen(), std::set<std::string>());
    EXPECT_EQ(must(store->intents_in(IntentState::done, 10)).size(), 4U);
    EXPECT_EQ(FullScans::seen().size(), 1U) << "this test sees a scan";
}

TEST_F(SqliteScans, AnInboxIsReadWithoutLookingAtTasksThatHaveEnded)
{
    TaskRecord task;
    task.id = "a";
    task.owner = "A10001";
    task.team = "Reception";
    task.open = false;
    must(store->create_task({task, {}, std::nullopt, std::nullopt}));
    FullScans::seen().clear();
    TaskFilter inbox;
    inbox.owners = {"A10001"};
    inbox.open = true;
    EXPECT_TRUE(must(store->find_tasks(inbox)).empty());
    inbox.due_before = now;
    inbox.owners.clear();
    EXPECT_TRUE(must(store->find_tasks(inbox)).empty());
    EXPECT_EQ(FullScans::seen(), std::set<std::string>());
}

} // namespace
