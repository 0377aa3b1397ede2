// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/load.hpp"

#include "adapters/upstream/deadline.hpp"

#include <algorithm>

namespace gateway::limits
{

namespace
{

/// Which loop runs on this thread; the first, where none does.
thread_local std::size_t own_loop = 0;

/// From how many hundredths of a limit on this work is refused.
std::int64_t shed_from(Work work)
{
    switch (work) {
    case Work::search:
        return 100;
    case Work::booking:
        return 150;
    case Work::change:
        return 250;
    case Work::health:
        break;
    }
    return std::numeric_limits<std::int64_t>::max();
}

} // namespace

std::chrono::nanoseconds Load::Loop::lag(Moment now) const
{
    const Moment due{Moment::duration(due_.load(std::memory_order_relaxed))};
    return now > due ? std::chrono::nanoseconds(now - due) : std::chrono::nanoseconds(0);
}

Load::Load(LoadSettings settings, std::size_t loops, Now now)
    : now_(std::move(now)), loops_(std::max<std::size_t>(loops, 1)),
      max_lag_ns_(std::chrono::nanoseconds(settings.max_lag).count()), max_in_flight_(settings.max_in_flight),
      max_store_queue_(settings.max_store_queue)
{}

Awaitable<void> Load::watch(std::size_t index, const std::atomic<bool>& stopping)
{
    constexpr std::chrono::milliseconds look_every{20};
    own_loop = index;
    while (!stopping) {
        loops_[index].expect(now_() + look_every);
        co_await adapters::pause(look_every);
    }
    loops_[index].expect(Moment::max()); // what is still asked while it drains is not late
}

std::int64_t Load::percent() const
{
    const auto lag = loops_[std::min(own_loop, loops_.size() - 1)].lag(now_()).count();
    return std::max(
        {lag * 100 / max_lag_ns_, in_flight_ * 100 / max_in_flight_, store_queue_ * 100 / max_store_queue_});
}

bool Load::must_shed(Work work) const
{
    return percent() >= shed_from(work);
}

std::chrono::nanoseconds Load::worst_lag() const
{
    const Moment now = now_();
    std::chrono::nanoseconds worst{0};
    for (const Loop& loop : loops_)
        worst = std::max(worst, loop.lag(now));
    return worst;
}

void Load::use(LoadSettings settings)
{
    max_lag_ns_ = std::chrono::nanoseconds(settings.max_lag).count();
    max_in_flight_ = settings.max_in_flight;
    max_store_queue_ = settings.max_store_queue;
}

} // namespace gateway::limits
