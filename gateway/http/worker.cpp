// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/worker.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <vector>

namespace asio = boost::asio;

namespace gateway::http
{
namespace
{

Awaitable<void> run_work(std::function<Awaitable<void>()> work)
{
    co_await work();
}

} // namespace

void Tally::begin()
{
    const std::lock_guard lock(mutex_);
    ++running_;
}

void Tally::end()
{
    const std::lock_guard lock(mutex_);
    if (--running_ == 0)
        changed_.notify_all();
}

bool Tally::wait_until_idle(std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return running_ == 0; });
}

Worker::Worker(Tally& tally) : tally_(tally), guard_(asio::make_work_guard(context_)) {}

Worker::~Worker()
{
    join();
    jobs_.clear(); // their sockets must not outlive the context
}

void Worker::keep_limit(std::chrono::milliseconds limit)
{
    constexpr std::chrono::milliseconds finest{5};
    tick_length_ = std::max(finest, std::min(tick_length_, limit / 4));
}

void Worker::start()
{
    asio::co_spawn(context_, tick(), report_failure("tick"));
    thread_ = std::thread([this] { context_.run(); });
}

Awaitable<void> Worker::tick()
{
    for (;;) {
        co_await adapters::pause(tick_length_);
        const auto now = std::chrono::steady_clock::now();
        for (const auto& job : jobs_)
            job->expire(now);
    }
}

void Worker::run(std::shared_ptr<Job> job, Awaitable<void> work)
{
    tally_.begin();
    jobs_.insert(job);
    auto slot = job->cancellation().slot();
    auto done = [this, job](std::exception_ptr failure) { finished(job, failure); };
    asio::co_spawn(context_, std::move(work), asio::bind_cancellation_slot(slot, std::move(done)));
}

void Worker::finished(const std::shared_ptr<Job>& job, std::exception_ptr failure)
{
    jobs_.erase(job);
    if (failure && !cancelled_)
        report_exception("worker");
    tally_.end();
}

void Worker::spawn(std::function<Awaitable<void>()> work)
{
    tally_.begin(); // counted from now on, not from when the thread gets to it
    asio::post(context_, [this, work = std::move(work)]() mutable {
        run(std::make_shared<Job>(), run_work(std::move(work)));
        tally_.end();
    });
}

void Worker::drain()
{
    asio::post(context_, [this] {
        draining_ = true;
        for (const auto& job : jobs_)
            job->drain();
    });
}

void Worker::cancel()
{
    asio::post(context_, [this] {
        cancelled_ = true;
        // Cancelling may end a job at once, which changes the set.
        const std::vector<std::shared_ptr<Job>> jobs(jobs_.begin(), jobs_.end());
        for (const auto& job : jobs)
            job->cancellation().emit(asio::cancellation_type::terminal);
    });
}

void Worker::join()
{
    guard_.reset();
    context_.stop();
    if (thread_.joinable())
        thread_.join();
}

std::function<void(std::exception_ptr)> report_failure(std::string_view where)
{
    return [where](std::exception_ptr failure) {
        if (failure)
            report_exception(where);
    };
}

void report_exception(std::string_view where)
{
    std::fprintf(stderr, "{\"level\":\"error\",\"event\":\"unexpected_exception\",\"where\":\"%.*s\"}\n",
                 static_cast<int>(where.size()), where.data());
}

} // namespace gateway::http
