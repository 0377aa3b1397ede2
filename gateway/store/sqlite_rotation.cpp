// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/key_rotation.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_migrations.hpp"

#include <array>
#include <filesystem>

namespace gateway::store
{

namespace
{

using fhir::Result;

/// Where sealed values stand, and to which place each is bound: an SQL expression.
struct SealedColumn
{
    std::string_view table, column, context;
};

constexpr std::array sealed_columns{
    SealedColumn{"store_property", "value", "'store_property/' || name"},
    SealedColumn{"appointment", "patient", "'appointment.patient/' || id"},
    SealedColumn{"appointment", "resource", "'appointment.resource/' || id"},
    SealedColumn{"appointment", "supplier", "'appointment.supplier/' || id"},
    SealedColumn{"appointment_version", "resource", "'appointment.resource/' || id"},
    SealedColumn{"intent", "payload", "'intent.payload/' || id"},
    SealedColumn{"intent", "resolution", "'intent.resolution/' || id"},
    SealedColumn{"patient_link", "credential",
                 "CAST('patient_link.credential/' || practice AS BLOB) || patient_hash"},
    SealedColumn{"job", "payload", "'job.payload/' || id"},
    SealedColumn{"task", "patient", "'task.patient/' || id"},
    SealedColumn{"task", "resource", "'task.resource/' || id"},
    SealedColumn{"task_version", "resource", "'task.resource/' || id"},
    SealedColumn{"task_message", "body", "'task_message.body/' || task"},
    SealedColumn{"consent_version", "patient", "'consent_version.patient/' || id || '/' || version"},
    SealedColumn{"consent_version", "body", "'consent_version.body/' || id || '/' || version"},
    SealedColumn{"subscription", "body", "'subscription.body/' || id || '/' || version"},
    SealedColumn{"audit_record", "patient", "'audit.patient'"},
};

std::string where_filled(const SealedColumn& place)
{
    const std::string column(place.column);
    return " WHERE " + column + " IS NOT NULL AND length(" + column + ") > 0";
}

std::size_t count(Database& database)
{
    std::size_t all = 0;
    for (const SealedColumn& place : sealed_columns) {
        auto rows = database.query("SELECT count(*) FROM " + std::string(place.table) + where_filled(place));
        if (rows.next())
            all += static_cast<std::size_t>(rows.integer(0));
    }
    return all;
}

std::size_t seal_all(Database& database, const KeyRotation& rotation, const Sealer& old, const Sealer& next)
{
    const std::size_t all = count(database);
    std::size_t done = 0;
    database.define("reseal", [&](std::string_view sealed, std::string_view context) {
        auto plain = old.open(sealed, context);
        if (plain)
            *plain = next.seal(*plain, context);
        if (++done, rotation.progress && plain)
            rotation.progress(done, all);
        return plain;
    });
    database.execute("BEGIN IMMEDIATE");
    for (const SealedColumn& place : sealed_columns)
        database.run("UPDATE " + std::string(place.table) + " SET " + std::string(place.column) +
                     " = reseal(" + std::string(place.column) + ", " + std::string(place.context) + ")" +
                     where_filled(place));
    database.execute("COMMIT");
    // What the old key opens must not linger in the log.
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return done;
}

std::unexpected<fhir::Error> not_rotated(const std::string& path, const std::string& why)
{
    return fhir::fail(fhir::ErrorKind::internal,
                      "The database " + path + " " + why + " Nothing was changed.");
}

Result<Sealer::Key> next_key(const KeyRotation& rotation, const Sealer::Key& current)
{
    if (!std::filesystem::exists(rotation.new_key_file))
        if (auto made = create_next_key_file(rotation.new_key_file, current); !made)
            return std::unexpected(made.error());
    auto next = read_key_file(rotation.new_key_file);
    if (next && next->lookup != current.lookup)
        return fhir::fail(fhir::ErrorKind::internal, "The key file " + rotation.new_key_file +
                                                         " was not made for this database. Name a file that "
                                                         "does not exist yet.");
    return next;
}

} // namespace

Result<std::size_t> rotate_key(const KeyRotation& rotation)
{
    const auto current = read_key_file(rotation.key_file);
    if (!current)
        return std::unexpected(current.error());
    if (!std::filesystem::exists(rotation.path))
        return not_rotated(rotation.path, "is not there.");
    const DatabaseLock lock(rotation.path);
    if (!lock.held())
        return not_rotated(rotation.path, "is in use by a gateway: stop that first.");
    try {
        Database database(rotation.path, Database::Mode::write);
        if (auto migrated = migrate(database, sqlite_migrations()); !migrated)
            return std::unexpected(migrated.error());
        if (!key_fits(database, Sealer(*current)))
            return not_rotated(rotation.path,
                               "was written with another key than the one in " + rotation.key_file + ".");
        const auto next = next_key(rotation, *current);
        if (!next)
            return std::unexpected(next.error());
        return seal_all(database, rotation, Sealer(*current), Sealer(*next));
    } catch (const DatabaseError& error) {
        return not_rotated(rotation.path, std::string("cannot be used: ") + error.what() + ".");
    }
}

} // namespace gateway::store
