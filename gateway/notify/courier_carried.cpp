// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/courier.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/notify/courier_turn.hpp"

#include <algorithm>

/// What goes another way than to a subscriber's endpoint: the same rows, numbers, leases and pauses.
namespace gateway::notify
{

using fhir::Result;
using store::DeliveryState;

Awaitable<Result<void>> Courier::open_channels()
{
    if (parts_.carrier == nullptr)
        co_return Result<void>();
    for (CarriedChannel& wanted : parts_.carrier->channels()) {
        auto opened = co_await open_channel(std::move(wanted));
        if (!opened)
            co_return opened;
    }
    co_return Result<void>();
}

/// What waits in a channel that is switched off is never sent: by the time it is on again nobody wants it.
Awaitable<Result<void>> Courier::open_channel(CarriedChannel wanted)
{
    auto found = co_await parts_.store.subscription(wanted.id);
    if (!found)
        co_return std::unexpected(found.error());
    Subscription channel;
    channel.id = wanted.id;
    channel.topic = topic_named(wanted.topic);
    channel.endpoint = wanted.endpoint;
    channel.status = wanted.on ? "active" : "off";
    channel.updated = parts_.clock.now();
    if (!wanted.on && (!*found || (*found)->status == channel.status))
        co_return Result<void>();
    if (*found)
        channel.version = (*found)->version;
    // Looked at anew at each start: quiet hours, or the server, may be others now.
    auto written = co_await parts_.store.write_subscription({to_record(channel), wanted.on, !wanted.on});
    if (!written)
        co_return std::unexpected(written.error());
    co_return Result<void>(); // another node has just done the same, or it is done
}

/// One after the other, so that a patient hears in order.
Awaitable<void> Courier::carry(Round& round)
{
    if (parts_.carrier == nullptr)
        co_return;
    const auto until = adapters::Monotonic::now() + longest_round;
    for (const store::DeliveryRecord& delivery : round.leased.due) {
        if (adapters::Monotonic::now() >= until)
            co_return;
        const bool goes_on = co_await carry_one(round, delivery);
        if (!goes_on)
            co_return;
    }
}

/// Not before somebody can be told; until then it is tried again like anything that failed.
Awaitable<void> Courier::bury(Round& round, store::DeliveryRecord delivery, std::string code)
{
    const std::string& organisation =
        delivery.event.party.empty() || delivery.event.topic == store::task_topic ? delivery.event.practice
                                                                                  : delivery.event.party;
    const bool told =
        co_await raise({round.subscription.id, {}, organisation, code, delivery.number, delivery.number});
    round.step.deliveries.push_back(
        {delivery.number, told ? DeliveryState::dead : DeliveryState::due, true, code});
    if (!told)
        went_wrong(round, std::move(code), {});
}

/// False when the others have to wait too.
Awaitable<bool> Courier::carry_one(Round& round, store::DeliveryRecord delivery)
{
    auto carried = co_await parts_.carrier->carry(round.subscription.id, delivery);
    using enum Carried::How;
    const bool too_old = parts_.clock.now() - delivery.event.at >= settings_.give_up_after;
    const bool too_often = delivery.attempts + 1 >= settings_.refusals_allowed;
    if (carried.how == later) {
        round.step.channel.next_attempt = carried.not_before;
        co_return false;
    }
    parts_.metrics.notification(round.subscription.id, carried.how == done         ? "delivered"
                                                       : carried.how == not_wanted ? "not_wanted"
                                                                                   : carried.code);
    if (carried.how == not_wanted) {
        round.step.deliveries.push_back({delivery.number, DeliveryState::cancelled, false, carried.code});
        co_return true;
    }
    if (carried.how == done) {
        const bool all_well =
            std::ranges::none_of(round.step.deliveries, [](const store::DeliveryStep& each) {
                return each.state == DeliveryState::due;
            });
        round.step.deliveries.push_back({delivery.number, DeliveryState::done, true, {}});
        if (all_well) // else the pause stands until what was refused is tried again
            went_well(round);
        co_return true;
    }
    if (too_old || (carried.how == refused && too_often)) {
        co_await bury(round, std::move(delivery), carried.code);
        co_return carried.how == refused;
    }
    round.step.deliveries.push_back({delivery.number, DeliveryState::due, true, carried.code});
    went_wrong(round, carried.code, {});
    co_return carried.how == refused;
}

} // namespace gateway::notify
