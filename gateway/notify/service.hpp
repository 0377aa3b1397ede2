// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/notify/subscribers.hpp"
#include "gateway/notify/subscription.hpp"
#include "gateway/notify/visibility.hpp"
#include "gateway/store/outbox_store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gateway::notify
{

struct ServiceSettings
{
    std::string base_url;                 ///< of the FHIR API
    std::size_t most_subscriptions = 100; ///< of one client
};

struct ServiceParts
{
    store::OutboxStore& store;
    const CurrentSubscribers& subscribers;
    const Visibility& visibility;
    const adapters::Clock& clock; ///< the system's: when to deliver has nothing to do with appointments
    adapters::Random& random;
};

/// Subscriptions as clients make and change them: each sees its own. What they may subscribe to is decided
/// here, what they hear of it when it is delivered. Thread-safe. Errors of all: `store_unavailable`,
/// `not_found`.
class Subscriptions
{
public:
    Subscriptions(ServiceParts parts, ServiceSettings settings)
        : parts_(parts), settings_(std::move(settings))
    {}

    /// In status requested; its secret is in the result, and never shown again. Errors: `value_invalid`,
    /// `required`, `scope_missing`, `booking_limit` with a path below Subscription.
    Awaitable<fhir::Result<Subscription>> create(identity::Caller caller, Subscription wanted);
    Awaitable<fhir::Result<Subscription>> read(identity::Caller caller, std::string id) const;
    /// By id.
    Awaitable<fhir::Result<std::vector<Subscription>>> all(identity::Caller caller) const;
    /// With status off nothing is delivered any more; with requested it starts anew, with a handshake. Its
    /// topic stays. `headers` empty: as they were. Errors as of `create`, `version_conflict`,
    /// `not_amendable`.
    Awaitable<fhir::Result<Subscription>> update(identity::Caller caller, std::int64_t expected_version,
                                                 Subscription wanted);
    Awaitable<fhir::Result<void>> remove(identity::Caller caller, std::string id);
    /// With a new secret; the old one signs beside it for a day.
    Awaitable<fhir::Result<Subscription>> renew_secret(identity::Caller caller, std::string id);

    /// What `$status` answers: Bundle of type searchset, JSON.
    Awaitable<fhir::Result<std::string>> status(identity::Caller caller, std::string id) const;
    /// What `$events` answers: a notification Bundle of type query-event, JSON. At most 1,000 events, without
    /// those that may not be seen any more.
    Awaitable<fhir::Result<std::string>> events(identity::Caller caller, std::string id,
                                                std::optional<std::int64_t> from,
                                                std::optional<std::int64_t> to) const;

private:
    fhir::Result<void> check(const identity::Caller& caller, const Subscription& wanted) const;
    Awaitable<fhir::Result<Subscription>> written(store::SubscriptionWrite write, Subscription wanted);

    ServiceParts parts_;
    ServiceSettings settings_;
};

} // namespace gateway::notify
