// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/gateway/store/store_contract.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

/// What the contract of outbox_store.hpp is told with.
namespace tests
{
namespace contract_outbox
{

using Events = std::vector<OutboxEvent>;

inline std::string shown(const OutboxEvent& event)
{
    return event.topic + " " + event.subject + " " + std::to_string(event.version) + " " + event.practice +
           " " + event.party + " " + event.status + " [" + event.changed + "]";
}

class OutboxFixture : public StoreContract
{
protected:
    Events events(std::int64_t after = 0) { return must(store->events_after(after, 100)); }
    std::vector<std::string> told(std::int64_t after = 0)
    {
        std::vector<std::string> all;
        for (const OutboxEvent& event : events(after))
            all.push_back(shown(event));
        return all;
    }
    OutboxPlace place() { return must(store->outbox_place(now)); }

    void subscribe(const std::string& id, const std::string& status = "active")
    {
        SubscriptionWrite write;
        write.record.id = id;
        write.record.updated = now;
        write.record.client = "hub";
        write.record.organisation = "HUB01";
        write.record.status = status;
        write.record.topic = appointment_topic;
        write.record.body = "secret words of " + id;
        ASSERT_EQ(must(store->write_subscription(write)), 1);
    }
    std::int64_t event(const std::string& subject, std::int64_t version = 1)
    {
        OutboxEvent event;
        event.topic = appointment_topic;
        event.subject = subject;
        event.version = version;
        event.at = now;
        event.practice = "A10001";
        event.party = "HUB01";
        event.status = "booked";
        event.changed = "created";
        return must(store->write_event(event));
    }
    /// All new events, to these.
    bool fan_out(std::vector<std::string> subscriptions)
    {
        const OutboxPlace where = place();
        FanOut wanted;
        wanted.from = where.matched;
        wanted.to = where.newest;
        wanted.generation = where.generation;
        wanted.now = now;
        for (const OutboxEvent& each : events(where.matched))
            for (const std::string& subscription : subscriptions)
                wanted.matches.emplace_back(subscription, each);
        return must(store->fan_out(wanted));
    }
    std::vector<LeasedChannel> lease(fhir::Instant when = now, const std::string& run = "run")
    {
        ChannelLease request;
        request.lease = {"node", run + "-" + std::to_string(++leases_), when + 3 * minute};
        request.now = when;
        request.run = run;
        return must(store->lease_channels(request));
    }
    static ChannelStep step(const LeasedChannel& leased)
    {
        ChannelStep step;
        step.subscription = leased.subscription.id;
        step.token = leased.token;
        step.now = now;
        step.channel = leased.channel;
        return step;
    }
    /// Everything that was leased, as done.
    bool deliver(const LeasedChannel& leased, DeliveryState state = DeliveryState::done)
    {
        ChannelStep all = step(leased);
        for (const DeliveryRecord& each : leased.due)
            all.deliveries.push_back(
                {each.number, state, true, state == DeliveryState::done ? "" : "timeout"});
        return must(store->settle_channel(all));
    }
    static std::vector<std::int64_t> numbers(const std::vector<DeliveryRecord>& deliveries)
    {
        std::vector<std::int64_t> all;
        for (const DeliveryRecord& each : deliveries)
            all.push_back(each.number);
        return all;
    }
    std::vector<std::int64_t> due_now()
    {
        const auto leased = lease();
        return leased.empty() ? std::vector<std::int64_t>() : numbers(leased.front().due);
    }
    std::int64_t order(std::optional<std::int64_t> number, std::vector<DeliveryState> from, DeliveryState to,
                       std::optional<bool> hold = std::nullopt)
    {
        DeliveryOrder wanted;
        wanted.subscription = "s1";
        wanted.number = number;
        wanted.from = std::move(from);
        wanted.to = to;
        wanted.hold_channel = hold;
        wanted.now = now;
        return must(store->order_deliveries(wanted));
    }

    int leases_ = 0;
};

using Numbers = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

} // namespace contract_outbox
} // namespace tests
