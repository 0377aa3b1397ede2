// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"
#include "gateway/store/sqlite_rows.hpp"
#include "gateway/store/sqlite_task_rows.hpp"

// What practices do in their own books, and which node looks.
namespace gateway::store
{

namespace
{

/// No look lasts as long as the one, none is put off as long as the other: a time farther ahead was written
/// before the clock was set back.
constexpr std::chrono::hours longest_look{1}, longest_pause{48};

bool may_change(Database& database, const AppointmentRecord& record)
{
    if (has_open_intent(database, record.id))
        return false;
    auto current = database.query("SELECT version FROM appointment WHERE id = ?", {record.id});
    return current.next() && current.integer(0) == record.version;
}

void release(Database& database, const AppointmentRecord& record)
{
    database.run("UPDATE claim SET active = 0, released = ? WHERE appointment = ? AND active = 1",
                 {at(record.updated), record.id});
}

/// New claims hang on the intent that made the first one. Where another appointment has the slot, the
/// practice has given it twice; that is not for us to undo.
void claim(Database& database, const AppointmentRecord& record, const std::vector<std::string>& slots)
{
    std::string intent;
    {
        auto rows = database.query("SELECT intent FROM claim WHERE appointment = ? ORDER BY made LIMIT 1",
                                   {record.id});
        if (!rows.next())
            return;
        intent = rows.text(0);
    }
    release(database, record);
    for (const std::string& slot : slots)
        database.run("INSERT OR IGNORE INTO claim (practice, slot, intent, appointment, kind, active, made)"
                     " VALUES (?, ?, ?, ?, 'booking', 1, ?)",
                     {record.practice, slot, intent, record.id, at(record.updated)});
}

} // namespace

Awaitable<fhir::Result<Advanced>> SqliteStore::note(NativeVersion seen)
{
    auto wanted = std::make_shared<const NativeVersion>(std::move(seen));
    auto sealed = std::make_shared<const SealedAppointment>(seal(wanted->appointment, sealer_));
    auto noted =
        co_await writer_.run<Advanced>([wanted, sealed](Database& database) -> fhir::Result<Advanced> {
            const AppointmentRecord& record = wanted->appointment;
            if (!may_change(database, record))
                return Advanced{false, 0};
            put_appointment(database, *sealed, record.version + 1);
            if (wanted->release_claims) {
                announce_released(database, record.id, record.updated);
                release(database, record);
            }
            if (!wanted->release_claims && wanted->slots)
                claim(database, record, *wanted->slots);
            put_wanted_task(database, wanted->task, record.id, record.version + 1, {}, record.updated);
            return Advanced{true, record.version + 1};
        });
    co_return noted;
}

Awaitable<fhir::Result<bool>> SqliteStore::lease_watch(std::string practice, Lease lease, fhir::Instant now)
{
    auto leased = co_await writer_.run<bool>([practice, lease,
                                              now](Database& database) -> fhir::Result<bool> {
        return database.run(
                   "INSERT INTO practice_watch (practice, lease_node, lease_token, lease_until, next_look)"
                   " VALUES (?, ?, ?, ?, ?)"
                   " ON CONFLICT (practice) DO UPDATE SET lease_node = excluded.lease_node,"
                   " lease_token = excluded.lease_token, lease_until = excluded.lease_until"
                   " WHERE (lease_until <= ? OR lease_until > ?) AND (next_look <= ? OR next_look > ?)",
                   {practice, lease.node, lease.token, at(lease.until), at(now), at(now),
                    at(now + longest_look), at(now), at(now + longest_pause)}) == 1;
    });
    co_return leased;
}

Awaitable<fhir::Result<void>> SqliteStore::end_watch(std::string practice, std::string token,
                                                     fhir::Instant next)
{
    auto ended =
        co_await writer_.run<bool>([practice, token, next](Database& database) -> fhir::Result<bool> {
            return database.run("UPDATE practice_watch SET lease_token = '', lease_until = 0, next_look = ?"
                                " WHERE practice = ? AND lease_token = ?",
                                {at(next), practice, token}) == 1;
        });
    if (!ended)
        co_return std::unexpected(ended.error());
    co_return fhir::Result<void>();
}

} // namespace gateway::store
