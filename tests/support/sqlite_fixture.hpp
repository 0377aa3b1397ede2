// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "tests/support/temporary_folder.hpp"

#include <memory>
#include <stdexcept>

namespace tests
{

/// A SQLite database in a folder of its own; may be opened again and again.
class SqliteFixture
{
public:
    SqliteFixture()
    {
        if (!gateway::store::create_key_file(key_file()))
            throw std::runtime_error("no key file");
    }
    std::string path() const { return folder_.file("store.db"); }
    std::string key_file() const { return folder_.file("store.key"); }
    const TemporaryFolder& folder() const { return folder_; }

    std::unique_ptr<gateway::store::Store> open(gateway::store::StoreGate* gate = nullptr) const
    {
        auto store = gateway::store::open_sqlite_store({path(), key_file(), 64, {}, gate});
        if (!store)
            throw std::runtime_error(store.error().sentence());
        return std::move(*store);
    }

private:
    TemporaryFolder folder_;
};

} // namespace tests
