// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/flight.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace gateway::search
{

Awaitable<void> Waiter::wait()
{
    timer_.expires_at(deadline_);
    auto outcome = co_await timer_.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
    (void)outcome;
}

void Waiter::wake()
{
    boost::asio::post(timer_.get_executor(), [self = shared_from_this()] { self->timer_.cancel(); });
}

std::optional<BookResult> Flight::outcome() const
{
    const std::lock_guard lock(mutex_);
    return outcome_;
}

/// Wakes under the lock: a registered waiter's io_context is alive, an unregistered one's may not be.
void Flight::land(BookResult result)
{
    const std::lock_guard lock(mutex_);
    if (outcome_)
        return;
    outcome_ = std::move(result);
    for (const auto& waiter : waiters_)
        waiter->wake();
}

bool Flight::watch(const std::shared_ptr<Waiter>& waiter)
{
    const std::lock_guard lock(mutex_);
    if (outcome_)
        return false;
    waiters_.push_back(waiter);
    return true;
}

void Flight::forget(const Waiter* waiter)
{
    std::shared_ptr<Waiter> last; // its timer is destroyed outside the lock
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(waiters_, waiter, &std::shared_ptr<Waiter>::get);
    if (found == waiters_.end())
        return;
    last = std::move(*found);
    waiters_.erase(found);
}

Watch::~Watch()
{
    for (const auto& flight : flights_)
        flight->forget(waiter_.get());
}

void Watch::add(const std::shared_ptr<Flight>& flight)
{
    if (flight->watch(waiter_))
        flights_.push_back(flight);
}

} // namespace gateway::search
