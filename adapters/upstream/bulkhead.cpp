// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/bulkhead.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace asio = boost::asio;

namespace adapters::upstream
{
namespace
{

constexpr std::size_t most_waiting_per_place = 32;

} // namespace

/// A place in the queue. Leaves it when the coroutine goes, for whatever reason, so that no waiter outlives
/// its thread.
class Bulkhead::Queueing
{
public:
    Queueing(Bulkhead& owner, const Executor& executor, Monotonic::time_point deadline)
        : owner_(owner), waiter_(std::make_shared<Waiter>(executor, deadline))
    {
        const std::lock_guard lock(owner_.mutex_);
        if (owner_.waiting_.size() < owner_.places_ * most_waiting_per_place)
            owner_.waiting_.push_back(waiter_);
        else
            waiter_->timer.expires_at(Monotonic::time_point::min());
    }

    ~Queueing()
    {
        bool unused = false;
        {
            const std::lock_guard lock(owner_.mutex_);
            std::erase(owner_.waiting_, waiter_);
            unused = std::exchange(waiter_->granted, false);
        }
        if (unused)
            owner_.release();
    }

    Queueing(const Queueing&) = delete;
    Queueing& operator=(const Queueing&) = delete;

    Timer& timer() { return waiter_->timer; }

    std::optional<Permit> take()
    {
        const std::lock_guard lock(owner_.mutex_);
        if (!std::exchange(waiter_->granted, false))
            return std::nullopt;
        return Permit(owner_);
    }

private:
    Bulkhead& owner_;
    std::shared_ptr<Waiter> waiter_;
};

Awaitable<std::optional<Bulkhead::Permit>> Bulkhead::enter(Monotonic::time_point deadline)
{
    auto permit = try_enter();
    if (permit)
        co_return permit;
    auto executor = co_await asio::this_coro::executor;
    Queueing queueing(*this, executor, deadline);
    auto [woken] = co_await queueing.timer().async_wait(asio::as_tuple(use_awaitable));
    (void)woken; // whether by time or by release(): `granted` says
    co_return queueing.take();
}

std::optional<Bulkhead::Permit> Bulkhead::try_enter()
{
    const std::lock_guard lock(mutex_);
    if (in_flight_ >= places_ || !waiting_.empty())
        return std::nullopt;
    ++in_flight_;
    return std::optional<Permit>(std::in_place, *this);
}

void Bulkhead::release()
{
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        --in_flight_;
        return;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next->granted = true;
    // Under the lock: the waiter cannot leave, so its context is still there.
    auto executor = next->timer.get_executor();
    asio::post(executor, [next = std::move(next)] { next->timer.cancel(); });
}

std::size_t Bulkhead::in_flight() const
{
    const std::lock_guard lock(mutex_);
    return in_flight_;
}

} // namespace adapters::upstream
