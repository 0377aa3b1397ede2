// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace gateway::store
{

class StoreGate;

struct SqliteSettings
{
    std::string path;     ///< database file; its directory must exist
    std::string key_file; ///< see sealer.hpp
    std::size_t max_batch = 64;
    /// Called on the writer thread after every commit, with its duration.
    std::function<void(std::chrono::nanoseconds)> on_commit;
    StoreGate* gate = nullptr; ///< for programs that simulate; outlives the store
    /// 4 KiB each. A copy takes what is newest of each page: rarer ones copy less.
    std::size_t log_pages = 4000;
    /// Called from any thread whenever it changes how many writes wait for the writer.
    std::function<void(std::size_t)> on_queue = {};
};

/// Opens or creates the database and brings its schema up to date. Errors are plain sentences naming the
/// file: unreadable, key file missing, too widely readable or not the one the data was written with, schema
/// newer than this program. Files made here are 0600.
fhir::Result<std::unique_ptr<Store>> open_sqlite_store(SqliteSettings settings);

} // namespace gateway::store
