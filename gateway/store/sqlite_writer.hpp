// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/store/sqlite_checkpointer.hpp"
#include "gateway/store/sqlite_database.hpp"
#include "gateway/store/store_gate.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace gateway::store
{

/// One unit of work on the writer thread and the way back to its coroutine.
class WriteJob
{
public:
    virtual ~WriteJob() = default;
    /// False: what it wrote is to be rolled back.
    virtual bool work(Database& database) = 0;
    virtual void fail(fhir::Error error) = 0;

    /// Posts the coroutine to its own executor.
    std::move_only_function<void()> resume;
};

/// The only thread that writes. All waiting jobs (at most `max_batch`) share one transaction, each inside a
/// savepoint (which costs a copy of every page it changes) unless it is the only one, so that one that fails
/// rolls back alone; coroutines resume after COMMIT, and when COMMIT fails all of them are told. No
/// artificial wait: batches form while the previous one is being committed.
class SqliteWriter
{
public:
    using Committed = std::function<void(std::chrono::nanoseconds)>;
    using Queued = std::function<void(std::size_t)>; ///< how many wait
    SqliteWriter(std::unique_ptr<Database> database, std::size_t max_batch, Committed committed,
                 StoreGate* gate = nullptr, std::unique_ptr<Checkpointer> checkpointer = nullptr,
                 Queued queued = {});
    /// Finishes what is queued.
    ~SqliteWriter();

    /// Once queued the work is done whether or not the coroutine is cancelled or destroyed.
    template <class T>
    Awaitable<fhir::Result<T>> run(std::function<fhir::Result<T>(Database&)> work);

private:
    using Batch = std::vector<std::shared_ptr<WriteJob>>;

    Awaitable<void> pass_gate(std::shared_ptr<WriteJob> job);
    void enqueue(std::shared_ptr<WriteJob> job);
    void loop();
    Batch next_batch();
    void commit(const Batch& batch);
    void roll_back();
    bool perform_alone(WriteJob& job);
    bool perform(WriteJob& job);

    std::unique_ptr<Database> database_;
    const std::size_t max_batch_;
    const Committed committed_;
    const Queued queued_;
    StoreGate* const gate_;
    const std::unique_ptr<Checkpointer> checkpointer_; ///< none: SQLite sees to the log itself
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::shared_ptr<WriteJob>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

template <class T>
class TypedWriteJob : public WriteJob
{
public:
    explicit TypedWriteJob(std::function<fhir::Result<T>(Database&)> work) : work_(std::move(work)) {}
    bool work(Database& database) override
    {
        result = work_(database);
        return result.has_value();
    }
    void fail(fhir::Error error) override { result = std::unexpected(std::move(error)); }

    fhir::Result<T> result = fhir::fail(fhir::ErrorKind::store_unavailable);

private:
    std::function<fhir::Result<T>(Database&)> work_;
};

template <class T>
Awaitable<fhir::Result<T>> SqliteWriter::run(std::function<fhir::Result<T>(Database&)> work)
{
    auto job = std::make_shared<TypedWriteJob<T>>(std::move(work));
    if (gate_ != nullptr) {
        co_await pass_gate(job);
        co_return std::move(job->result);
    }
    auto executor = co_await boost::asio::this_coro::executor;
    auto start = [this, job, executor](auto handler) {
        job->resume = [handler = std::move(handler),
                       guard = boost::asio::make_work_guard(executor)]() mutable {
            boost::asio::post(guard.get_executor(), std::move(handler));
        };
        enqueue(job);
    };
    boost::asio::use_awaitable_t<Executor> token;
    co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<Executor>, void()>(std::move(start),
                                                                                         token);
    co_return std::move(job->result);
}

} // namespace gateway::store
