// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sqlite_database.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace gateway::store
{

/// Brings the write-ahead log back into the database file without keeping the writer waiting: a thread of
/// its own copies what the log holds, then the writer copies the little that came meanwhile, between two
/// transactions, so that the log is empty and begins again. SQLite by itself has one unlucky transaction
/// copy everything: tens of milliseconds in which nothing can be booked.
class Checkpointer
{
public:
    /// `pages`: of the log (4 KiB each), from which on it is copied.
    Checkpointer(std::string path, std::size_t pages);
    /// Waits for a copy that is under way or asked for.
    ~Checkpointer();

    /// By the writer, behind each of its transactions.
    void tend(Database& writer);

private:
    enum class Stage
    {
        idle,
        copying,
        copied
    };

    void loop();
    void copy() noexcept;
    void set(Stage stage);
    Stage stage();

    const std::string path_;
    const std::size_t pages_;
    std::mutex mutex_;
    std::condition_variable wake_;
    Stage stage_ = Stage::idle;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace gateway::store
