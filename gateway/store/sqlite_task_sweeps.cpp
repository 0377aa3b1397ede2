// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"
#include "gateway/store/sqlite_task_rows.hpp"

// What is looked for by the clock: tasks that are late, and those that something calls for.
namespace gateway::store
{

Awaitable<fhir::Result<std::vector<TaskRecord>>> SqliteStore::tasks_to_escalate(fhir::Instant now,
                                                                                std::size_t limit)
{
    using Found = std::vector<TaskRecord>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        static const std::string sql = "SELECT " + std::string(task_columns) +
                                       " FROM task t WHERE t.open = 1 AND t.escalate IS NOT NULL AND "
                                       "t.escalate <= ? ORDER BY t.escalate LIMIT ?";
        auto rows = database.query(sql, {at(now), static_cast<std::int64_t>(limit)});
        Found found;
        while (rows.next())
            found.push_back(read_task(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<std::vector<WantedTask>>> SqliteStore::wanted_tasks(std::size_t limit)
{
    using Wanted = std::vector<WantedTask>;
    co_return read<Wanted>([&](Database& database) -> fhir::Result<Wanted> {
        auto rows = database.query(
            "SELECT id, kind, appointment, version, intent, at FROM task_wanted ORDER BY id LIMIT ?",
            {static_cast<std::int64_t>(limit)});
        Wanted wanted;
        while (rows.next())
            wanted.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3), rows.text(4),
                              rows.instant(5)});
        return wanted;
    });
}

Awaitable<fhir::Result<void>> SqliteStore::forget_wanted_task(std::int64_t id)
{
    auto forgotten = co_await writer_.run<bool>([id](Database& database) -> fhir::Result<bool> {
        return database.run("DELETE FROM task_wanted WHERE id = ?", {id}) == 1;
    });
    if (!forgotten)
        co_return std::unexpected(forgotten.error());
    co_return fhir::Result<void>();
}

} // namespace gateway::store
