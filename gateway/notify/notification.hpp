// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/notify/subscription.hpp"
#include "gateway/store/outbox_records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::notify
{

/// One event as it is told.
struct Told
{
    std::int64_t number = 0;
    store::OutboxEvent event;
    std::string resource; ///< JSON of the focus; empty: only its id
};

struct Notification
{
    std::string_view type; ///< handshake, heartbeat, event-notification, query-status, query-event
    std::vector<Told> events;
    std::string error; ///< code of the last failure; empty: none
    fhir::Instant at{};
    std::string id;       ///< of the Bundle
    std::string delivery; ///< what it is called by; empty: it tells of no events
};

/// Bundle of type history, JSON (R5 backport on R4: backport-subscription-notification-r4). What concerns a
/// practice as a whole names it by ODS code. `base_url`: of the FHIR API, without a slash at the end.
std::string to_bundle(const Subscription& subscription, const Notification& notification,
                      std::string_view base_url);
/// Only its status: Parameters, JSON (backport-subscription-status-r4).
std::string to_status(const Subscription& subscription, const Notification& notification,
                      std::string_view base_url);

} // namespace gateway::notify
