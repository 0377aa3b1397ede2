// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/search/book.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace gateway::search
{

/// One caller that waits for flights, on its own io_context: a timer that ends at the caller's deadline and
/// is cut short from any thread. One waiter may watch many flights.
class Waiter : public std::enable_shared_from_this<Waiter>
{
public:
    using Moment = adapters::Monotonic::time_point;

    Waiter(Executor executor, Moment deadline) : timer_(executor), deadline_(deadline) {}

    /// Returns when woken, at the deadline or when the caller is cancelled.
    Awaitable<void> wait();
    bool expired() const { return adapters::Monotonic::now() >= deadline_; }
    /// Thread-safe while the waiter is registered with the flight that calls.
    void wake();

private:
    adapters::Timer timer_;
    Moment deadline_;
};

using BookResult = fhir::Result<std::shared_ptr<const Book>>;

/// One question to one practice, shared by everybody who asks for the same stretch of time meanwhile. It
/// belongs to nobody: a caller that gives up leaves it running for the others. Thread-safe.
class Flight
{
public:
    /// `started`: the practice's sequence number when the supplier was asked.
    Flight(fhir::Interval window, std::uint64_t started) : window_(window), started_(started) {}

    const fhir::Interval& window() const { return window_; }
    std::uint64_t started() const { return started_; }
    adapters::Monotonic::time_point began() const { return began_; }

    /// The answer, once there is one.
    std::optional<BookResult> outcome() const;
    void land(BookResult result);
    /// False when it has landed already: nothing to wait for.
    bool watch(const std::shared_ptr<Waiter>& waiter);
    void forget(const Waiter* waiter);

private:
    const fhir::Interval window_;
    const std::uint64_t started_;
    const adapters::Monotonic::time_point began_ = adapters::Monotonic::now();
    mutable std::mutex mutex_;
    std::optional<BookResult> outcome_;
    std::vector<std::shared_ptr<Waiter>> waiters_;
};

/// Keeps a waiter registered with flights for as long as its coroutine lives, whichever way that ends.
class Watch
{
public:
    explicit Watch(std::shared_ptr<Waiter> waiter) : waiter_(std::move(waiter)) {}
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void add(const std::shared_ptr<Flight>& flight);
    Waiter& waiter() { return *waiter_; }

private:
    std::shared_ptr<Waiter> waiter_;
    std::vector<std::shared_ptr<Flight>> flights_;
};

} // namespace gateway::search
