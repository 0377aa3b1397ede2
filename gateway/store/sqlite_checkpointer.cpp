// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_checkpointer.hpp"

#include <pthread.h>

namespace gateway::store
{

namespace
{

/// When the thread cannot keep up, or cannot copy at all, the writer does it before the log grows beyond
/// this.
constexpr std::size_t most_logs = 8;

/// Copies as much as can be copied without waiting for anybody. What fails leaves the log as it is, which
/// loses nothing; a disk that is broken is heard of by the next transaction.
void checkpoint(Database& database) noexcept
{
    try {
        database.run("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (const std::exception&) { // the log grows
    }
}

} // namespace

Checkpointer::Checkpointer(std::string path, std::size_t pages)
    : path_(std::move(path)), pages_(pages), thread_([this] { loop(); })
{}

Checkpointer::~Checkpointer()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpointer::tend(Database& writer)
{
    const Stage now = stage();
    const std::size_t pages = writer.log_pages();
    if (now == Stage::idle && pages >= pages_) {
        set(Stage::copying);
        wake_.notify_one();
    }
    if (now == Stage::copied || pages >= pages_ * most_logs) {
        checkpoint(writer);
        if (now == Stage::copied)
            set(Stage::idle);
    }
}

void Checkpointer::loop()
{
    pthread_setname_np(pthread_self(), "store-log");
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || stage_ == Stage::copying; });
            if (stage_ != Stage::copying)
                return;
        }
        copy();
        set(Stage::copied);
    }
}

/// Twice: what comes in during the long first pass is most of what the writer would have to copy.
void Checkpointer::copy() noexcept
{
    try {
        Database database(path_, Database::Mode::copy);
        checkpoint(database);
        checkpoint(database);
    } catch (const std::exception&) { // it cannot be opened: the log grows
    }
}

void Checkpointer::set(Stage stage)
{
    const std::lock_guard lock(mutex_);
    stage_ = stage;
}

Checkpointer::Stage Checkpointer::stage()
{
    const std::lock_guard lock(mutex_);
    return stage_;
}

} // namespace gateway::store
