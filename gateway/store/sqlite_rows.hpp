// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/records.hpp"
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_database.hpp"

#include <string>
#include <string_view>

/// Records <-> columns. What does not open with our key is a database failure: the data was damaged or moved.
namespace gateway::store
{

std::string_view to_text(IntentKind kind);
std::string_view to_text(IntentState state);
std::string_view to_text(ClaimKind kind);

inline constexpr std::string_view appointment_columns =
    "a.id, a.version, a.updated, a.practice, a.booked_by, a.patient, a.status, a.start_at, a.end_at, "
    "a.resource, a.supplier";
AppointmentRecord read_appointment(const Rows& rows, const Sealer& sealer);

inline constexpr std::string_view intent_columns =
    "id, kind, state, appointment, practice, payload, created, updated, attempts, absences, "
    "next_attempt, note, lease_node, lease_token, lease_until, resolution";
IntentRecord read_intent(const Rows& rows, const Sealer& sealer);
/// Intents that have not ended, word for word as the partial indexes say it: only then do queries use them.
inline constexpr std::string_view intent_is_open =
    "(state = 'recorded' OR state = 'sent' OR state = 'unknown' OR state = 'needs_person')";

inline constexpr std::string_view ticket_columns = "request_hash, intent, appointment, version, outcome";
TicketRecord read_ticket(const Rows& rows);

bool has_open_intent(Database& database, const std::string& appointment);

std::string patient_hash(const Sealer& sealer, std::string_view digits);
std::string identifier_hash(const Sealer& sealer, const OwnIdentifier& identifier);

/// The sealed columns of an appointment, made on the caller's thread before the writer sees them.
struct SealedAppointment
{
    AppointmentRecord record;
    std::string patient_hash, patient, resource, supplier;
};
SealedAppointment seal(AppointmentRecord record, const Sealer& sealer);
std::string seal_payload(const IntentRecord& intent, const Sealer& sealer);
/// Empty for an empty one.
std::string seal_resolution(const IntentChange& change, const Sealer& sealer);

/// Writes `sealed` as `version`: the current row, and from version 1 on the history.
void put_appointment(Database& database, const SealedAppointment& sealed, std::int64_t version);

} // namespace gateway::store
