// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/log.hpp"

#include "gateway/observability/json_line.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>

namespace gateway::observability
{
namespace
{

constexpr std::size_t queue_lines = 8192;

/// Lines arrive finished, so spdlog's own formatter (which would not escape them) is never asked. Runs on the
/// log's thread.
class LineSink : public spdlog::sinks::base_sink<std::mutex>
{
public:
    void set_output(std::function<void(std::string_view)> output)
    {
        const std::lock_guard lock(mutex_);
        output_ = std::move(output);
    }

    std::uint64_t flushes() const { return flushes_.load(); }
    void wait_for_flush_after(std::uint64_t seen, std::chrono::milliseconds limit)
    {
        std::unique_lock lock(flushed_mutex_);
        flushed_.wait_for(lock, limit, [&] { return flushes_.load() > seen; });
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        const std::string_view line(message.payload.data(), message.payload.size());
        if (output_)
            return output_(line);
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fputc('\n', stdout);
        std::fflush(stdout);
    }

    void flush_() override
    {
        const std::lock_guard lock(flushed_mutex_);
        ++flushes_;
        flushed_.notify_all();
    }

private:
    std::function<void(std::string_view)> output_;
    std::atomic<std::uint64_t> flushes_{0};
    std::mutex flushed_mutex_;
    std::condition_variable flushed_;
};

/// The one log of the process. When the queue is full the oldest lines give way: a slow disk must not stop
/// bookings.
struct Log
{
    std::atomic<Level> level{Level::info};
    std::shared_ptr<LineSink> sink = std::make_shared<LineSink>();
    std::shared_ptr<spdlog::details::thread_pool> threads =
        std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        "apptgw", sink, threads, spdlog::async_overflow_policy::overrun_oldest);

    std::mutex one_flush_at_a_time;
};

Log& the_log()
{
    static Log instance;
    return instance;
}

} // namespace

void log(Level level, std::string_view event, std::initializer_list<Field> fields)
{
    Log& log = the_log();
    if (level < log.level.load(std::memory_order_relaxed))
        return;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::string line = json_line(now, level, event, {fields.begin(), fields.size()});
    log.logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void set_level(Level level)
{
    the_log().level = level;
}

void flush()
{
    Log& log = the_log();
    const std::lock_guard alone(log.one_flush_at_a_time);
    const std::uint64_t seen = log.sink->flushes();
    // The queue drops its oldest entry when it is full, and that can be this request: ask again, but not for
    // ever.
    for (int attempt = 0; attempt < 50 && log.sink->flushes() == seen; ++attempt) {
        log.logger->flush();
        log.sink->wait_for_flush_after(seen, std::chrono::milliseconds(100));
    }
}

void set_output(std::function<void(std::string_view line)> output)
{
    flush();
    the_log().sink->set_output(std::move(output));
}

} // namespace gateway::observability
