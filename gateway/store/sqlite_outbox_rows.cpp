// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_outbox_rows.hpp"

#include <algorithm>
#include <array>

namespace gateway::store
{

namespace
{

constexpr std::array<std::string_view, 5> delivery_states{"due", "held", "dead", "cancelled", "done"};

void add_word(std::string& words, bool add, std::string_view word)
{
    if (!add)
        return;
    words += words.empty() ? "" : " ";
    words += word;
}

std::optional<fhir::Instant> moment(const Rows& rows, int column)
{
    return rows.null(column) ? std::nullopt : std::optional(rows.instant(column));
}

std::string changed_of(Database& database, const AppointmentRecord& next)
{
    auto rows =
        database.query("SELECT version, status, start_at, end_at FROM appointment WHERE id = ?", {next.id});
    if (!rows.next() || rows.integer(0) == 0)
        return "created";
    std::string words;
    add_word(words, rows.text(1) != next.status, "status");
    add_word(words, rows.instant(2) != next.start || rows.instant(3) != next.end, "start");
    return words.empty() ? "content" : words;
}

std::string changed_of(Database& database, const TaskRecord& next)
{
    auto rows = database.query("SELECT status, owner, team, due, rung FROM task WHERE id = ?", {next.id});
    if (!rows.next())
        return "created";
    std::string words;
    add_word(words, rows.text(0) != next.status, "status");
    add_word(words, rows.text(1) != next.owner, "owner");
    add_word(words, rows.text(2) != next.team, "team");
    add_word(words, moment(rows, 3) != next.due, "due");
    add_word(words, rows.integer(4) < next.rung, "overdue");
    return words.empty() ? "content" : words;
}

} // namespace

std::string_view to_text(DeliveryState state)
{
    return delivery_states[static_cast<std::size_t>(state)];
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text)
{
    const auto found = std::ranges::find(delivery_states, text);
    if (found == delivery_states.end())
        return std::nullopt;
    return static_cast<DeliveryState>(found - delivery_states.begin());
}

std::int64_t put_event(Database& database, const OutboxEvent& event)
{
    auto rows =
        database.query("INSERT INTO outbox_event (topic, subject, version, at, practice, party, status, "
                       "changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING sequence",
                       {event.topic, event.subject, event.version, at(event.at), event.practice, event.party,
                        event.status, event.changed});
    const std::int64_t sequence = rows.next() ? rows.integer(0) : 0;
    while (rows.next()) {
    }
    return sequence;
}

void announce(Database& database, const AppointmentRecord& next, std::int64_t version)
{
    OutboxEvent event;
    event.topic = appointment_topic;
    event.subject = "Appointment/" + next.id;
    event.version = version;
    event.at = next.updated;
    event.practice = next.practice;
    event.party = next.booked_by;
    event.status = next.status;
    event.changed = changed_of(database, next);
    put_event(database, event);
}

void announce(Database& database, const TaskRecord& next, std::int64_t version)
{
    OutboxEvent event;
    event.topic = task_topic;
    event.subject = "Task/" + next.id;
    event.version = version;
    event.at = next.updated;
    event.practice = next.owner;
    event.party = next.requester;
    event.status = next.status;
    event.changed = changed_of(database, next);
    put_event(database, event);
}

void announce_released(Database& database, const std::string& appointment, fhir::Instant now)
{
    database.run("INSERT INTO outbox_event (topic, subject, version, at, practice, party, status, changed)"
                 " SELECT ?, 'Slot/' || slot, 0, ?, practice, '', 'free', 'status' FROM claim"
                 " WHERE appointment = ? AND active = 1",
                 {slot_topic, at(now), appointment});
}

void announce_valve(Database& database, const PolicyRecord& valve, std::int64_t version)
{
    OutboxEvent event;
    event.topic = practice_topic;
    event.subject = "Practice/" + valve.key;
    event.version = version;
    event.at = valve.at;
    event.practice = valve.key;
    event.changed = "valve";
    put_event(database, event);
}

OutboxEvent read_event(const Rows& rows, int first)
{
    OutboxEvent event;
    event.sequence = rows.integer(first);
    event.topic = rows.text(first + 1);
    event.subject = rows.text(first + 2);
    event.version = rows.integer(first + 3);
    event.at = rows.instant(first + 4);
    event.practice = rows.text(first + 5);
    event.party = rows.text(first + 6);
    event.status = rows.text(first + 7);
    event.changed = rows.text(first + 8);
    return event;
}

/// Bound to the version too: an old body put back in the place of the newest does not open.
std::string subscription_context(const std::string& id, std::int64_t version)
{
    return "subscription.body/" + id + "/" + std::to_string(version);
}

SubscriptionRecord read_subscription(const Rows& rows, const Sealer& sealer)
{
    SubscriptionRecord record;
    record.id = rows.text(0);
    record.version = rows.integer(1);
    record.updated = rows.instant(2);
    record.client = rows.text(3);
    record.organisation = rows.text(4);
    record.status = rows.text(5);
    record.topic = rows.text(6);
    auto body = sealer.open(rows.text(7), subscription_context(record.id, record.version));
    if (!body)
        throw DatabaseError("a sealed column does not open");
    record.body = std::move(*body);
    record.events = rows.integer(8);
    return record;
}

Channel read_channel(const Rows& rows, int first)
{
    Channel channel;
    channel.held = rows.integer(first) != 0;
    channel.next_attempt = rows.instant(first + 1);
    channel.failing_since = moment(rows, first + 2);
    channel.failures = rows.integer(first + 3);
    channel.failure = rows.text(first + 4);
    channel.heartbeat = moment(rows, first + 5);
    return channel;
}

DeliveryRecord read_delivery(const Rows& rows)
{
    DeliveryRecord record;
    record.subscription = rows.text(0);
    record.number = rows.integer(1);
    const auto state = parse_delivery_state(rows.text(2));
    if (!state)
        throw DatabaseError("unknown code in the database");
    record.state = *state;
    record.attempts = rows.integer(3);
    record.changed = rows.instant(4);
    record.failure = rows.text(5);
    record.first = rows.integer(6);
    record.last = rows.integer(7);
    record.event = read_event(rows, 8);
    return record;
}

} // namespace gateway::store
