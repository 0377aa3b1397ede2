// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/upstream/upstream.hpp"
#include "gateway/audit/recorder.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/notify/batches.hpp"
#include "gateway/notify/carrier.hpp"
#include "gateway/notify/match_index.hpp"
#include "gateway/notify/notification.hpp"
#include "gateway/notify/subscribers.hpp"
#include "gateway/notify/visibility.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/store/outbox_store.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gateway::notify
{

struct CourierSettings
{
    std::string base_url; ///< of the FHIR API
    std::string node;
    std::string ca_file;                         ///< who vouches for receivers; empty: the system's store
    bool private_addresses = false;              ///< whether receivers may be on private networks
    std::chrono::milliseconds first_pause{1000}; ///< after a failure; doubles each time
    std::chrono::milliseconds longest_pause{600000};
    std::chrono::hours give_up_after{24}; ///< of failures alone
    std::int64_t refusals_allowed = 5;    ///< of one event, by a receiver that takes others
    std::chrono::hours keep{24 * 7};      ///< what everybody has had
    std::size_t channels_at_once = 64;
    std::chrono::milliseconds look_every{50}; ///< for what is due, while there is nothing
};

/// Events of a subscription that were given up.
struct DeadLetters
{
    std::string subscription;
    std::string client; ///< empty: it was no notification, but a message to a person
    std::string organisation;
    std::string failure;              ///< code of the last one
    std::int64_t first = 0, last = 0; ///< numbers of the events; 0: all that waited
};

struct CourierParts
{
    store::OutboxStore& store;
    const CurrentSubscribers& subscribers;
    const Visibility& visibility;
    const adapters::Clock& clock; ///< the system's
    adapters::Random& random;
    observability::Metrics& metrics;
    audit::Recorder* audit = nullptr; ///< nothing is recorded without one
    /// JSON of the resource as the client would read it; nothing when it may not. May be empty: then only ids
    /// are told.
    std::function<Awaitable<fhir::Result<std::optional<std::string>>>(identity::Caller, std::string subject)>
        resource = {};
    /// Called before deliveries are given up, so that somebody can be told; false: nobody could be, and they
    /// are not given up yet. May be empty.
    std::function<Awaitable<bool>(DeadLetters)> on_dead_letters = {};
    Carrier* carrier = nullptr; ///< nothing goes another way without one
    /// How a receiver is reached; empty: over TLS.
    std::function<fhir::Result<std::unique_ptr<adapters::upstream::Upstream>>(adapters::upstream::Endpoint)>
        connect = {};
};

/// Carries events from the outbox to receivers: puts each where it belongs, then sends, at least once and
/// in order. One receiver that is slow or dead keeps nobody else waiting. Runs on one thread; several nodes
/// share the work by leases.
class Courier
{
public:
    Courier(CourierParts parts, CourierSettings settings);

    /// Makes, changes or ends the channels of the carrier, as it says they are; before `work`.
    Awaitable<fhir::Result<void>> open_channels();
    /// Until `stop`; ends when what is on its way has come back.
    Awaitable<void> work(const std::atomic<bool>& stop);

    /// One round of everything that is due now, to its end; whether there was anything.
    Awaitable<bool> round();
    /// Gauges.
    Awaitable<void> measure();
    Awaitable<void> purge();

private:
    struct Round;

    Awaitable<fhir::Result<void>> refresh_index();
    Awaitable<bool> match();
    Awaitable<fhir::Result<std::vector<std::pair<std::string, store::OutboxEvent>>>>
    matches_of(std::vector<store::OutboxEvent> events);
    Awaitable<fhir::Result<std::vector<store::LeasedChannel>>> lease();
    Awaitable<void> serve(store::LeasedChannel leased);
    Awaitable<fhir::Result<void>> open_channel(CarriedChannel wanted);
    Awaitable<void> serve_permitted(Round& round);
    Awaitable<void> carry(Round& round);
    Awaitable<bool> carry_one(Round& round, store::DeliveryRecord delivery);
    Awaitable<void> bury(Round& round, store::DeliveryRecord delivery, std::string code);
    Awaitable<void> shake_hands(Round& round);
    Awaitable<void> beat(Round& round);
    Awaitable<void> deliver(Round& round);
    Awaitable<bool> keep(Round& round, const std::vector<DueBatch>& batches);
    Awaitable<bool> deliver_batch(Round& round, DueBatch batch);
    Awaitable<bool> refuse(Round& round, const Notification& notification, const std::string& code,
                           std::int64_t attempts);
    Awaitable<std::optional<Told>> told(Round& round, const store::DeliveryRecord& delivery);
    Awaitable<fhir::Result<fhir::rest::Response>> send(Round& round, const Notification& notification);
    Awaitable<void> give_up(Round& round, std::string sentence);
    Awaitable<bool> raise(DeadLetters letters);
    void went_well(Round& round);
    void went_wrong(Round& round, std::string code, std::optional<std::chrono::seconds> wanted_pause);
    std::chrono::milliseconds pause_after(std::int64_t failures) const;
    fhir::Result<adapters::upstream::Upstream*> upstream_for(const std::string& origin);
    void spawn(store::LeasedChannel leased, const Executor& executor);

    CourierParts parts_;
    CourierSettings settings_;
    std::optional<MatchIndex> index_;
    std::map<std::string, std::unique_ptr<adapters::upstream::Upstream>> upstreams_; ///< by origin
    std::string run_;                                                                ///< of this process
    std::uint64_t leases_ = 0;
    bool took_over_ = false; ///< all that an earlier run of this node had leased
    std::size_t in_flight_ = 0;
};

} // namespace gateway::notify
