// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/notify/courier.hpp"
#include "gateway/notify/endpoint.hpp"

#include <chrono>
#include <memory>

/// What the parts of the courier share.
namespace gateway::notify
{

inline constexpr std::chrono::seconds longest_round{30};

/// One subscription's turn.
struct Courier::Round
{
    store::LeasedChannel leased;
    Subscription subscription;
    std::shared_ptr<const Subscriber> subscriber;
    Endpoint endpoint;
    store::ChannelStep step;
};

} // namespace gateway::notify
