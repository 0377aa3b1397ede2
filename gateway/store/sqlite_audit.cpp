// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_audit.hpp"

#include "gateway/store/sqlite_audit_rows.hpp"
#include "gateway/store/sqlite_engine.hpp"

#include <unistd.h>

namespace gateway::store
{

Awaitable<fhir::Result<std::vector<AuditChain>>> SqliteStore::audit_chains()
{
    using Chains = std::vector<AuditChain>;
    co_return read<Chains>(
        [](Database& database) -> fhir::Result<Chains> { return read_audit_chains(database); });
}

Awaitable<fhir::Result<std::vector<AuditRow>>> SqliteStore::audit_rows(std::string chain, std::int64_t after,
                                                                       std::size_t limit)
{
    using Found = std::vector<AuditRow>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        return read_audit_rows(database, chain, after, limit);
    });
}

Awaitable<fhir::Result<std::vector<AuditCheckpoint>>>
SqliteStore::audit_checkpoints(std::string chain, std::int64_t from, std::size_t limit)
{
    using Found = std::vector<AuditCheckpoint>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        return read_audit_checkpoints(database, chain, from, limit);
    });
}

Awaitable<fhir::Result<std::optional<AuditCheckpoint>>>
SqliteStore::audit_checkpoint_before(std::string chain, fhir::Instant moment)
{
    using Found = std::optional<AuditCheckpoint>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        return read_audit_checkpoint_before(database, chain, moment);
    });
}

Awaitable<fhir::Result<std::vector<AuditRow>>> SqliteStore::find_audit(AuditFilter filter)
{
    using Found = std::vector<AuditRow>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        return find_audit_rows(database, filter, sealer_);
    });
}

Awaitable<fhir::Result<AuditHead>> SqliteStore::append_audit(std::string chain, AuditLink link)
{
    auto head =
        co_await writer_.run<AuditHead>([this, chain, link](Database& database) -> fhir::Result<AuditHead> {
            return append_to_chain(database, chain, link, sealer_);
        });
    co_return head;
}

Awaitable<fhir::Result<bool>> SqliteStore::purge_audit(AuditPurge purge)
{
    auto done = co_await writer_.run<bool>(
        [purge](Database& database) -> fhir::Result<bool> { return purge_chain(database, purge); });
    co_return done;
}

namespace
{

/// A connection of its own that cannot write; takes no lock, so that a gateway may be running.
class SqliteAuditReader : public AuditReader
{
public:
    explicit SqliteAuditReader(const std::string& path) : database_(path, Database::Mode::read) {}

    Awaitable<fhir::Result<std::vector<AuditChain>>> audit_chains() override
    {
        co_return attempt<std::vector<AuditChain>>([&] { return read_audit_chains(database_); });
    }
    Awaitable<fhir::Result<std::vector<AuditRow>>> audit_rows(std::string chain, std::int64_t after,
                                                              std::size_t limit) override
    {
        co_return attempt<std::vector<AuditRow>>(
            [&] { return read_audit_rows(database_, chain, after, limit); });
    }
    Awaitable<fhir::Result<std::vector<AuditCheckpoint>>>
    audit_checkpoints(std::string chain, std::int64_t from, std::size_t limit) override
    {
        co_return attempt<std::vector<AuditCheckpoint>>(
            [&] { return read_audit_checkpoints(database_, chain, from, limit); });
    }
    Awaitable<fhir::Result<std::optional<AuditCheckpoint>>>
    audit_checkpoint_before(std::string chain, fhir::Instant moment) override
    {
        co_return attempt<std::optional<AuditCheckpoint>>(
            [&] { return read_audit_checkpoint_before(database_, chain, moment); });
    }

private:
    template <class T, class Read>
    fhir::Result<T> attempt(Read read)
    {
        try {
            return read();
        } catch (const DatabaseError&) {
            return fhir::fail(fhir::ErrorKind::store_unavailable);
        }
    }

    Database database_;
};

} // namespace

fhir::Result<std::unique_ptr<AuditReader>> open_sqlite_audit(const std::string& path)
{
    if (access(path.c_str(), R_OK) != 0)
        return fhir::fail(fhir::ErrorKind::not_found, "The database " + path + " cannot be read.");
    try {
        return std::make_unique<SqliteAuditReader>(path);
    } catch (const DatabaseError& error) {
        return fhir::fail(fhir::ErrorKind::internal,
                          "The database " + path + " cannot be used: " + error.what() + ".");
    }
}

} // namespace gateway::store
