// SPDX-License-Identifier: Apache-2.0
// What is asked every second must not cost more with every booking that was ever made.
#include "tests/gateway/store/store_contract.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>

#include <set>
#include <string>
#include <vector>

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
    inbox.due.before = now;
    inbox.owners.clear();
    EXPECT_TRUE(must(store->find_tasks(inbox)).empty());
    EXPECT_TRUE(must(store->tasks_to_escalate(now, 10)).empty());
    inbox.kinds = {"sync-conflict"};
    inbox.due = {};
    EXPECT_TRUE(must(store->find_tasks(inbox)).empty());
    EXPECT_EQ(FullScans::seen(), std::set<std::string>());
}

TEST_F(SqliteScans, DeliveriesAreFoundWithoutLookingAtThoseThatHaveEnded)
{
    TaskRecord task;
    task.id = "a";
    task.owner = "A10001";
    task.team = "Reception";
    task.open = false;
    NewTask wanted{task, {}, std::nullopt, std::nullopt};
    wanted.deliver_to = "A10001";
    must(store->create_task(wanted));
    LeaseRequest due;
    due.now = now;
    due.lease = {"node", "run/token", now + minute};
    due.run = "run/";
    auto leased = must(store->lease_deliveries(due)).at(0);
    leased.state = TaskDelivery::State::refused;
    EXPECT_TRUE(must(store->save_delivery(leased, false)));
    FullScans::seen().clear();
    EXPECT_TRUE(must(store->lease_deliveries(due)).empty());
    EXPECT_EQ(must(store->deliveries_of("a")).size(), 1U);
    EXPECT_EQ(FullScans::seen(), std::set<std::string>());
}

/// How SQLite answers, in its own words.
std::string plan_of(const std::string& path, const std::string& sql)
{
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::string plan;
    if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(database, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr) ==
            SQLITE_OK)
        while (sqlite3_step(statement) == SQLITE_ROW)
            plan += std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3))) + "\n";
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return plan;
}

/// The statements about tasks while this stands.
class TaskStatements
{
public:
    TaskStatements()
    {
        seen().clear();
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
    }
    ~TaskStatements() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&watch)); }
    static std::vector<std::string>& seen()
    {
        static std::vector<std::string> statements;
        return statements;
    }

private:
    static int watch(sqlite3* database, const char**, const sqlite3_api_routines*)
    {
        return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &begins, nullptr);
    }
    static int begins(unsigned, void*, void* statement, void*)
    {
        const std::string sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
        if (sql.contains("FROM task t"))
            seen().push_back(sql);
        return 0;
    }
};

TEST(SqliteInbox, IsAnsweredFromItsIndexInTheOrderOfDueTimes)
{
    TaskStatements statements;
    SqliteFixture fixture;
    const auto store = fixture.open();
    boost::asio::io_context context{1};
    TaskFilter inbox;
    inbox.owners = {"A10001"};
    inbox.statuses = {"requested"};
    inbox.open = true;
    inbox.due.before = now;
    ASSERT_TRUE(run(context, store->find_tasks(inbox)));
    ASSERT_TRUE(run(context, store->count_tasks(inbox)));
    ASSERT_EQ(TaskStatements::seen().size(), 2U);
    const std::string found = plan_of(fixture.path(), TaskStatements::seen()[0]);
    EXPECT_NE(found.find("USING COVERING INDEX task_open_by_owner (owner=? AND due<?)\nSCAN found"),
              std::string::npos)
        << found << "nothing is sorted between";
    const std::string counted = plan_of(fixture.path(), TaskStatements::seen()[1]);
    EXPECT_NE(counted.find("USING COVERING INDEX task_open_by_owner (owner=? AND due<?)"), std::string::npos)
        << counted;
}

} // namespace
