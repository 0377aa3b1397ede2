// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"

// Who wants to hear of what.
namespace gateway::store
{

namespace
{

using FoundSubscription = std::optional<SubscriptionRecord>;
using Subscriptions = std::vector<SubscriptionRecord>;
using WrittenVersion = std::optional<std::int64_t>;

std::string select_subscriptions(std::string_view where)
{
    return "SELECT " + std::string(subscription_columns) +
           " FROM subscription s JOIN subscription_channel c ON c.subscription = s.id" + std::string(where);
}

void new_generation(Database& database)
{
    database.run("UPDATE outbox_place SET value = value + 1 WHERE name = 'generation'");
}

WrittenVersion put_subscription(Database& database, const SubscriptionWrite& wanted)
{
    const SubscriptionRecord& record = wanted.record;
    const std::int64_t next = record.version + 1;
    if (record.version == 0) {
        if (database.run("INSERT OR IGNORE INTO subscription (id, version, updated, client, organisation, "
                         "status, topic, body) VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
                         {record.id, at(record.updated), record.client, record.organisation, record.status,
                          record.topic, Blob{record.body}}) == 0)
            return std::nullopt;
        database.run("INSERT INTO subscription_channel (subscription, events, held, wake, next_attempt, "
                     "failures, failure, lease_node, lease_token, lease_until)"
                     " VALUES (?, 0, 0, ?, 0, 0, '', '', '', 0)",
                     {record.id, at(record.updated)});
    } else if (database.run(
                   "UPDATE subscription SET version = ?, updated = ?, status = ?, topic = ?, body = ?"
                   " WHERE id = ? AND version = ?",
                   {next, at(record.updated), record.status, record.topic, Blob{record.body}, record.id,
                    record.version}) == 0) {
        return std::nullopt;
    }
    if (wanted.start_anew)
        database.run("UPDATE subscription_channel SET wake = ?, next_attempt = 0, failing_since = NULL, "
                     "failures = 0, failure = '', heartbeat = NULL WHERE subscription = ?",
                     {at(record.updated), record.id});
    if (wanted.cancel_waiting)
        database.run("UPDATE outbox_delivery SET state = 'cancelled', changed = ? WHERE subscription = ?"
                     " AND (state = 'due' OR state = 'held')",
                     {at(record.updated), record.id});
    new_generation(database);
    return next;
}

} // namespace

Awaitable<fhir::Result<WrittenVersion>> SqliteStore::write_subscription(SubscriptionWrite wanted)
{
    auto sealed = std::make_shared<SubscriptionWrite>(std::move(wanted));
    SubscriptionRecord& record = sealed->record;
    record.body = sealer_.seal(record.body, subscription_context(record.id, record.version + 1));
    auto written =
        co_await writer_.run<WrittenVersion>([sealed](Database& database) -> fhir::Result<WrittenVersion> {
            return put_subscription(database, *sealed);
        });
    co_return written;
}

Awaitable<fhir::Result<bool>> SqliteStore::remove_subscription(std::string id)
{
    auto removed = co_await writer_.run<bool>([id](Database& database) -> fhir::Result<bool> {
        database.run("DELETE FROM outbox_delivery WHERE subscription = ?", {id});
        database.run("DELETE FROM subscription_channel WHERE subscription = ?", {id});
        const bool there = database.run("DELETE FROM subscription WHERE id = ?", {id}) == 1;
        new_generation(database);
        return there;
    });
    co_return removed;
}

Awaitable<fhir::Result<Subscriptions>> SqliteStore::subscriptions()
{
    co_return read<Subscriptions>([this](Database& database) -> fhir::Result<Subscriptions> {
        static const std::string sql = select_subscriptions(" ORDER BY s.id");
        auto rows = database.query(sql);
        Subscriptions found;
        while (rows.next())
            found.push_back(read_subscription(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<FoundSubscription>> SqliteStore::subscription(std::string id)
{
    co_return read<FoundSubscription>([&](Database& database) -> fhir::Result<FoundSubscription> {
        static const std::string sql = select_subscriptions(" WHERE s.id = ?");
        auto rows = database.query(sql, {id});
        return rows.next() ? FoundSubscription(read_subscription(rows, sealer_)) : FoundSubscription();
    });
}

Awaitable<fhir::Result<std::optional<Channel>>> SqliteStore::channel(std::string subscription)
{
    using Found = std::optional<Channel>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        static const std::string sql = "SELECT " + std::string(channel_columns) +
                                       " FROM subscription_channel c WHERE c.subscription = ?";
        auto rows = database.query(sql, {subscription});
        return rows.next() ? Found(read_channel(rows, 0)) : Found();
    });
}

} // namespace gateway::store
