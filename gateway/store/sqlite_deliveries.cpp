// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_conditions.hpp"
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"

// Deliveries as receivers and operators ask for them.
namespace gateway::store
{

namespace
{

using Deliveries = std::vector<DeliveryRecord>;

/// Of what is dropped by one call: everybody else's writes wait for it.
constexpr std::int64_t most_at_once = 10000;

std::vector<std::string> texts_of(const std::vector<DeliveryState>& states)
{
    std::vector<std::string> texts;
    for (const DeliveryState state : states)
        texts.emplace_back(to_text(state));
    return texts;
}

Conditions delivery_conditions(const DeliveryFilter& filter, const std::vector<std::string>& states)
{
    Conditions all("1");
    if (!filter.subscription.empty())
        all.add("d.subscription = ?", {filter.subscription});
    if (filter.from)
        all.add("d.number >= ?", {*filter.from});
    if (filter.to)
        all.add("d.number <= ?", {*filter.to});
    all.any_of("d.state", states);
    return all;
}

/// A notification that has lost one of its events, and may get it back, would be another one under its name.
void dissolve_batches(Database& database, const std::string& subscription)
{
    database.run("UPDATE outbox_delivery INDEXED BY outbox_delivery_due SET first = number, last = number"
                 " WHERE subscription = ? AND state = 'due' AND first <> last",
                 {subscription});
}

std::int64_t change_deliveries(Database& database, const DeliveryOrder& order,
                               const std::vector<std::string>& from)
{
    Conditions which("1");
    which.add("subscription = ?", {order.subscription});
    if (order.number)
        which.add("number = ?", {*order.number});
    which.any_of("state", from);
    std::vector<Value> values = which.values();
    values.push_back(static_cast<std::int64_t>(order.limit));
    std::vector<std::int64_t> numbers;
    {
        auto rows = database.query(
            "SELECT number FROM outbox_delivery WHERE " + which.sql() + " ORDER BY number LIMIT ?", values);
        while (rows.next())
            numbers.push_back(rows.integer(0));
    }
    for (const std::int64_t number : numbers)
        database.run("UPDATE outbox_delivery SET state = ?1, changed = ?2, "
                     "attempts = iif(?1 = 'due', 0, attempts), first = iif(first = 0, 0, number), "
                     "last = iif(first = 0, 0, number) WHERE subscription = ?3 AND number = ?4",
                     {to_text(order.to), at(order.now), order.subscription, number});
    if (!numbers.empty())
        dissolve_batches(database, order.subscription);
    return static_cast<std::int64_t>(numbers.size());
}

/// A channel that has been held, or whose deliveries have changed, is looked at again.
void change_channel(Database& database, const DeliveryOrder& order)
{
    if (order.hold_channel)
        database.run("UPDATE subscription_channel SET held = ? WHERE subscription = ?",
                     {std::int64_t{*order.hold_channel}, order.subscription});
    if (order.to == DeliveryState::due)
        database.run(
            "UPDATE subscription_channel SET wake = min(wake, ?), next_attempt = min(next_attempt, ?)"
            " WHERE subscription = ?",
            {at(order.now), at(order.now), order.subscription});
}

std::int64_t count_in(Database& database, std::string_view state)
{
    // One text for each state: only a literal lets SQLite use the partial indexes.
    auto rows =
        database.query(state == "due"    ? "SELECT count(*) FROM outbox_delivery WHERE state = 'due'"
                       : state == "held" ? "SELECT count(*) FROM outbox_delivery WHERE state = 'held'"
                                         : "SELECT count(*) FROM outbox_delivery WHERE state = 'dead'");
    return rows.next() ? rows.integer(0) : 0;
}

} // namespace

Awaitable<fhir::Result<Deliveries>> SqliteStore::deliveries(DeliveryFilter filter)
{
    co_return read<Deliveries>([&](Database& database) -> fhir::Result<Deliveries> {
        const auto states = texts_of(filter.states);
        const Conditions all = delivery_conditions(filter, states);
        std::vector<Value> values = all.values();
        values.push_back(static_cast<std::int64_t>(filter.limit));
        const bool in_order = filter.from || filter.to;
        auto rows = database.query(
            "SELECT " + std::string(delivery_columns) + ", " + std::string(event_columns) +
                " FROM outbox_delivery d JOIN outbox_event o ON o.sequence = d.event"
                " WHERE " +
                all.sql() + (in_order ? " ORDER BY d.number" : " ORDER BY d.event DESC") + " LIMIT ?",
            values);
        Deliveries found;
        while (rows.next())
            found.push_back(read_delivery(rows));
        return found;
    });
}

Awaitable<fhir::Result<std::int64_t>> SqliteStore::order_deliveries(DeliveryOrder order)
{
    auto shared = std::make_shared<const DeliveryOrder>(std::move(order));
    auto changed =
        co_await writer_.run<std::int64_t>([shared](Database& database) -> fhir::Result<std::int64_t> {
            const auto from = texts_of(shared->from);
            const auto count = from.empty() ? 0 : change_deliveries(database, *shared, from);
            change_channel(database, *shared);
            return count;
        });
    co_return changed;
}

Awaitable<fhir::Result<OutboxFigures>> SqliteStore::outbox_figures()
{
    co_return read<OutboxFigures>([](Database& database) -> fhir::Result<OutboxFigures> {
        OutboxFigures figures;
        figures.due = count_in(database, "due");
        figures.held = count_in(database, "held");
        figures.dead = count_in(database, "dead");
        {
            auto rows =
                database.query("SELECT count(*) FROM outbox_event WHERE sequence > (SELECT value FROM "
                               "outbox_place WHERE name = 'matched')");
            figures.unmatched = rows.next() ? rows.integer(0) : 0;
        }
        auto rows = database.query("SELECT min(o.at) FROM outbox_event o WHERE o.sequence ="
                                   " (SELECT min(d.event) FROM outbox_delivery d INDEXED BY "
                                   "outbox_delivery_due WHERE d.state = 'due')");
        if (rows.next() && !rows.null(0))
            figures.oldest = rows.instant(0);
        return figures;
    });
}

Awaitable<fhir::Result<void>> SqliteStore::purge_outbox(fhir::Instant before)
{
    auto purged = co_await writer_.run<bool>([before](Database& database) -> fhir::Result<bool> {
        database.run(
            "DELETE FROM outbox_delivery WHERE (subscription, number) IN (SELECT subscription, number "
            "FROM outbox_delivery WHERE changed < ? AND (state = 'done' OR state = 'cancelled') LIMIT ?)",
            {at(before), most_at_once});
        database.run(
            "DELETE FROM outbox_event WHERE sequence IN (SELECT o.sequence FROM outbox_event o"
            " WHERE o.at < ? AND o.sequence <= (SELECT value FROM outbox_place WHERE name = 'matched')"
            " AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.event = o.sequence)"
            " ORDER BY o.sequence LIMIT ?)",
            {at(before), most_at_once});
        return true;
    });
    if (!purged)
        co_return std::unexpected(purged.error());
    co_return fhir::Result<void>();
}

} // namespace gateway::store
