// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/courier.hpp"
#include "gateway/notify/courier_turn.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>

/// What becomes of a subscription whose receiver took something, or did not.
namespace gateway::notify
{

void Courier::went_well(Round& round)
{
    store::Channel& channel = round.step.channel;
    channel.next_attempt = {};
    channel.failing_since.reset();
    channel.failures = 0;
    channel.failure.clear();
    if (round.subscription.heartbeat)
        channel.heartbeat = parts_.clock.now() + *round.subscription.heartbeat;
}

std::chrono::milliseconds Courier::pause_after(std::int64_t failures) const
{
    const auto doublings = std::min<std::int64_t>(std::max<std::int64_t>(failures, 1) - 1, 20);
    return std::min(settings_.longest_pause, settings_.first_pause * (std::int64_t{1} << doublings));
}

void Courier::went_wrong(Round& round, std::string code, std::optional<std::chrono::seconds> wanted_pause)
{
    store::Channel& channel = round.step.channel;
    const fhir::Instant now = parts_.clock.now();
    ++channel.failures;
    channel.failure = std::move(code);
    if (!channel.failing_since)
        channel.failing_since = now;
    std::chrono::milliseconds pause = pause_after(channel.failures);
    if (wanted_pause)
        pause = std::max(pause, std::chrono::milliseconds(*wanted_pause));
    channel.next_attempt = now + pause;
}

/// In error until the client starts it anew; what waited is dead. Not before somebody can be told.
Awaitable<void> Courier::give_up(Round& round, std::string sentence)
{
    const bool told = co_await raise({round.subscription.id, round.subscription.client,
                                      round.subscription.organisation, round.step.channel.failure, 0, 0});
    if (!told) {
        auto& next = round.step.channel.next_attempt;
        next = std::max(next, parts_.clock.now() + settings_.first_pause);
        co_return;
    }
    Subscription failed = round.subscription;
    failed.status = "error";
    failed.error = std::move(sentence);
    failed.updated = parts_.clock.now();
    round.step.status = to_record(failed);
    round.step.give_up_waiting = true;
}

Awaitable<bool> Courier::raise(DeadLetters letters)
{
    if (parts_.on_dead_letters) {
        const bool told = co_await parts_.on_dead_letters(letters);
        if (!told)
            co_return false;
    }
    parts_.metrics.notification("event-notification", "dead");
    observability::log(observability::Level::warning, "notifications_given_up",
                       {{"subscription", letters.subscription},
                        {"client", letters.client},
                        {"failure", letters.failure},
                        {"event", letters.first}});
    co_return true;
}

} // namespace gateway::notify
