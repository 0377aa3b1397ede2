// SPDX-License-Identifier: Apache-2.0
// The write-ahead log is copied into the database file and begun again.
#include "gateway/store/sqlite_checkpointer.hpp"
#include "gateway/store/sqlite_writer.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

using namespace gateway::store;

namespace
{

constexpr std::size_t page = 4096;

class SqliteLog : public testing::Test
{
protected:
    SqliteLog() { Database(path, Database::Mode::write).execute("CREATE TABLE t (x)"); }

    static void insert_pages(Database& database, int pages)
    {
        const std::string text(page * static_cast<std::size_t>(pages), 'x');
        database.run("INSERT INTO t VALUES (?)", {text});
    }
    /// Each a transaction of two pages and a little more.
    void write_through(const std::string& copied_from, int transactions)
    {
        SqliteWriter writer(std::make_unique<Database>(path, Database::Mode::write), 64, {}, nullptr,
                            std::make_unique<Checkpointer>(copied_from, 20));
        for (int i = 0; i < transactions; ++i)
            ASSERT_TRUE(tests::run(writer.run<int>([](Database& database) -> fhir::Result<int> {
                insert_pages(database, 2);
                return 1;
            })));
        longest_log = std::filesystem::file_size(path + "-wal");
    }
    std::size_t in_file() const { return std::filesystem::file_size(path) / page; }

    tests::TemporaryFolder folder;
    const std::string path = folder.file("log.db");
    std::size_t longest_log = 0; ///< bytes; the file is begun again, never cut
};

TEST_F(SqliteLog, IsCopiedByAnotherThreadWhenItIsLongEnough)
{
    Database writer(path, Database::Mode::write);
    writer.leave_log_alone();
    const std::size_t before = in_file();
    {
        Checkpointer checkpointer(path, 20);
        insert_pages(writer, 10);
        checkpointer.tend(writer);
    }
    EXPECT_EQ(in_file(), before) << "too early";
    {
        Checkpointer checkpointer(path, 20);
        insert_pages(writer, 10);
        checkpointer.tend(writer);
    }
    EXPECT_GE(in_file(), before + 20);
}

TEST_F(SqliteLog, BeginsAgainUnderWritesThatDoNotEnd)
{
    // Never cut off, this log has more than 4,000 pages. How long it gets depends on when the other thread's turn is.
    write_through(path, 2000);
    EXPECT_LT(longest_log, 1000 * page);
    EXPECT_GE(in_file(), 4000u - 1000);
}

TEST_F(SqliteLog, IsCopiedByTheWriterWhenNobodyElseCan)
{
    write_through(folder.file("missing/log.db"), 500);
    EXPECT_LT(longest_log, 220 * page);
}

} // namespace
