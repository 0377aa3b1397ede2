// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_writer.hpp"

#include <algorithm>

#include <pthread.h>

namespace gateway::store
{

SqliteWriter::SqliteWriter(std::unique_ptr<Database> database, std::size_t max_batch, Committed committed,
                           StoreGate* gate, std::unique_ptr<Checkpointer> checkpointer, Queued queued)
    : database_(std::move(database)), max_batch_(max_batch), committed_(std::move(committed)),
      queued_(std::move(queued)), gate_(gate), checkpointer_(std::move(checkpointer))
{
    if (checkpointer_ != nullptr)
        database_->leave_log_alone();
    if (gate_ == nullptr)
        thread_ = std::thread([this] { loop(); });
}

SqliteWriter::~SqliteWriter()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

Awaitable<void> SqliteWriter::pass_gate(std::shared_ptr<WriteJob> job)
{
    const bool passed = co_await gate_->before_commit();
    if (!passed)
        co_return;
    commit(Batch{job});
    const bool told = co_await gate_->after_commit();
    if (!told)
        job->fail(fhir::Error(fhir::ErrorKind::store_unavailable));
}

void SqliteWriter::enqueue(std::shared_ptr<WriteJob> job)
{
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(job));
        if (queued_)
            queued_(queue_.size());
    }
    wake_.notify_one();
}

void SqliteWriter::loop()
{
    pthread_setname_np(pthread_self(), "store");
    while (true) {
        Batch batch = next_batch();
        if (batch.empty())
            return;
        commit(batch);
        // A job keeps its coroutine's executor busy until it is gone, so each goes as soon as it is
        // delivered.
        for (auto& job : batch) {
            auto resume = std::move(job->resume);
            job.reset();
            resume();
        }
        if (checkpointer_ != nullptr)
            checkpointer_->tend(*database_);
    }
}

SqliteWriter::Batch SqliteWriter::next_batch()
{
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), max_batch_));
    Batch batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
    queue_.erase(queue_.begin(), queue_.begin() + count);
    if (queued_)
        queued_(queue_.size());
    return batch;
}

void SqliteWriter::commit(const Batch& batch)
{
    const auto began = std::chrono::steady_clock::now();
    try {
        database_->run("BEGIN IMMEDIATE");
        if (batch.size() == 1 && !perform_alone(*batch.front()))
            return roll_back();
        for (const auto& job : batch)
            if (batch.size() > 1 && !perform(*job))
                throw DatabaseError("the transaction is gone");
        database_->run("COMMIT");
    } catch (const std::exception&) {
        roll_back();
        for (const auto& job : batch)
            job->fail(fhir::Error(fhir::ErrorKind::store_unavailable));
        return;
    }
    if (committed_)
        committed_(std::chrono::steady_clock::now() - began);
}

/// On a failing disk even this can fail; then the next batch cannot begin, is refused, and tries again.
void SqliteWriter::roll_back()
{
    try {
        if (database_->in_transaction())
            database_->execute("ROLLBACK");
    } catch (const DatabaseError&) { // nothing left to undo it with
    }
}

/// False when nothing of it is to be kept; it has been told why.
bool SqliteWriter::perform_alone(WriteJob& job)
{
    const bool keep = job.work(*database_);
    if (keep && !database_->in_transaction())
        throw DatabaseError("the transaction is gone");
    return keep;
}

bool SqliteWriter::perform(WriteJob& job)
{
    database_->run("SAVEPOINT job");
    bool keep = false;
    try {
        keep = job.work(*database_);
    } catch (const std::exception&) {
        job.fail(fhir::Error(fhir::ErrorKind::store_unavailable));
    }
    // SQLite rolls the whole transaction back by itself on some failures, a full disk among them.
    if (!database_->in_transaction())
        return false;
    if (!keep)
        database_->run("ROLLBACK TO job");
    database_->run("RELEASE job");
    return true;
}

} // namespace gateway::store
