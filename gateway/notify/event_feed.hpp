// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/notify/visibility.hpp"
#include "gateway/store/outbox_store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace gateway::notify
{

struct FeedSettings
{
    std::chrono::milliseconds wait{20000}; ///< for something to tell
    std::chrono::milliseconds look_every{500};
};

/// Events as server-sent events, for pages that people look at: ids and codes of what the caller may see,
/// out of the outbox. An answer ends when there was something to tell, or after a while; whoever reads it
/// comes again with the id of the last event, from which it goes on. Nothing is kept for anybody.
/// Thread-safe.
class EventFeed
{
public:
    /// `draining` may be empty.
    EventFeed(store::OutboxStore& store, const Visibility& visibility, std::function<bool()> draining,
              FeedSettings settings)
        : store_(store), visibility_(visibility), draining_(std::move(draining)), settings_(settings)
    {}

    /// `text/event-stream`. `after`: the last event that the caller knows; unset: from now on.
    Awaitable<fhir::Result<std::string>> read(identity::Caller caller,
                                              std::optional<std::int64_t> after) const;

private:
    Awaitable<fhir::Result<bool>> may_hear(const identity::Caller& caller, store::OutboxEvent event) const;

    store::OutboxStore& store_;
    const Visibility& visibility_;
    std::function<bool()> draining_;
    FeedSettings settings_;
};

} // namespace gateway::notify
