// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/store/outbox_records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gateway::store
{

/// The outbox: what changed, who wants to hear of it, and what has been told; the part of a Store that
/// notification stands on. Every new version of an appointment or a task that anybody may see, every slot
/// that a cancellation gives back and every change of a valve writes its event in the transaction of the
/// change itself. The promises are Store's.
class OutboxStore
{
public:
    virtual ~OutboxStore() = default;

    /// For what the store does not see for itself. Its sequence.
    virtual Awaitable<fhir::Result<std::int64_t>> write_event(OutboxEvent event) = 0;
    /// By sequence.
    virtual Awaitable<fhir::Result<std::vector<OutboxEvent>>> events_after(std::int64_t sequence,
                                                                           std::size_t limit) = 0;
    virtual Awaitable<fhir::Result<OutboxPlace>> outbox_place(fhir::Instant now) = 0;
    /// Each match becomes a delivery that is due, under the next number of its subscription; those of
    /// subscriptions that are gone, in error or off fall away. False when it was refused.
    virtual Awaitable<fhir::Result<bool>> fan_out(FanOut wanted) = 0;

    /// The version written; nothing when another one is the newest by now.
    virtual Awaitable<fhir::Result<std::optional<std::int64_t>>>
    write_subscription(SubscriptionWrite wanted) = 0;
    /// With its deliveries. False when there is none.
    virtual Awaitable<fhir::Result<bool>> remove_subscription(std::string id) = 0;
    /// By id.
    virtual Awaitable<fhir::Result<std::vector<SubscriptionRecord>>> subscriptions() = 0;
    virtual Awaitable<fhir::Result<std::optional<SubscriptionRecord>>> subscription(std::string id) = 0;
    virtual Awaitable<fhir::Result<std::optional<Channel>>> channel(std::string subscription) = 0;

    /// Channels with something to do that nobody works on, now leased to the caller; those that waited
    /// longest first.
    virtual Awaitable<fhir::Result<std::vector<LeasedChannel>>> lease_channels(ChannelLease request) = 0;
    /// What goes together, before it is sent for the first time. False (nothing is written) when the lease
    /// was lost.
    virtual Awaitable<fhir::Result<bool>> keep_batches(std::string subscription, std::string token,
                                                       std::vector<Batch> batches) = 0;
    virtual Awaitable<fhir::Result<bool>> settle_channel(ChannelStep step) = 0;

    virtual Awaitable<fhir::Result<std::vector<DeliveryRecord>>> deliveries(DeliveryFilter filter) = 0;
    /// How many deliveries became another state. What of the subscription waits in a notification with others
    /// goes alone from then on.
    virtual Awaitable<fhir::Result<std::int64_t>> order_deliveries(DeliveryOrder order) = 0;
    virtual Awaitable<fhir::Result<OutboxFigures>> outbox_figures() = 0;
    /// Drops some thousands of the deliveries that were done or cancelled before then, and of the events
    /// before then that nobody waits for; to be called again and again.
    virtual Awaitable<fhir::Result<void>> purge_outbox(fhir::Instant before) = 0;
};

} // namespace gateway::store
