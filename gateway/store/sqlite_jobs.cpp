// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

constexpr std::string_view job_columns = "id, owner, request_hash, open, payload, created, updated, "
                                         "next_step, lease_node, lease_token, lease_until";

std::string job_context(const std::string& id)
{
    return "job.payload/" + id;
}

JobRecord read_job(const Rows& rows, const Sealer& sealer)
{
    JobRecord job;
    job.id = rows.text(0);
    job.owner = rows.text(1);
    job.request_hash = rows.text(2);
    job.open = rows.integer(3) != 0;
    job.payload = sealer.open(rows.text(4), job_context(job.id)).value_or(std::string());
    job.created = rows.instant(5);
    job.updated = rows.instant(6);
    job.next_step = rows.instant(7);
    job.lease = {rows.text(8), rows.text(9), rows.instant(10)};
    return job;
}

std::vector<JobRecord> due_jobs(Database& database, const LeaseRequest& request, const Sealer& sealer)
{
    static const std::string sql = "SELECT " + std::string(job_columns) +
                                   " FROM job WHERE open = 1 AND next_step <= ?1 AND (lease_until <= ?1"
                                   " OR (lease_node = ?2 AND substr(lease_token, 1, length(?3)) <> ?3))"
                                   " ORDER BY created LIMIT ?4";
    auto rows = database.query(
        sql, {at(request.now), request.lease.node, request.run, static_cast<std::int64_t>(request.limit)});
    std::vector<JobRecord> found;
    while (rows.next())
        found.push_back(read_job(rows, sealer));
    return found;
}

} // namespace

Awaitable<fhir::Result<bool>> SqliteStore::begin_job(JobRecord job)
{
    const std::string sealed = sealer_.seal(job.payload, job_context(job.id));
    auto begun = co_await writer_.run<bool>([job, sealed](Database& database) -> fhir::Result<bool> {
        return database.run(
                   "INSERT OR IGNORE INTO job (id, owner, request_hash, open, payload, created, updated,"
                   " next_step, lease_node, lease_token, lease_until)"
                   " VALUES (?, ?, ?, 1, ?, ?, ?, ?, '', '', 0)",
                   {job.id, job.owner, job.request_hash, Blob{sealed}, at(job.created), at(job.created),
                    at(job.created)}) == 1;
    });
    co_return begun;
}

Awaitable<fhir::Result<std::optional<JobRecord>>> SqliteStore::job(std::string id)
{
    using Found = std::optional<JobRecord>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        static const std::string sql = "SELECT " + std::string(job_columns) + " FROM job WHERE id = ?";
        auto rows = database.query(sql, {id});
        return rows.next() ? Found(read_job(rows, sealer_)) : Found();
    });
}

Awaitable<fhir::Result<std::vector<JobRecord>>> SqliteStore::lease_jobs(LeaseRequest request)
{
    using Jobs = std::vector<JobRecord>;
    auto leased = co_await writer_.run<Jobs>([this, request](Database& database) -> fhir::Result<Jobs> {
        auto found = due_jobs(database, request, sealer_);
        for (std::size_t i = 0; i < found.size(); ++i) {
            found[i].lease = request.lease;
            found[i].lease.token += "-" + std::to_string(i);
            database.run("UPDATE job SET lease_node = ?, lease_token = ?, lease_until = ? WHERE id = ?",
                         {found[i].lease.node, found[i].lease.token, at(found[i].lease.until), found[i].id});
        }
        return found;
    });
    co_return leased;
}

Awaitable<fhir::Result<bool>> SqliteStore::save_job(JobRecord job, bool keep_lease)
{
    const std::string sealed = sealer_.seal(job.payload, job_context(job.id));
    auto saved =
        co_await writer_.run<bool>([job, sealed, keep_lease](Database& database) -> fhir::Result<bool> {
            const std::int64_t keep = keep_lease && job.open;
            return database.run("UPDATE job SET payload = ?, open = ?, updated = ?, next_step = ?,"
                                " lease_token = iif(?, lease_token, ''), lease_until = iif(?, ?, 0)"
                                " WHERE id = ? AND open = 1 AND lease_token = ? AND lease_token <> ''",
                                {Blob{sealed}, std::int64_t{job.open}, at(job.updated), at(job.next_step),
                                 keep, keep, at(job.lease.until), job.id, job.lease.token}) == 1;
        });
    co_return saved;
}

} // namespace gateway::store
