// SPDX-License-Identifier: Apache-2.0
// What only the SQLite engine promises: files, migrations, group commit.
#include "gateway/store/sqlite_database.hpp"
#include "gateway/store/sqlite_migrations.hpp"
#include "gateway/store/sqlite_writer.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

using namespace gateway::store;

namespace
{

std::int64_t number(Database& database, std::string_view sql)
{
    auto rows = database.query(sql);
    rows.next();
    return rows.integer(0);
}

TEST(SqliteStore, IsWriteAheadAndFullySynchronous)
{
    const tests::SqliteFixture fixture;
    Database database(fixture.path(), Database::Mode::write);
    auto mode = database.query("PRAGMA journal_mode");
    ASSERT_TRUE(mode.next());
    EXPECT_EQ(mode.text(0), "wal");
    EXPECT_EQ(number(database, "PRAGMA synchronous"), 2);
    EXPECT_EQ(number(database, "PRAGMA foreign_keys"), 1);
}

TEST(SqliteStore, ItsFilesAreReadableByTheOwnerOnly)
{
    const tests::SqliteFixture fixture;
    const auto store = fixture.open();
    for (const std::string suffix : {"", "-wal", "-shm"}) {
        struct stat facts{};
        ASSERT_EQ(stat((fixture.path() + suffix).c_str(), &facts), 0) << suffix;
        EXPECT_EQ(facts.st_mode & 0777, 0600u) << suffix;
    }
}

TEST(SqliteStore, AnotherKeyIsRefused)
{
    const tests::SqliteFixture fixture;
    fixture.open().reset();
    const std::string other = fixture.folder().file("other.key");
    ASSERT_TRUE(create_key_file(other));
    const auto store = open_sqlite_store({fixture.path(), other, 64, {}});
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().sentence().find("another key"), std::string::npos);
}

TEST(SqliteStore, ADatabaseInUseIsRefusedUntilItIsLetGo)
{
    const tests::SqliteFixture fixture;
    auto store = fixture.open();
    const auto second = open_sqlite_store({fixture.path(), fixture.key_file(), 64, {}});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().sentence().find("in use by another apptgw"), std::string::npos);
    store.reset();
    EXPECT_TRUE(open_sqlite_store({fixture.path(), fixture.key_file(), 64, {}}));
}

TEST(SqliteStore, OneDamagedIntentDoesNotHideTheOthers)
{
    const tests::SqliteFixture fixture;
    auto store = fixture.open();
    boost::asio::io_context context(1);
    for (const std::string id : {"a", "b"}) {
        NewIntent wanted;
        wanted.intent.id = id;
        wanted.intent.appointment = "appointment-" + id;
        wanted.intent.practice = "A10001";
        wanted.intent.payload = "payload";
        ASSERT_TRUE(tests::run(context, store->begin(wanted)));
    }
    store.reset();
    Database(fixture.path(), Database::Mode::write)
        .execute("UPDATE intent SET payload = x'00' WHERE id = 'a'");
    store = fixture.open();
    LeaseRequest request;
    request.lease = {"node", "token", tests::FakeClock::default_start};
    request.now = tests::FakeClock::default_start;
    const auto leased = tests::run(context, store->lease(request));
    ASSERT_TRUE(leased);
    ASSERT_EQ(leased->size(), 2u);
    EXPECT_EQ(leased->at(0).payload + leased->at(1).payload, "payload");
}

TEST(SqliteStore, AMissingFolderAndAForeignFileAreRefusedByName)
{
    const tests::SqliteFixture fixture;
    const auto missing =
        open_sqlite_store({fixture.folder().file("no/store.db"), fixture.key_file(), 64, {}});
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().sentence().find("no/store.db"), std::string::npos);
    std::ofstream(fixture.path()) << std::string(4096, 'x');
    const auto foreign = open_sqlite_store({fixture.path(), fixture.key_file(), 64, {}});
    ASSERT_FALSE(foreign);
    EXPECT_NE(foreign.error().sentence().find(fixture.path()), std::string::npos);
}

