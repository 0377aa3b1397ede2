// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/store/outbox_records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::notify
{

/// A channel of the outbox whose events go another way than as notifications to a subscriber's endpoint. It
/// stands among the subscriptions, without client and organisation.
struct CarriedChannel
{
    std::string id;
    std::string_view topic;
    std::string endpoint; ///< for operators to see
    bool on = false;
};

/// What came of carrying one event.
struct Carried
{
    enum class How
    {
        done,
        not_wanted, ///< nobody is to be told after all; `code` says why
        refused,    ///< this event, by a receiver that is otherwise well
        failed,     ///< the receiver, or the way there
        later       ///< not before `not_before`, and no other event of the channel either
    };
    How how = How::done;
    std::string code = {};
    fhir::Instant not_before = {};
};

/// Carries what goes another way. Called on the courier's thread.
class Carrier
{
public:
    virtual ~Carrier() = default;

    virtual std::vector<CarriedChannel> channels() const = 0;
    /// From the event alone: what it says no to is never a delivery.
    virtual bool wants(std::string_view channel, const store::OutboxEvent& event) const = 0;
    /// Again and again until it is done, refused too often or given up; the same under the same number.
    virtual Awaitable<Carried> carry(std::string channel, store::DeliveryRecord delivery) = 0;
};

} // namespace gateway::notify
