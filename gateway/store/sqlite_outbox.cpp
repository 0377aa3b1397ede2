// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"

// Events, to whom they go, and how far that has come.
namespace gateway::store
{

namespace
{

using Events = std::vector<OutboxEvent>;

constexpr std::int64_t nothing_in_sight = std::int64_t{1} << 62;
/// No lease is as long as this: a time farther ahead was written before the clock was set back.
constexpr std::chrono::minutes longest_lease{30};

std::int64_t place(Database& database, std::string_view name)
{
    auto rows = database.query("SELECT value FROM outbox_place WHERE name = ?", {name});
    return rows.next() ? rows.integer(0) : 0;
}

/// Another delivery, unless nobody is to hear of it any more.
void put_delivery(Database& database, const std::string& subscription, const OutboxEvent& event,
                  fhir::Instant now)
{
    std::int64_t number = 0;
    {
        auto rows = database.query(
            "UPDATE subscription_channel SET events = events + 1, "
            "wake = min(wake, max(next_attempt, ?)) WHERE subscription = ?"
            " AND EXISTS (SELECT 1 FROM subscription s WHERE s.id = subscription_channel.subscription"
            " AND (s.status = 'active' OR s.status = 'requested')) RETURNING events",
            {at(now), subscription});
        if (!rows.next())
            return;
        number = rows.integer(0);
        while (rows.next()) {
        }
    }
    database.run(
        "INSERT INTO outbox_delivery (subscription, number, event, subject, state, attempts, changed, "
        "failure) VALUES (?, ?, ?, ?, 'due', 0, ?, '')",
        {subscription, number, event.sequence, event.subject, at(now)});
}

/// What is held keeps back what came later about the same subject. The indexes are named: without that the
/// primary key is taken, and everything goes through all that was ever done.
std::vector<DeliveryRecord> due_deliveries(Database& database, const std::string& subscription,
                                           std::size_t limit)
{
    static const std::string sql =
        "SELECT " + std::string(delivery_columns) + ", " + std::string(event_columns) +
        " FROM outbox_delivery d INDEXED BY outbox_delivery_due JOIN outbox_event o ON o.sequence = d.event"
        " WHERE d.subscription = ?1 AND d.state = 'due' AND NOT EXISTS (SELECT 1 FROM outbox_delivery e "
        "INDEXED BY outbox_delivery_held"
        " WHERE e.subscription = ?1 AND e.subject = d.subject AND e.state = 'held' AND e.number < d.number)"
        " ORDER BY d.number LIMIT ?2";
    auto rows = database.query(sql, {subscription, static_cast<std::int64_t>(limit)});
    std::vector<DeliveryRecord> found;
    while (rows.next())
        found.push_back(read_delivery(rows));
    return found;
}

std::vector<LeasedChannel> due_channels(Database& database, const ChannelLease& request, const Sealer& sealer)
{
    static const std::string sql =
        "SELECT " + std::string(subscription_columns) + ", " + std::string(channel_columns) +
        " FROM subscription_channel c JOIN subscription s ON s.id = c.subscription"
        " WHERE c.wake <= ?1 AND c.held = 0 AND (c.lease_until <= ?1 OR c.lease_until > ?5"
        " OR (c.lease_node = ?2 AND substr(c.lease_token, 1, length(?3)) <> ?3))"
        " ORDER BY c.wake LIMIT ?4";
    auto rows =
        database.query(sql, {at(request.now), request.lease.node, request.run,
                             static_cast<std::int64_t>(request.limit), at(request.now + longest_lease)});
    std::vector<LeasedChannel> found;
    while (rows.next()) {
        LeasedChannel& leased = found.emplace_back();
        leased.subscription = read_subscription(rows, sealer);
        leased.channel = read_channel(rows, 9);
    }
    return found;
}

void take(Database& database, LeasedChannel& leased, const ChannelLease& request, std::size_t number)
{
    leased.token = request.lease.token + "-" + std::to_string(number);
    database.run("UPDATE subscription_channel SET lease_node = ?, lease_token = ?, lease_until = ?"
                 " WHERE subscription = ?",
                 {request.lease.node, leased.token, at(request.lease.until), leased.subscription.id});
    if (leased.subscription.status == "active")
        leased.due = due_deliveries(database, leased.subscription.id, request.deliveries);
}

bool holds_lease(Database& database, const std::string& subscription, const std::string& token)
{
    auto rows = database.query("SELECT 1 FROM subscription_channel WHERE subscription = ? AND lease_token = ?"
                               " AND lease_token <> ''",
                               {subscription, token});
    return rows.next();
}

/// What an operator has cancelled or held meanwhile stays so, unless the receiver has it.
void move_delivery(Database& database, const ChannelStep& step, const DeliveryStep& delivery)
{
    database.run(
        "UPDATE outbox_delivery SET state = iif(state = 'due' OR ?1 = 'done', ?1, state), "
        "attempts = attempts + ?2, changed = ?3, failure = ?4 WHERE subscription = ?5 AND number = ?6",
        {to_text(delivery.state), std::int64_t{delivery.attempted}, at(step.now), delivery.failure,
         step.subscription, delivery.number});
    if (delivery.alone)
        database.run("UPDATE outbox_delivery SET first = number, last = number"
                     " WHERE subscription = ? AND number = ?",
                     {step.subscription, delivery.number});
}

/// Where somebody else changed the subscription meanwhile, theirs stands.
void change_status(Database& database, const SubscriptionRecord& next)
{
    const bool changed =
        database.run("UPDATE subscription SET version = version + 1, updated = ?, status = ?, "
                     "body = ? WHERE id = ? AND version = ?",
                     {at(next.updated), next.status, Blob{next.body}, next.id, next.version}) == 1;
    if (changed)
        database.run("UPDATE outbox_place SET value = value + 1 WHERE name = 'generation'");
}

Value optional_moment(const std::optional<fhir::Instant>& moment)
{
    return moment ? at(*moment) : Value(nullptr);
}

/// When the channel has something to do again.
std::int64_t next_wake(Database& database, const ChannelStep& step)
{
    std::string status;
    {
        auto rows = database.query("SELECT status FROM subscription WHERE id = ?", {step.subscription});
        status = rows.next() ? rows.text(0) : std::string();
    }
    const auto milliseconds = [](fhir::Instant moment) { return moment.time_since_epoch().count(); };
    if (status == "requested" ||
        (status == "active" && !due_deliveries(database, step.subscription, 1).empty()))
        return std::max(milliseconds(step.now), milliseconds(step.channel.next_attempt));
    if (status == "active" && step.channel.heartbeat)
        return std::max(milliseconds(*step.channel.heartbeat), milliseconds(step.channel.next_attempt));
    return nothing_in_sight;
}

bool settle(Database& database, const ChannelStep& step)
{
    if (!holds_lease(database, step.subscription, step.token))
        return false;
    for (const DeliveryStep& delivery : step.deliveries)
        move_delivery(database, step, delivery);
    if (step.status)
        change_status(database, *step.status);
    if (step.status && step.status->status == "off")
        database.run("UPDATE outbox_delivery SET state = 'cancelled', changed = ? WHERE subscription = ?"
                     " AND (state = 'due' OR state = 'held')",
                     {at(step.now), step.subscription});
    if (step.give_up_waiting)
        database.run("UPDATE outbox_delivery SET state = 'dead', changed = ? WHERE subscription = ?"
                     " AND state = 'due'",
                     {at(step.now), step.subscription});
    const Channel& channel = step.channel;
    database.run(
        "UPDATE subscription_channel SET wake = ?, next_attempt = ?, failing_since = ?, failures = ?, "
        "failure = ?, heartbeat = ?, lease_token = '', lease_until = 0 WHERE subscription = ?",
        {next_wake(database, step), at(channel.next_attempt), optional_moment(channel.failing_since),
         channel.failures, channel.failure, optional_moment(channel.heartbeat), step.subscription});
    return true;
}

} // namespace

Awaitable<fhir::Result<std::int64_t>> SqliteStore::write_event(OutboxEvent event)
{
    auto shared = std::make_shared<const OutboxEvent>(std::move(event));
    auto written = co_await writer_.run<std::int64_t>(
        [shared](Database& database) -> fhir::Result<std::int64_t> { return put_event(database, *shared); });
    co_return written;
}

Awaitable<fhir::Result<Events>> SqliteStore::events_after(std::int64_t sequence, std::size_t limit)
{
    co_return read<Events>([&](Database& database) -> fhir::Result<Events> {
        static const std::string sql =
            "SELECT " + std::string(event_columns) +
            " FROM outbox_event o WHERE o.sequence > ? ORDER BY o.sequence LIMIT ?";
        auto rows = database.query(sql, {sequence, static_cast<std::int64_t>(limit)});
        Events found;
        while (rows.next())
            found.push_back(read_event(rows));
        return found;
    });
}

Awaitable<fhir::Result<OutboxPlace>> SqliteStore::outbox_place(fhir::Instant now)
{
    co_return read<OutboxPlace>([&](Database& database) -> fhir::Result<OutboxPlace> {
        OutboxPlace where;
        where.matched = place(database, "matched");
        where.generation = place(database, "generation");
        auto rows = database.query("SELECT max(sequence) FROM outbox_event");
        where.newest = rows.next() && !rows.null(0) ? rows.integer(0) : where.matched;
        auto channels = database.query("SELECT 1 FROM subscription_channel WHERE wake <= ?1 AND held = 0"
                                       " AND (lease_until <= ?1 OR lease_until > ?2) LIMIT 1",
                                       {at(now), at(now + longest_lease)});
        where.waiting = channels.next();
        return where;
    });
}

Awaitable<fhir::Result<bool>> SqliteStore::fan_out(FanOut wanted)
{
    auto shared = std::make_shared<const FanOut>(std::move(wanted));
    auto done = co_await writer_.run<bool>([shared](Database& database) -> fhir::Result<bool> {
        if (place(database, "matched") != shared->from || place(database, "generation") != shared->generation)
            return false;
        for (const auto& [subscription, event] : shared->matches)
            put_delivery(database, subscription, event, shared->now);
        database.run("UPDATE outbox_place SET value = ? WHERE name = 'matched'", {shared->to});
        return true;
    });
    co_return done;
}

Awaitable<fhir::Result<std::vector<LeasedChannel>>> SqliteStore::lease_channels(ChannelLease request)
{
    using Leased = std::vector<LeasedChannel>;
    auto leased = co_await writer_.run<Leased>([this, request](Database& database) -> fhir::Result<Leased> {
        auto found = due_channels(database, request, sealer_);
        for (std::size_t i = 0; i < found.size(); ++i)
            take(database, found[i], request, i);
        return found;
    });
    co_return leased;
}

Awaitable<fhir::Result<bool>> SqliteStore::keep_batches(std::string subscription, std::string token,
                                                        std::vector<Batch> batches)
{
    auto kept =
        co_await writer_.run<bool>([subscription, token, batches](Database& database) -> fhir::Result<bool> {
            if (!holds_lease(database, subscription, token))
                return false;
            for (const Batch& batch : batches)
                for (const std::int64_t number : batch.numbers)
                    database.run("UPDATE outbox_delivery SET first = ?, last = ?"
                                 " WHERE subscription = ? AND number = ?",
                                 {batch.first, batch.last, subscription, number});
            return true;
        });
    co_return kept;
}

Awaitable<fhir::Result<bool>> SqliteStore::settle_channel(ChannelStep step)
{
    auto shared = std::make_shared<ChannelStep>(std::move(step));
    if (auto& next = shared->status)
        next->body = sealer_.seal(next->body, subscription_context(next->id, next->version + 1));
    auto settled = co_await writer_.run<bool>(
        [shared](Database& database) -> fhir::Result<bool> { return settle(database, *shared); });
    co_return settled;
}

} // namespace gateway::store