TEST(SqliteStore, NothingThatIdentifiesAPatientStandsInTheFiles)
{
    const tests::SqliteFixture fixture;
    boost::asio::io_context context(1);
    {
        const auto store = fixture.open();
        NewIntent wanted;
        wanted.intent.id = "intent";
        wanted.intent.appointment = "a";
        wanted.intent.payload = "payload 9990000018";
        wanted.appointment.emplace();
        wanted.appointment->id = "a";
        wanted.appointment->patient = "9990000018";
        wanted.appointment->resource = "resource 9990000018";
        wanted.appointment->supplier = "supplier 9990000018";
        wanted.identifiers = {{"https://fhir.nhs.uk/Id/nhs-number", "9990000018", true}};
        ASSERT_TRUE(tests::run(context, store->begin(wanted)));
        ASSERT_TRUE(tests::run(
            context, store->save_patient_links({{"A10001", "9990000018", "credential 9990000018"}})));
    }
    std::stringstream bytes;
    bytes << std::ifstream(fixture.path(), std::ios::binary).rdbuf();
    EXPECT_GT(bytes.str().size(), 4096u);
    EXPECT_EQ(bytes.str().find("9990000018"), std::string::npos);
    EXPECT_EQ(bytes.str().find("credential 9"), std::string::npos);
}

TEST(Migrations, EveryStepIsRecordedOnceWithItsHash)
{
    const tests::SqliteFixture fixture;
    fixture.open().reset();
    fixture.open().reset();
    Database database(fixture.path(), Database::Mode::read);
    auto rows = database.query("SELECT number, sha256 FROM schema_migration ORDER BY number");
    for (const Migration& step : sqlite_migrations()) {
        ASSERT_TRUE(rows.next());
        EXPECT_EQ(rows.integer(0), step.number);
        EXPECT_EQ(rows.text(1), sha256_hex(step.sql));
    }
    EXPECT_FALSE(rows.next());
}

TEST(Migrations, ANewerSchemaIsRefused)
{
    const tests::SqliteFixture fixture;
    fixture.open().reset();
    {
        Database database(fixture.path(), Database::Mode::write);
        database.run("INSERT INTO schema_migration (number, name, sha256) VALUES (999, 'later', 'x')");
    }
    const auto store = open_sqlite_store({fixture.path(), fixture.key_file(), 64, {}});
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().sentence().find("schema 999"), std::string::npos);
}

TEST(Migrations, AChangedStepIsRefused)
{
    const tests::TemporaryFolder folder;
    Database database(folder.file("x.db"), Database::Mode::write);
    ASSERT_TRUE(migrate(database, std::array{Migration{1, "one", "CREATE TABLE one (x)"}}));
    EXPECT_FALSE(migrate(database, std::array{Migration{1, "one", "CREATE TABLE one (y)"}}));
}

