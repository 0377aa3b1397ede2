// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/deadline.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace adapters::upstream
{

/// At most so many calls at once over all threads; the rest queue, first come first served, each woken on its
/// own thread.
class Bulkhead
{
public:
    /// One place inside, given back when it goes.
    class Permit
    {
    public:
        explicit Permit(Bulkhead& owner) : owner_(&owner) {}
        Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Permit& operator=(Permit&&) = delete;
        ~Permit()
        {
            if (owner_ != nullptr)
                owner_->release();
        }

    private:
        Bulkhead* owner_;
    };

    explicit Bulkhead(std::size_t places) : places_(places) {}

    /// Nothing when no place came free before `deadline`, or too many wait already.
    Awaitable<std::optional<Permit>> enter(Monotonic::time_point deadline);
    std::size_t in_flight() const;

private:
    struct Waiter
    {
        Waiter(const Executor& executor, Monotonic::time_point until) : timer(executor, until) {}
        Timer timer;
        bool granted = false;
    };
    class Queueing;

    std::optional<Permit> try_enter();
    void release();

    const std::size_t places_;
    mutable std::mutex mutex_;
    std::size_t in_flight_ = 0;
    std::deque<std::shared_ptr<Waiter>> waiting_;
};

} // namespace adapters::upstream
