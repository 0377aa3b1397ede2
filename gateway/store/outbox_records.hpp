// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the store keeps of changes to be announced, of who wants to hear of them, and of what became of that.
/// None of it identifies a patient; what is called "sealed" is as in records.hpp.
namespace gateway::store
{

inline constexpr std::string_view appointment_topic = "appointment-status", task_topic = "task-change",
                                  slot_topic = "slot-availability", practice_topic = "practice-state";

/// One change that was committed, to be announced: it exists exactly when the change does.
struct OutboxEvent
{
    std::int64_t sequence = 0; ///< of all, in the order of commits; never used twice
    std::string topic;
    std::string subject;      ///< `Appointment/<id>`, `Task/<id>`, `Slot/<id>`, `Practice/<ODS>`
    std::int64_t version = 0; ///< of the subject; 0 where it has none
    fhir::Instant at{};
    std::string practice; ///< ODS code; of a task its owner
    std::string party;    ///< ODS code: who booked, or asked; empty: nobody
    std::string status;   ///< FHIR code of the subject in that version, where it has one
    std::string changed;  ///< codes with blanks between: `created`, `status start`
};

struct SubscriptionRecord
{
    std::string id;
    std::int64_t version = 0;
    fhir::Instant updated{};
    std::string client;       ///< who made it
    std::string organisation; ///< ODS code
    std::string status;       ///< FHIR code: requested, active, error, off
    std::string topic;
    std::string body;        ///< the rest, as notify writes it; sealed
    std::int64_t events = 0; ///< given to it so far; only read
};

/// How deliveries to one subscription go.
struct Channel
{
    bool held = false; ///< by an operator
    fhir::Instant next_attempt{};
    std::optional<fhir::Instant> failing_since;
    std::int64_t failures = 0;              ///< in a row
    std::string failure;                    ///< code of the last one; empty when the last one went well
    std::optional<fhir::Instant> heartbeat; ///< when to say that there was nothing
};

/// `due`: to be delivered. `held`: not before an operator releases it, and nothing of the same subject before
/// it. `dead`: given up. `cancelled`: never to be delivered. `done`: the receiver has it.
enum class DeliveryState
{
    due,
    held,
    dead,
    cancelled,
    done
};
std::string_view to_text(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

/// One event for one subscription.
struct DeliveryRecord
{
    std::string subscription;
    std::int64_t number = 0; ///< of the subscription's events, from 1 on without gaps
    DeliveryState state = DeliveryState::due;
    std::int64_t attempts = 0;
    fhir::Instant changed{};
    std::string failure; ///< code of the last one
    OutboxEvent event;
    /// Numbers by which the notification that it goes in is called; the same two: it goes alone. 0: that is
    /// not settled yet. No two notifications are ever called the same.
    std::int64_t first = 0, last = 0;
};

/// A subscription as it is wanted.
struct SubscriptionWrite
{
    SubscriptionRecord record;   ///< `version`: the one that it follows, 0: a new one
    bool start_anew = false;     ///< its channel forgets its failures and is looked at next
    bool cancel_waiting = false; ///< what has not been delivered never will be
};

/// Events put where they belong, in one transaction. Refused (nothing is written) unless `from` is the last
/// event that was, and the subscriptions are those of `generation`.
struct FanOut
{
    std::int64_t from = 0;
    std::int64_t to = 0; ///< the last one that was looked at
    std::int64_t generation = 0;
    std::vector<std::pair<std::string, OutboxEvent>> matches; ///< subscription and event, by sequence
    fhir::Instant now{};
};

struct OutboxPlace
{
    std::int64_t matched = 0;    ///< the last event that was put where it belongs
    std::int64_t newest = 0;     ///< the last event there is
    std::int64_t generation = 0; ///< another one after every change of a subscription
    bool waiting = false;        ///< a channel has something to do, and nobody works on it
};

struct ChannelLease
{
    Lease lease; ///< each leased channel gets `token` with `-<n>` appended
    fhir::Instant now{};
    std::size_t limit = 64;
    std::size_t deliveries = 32; ///< of each
    /// After a restart: also what this node had leased before, known by tokens that do not start with it.
    std::string run;
};

struct LeasedChannel
{
    SubscriptionRecord subscription;
    Channel channel;
    std::string token;
    std::vector<DeliveryRecord> due; ///< by number; none for a handshake or a heartbeat
};

/// Deliveries that go in one notification from now on, however often it is sent.
struct Batch
{
    std::int64_t first = 0, last = 0; ///< numbers of the first and the last of them, and what it is called by
    std::vector<std::int64_t> numbers;
};

struct DeliveryStep
{
    std::int64_t number = 0;
    DeliveryState state = DeliveryState::done;
    bool attempted = true;
    std::string failure;
    bool alone = false; ///< from now on it goes in no notification with others
};

/// What came of a leased channel's work; ends its lease. Refused (nothing is written) when it was lost.
struct ChannelStep
{
    std::string subscription;
    std::string token;
    fhir::Instant now{};
    std::vector<DeliveryStep> deliveries;
    Channel channel;                          ///< as it is from now on; `held` is left as it is
    std::optional<SubscriptionRecord> status; ///< with another status, as the next version
    bool give_up_waiting = false;             ///< all that are due are dead
};

/// AND of what is set; newest first.
struct DeliveryFilter
{
    std::string subscription;
    std::optional<std::int64_t> from, to; ///< numbers, both inclusive; then by number
    std::vector<DeliveryState> states;
    std::size_t limit = 200;
};

/// Which deliveries an operator means, and what becomes of them.
struct DeliveryOrder
{
    std::string subscription;
    std::optional<std::int64_t> number; ///< unset: all in one of these states
    std::vector<DeliveryState> from;
    DeliveryState to = DeliveryState::due;
    std::optional<bool> hold_channel; ///< also: the subscription as a whole
    std::size_t limit = 100000;
    fhir::Instant now{};
};

struct OutboxFigures
{
    std::int64_t due = 0, held = 0, dead = 0;
    std::int64_t unmatched = 0;          ///< events that have not been put where they belong
    std::optional<fhir::Instant> oldest; ///< event that waits to be delivered
};

} // namespace gateway::store
