// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_rows.hpp"

#include "gateway/store/sqlite_outbox_rows.hpp"

#include <algorithm>
#include <array>

namespace gateway::store
{

namespace
{

constexpr std::array<std::string_view, 5> kinds{"book", "cancel", "amend", "hold", "move"};
constexpr std::array<std::string_view, 6> states{"recorded", "sent",    "unknown",
                                                 "done",     "refused", "needs_person"};

template <class Enum, std::size_t N>
Enum enum_of(const std::array<std::string_view, N>& names, std::string_view text)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw DatabaseError("unknown code in the database");
    return static_cast<Enum>(found - names.begin());
}

std::string unseal(const Sealer& sealer, const std::string& sealed, const std::string& context)
{
    auto plain = sealer.open(sealed, context);
    if (!plain)
        throw DatabaseError("a sealed column does not open");
    return std::move(*plain);
}

} // namespace

std::string_view to_text(IntentKind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

std::string_view to_text(IntentState state)
{
    return states[static_cast<std::size_t>(state)];
}

std::string_view to_text(ClaimKind kind)
{
    return kind == ClaimKind::hold ? "hold" : "booking";
}

AppointmentRecord read_appointment(const Rows& rows, const Sealer& sealer)
{
    AppointmentRecord record;
    record.id = rows.text(0);
    record.version = rows.integer(1);
    record.updated = rows.instant(2);
    record.practice = rows.text(3);
    record.booked_by = rows.text(4);
    record.patient = unseal(sealer, rows.text(5), "appointment.patient/" + record.id);
    record.status = rows.text(6);
    record.start = rows.instant(7);
    record.end = rows.instant(8);
    record.resource = unseal(sealer, rows.text(9), "appointment.resource/" + record.id);
    record.supplier = unseal(sealer, rows.text(10), "appointment.supplier/" + record.id);
    return record;
}

IntentRecord read_intent(const Rows& rows, const Sealer& sealer)
{
    IntentRecord record;
    record.id = rows.text(0);
    record.kind = enum_of<IntentKind>(kinds, rows.text(1));
    record.state = enum_of<IntentState>(states, rows.text(2));
    record.appointment = rows.text(3);
    record.practice = rows.text(4);
    // One damaged row must not hide the others; without its payload an intent ends on the worklist.
    record.payload = sealer.open(rows.text(5), "intent.payload/" + record.id).value_or(std::string());
    record.created = rows.instant(6);
    record.updated = rows.instant(7);
    record.attempts = rows.integer(8);
    record.absences = rows.integer(9);
    record.next_attempt = rows.instant(10);
    record.note = rows.text(11);
    record.lease = {rows.text(12), rows.text(13), rows.instant(14)};
    if (!rows.null(15))
        record.resolution =
            sealer.open(rows.text(15), "intent.resolution/" + record.id).value_or(std::string());
    return record;
}

bool has_open_intent(Database& database, const std::string& appointment)
{
    static const std::string sql =
        "SELECT 1 FROM intent WHERE appointment = ? AND " + std::string(intent_is_open);
    auto rows = database.query(sql, {appointment});
    return rows.next();
}

TicketRecord read_ticket(const Rows& rows)
{
    TicketRecord record;
    record.request_hash = rows.text(0);
    record.intent = rows.text(1);
    record.appointment = rows.text(2);
    record.version = rows.integer(3);
    if (!rows.null(4))
        record.outcome = rows.text(4);
    return record;
}

std::string patient_hash(const Sealer& sealer, std::string_view digits)
{
    return sealer.fingerprint("patient", digits);
}

std::string identifier_hash(const Sealer& sealer, const OwnIdentifier& identifier)
{
    return sealer.fingerprint("identifier", identifier.system + "|" + identifier.value);
}

SealedAppointment seal(AppointmentRecord record, const Sealer& sealer)
{
    SealedAppointment sealed;
    sealed.patient_hash = patient_hash(sealer, record.patient);
    sealed.patient = sealer.seal(record.patient, "appointment.patient/" + record.id);
    sealed.resource = sealer.seal(record.resource, "appointment.resource/" + record.id);
    sealed.supplier = sealer.seal(record.supplier, "appointment.supplier/" + record.id);
    sealed.record = std::move(record);
    return sealed;
}

std::string seal_payload(const IntentRecord& intent, const Sealer& sealer)
{
    return sealer.seal(intent.payload, "intent.payload/" + intent.id);
}

std::string seal_resolution(const IntentChange& change, const Sealer& sealer)
{
    return change.resolution.empty() ? std::string()
                                     : sealer.seal(change.resolution, "intent.resolution/" + change.intent);
}

void put_appointment(Database& database, const SealedAppointment& sealed, std::int64_t version)
{
    const AppointmentRecord& record = sealed.record;
    if (version >= 1)
        announce(database, record, version);
    database.run("INSERT INTO appointment (id, version, updated, practice, booked_by, patient_hash, patient, "
                 "status, start_at, end_at,"
                 " resource, supplier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (id) DO UPDATE SET practice = excluded.practice, version = excluded.version, "
                 "updated = excluded.updated, "
                 "status = excluded.status, patient_hash = excluded.patient_hash, patient = excluded.patient,"
                 " start_at = excluded.start_at, end_at = excluded.end_at, resource = excluded.resource, "
                 "supplier = excluded.supplier",
                 {record.id, version, at(record.updated), record.practice, record.booked_by,
                  Blob{sealed.patient_hash}, Blob{sealed.patient}, record.status, at(record.start),
                  at(record.end), Blob{sealed.resource}, Blob{sealed.supplier}});
    if (version >= 1)
        database.run(
            "INSERT INTO appointment_version (id, version, updated, status, resource) VALUES (?, ?, ?, ?, ?)",
            {record.id, version, at(record.updated), record.status, Blob{sealed.resource}});
}

} // namespace gateway::store
