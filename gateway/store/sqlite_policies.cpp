// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"

namespace gateway::store
{

namespace
{

using Policies = std::vector<PolicyRecord>;
using WrittenPolicy = std::optional<std::int64_t>;

PolicyRecord read_policy(const Rows& rows)
{
    PolicyRecord record;
    record.kind = rows.text(0);
    record.key = rows.text(1);
    record.version = rows.integer(2);
    record.body = rows.text(3);
    record.removed = rows.integer(4) != 0;
    record.author = rows.text(5);
    record.reason = rows.text(6);
    record.at = rows.instant(7);
    return record;
}

Policies all_policies(Rows rows)
{
    Policies found;
    while (rows.next())
        found.push_back(read_policy(rows));
    return found;
}

WrittenPolicy append_policy(Database& database, const PolicyRecord& record)
{
    std::int64_t newest = 0;
    {
        auto rows = database.query("SELECT max(version) FROM policy_version WHERE kind = ? AND key = ?",
                                   {record.kind, record.key});
        if (rows.next() && !rows.null(0))
            newest = rows.integer(0);
    }
    if (newest != record.version)
        return std::nullopt;
    database.run("INSERT INTO policy_version (kind, key, version, body, removed, author, reason, at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                 {record.kind, record.key, newest + 1, record.body, std::int64_t{record.removed},
                  record.author, record.reason, at(record.at)});
    if (record.kind == valve_kind)
        announce_valve(database, record, newest + 1);
    return newest + 1;
}

} // namespace

Awaitable<fhir::Result<WrittenPolicy>> SqliteStore::write_policy(PolicyRecord record)
{
    auto shared = std::make_shared<const PolicyRecord>(std::move(record));
    auto written =
        co_await writer_.run<WrittenPolicy>([shared](Database& database) -> fhir::Result<WrittenPolicy> {
            return append_policy(database, *shared);
        });
    co_return written;
}

Awaitable<fhir::Result<Policies>> SqliteStore::policies()
{
    co_return read<Policies>([](Database& database) -> fhir::Result<Policies> {
        return all_policies(database.query(
            "SELECT kind, key, version, body, removed, author, reason, at FROM policy_version p"
            " WHERE version = (SELECT max(version) FROM policy_version q"
            " WHERE q.kind = p.kind AND q.key = p.key) ORDER BY kind, key"));
    });
}

Awaitable<fhir::Result<Policies>> SqliteStore::policy_history(std::string kind, std::string key)
{
    co_return read<Policies>([&](Database& database) -> fhir::Result<Policies> {
        return all_policies(database.query(
            "SELECT kind, key, version, body, removed, author, reason, at FROM policy_version"
            " WHERE kind = ? AND key = ? ORDER BY version DESC",
            {kind, key}));
    });
}

} // namespace gateway::store
