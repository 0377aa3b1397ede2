// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/outbox_records.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gateway::notify
{

/// Deliveries that go in one notification.
struct DueBatch
{
    store::Batch batch;
    std::size_t begin = 0, count = 0; ///< which of those that are due
    bool is_new = false;              ///< the store does not know of it yet
};

/// What is due, by number, in notifications of at most `max_count` events. What was sent together stays
/// together; what was sent alone, or in more than fit now, goes alone.
std::vector<DueBatch> batches_of(const std::vector<store::DeliveryRecord>& due, std::size_t max_count);

/// What the notification is called: `<subscription>-<number>`, or `-<first>-<last>`; the same however often
/// it is sent.
std::string delivery_id(const std::string& subscription, const store::Batch& batch);

/// Of its Bundle; as much the same: a UUID (version 8) made of that.
std::string bundle_id(const std::string& delivery_id);

} // namespace gateway::notify