TEST(Migrations, AFailingStepLeavesTheFormerSchema)
{
    const tests::TemporaryFolder folder;
    Database database(folder.file("x.db"), Database::Mode::write);
    const std::array steps{Migration{1, "one", "CREATE TABLE one (x)"},
                           Migration{2, "two", "CREATE TABLE two (x); nonsense"}};
    EXPECT_THROW((void)migrate(database, steps), DatabaseError);
    EXPECT_EQ(number(database, "SELECT max(number) FROM schema_migration"), 1);
    EXPECT_EQ(number(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
}

TEST(Migrations, IntentsAndClaimsOfAnOlderSchemaAreKept)
{
    const tests::TemporaryFolder folder;
    Database database(folder.file("x.db"), Database::Mode::write);
    ASSERT_TRUE(migrate(database, sqlite_migrations().first(6)));
    database.execute(
        "INSERT INTO intent VALUES ('i', 'book', 'sent', 'a', 'P', x'07', 1, 2, 3, 4, 5, 'n', 'node', "
        "'token', 6, x'08');"
        "INSERT INTO claim VALUES ('P', 's', 'i', 'a', 'booking', NULL, 1, 9, NULL);");
    ASSERT_TRUE(migrate(database, sqlite_migrations()));
    EXPECT_EQ(number(database,
                     "SELECT count(*) FROM intent WHERE id = 'i' AND payload = x'07' AND absences = 4"
                     " AND lease_until = 6 AND resolution = x'08'"),
              1);
    EXPECT_EQ(number(database, "SELECT made FROM claim WHERE slot = 's' AND intent = 'i' AND active = 1"), 9);
    EXPECT_THROW(
        database.run("INSERT INTO claim VALUES ('P', 't', 'nobody', 'a', 'booking', NULL, 1, 9, NULL)"),
        DatabaseError);
    EXPECT_THROW(database.run("UPDATE intent SET state = 'over'"), DatabaseError);
}

class Writer : public testing::Test
{
protected:
    Writer()
    {
        Database(path, Database::Mode::write).execute("CREATE TABLE t (x UNIQUE)");
        writer.emplace(std::make_unique<Database>(path, Database::Mode::write), 64,
                       [this](auto) { ++commits; });
    }
    void insert(std::string value, bool keep = true)
    {
        boost::asio::co_spawn(
            context, writer->run<int>([value, keep](Database& database) -> fhir::Result<int> {
                database.run("INSERT INTO t VALUES (?)", {value});
                if (!keep)
                    return fhir::fail(fhir::ErrorKind::not_found);
                return 1;
            }),
            [this](std::exception_ptr, const fhir::Result<int>& result) { result ? ++done : ++failed; });
    }
    std::int64_t rows()
    {
        Database database(path, Database::Mode::read);
        return number(database, "SELECT count(*) FROM t");
    }

    tests::TemporaryFolder folder;
    const std::string path = folder.file("w.db");
    boost::asio::io_context context{1};
    std::atomic<int> commits = 0;
    int done = 0, failed = 0;
    std::optional<SqliteWriter> writer;
};

TEST_F(Writer, WaitingJobsShareCommits)
{
    for (int i = 0; i < 500; ++i)
        insert(std::to_string(i));
    context.run();
    EXPECT_EQ(done, 500);
    EXPECT_EQ(rows(), 500);
    EXPECT_LT(commits, 500);
}

TEST_F(Writer, AConflictRollsBackItsOwnJobAlone)
{
    for (int i = 0; i < 100; ++i)
        insert(i % 10 == 3 ? "same" : std::to_string(i));
    context.run();
    EXPECT_EQ(done, 91);
    EXPECT_EQ(failed, 9);
    EXPECT_EQ(rows(), 91);
}

TEST_F(Writer, AnErrorValueRollsBackWhatTheJobWrote)
{
    insert("kept");
    insert("dropped", false);
    context.run();
    EXPECT_EQ(rows(), 1);
}

TEST_F(Writer, AFailedCommitFailsEveryJobOfItsBatch)
{
    Database(path, Database::Mode::write)
        .execute("PRAGMA foreign_keys = ON; CREATE TABLE parent (id PRIMARY KEY);"
                 "CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
    boost::asio::co_spawn(
        context, writer->run<int>([](Database& database) -> fhir::Result<int> {
            database.run("INSERT INTO child VALUES (1)");
            return 1;
        }),
        [this](std::exception_ptr, const fhir::Result<int>& result) { result ? ++done : ++failed; });
    context.run();
    EXPECT_EQ(done, 0);
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(commits, 0);
    context.restart();
    insert("after");
    context.run();
    EXPECT_EQ(done, 1);
}

TEST_F(Writer, QueuedWorkIsDoneBeforeItStops)
{
    for (int i = 0; i < 200; ++i)
        insert(std::to_string(i));
    context.poll();
    writer.reset();
    EXPECT_EQ(rows(), 200);
    context.run();
    EXPECT_EQ(done, 200);
}

} // namespace
