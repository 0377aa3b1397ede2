// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/notify/subscription.hpp"
#include "gateway/store/outbox_store.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gateway::notify
{

/// What an operator does with deliveries.
enum class Order
{
    hold,
    release,
    replay, ///< what is dead, cancelled or done is sent again, under its number
    cancel
};
std::optional<Order> parse_order(std::string_view text);

struct OutboxOrder
{
    Order order = Order::hold;
    std::string subscription;
    std::optional<std::int64_t> number; ///< unset: the subscription as a whole
    std::string by, reason;
};

/// A subscription as operators see it: without headers and secret.
struct OutboxChannel
{
    Subscription subscription;
    store::Channel channel;
};

struct OfficeParts
{
    store::OutboxStore& store;
    const adapters::Clock& clock; ///< the system's
    audit::Recorder* audit = nullptr;
};

/// Deliveries for operators; everything they do is audited. Thread-safe. Errors of all: `store_unavailable`,
/// `not_found`.
class OutboxOffice
{
public:
    explicit OutboxOffice(OfficeParts parts, std::int64_t replays_per_minute = 1000)
        : parts_(parts), replays_per_minute_(replays_per_minute)
    {}

    Awaitable<fhir::Result<store::OutboxFigures>> figures() const;
    Awaitable<fhir::Result<std::vector<OutboxChannel>>> channels() const;
    Awaitable<fhir::Result<OutboxChannel>> channel(std::string subscription) const;
    /// Newest first, at most 200.
    Awaitable<fhir::Result<std::vector<store::DeliveryRecord>>>
    deliveries(std::string subscription, std::vector<store::DeliveryState> states) const;
    /// How many deliveries it changed. Replays of a whole subscription are those that are dead, as many as
    /// the minute still has room for. Errors: `required` without a name or a reason, `throttled`,
    /// `transition_not_allowed` for a delivery in another state.
    Awaitable<fhir::Result<std::int64_t>> carry_out(OutboxOrder order);

private:
    fhir::Result<std::size_t> room_for_replays();
    void replayed(std::int64_t count);
    Awaitable<fhir::Result<std::int64_t>> carry_out_checked(OutboxOrder order);
    Awaitable<void> write_down(OutboxOrder order, fhir::Result<std::int64_t> done) const;

    OfficeParts parts_;
    const std::int64_t replays_per_minute_;
    std::mutex mutex_;
    fhir::Instant minute_{};
    std::int64_t in_minute_ = 0;
};

} // namespace gateway::notify
