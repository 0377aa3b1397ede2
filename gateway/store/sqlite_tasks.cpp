// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_conditions.hpp"
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"
#include "gateway/store/sqlite_task_rows.hpp"

namespace gateway::store
{

namespace
{

using FoundTask = std::optional<TaskRecord>;
using FoundTasks = std::vector<TaskRecord>;

std::string select_task(std::string_view where)
{
    return "SELECT " + std::string(task_columns) + " FROM task t WHERE " + std::string(where);
}

/// The version's own resource, status and time over the current row.
constexpr std::string_view task_versions =
    "SELECT t.id, v.version, v.updated, t.authored, t.kind, v.status, t.owner, t.team, t.requester, "
    "t.patient, t.focus, t.priority, t.open, t.due, v.resource, t.escalate, t.rung"
    " FROM task t JOIN task_version v ON v.id = t.id WHERE t.id = ?";

/// What a key that was used before says; nothing for a new one.
std::optional<TaskWritten> used_before(Database& database, const std::optional<Ticket>& ticket)
{
    if (!ticket)
        return std::nullopt;
    static const std::string sql = "SELECT " + std::string(ticket_columns) +
                                   " FROM idempotency WHERE client = ? AND operation = ? AND key = ?";
    auto rows = database.query(sql, {ticket->client, ticket->operation, ticket->key});
    if (!rows.next())
        return std::nullopt;
    TaskWritten written;
    written.ticket = read_ticket(rows);
    written.version = written.ticket.version;
    written.answer = written.ticket.request_hash == ticket->request_hash
                         ? TaskWritten::Answer::ticket_known
                         : TaskWritten::Answer::ticket_differs;
    return written;
}

std::int64_t current_version(Database& database, const std::string& task)
{
    auto rows = database.query("SELECT version FROM task WHERE id = ?", {task});
    return rows.next() ? rows.integer(0) : 0;
}

/// `follows`: the version there must be, 0 for a new task.
TaskWritten write_task(Database& database, const SealedTask& sealed, std::int64_t follows)
{
    if (auto before = used_before(database, sealed.ticket))
        return std::move(*before);
    TaskWritten written;
    if (current_version(database, sealed.record.id) != follows) {
        written.answer = TaskWritten::Answer::version_changed;
        return written;
    }
    if (sealed.delivery && !write_delivery(database, *sealed.delivery, false)) {
        written.answer = TaskWritten::Answer::lease_lost;
        return written;
    }
    written.version = follows + 1;
    put_task(database, sealed, written.version);
    return written;
}

/// The hashes that a filter looks for; they outlive the conditions that name them.
struct FilterHashes
{
    std::vector<std::string> patients, identifiers;
};

FilterHashes hashes_of(const TaskFilter& filter, const Sealer& sealer)
{
    FilterHashes hashes;
    if (filter.patients)
        for (const std::string& patient : *filter.patients)
            hashes.patients.push_back(patient_hash(sealer, patient));
    if (filter.identifiers)
        for (const OwnIdentifier& identifier : *filter.identifiers)
            hashes.identifiers.push_back(identifier_hash(sealer, identifier));
    return hashes;
}

void add_range(Conditions& all, const std::string& column, const TimeRange& range)
{
    if (range.from)
        all.add(column + " >= ?", {at(*range.from)});
    if (range.before)
        all.add(column + " < ?", {at(*range.before)});
}

Conditions task_conditions(const TaskFilter& filter, const FilterHashes& hashes)
{
    Conditions all("TRUE");
    if (!filter.visible_to.empty())
        all.add("(t.owner = ? OR t.requester = ?)", {filter.visible_to, filter.visible_to});
    all.any_of("t.id", filter.ids);
    all.any_of("t.owner", filter.owners);
    all.any_of("t.requester", filter.requesters);
    all.any_of("t.status", filter.statuses);
    all.any_of("t.kind", filter.kinds);
    all.any_of("t.focus", filter.focus);
    all.any_of("t.patient_hash", hashes.patients, true);
    if (!hashes.identifiers.empty()) {
        all.any_of("t.id IN (SELECT i.task FROM task_identifier i WHERE i.hash", hashes.identifiers, true);
        all.close();
    }
    if (filter.open)
        all.add(*filter.open ? "t.open = 1" : "t.open = 0");
    all.any_of("t.priority", filter.priorities);
    add_range(all, "t.due", filter.due);
    add_range(all, "t.authored", filter.authored);
    add_range(all, "t.updated", filter.updated);
    return all;
}

/// Those without come last; where all have one, that is not said, so that an index is read once.
std::string due_order(const TaskFilter& filter, bool descending)
{
    const bool all_due = filter.open == true || filter.due.from || filter.due.before;
    const std::string direction = descending ? " DESC" : "";
    return "t.due" + direction + (all_due ? "" : descending ? " NULLS FIRST" : " NULLS LAST");
}

std::string task_order(const TaskFilter& filter)
{
    using Column = TaskSort::Column;
    std::string order;
    for (const TaskSort& key : filter.sort) {
        const std::string direction = key.descending ? " DESC" : "";
        if (key.column == Column::due)
            order += due_order(filter, key.descending) + ", ";
        else
            order += (key.column == Column::priority   ? "t.priority"
                      : key.column == Column::authored ? "t.authored"
                                                       : "t.updated") +
                     direction + ", ";
    }
    return (order.empty() ? due_order(filter, false) + ", " : order) + "t.id";
}

/// The page is chosen from an index where one has all that is asked; only its rows are read.
std::string select_page(const std::string& where, const std::string& order)
{
    return "SELECT " + std::string(task_columns) + " FROM (SELECT t.id AS id FROM task t WHERE " + where +
           " ORDER BY " + order + " LIMIT ? OFFSET ?) found CROSS JOIN task t ON t.id = found.id ORDER BY " +
           order;
}

bool finds_nothing(const TaskFilter& filter)
{
    return (filter.patients && filter.patients->empty()) ||
           (filter.identifiers && filter.identifiers->empty());
}

} // namespace

Awaitable<fhir::Result<TaskWritten>> SqliteStore::create_task(NewTask wanted)
{
    auto sealed = std::make_shared<SealedTask>(
        seal(std::move(wanted.task), std::move(wanted.message), std::move(wanted.ticket), sealer_));
    sealed->deliver_to = std::move(wanted.deliver_to);
    for (const OwnIdentifier& identifier : wanted.identifiers)
        sealed->identifier_hashes.push_back(identifier_hash(sealer_, identifier));
    auto written =
        co_await writer_.run<TaskWritten>([sealed](Database& database) -> fhir::Result<TaskWritten> {
            return write_task(database, *sealed, 0);
        });
    co_return written;
}

Awaitable<fhir::Result<TaskWritten>> SqliteStore::change_task(TaskChange change)
{
    auto sealed = std::make_shared<SealedTask>(
        seal(std::move(change.task), std::move(change.message), std::move(change.ticket), sealer_));
    sealed->deliver_to = std::move(change.deliver_to);
    sealed->delivery = std::move(change.delivery);
    auto written =
        co_await writer_.run<TaskWritten>([sealed](Database& database) -> fhir::Result<TaskWritten> {
            return write_task(database, *sealed, std::max<std::int64_t>(sealed->record.version, 1));
        });
    co_return written;
}

Awaitable<fhir::Result<FoundTask>> SqliteStore::task(std::string id)
{
    co_return read<FoundTask>([&](Database& database) -> fhir::Result<FoundTask> {
        static const std::string sql = select_task("t.id = ?");
        auto rows = database.query(sql, {id});
        return rows.next() ? FoundTask(read_task(rows, sealer_)) : FoundTask();
    });
}

Awaitable<fhir::Result<FoundTask>> SqliteStore::task_version(std::string id, std::int64_t version)
{
    co_return read<FoundTask>([&](Database& database) -> fhir::Result<FoundTask> {
        static const std::string sql = std::string(task_versions) + " AND v.version = ?";
        auto rows = database.query(sql, {id, version});
        return rows.next() ? FoundTask(read_task(rows, sealer_)) : FoundTask();
    });
}

Awaitable<fhir::Result<FoundTasks>> SqliteStore::task_history(std::string id)
{
    co_return read<FoundTasks>([&](Database& database) -> fhir::Result<FoundTasks> {
        static const std::string sql = std::string(task_versions) + " ORDER BY v.version DESC";
        auto rows = database.query(sql, {id});
        FoundTasks found;
        while (rows.next())
            found.push_back(read_task(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<FoundTasks>> SqliteStore::find_tasks(TaskFilter filter)
{
    if (finds_nothing(filter))
        co_return FoundTasks();
    const FilterHashes hashes = hashes_of(filter, sealer_);
    co_return read<FoundTasks>([&](Database& database) -> fhir::Result<FoundTasks> {
        const Conditions all = task_conditions(filter, hashes);
        std::vector<Value> values = all.values();
        values.push_back(static_cast<std::int64_t>(filter.limit));
        values.push_back(static_cast<std::int64_t>(filter.offset));
        auto rows = database.query(select_page(all.sql(), task_order(filter)), values);
        FoundTasks found;
        while (rows.next())
            found.push_back(read_task(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<std::size_t>> SqliteStore::count_tasks(TaskFilter filter)
{
    if (finds_nothing(filter))
        co_return 0;
    const FilterHashes hashes = hashes_of(filter, sealer_);
    co_return read<std::size_t>([&](Database& database) -> fhir::Result<std::size_t> {
        const Conditions all = task_conditions(filter, hashes);
        std::vector<Value> values = all.values();
        values.push_back(static_cast<std::int64_t>(filter.limit));
        auto rows = database.query(
            "SELECT count(*) FROM (SELECT 1 FROM task t WHERE " + all.sql() + " LIMIT ?)", values);
        return rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
    });
}

Awaitable<fhir::Result<std::vector<TaskMessage>>> SqliteStore::task_messages(std::string id)
{
    using Messages = std::vector<TaskMessage>;
    co_return read<Messages>([&](Database& database) -> fhir::Result<Messages> {
        auto rows = database.query("SELECT received, media_type, body FROM task_message WHERE task = ?"
                                   " ORDER BY version",
                                   {id});
        Messages found;
        while (rows.next()) {
            auto body = sealer_.open(rows.text(2), task_message_context(id));
            if (!body)
                throw DatabaseError("a sealed column does not open");
            found.push_back({rows.instant(0), rows.text(1), std::move(*body)});
        }
        return found;
    });
}

} // namespace gateway::store
