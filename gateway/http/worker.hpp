// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/upstream/deadline.hpp"
#include "gateway/awaitable.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>

namespace gateway::http
{

/// Work in progress of all workers, so that stop() can wait for it.
class Tally
{
public:
    void begin();
    void end();
    /// False when work is left at `limit`.
    bool wait_until_idle(std::chrono::milliseconds limit);

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t running_ = 0;
};

/// Something a worker runs: a connection or a spawned coroutine. All calls come from the worker's thread.
class Job
{
public:
    using Time = std::chrono::steady_clock::time_point;

    virtual ~Job() = default;
    virtual void expire(Time) {}
    virtual void drain() {}
    boost::asio::cancellation_signal& cancellation() { return cancellation_; }

private:
    boost::asio::cancellation_signal cancellation_;
};

/// One thread with one io_context. Instead of a timer per operation, a coarse tick asks every job whether its
/// time is up.
class Worker
{
public:
    explicit Worker(Tally& tally);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    boost::asio::io_context& context() { return context_; }
    /// The tick becomes fine enough to keep this limit to a quarter; before start().
    void keep_limit(std::chrono::milliseconds limit);

    void start();
    /// Runs `work` until it ends; keeps `job` alive for as long. From the worker's thread.
    void run(std::shared_ptr<Job> job, Awaitable<void> work);
    /// From any thread.
    void spawn(std::function<Awaitable<void>()> work);

    bool draining() const { return draining_; }
    void drain();  ///< from any thread
    void cancel(); ///< from any thread
    void join();

private:
    Awaitable<void> tick();
    void finished(const std::shared_ptr<Job>& job, std::exception_ptr failure);

    Tally& tally_;
    std::chrono::milliseconds tick_length_{500};
    bool draining_ = false;
    bool cancelled_ = false;
    std::unordered_set<std::shared_ptr<Job>> jobs_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<Executor> guard_;
    std::thread thread_;
};

/// One JSON line on stderr: for failures below the log. No details: an exception's text may hold anything.
void report_exception(std::string_view where);
/// Completion handler for what never ends by itself; `where` is a literal.
std::function<void(std::exception_ptr)> report_failure(std::string_view where);

} // namespace gateway::http
