// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"
#include "gateway/store/sqlite_task_rows.hpp"

#include <array>

// Tasks on their way into their owners' own systems.
namespace gateway::store
{

namespace
{

using Deliveries = std::vector<TaskDelivery>;

/// In the order of TaskDelivery::State. The first two are open: the index has their names, word for word.
constexpr std::array<std::string_view, 6> delivery_states{"waiting", "sent",    "received",
                                                          "refused", "unknown", "dropped"};
constexpr std::string_view delivery_is_open = "(state = 'waiting' OR state = 'sent')";
constexpr std::string_view task_delivery_columns =
    "task, practice, state, form, attempts, tries, absences, sent, created, next_step, lease_node, "
    "lease_token, lease_until";

TaskDelivery::State state_named(std::string_view name)
{
    for (std::size_t i = 0; i < delivery_states.size(); ++i)
        if (delivery_states[i] == name)
            return static_cast<TaskDelivery::State>(i);
    throw DatabaseError("a delivery has an unknown state");
}

TaskDelivery read_task_delivery(const Rows& rows)
{
    TaskDelivery delivery;
    delivery.task = rows.text(0);
    delivery.practice = rows.text(1);
    delivery.state = state_named(rows.text(2));
    delivery.form = rows.text(3);
    delivery.attempts = rows.integer(4);
    delivery.tries = rows.integer(5);
    delivery.absences = rows.integer(6);
    if (!rows.null(7))
        delivery.sent = rows.instant(7);
    delivery.created = rows.instant(8);
    delivery.next_step = rows.instant(9);
    delivery.lease = {rows.text(10), rows.text(11), rows.instant(12)};
    return delivery;
}

Deliveries due_deliveries(Database& database, const LeaseRequest& request)
{
    static const std::string sql =
        "SELECT " + std::string(task_delivery_columns) + " FROM task_delivery WHERE " +
        std::string(delivery_is_open) +
        " AND next_step <= ?1 AND (lease_until <= ?1 OR (lease_node = ?2 AND substr(lease_token, 1, "
        "length(?3)) <> ?3)) ORDER BY next_step LIMIT ?4";
    auto rows = database.query(
        sql, {at(request.now), request.lease.node, request.run, static_cast<std::int64_t>(request.limit)});
    Deliveries found;
    while (rows.next())
        found.push_back(read_task_delivery(rows));
    return found;
}

} // namespace

void put_delivery(Database& database, std::string_view task, std::string_view practice, fhir::Instant now)
{
    database.run(
        "INSERT OR IGNORE INTO task_delivery (task, practice, state, form, attempts, tries, absences,"
        " sent, created, next_step, lease_node, lease_token, lease_until)"
        " VALUES (?, ?, 'waiting', '', 0, 0, 0, NULL, ?, ?, '', '', 0)",
        {task, practice, at(now), at(now)});
}

bool write_delivery(Database& database, const TaskDelivery& delivery, bool keep_lease)
{
    static const std::string sql =
        "UPDATE task_delivery SET state = ?, form = ?, attempts = ?, tries = ?, absences = ?, sent = ?,"
        " next_step = ?, lease_token = iif(?, lease_token, ''), lease_until = iif(?, ?, 0)"
        " WHERE task = ? AND practice = ? AND " +
        std::string(delivery_is_open) + " AND lease_token = ? AND lease_token <> ''";
    const Value sent = delivery.sent ? at(*delivery.sent) : Value(nullptr);
    const std::int64_t keep = keep_lease;
    return database.run(sql, {delivery_states[static_cast<std::size_t>(delivery.state)], delivery.form,
                              delivery.attempts, delivery.tries, delivery.absences, sent,
                              at(delivery.next_step), keep, keep, at(delivery.lease.until), delivery.task,
                              delivery.practice, delivery.lease.token}) == 1;
}

Awaitable<fhir::Result<Deliveries>> SqliteStore::lease_deliveries(LeaseRequest request)
{
    // Looked first, so that nothing is written while nothing is due.
    auto due = read<bool>([&](Database& database) -> fhir::Result<bool> {
        LeaseRequest one = request;
        one.limit = 1;
        return !due_deliveries(database, one).empty();
    });
    if (!due)
        co_return std::unexpected(due.error());
    if (!*due)
        co_return Deliveries();
    auto leased = co_await writer_.run<Deliveries>([request](Database& database) -> fhir::Result<Deliveries> {
        auto found = due_deliveries(database, request);
        for (std::size_t i = 0; i < found.size(); ++i) {
            found[i].lease = request.lease;
            found[i].lease.token += "-" + std::to_string(i);
            database.run("UPDATE task_delivery SET lease_node = ?, lease_token = ?, lease_until = ?"
                         " WHERE task = ? AND practice = ?",
                         {found[i].lease.node, found[i].lease.token, at(found[i].lease.until), found[i].task,
                          found[i].practice});
        }
        return found;
    });
    co_return leased;
}

Awaitable<fhir::Result<bool>> SqliteStore::save_delivery(TaskDelivery delivery, bool keep_lease)
{
    auto saved = co_await writer_.run<bool>([delivery, keep_lease](Database& database) -> fhir::Result<bool> {
        return write_delivery(database, delivery, keep_lease);
    });
    co_return saved;
}

Awaitable<fhir::Result<Deliveries>> SqliteStore::deliveries_of(std::string task)
{
    co_return read<Deliveries>([&](Database& database) -> fhir::Result<Deliveries> {
        static const std::string sql = "SELECT " + std::string(task_delivery_columns) +
                                       " FROM task_delivery WHERE task = ? ORDER BY practice";
        auto rows = database.query(sql, {task});
        Deliveries found;
        while (rows.next())
            found.push_back(read_task_delivery(rows));
        return found;
    });
}

} // namespace gateway::store
