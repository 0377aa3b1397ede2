// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/courier.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/observability/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

/// What is matched and who is served; what is sent to each: courier_round.cpp.
namespace gateway::notify
{

using fhir::Result;

namespace
{

constexpr std::size_t events_at_once = 500;
constexpr std::chrono::minutes lease_length{3}; ///< longer than a round and the last timeout in it
constexpr std::chrono::milliseconds busy_pause{2};
constexpr std::chrono::seconds measure_every{5}, purge_every{30};

} // namespace

Courier::Courier(CourierParts parts, CourierSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      run_(adapters::new_uuid(parts_.clock, parts_.random))
{
    if (!parts_.connect)
        parts_.connect = [](adapters::upstream::Endpoint endpoint)
            -> Result<std::unique_ptr<adapters::upstream::Upstream>> {
            auto made = adapters::upstream::make_https_upstream(std::move(endpoint));
            if (!made)
                return std::unexpected(made.error());
            return std::move(*made);
        };
}

/// All subscriptions as they stand, unless they are known.
Awaitable<Result<void>> Courier::refresh_index()
{
    auto place = co_await parts_.store.outbox_place(parts_.clock.now());
    if (!place)
        co_return std::unexpected(place.error());
    if (index_ && index_->generation() == place->generation)
        co_return Result<void>();
    auto records = co_await parts_.store.subscriptions();
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<Subscription> subscriptions;
    for (const store::SubscriptionRecord& record : *records)
        if (auto subscription = from_record(record))
            subscriptions.push_back(std::move(*subscription));
    index_.emplace(std::move(subscriptions), place->generation);
    co_return Result<void>();
}

/// Whoever is found by the event's organisations may see it, unless somebody has decided otherwise.
Awaitable<Result<std::vector<std::pair<std::string, store::OutboxEvent>>>>
Courier::matches_of(std::vector<store::OutboxEvent> events)
{
    std::vector<std::pair<std::string, store::OutboxEvent>> matches;
    const bool ask = parts_.visibility.must_ask();
    const auto directory = parts_.visibility.directory();
    for (const store::OutboxEvent& event : events)
        for (const Subscription* each : index_->matching(event, *directory, parts_.visibility.now())) {
            if (ask) {
                const auto organisation = fhir::OdsCode::parse(each->organisation);
                auto may = organisation ? co_await parts_.visibility.may_hear(*organisation, event)
                                        : Result<bool>(false);
                if (!may)
                    co_return std::unexpected(may.error());
                if (!*may)
                    continue;
            }
            matches.emplace_back(each->id, event);
        }
    if (parts_.carrier != nullptr)
        for (const store::OutboxEvent& event : events)
            for (const Subscription& each : index_->carried())
                if (each.topic->name == event.topic && parts_.carrier->wants(each.id, event))
                    matches.emplace_back(each.id, event);
    co_return matches;
}

/// True when there were events.
Awaitable<bool> Courier::match()
{
    auto place = co_await parts_.store.outbox_place(parts_.clock.now());
    if (!place || place->matched >= place->newest)
        co_return false;
    auto events = co_await parts_.store.events_after(place->matched, events_at_once);
    if (!events || events->empty())
        co_return false;
    auto refreshed = co_await refresh_index();
    if (!refreshed)
        co_return false;
    store::FanOut wanted;
    wanted.from = place->matched;
    wanted.to = events->back().sequence;
    wanted.generation = index_->generation();
    wanted.now = parts_.clock.now();
    auto matches = co_await matches_of(std::move(*events));
    if (!matches)
        co_return false;
    wanted.matches = std::move(*matches);
    auto done = co_await parts_.store.fan_out(std::move(wanted));
    co_return done.value_or(false);
}

Awaitable<Result<std::vector<store::LeasedChannel>>> Courier::lease()
{
    const fhir::Instant now = parts_.clock.now();
    auto place = co_await parts_.store.outbox_place(now);
    if (!place)
        co_return std::unexpected(place.error());
    // What an earlier run of this node had leased does not count as waiting.
    if ((!place->waiting && took_over_) || in_flight_ >= settings_.channels_at_once)
        co_return std::vector<store::LeasedChannel>();
    store::ChannelLease request;
    request.lease = {settings_.node, run_ + "-" + std::to_string(++leases_), now + lease_length};
    request.now = now;
    request.limit = settings_.channels_at_once - in_flight_;
    request.run = run_;
    const std::size_t limit = request.limit;
    auto leased = co_await parts_.store.lease_channels(std::move(request));
    took_over_ = took_over_ || (leased && leased->size() < limit);
    co_return leased;
}

Awaitable<bool> Courier::round()
{
    const bool matched = co_await match();
    auto leased = co_await lease();
    if (!leased)
        co_return matched;
    for (store::LeasedChannel& each : *leased)
        co_await serve(std::move(each));
    co_return matched || !leased->empty();
}

void Courier::spawn(store::LeasedChannel leased, const Executor& executor)
{
    ++in_flight_;
    boost::asio::co_spawn(executor, serve(std::move(leased)), [this](std::exception_ptr failure) {
        --in_flight_;
        if (failure)
            observability::log(observability::Level::error, "notification_failed");
    });
}

Awaitable<void> Courier::work(const std::atomic<bool>& stop)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    auto measured = adapters::Monotonic::now() - measure_every, purged = measured;
    while (!stop) {
        const bool matched = co_await match();
        auto leased = co_await lease();
        const bool busy = matched || (leased && !leased->empty());
        if (leased)
            for (store::LeasedChannel& each : *leased)
                spawn(std::move(each), executor);
        const auto now = adapters::Monotonic::now();
        if (now - measured >= measure_every) {
            measured = now;
            co_await measure();
        }
        if (now - purged >= purge_every) {
            purged = now;
            co_await purge();
        }
        co_await adapters::pause(busy ? busy_pause : settings_.look_every);
    }
    while (in_flight_ > 0)
        co_await adapters::pause(busy_pause);
}

Awaitable<void> Courier::measure()
{
    auto figures = co_await parts_.store.outbox_figures();
    if (!figures)
        co_return;
    const auto age = figures->oldest ? parts_.clock.now() - *figures->oldest : std::chrono::milliseconds(0);
    parts_.metrics.outbox("due", static_cast<double>(figures->due + figures->unmatched));
    parts_.metrics.outbox("held", static_cast<double>(figures->held));
    parts_.metrics.outbox("dead", static_cast<double>(figures->dead));
    parts_.metrics.outbox_oldest(std::max(0.0, std::chrono::duration<double>(age).count()));
}

Awaitable<void> Courier::purge()
{
    auto purged = co_await parts_.store.purge_outbox(parts_.clock.now() - settings_.keep);
    static_cast<void>(purged); // again in half a minute
}

Result<adapters::upstream::Upstream*> Courier::upstream_for(const std::string& origin)
{
    auto& upstream = upstreams_[origin];
    if (upstream)
        return upstream.get();
    adapters::upstream::Endpoint endpoint;
    endpoint.name = "notify";
    endpoint.base_url = origin + "/";
    endpoint.ca_file = settings_.ca_file;
    endpoint.max_response_bytes = 64 << 10;
    // Each subscription pauses by itself, longer each time.
    endpoint.breaker_failures = 1U << 30;
    endpoint.public_addresses_only = !settings_.private_addresses;
    auto made = parts_.connect(std::move(endpoint));
    if (!made)
        return std::unexpected(made.error());
    upstream = std::move(*made);
    return upstream.get();
}

} // namespace gateway::notify
