// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_conditions.hpp"
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

using FoundAppointment = std::optional<AppointmentRecord>;
using FoundAppointments = std::vector<AppointmentRecord>;

std::string select(std::string_view where)
{
    return "SELECT " + std::string(appointment_columns) + " FROM appointment a WHERE " + std::string(where);
}

FoundAppointment one(Database& database, const std::string& sql, const std::string& id, const Sealer& sealer)
{
    auto rows = database.query(sql, {id});
    return rows.next() ? FoundAppointment(read_appointment(rows, sealer)) : FoundAppointment();
}

/// The version's own resource, status and time over the current row.
constexpr std::string_view versions =
    "SELECT a.id, v.version, v.updated, a.practice, a.booked_by, a.patient, v.status, a.start_at, a.end_at, "
    "v.resource, a.supplier"
    " FROM appointment a JOIN appointment_version v ON v.id = a.id";

Conditions conditions(const AppointmentFilter& filter, const std::vector<std::string>& patient_hashes)
{
    Conditions all("a.version >= 1");
    if (!filter.visible_to.empty())
        all.add("(a.booked_by = ? OR a.practice = ?)", {filter.visible_to, filter.visible_to});
    all.any_of("a.id", filter.ids);
    all.any_of("a.practice", filter.practices);
    all.any_of("a.booked_by", filter.booked_by);
    all.any_of("a.status", filter.statuses);
    all.any_of("a.patient_hash", patient_hashes, true);
    if (filter.start_from)
        all.add("a.start_at >= ?", {at(*filter.start_from)});
    if (filter.start_before)
        all.add("a.start_at < ?", {at(*filter.start_before)});
    return all;
}

} // namespace

Awaitable<fhir::Result<FoundAppointment>> SqliteStore::appointment(std::string id)
{
    co_return read<FoundAppointment>([&](Database& database) -> fhir::Result<FoundAppointment> {
        static const std::string sql = select("a.id = ? AND a.version >= 1");
        return one(database, sql, id, sealer_);
    });
}

Awaitable<fhir::Result<FoundAppointment>> SqliteStore::appointment_any(std::string id)
{
    co_return read<FoundAppointment>([&](Database& database) -> fhir::Result<FoundAppointment> {
        static const std::string sql = select("a.id = ?");
        return one(database, sql, id, sealer_);
    });
}

Awaitable<fhir::Result<FoundAppointment>> SqliteStore::appointment_version(std::string id,
                                                                           std::int64_t version)
{
    co_return read<FoundAppointment>([&](Database& database) -> fhir::Result<FoundAppointment> {
        static const std::string sql = std::string(versions) + " WHERE a.id = ? AND v.version = ?";
        auto rows = database.query(sql, {id, version});
        return rows.next() ? FoundAppointment(read_appointment(rows, sealer_)) : FoundAppointment();
    });
}

Awaitable<fhir::Result<FoundAppointments>> SqliteStore::history(std::string id)
{
    co_return read<FoundAppointments>([&](Database& database) -> fhir::Result<FoundAppointments> {
        static const std::string sql = std::string(versions) + " WHERE a.id = ? ORDER BY v.version DESC";
        auto rows = database.query(sql, {id});
        FoundAppointments found;
        while (rows.next())
            found.push_back(read_appointment(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<FoundAppointments>> SqliteStore::newest_versions(std::size_t limit)
{
    co_return read<FoundAppointments>([&](Database& database) -> fhir::Result<FoundAppointments> {
        static const std::string sql = std::string(versions) + " ORDER BY v.rowid DESC LIMIT ?";
        auto rows = database.query(sql, {static_cast<std::int64_t>(limit)});
        FoundAppointments found;
        while (rows.next())
            found.push_back(read_appointment(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<FoundAppointments>> SqliteStore::waiting(std::size_t limit)
{
    co_return read<FoundAppointments>([&](Database& database) -> fhir::Result<FoundAppointments> {
        static const std::string sql = // with the status spelt out, as its partial index wants it
            select("a.status = 'waitlist' AND a.version >= 1") + " ORDER BY a.id LIMIT ?";
        auto rows = database.query(sql, {static_cast<std::int64_t>(limit)});
        FoundAppointments found;
        while (rows.next())
            found.push_back(read_appointment(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<FoundAppointments>> SqliteStore::find(AppointmentFilter filter)
{
    std::vector<std::string> hashes;
    if (filter.patients)
        for (const std::string& patient : *filter.patients)
            hashes.push_back(patient_hash(sealer_, patient));
    if (filter.patients && hashes.empty())
        co_return FoundAppointments();
    co_return read<FoundAppointments>([&](Database& database) -> fhir::Result<FoundAppointments> {
        const Conditions all = conditions(filter, hashes);
        std::vector<Value> values = all.values();
        values.push_back(static_cast<std::int64_t>(filter.limit));
        auto rows = database.query(select(all.sql()) + " ORDER BY a.start_at, a.id LIMIT ?", values);
        FoundAppointments found;
        while (rows.next())
            found.push_back(read_appointment(rows, sealer_));
        return found;
    });
}

} // namespace gateway::store
