// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_store.hpp"

#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_migrations.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace gateway::store
{

namespace
{

std::unexpected<fhir::Error> refuse(const std::string& path, const std::string& why)
{
    return fhir::fail(fhir::ErrorKind::internal, "The database " + path + " " + why);
}

/// SQLite would create the file with the umask's rights; its WAL and shared memory files copy the rights of
/// the database.
bool create_private(const std::string& path)
{
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return false;
    close(descriptor);
    return true;
}

/// A store with a gate has no threads.
std::unique_ptr<Checkpointer> checkpointer(const SqliteSettings& settings)
{
    if (settings.gate != nullptr)
        return nullptr;
    return std::make_unique<Checkpointer>(settings.path, settings.log_pages);
}

} // namespace

bool key_fits(Database& database, const Sealer& sealer)
{
    constexpr std::string_view context = "store_property/key_check";
    {
        auto rows = database.query("SELECT value FROM store_property WHERE name = 'key_check'");
        if (rows.next())
            return sealer.open(rows.text(0), context).has_value();
    }
    const std::string sealed = sealer.seal("apptgw", context);
    database.run("INSERT INTO store_property (name, value) VALUES ('key_check', ?)", {Blob{sealed}});
    return true;
}

DatabaseLock::DatabaseLock(const std::string& database)
    : descriptor_(open((database + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)),
      held_(descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0)
{}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), held_(std::exchange(other.held_, false))
{}

DatabaseLock::~DatabaseLock()
{
    if (descriptor_ >= 0)
        close(descriptor_);
}

std::unique_ptr<Database> ReadPool::take()
{
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto database = std::move(idle_.back());
            idle_.pop_back();
            return database;
        }
    }
    return std::make_unique<Database>(path_, Database::Mode::read);
}

void ReadPool::give_back(std::unique_ptr<Database> database)
{
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(database));
}

SqliteStore::SqliteStore(SqliteSettings settings, const Sealer::Key& key, std::unique_ptr<Database> database,
                         DatabaseLock lock)
    : lock_(std::move(lock)), sealer_(key), readers_(settings.path), gate_(settings.gate),
      writer_(std::move(database), settings.max_batch, std::move(settings.on_commit), settings.gate,
              checkpointer(settings), std::move(settings.on_queue))
{}

fhir::Result<std::unique_ptr<Store>> open_sqlite_store(SqliteSettings settings)
{
    const auto key = read_key_file(settings.key_file);
    if (!key)
        return std::unexpected(key.error());
    if (!create_private(settings.path))
        return refuse(settings.path,
                      "cannot be opened for writing. Check that its directory exists and is writable.");
    DatabaseLock lock(settings.path);
    if (!lock.held())
        return refuse(settings.path, "is in use by another apptgw. Stop that one first, or give this one a "
                                     "database of its own.");
    try {
        auto database = std::make_unique<Database>(settings.path, Database::Mode::write);
        const auto migrated = migrate(*database, sqlite_migrations());
        if (!migrated)
            return std::unexpected(migrated.error());
        if (!key_fits(*database, Sealer(*key)))
            return refuse(settings.path,
                          "was written with another key than the one in " + settings.key_file + ".");
        return std::make_unique<SqliteStore>(std::move(settings), *key, std::move(database), std::move(lock));
    } catch (const DatabaseError& error) {
        return refuse(settings.path, std::string("cannot be used: ") + error.what() + ".");
    }
}

} // namespace gateway::store
