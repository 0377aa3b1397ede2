// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/outbox_records.hpp"
#include "gateway/store/policy_store.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"
#include "gateway/store/task_records.hpp"

#include <string>
#include <string_view>

/// Events of the outbox, written in the transaction of what they tell of, and the rows around them.
namespace gateway::store
{

inline constexpr std::string_view valve_kind = "valve";

/// Before the version is written: the row as it was says what is new.
void announce(Database& database, const AppointmentRecord& next, std::int64_t version);
void announce(Database& database, const TaskRecord& next, std::int64_t version);
/// Before the claims are released: each slot that the appointment gives back.
void announce_released(Database& database, const std::string& appointment, fhir::Instant now);
void announce_valve(Database& database, const PolicyRecord& valve, std::int64_t version);

/// Its sequence.
std::int64_t put_event(Database& database, const OutboxEvent& event);
inline constexpr std::string_view event_columns =
    "o.sequence, o.topic, o.subject, o.version, o.at, o.practice, o.party, o.status, o.changed";
/// `first`: column of the sequence.
OutboxEvent read_event(const Rows& rows, int first = 0);

std::string subscription_context(const std::string& id, std::int64_t version);
inline constexpr std::string_view subscription_columns =
    "s.id, s.version, s.updated, s.client, s.organisation, s.status, s.topic, s.body, c.events";
SubscriptionRecord read_subscription(const Rows& rows, const Sealer& sealer);

inline constexpr std::string_view channel_columns =
    "c.held, c.next_attempt, c.failing_since, c.failures, c.failure, c.heartbeat";
Channel read_channel(const Rows& rows, int first);

inline constexpr std::string_view delivery_columns =
    "d.subscription, d.number, d.state, d.attempts, d.changed, d.failure, d.first, d.last";
/// The event's columns follow.
DeliveryRecord read_delivery(const Rows& rows);

} // namespace gateway::store
