// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_limits.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"
#include "gateway/store/sqlite_rows.hpp"
#include "gateway/store/sqlite_task_rows.hpp"

namespace gateway::store
{

namespace
{

using Answer = Begun::Answer;

/// What is written when a request is accepted, with everything sealed beforehand.
struct Accepted
{
    NewIntent wanted;
    std::string payload;
    std::optional<SealedAppointment> appointment;
    std::vector<std::string> identifier_hashes;
    std::vector<Accepted> also;
};

Accepted seal_all(NewIntent wanted, const Sealer& sealer)
{
    Accepted accepted;
    for (NewIntent& other : std::exchange(wanted.also, {}))
        accepted.also.push_back(seal_all(std::move(other), sealer));
    accepted.payload = seal_payload(wanted.intent, sealer);
    if (wanted.appointment)
        accepted.appointment = seal(*wanted.appointment, sealer);
    for (const OwnIdentifier& identifier : wanted.identifiers)
        accepted.identifier_hashes.push_back(identifier_hash(sealer, identifier));
    accepted.wanted = std::move(wanted);
    return accepted;
}

std::optional<Begun> check_ticket(Database& database, const NewIntent& wanted)
{
    if (!wanted.ticket)
        return std::nullopt;
    auto rows = database.query("SELECT request_hash, intent, appointment, version, outcome FROM idempotency"
                               " WHERE client = ? AND operation = ? AND key = ?",
                               {wanted.ticket->client, wanted.ticket->operation, wanted.ticket->key});
    if (!rows.next())
        return std::nullopt;
    Begun begun;
    begun.ticket = read_ticket(rows);
    begun.appointment = begun.ticket.appointment;
    begun.answer = begun.ticket.request_hash == wanted.ticket->request_hash ? Answer::ticket_known
                                                                            : Answer::ticket_differs;
    return begun;
}

std::optional<Begun> check_identity(Database& database, const Accepted& accepted)
{
    for (std::size_t i = 0; i < accepted.identifier_hashes.size(); ++i) {
        if (!accepted.wanted.identifiers[i].conditional)
            continue;
        auto rows = database.query(
            "SELECT appointment FROM appointment_identifier WHERE organisation = ? AND hash = ? LIMIT 2",
            {accepted.wanted.appointment->booked_by, Blob{accepted.identifier_hashes[i]}});
        if (!rows.next())
            continue;
        Begun begun;
        begun.appointment = rows.text(0);
        begun.answer = rows.next() ? Answer::identity_many : Answer::identity_known;
        return begun;
    }
    return std::nullopt;
}

std::optional<Begun> check_appointment(Database& database, const NewIntent& wanted)
{
    Begun begun;
    begun.appointment = wanted.intent.appointment;
    if (has_open_intent(database, wanted.intent.appointment)) {
        begun.answer = Answer::change_open;
        return begun;
    }
    if (!wanted.expected_version)
        return std::nullopt;
    auto current =
        database.query("SELECT version FROM appointment WHERE id = ?", {wanted.intent.appointment});
    if (current.next() && current.integer(0) == *wanted.expected_version)
        return std::nullopt;
    begun.answer = Answer::version_changed;
    return begun;
}

std::optional<HeldSlot> first_held(Database& database, const std::string& practice,
                                   const std::vector<std::string>& slots)
{
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto rows = database.query(
            "SELECT appointment, kind, expires FROM claim WHERE practice = ? AND slot = ? AND active = 1",
            {practice, slots[i]});
        if (!rows.next())
            continue;
        HeldSlot held{i, rows.text(0), std::nullopt};
        if (rows.text(1) == to_text(ClaimKind::hold))
            held.until = rows.instant(2);
        return held;
    }
    return std::nullopt;
}

std::optional<Begun> check_slots(Database& database, const NewIntent& wanted)
{
    const auto held = first_held(database, wanted.intent.practice, wanted.slots);
    if (!held)
        return std::nullopt;
    Begun begun;
    begun.answer = Answer::slot_taken;
    begun.slot_index = held->slot_index;
    begun.appointment = held->appointment;
    begun.hold_until = held->until;
    return begun;
}

/// Holds that ran out a moment ago still stand in the table: they are not booked any more.
std::optional<Begun> check_holds(Database& database, const NewIntent& wanted)
{
    Begun begun;
    begun.appointment = wanted.intent.appointment;
    if (wanted.book_holds) {
        auto rows = database.query(
            "SELECT 1 FROM claim WHERE appointment = ? AND active = 1 AND kind = 'hold' AND expires > ?",
            {wanted.intent.appointment, at(wanted.intent.created)});
        begun.answer = Answer::hold_ended;
        return rows.next() ? std::nullopt : std::optional(begun);
    }
    if (!wanted.hold_quota)
        return std::nullopt;
    // In this order: holds that stand are few, appointments of an organisation many.
    auto rows = database.query(
        "SELECT count(*) FROM claim CROSS JOIN appointment ON appointment.id = claim.appointment"
        " WHERE claim.active = 1 AND claim.kind = 'hold' AND claim.expires > ?"
        " AND appointment.booked_by = ?",
        {at(wanted.intent.created), wanted.appointment->booked_by});
    const auto standing = rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
    begun.answer = Answer::quota_reached;
    return standing + wanted.slots.size() <= *wanted.hold_quota ? std::nullopt : std::optional(begun);
}

std::optional<Begun> first_obstacle(Database& database, const Accepted& accepted)
{
    if (auto known = check_ticket(database, accepted.wanted))
        return known;
    if (auto known = check_identity(database, accepted))
        return known;
    if (auto changed = check_appointment(database, accepted.wanted))
        return changed;
    if (auto ended = check_holds(database, accepted.wanted))
        return ended;
    if (auto taken = check_slots(database, accepted.wanted))
        return taken;
    if (auto used_up = check_limits(database, accepted.wanted))
        return used_up;
    for (const Accepted& other : accepted.also)
        if (auto obstacle = first_obstacle(database, other))
            return obstacle;
    return std::nullopt;
}

void put_intent(Database& database, const IntentRecord& intent, std::string_view payload)
{
    database.run(
        "INSERT INTO intent (id, kind, state, appointment, practice, payload, created, updated, attempts, "
        "absences, next_attempt,"
        " note, lease_node, lease_token, lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, '', ?, ?, ?)",
        {intent.id, to_text(intent.kind), to_text(intent.state), intent.appointment, intent.practice,
         Blob{payload}, at(intent.created), at(intent.created), at(intent.created), intent.lease.node,
         intent.lease.token, at(intent.lease.until)});
}

/// The unique indexes repeat every check above: were a check wrong, the insert would fail and with it the
/// whole job.
void put_accepted(Database& database, const Accepted& accepted)
{
    const NewIntent& wanted = accepted.wanted;
    put_intent(database, wanted.intent, accepted.payload);
    if (accepted.appointment)
        put_appointment(database, *accepted.appointment, 0);
    for (const std::string& slot : wanted.slots)
        database.run("INSERT INTO claim (practice, slot, intent, appointment, kind, expires, active, made,"
                     " organisation, session, start_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
                     {wanted.intent.practice, slot, wanted.intent.id, wanted.intent.appointment,
                      to_text(wanted.claim), wanted.hold_until ? Value(at(*wanted.hold_until)) : Value(),
                      at(wanted.intent.created), wanted.use.organisation, wanted.use.session,
                      at(wanted.use.start)});
    if (wanted.book_holds)
        database.run("UPDATE claim SET kind = 'booking', expires = NULL WHERE appointment = ? AND active = 1",
                     {wanted.intent.appointment});
    for (std::size_t i = 0; i < accepted.identifier_hashes.size(); ++i)
        database.run("INSERT OR IGNORE INTO appointment_identifier (organisation, hash, appointment, "
                     "conditional) VALUES (?, ?, ?, ?)",
                     {wanted.appointment->booked_by, Blob{accepted.identifier_hashes[i]},
                      wanted.intent.appointment, std::int64_t{wanted.identifiers[i].conditional}});
    if (wanted.ticket)
        database.run("INSERT INTO idempotency (client, operation, key, request_hash, intent, appointment, "
                     "version, created)"
                     " VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                     {wanted.ticket->client, wanted.ticket->operation, wanted.ticket->key,
                      wanted.ticket->request_hash, wanted.intent.id, wanted.intent.appointment,
                      at(wanted.intent.created)});
    for (const Accepted& other : accepted.also)
        put_accepted(database, other);
}

/// The appointment of the intent when the intent has not ended and `token` holds its lease.
std::optional<std::string> leased_appointment(Database& database, const IntentChange& change)
{
    static const std::string sql =
        "SELECT appointment FROM intent WHERE id = ? AND lease_token = ? AND lease_token <> '' AND " +
        std::string(intent_is_open);
    auto rows = database.query(sql, {change.intent, change.token});
    return rows.next() ? std::optional(rows.text(0)) : std::nullopt;
}

void move_intent(Database& database, const IntentChange& change)
{
    database.run(
        "UPDATE intent SET state = ?, updated = ?, attempts = ?, absences = ?, next_attempt = ?, note = ?,"
        " lease_token = iif(?, lease_token, ''), lease_until = iif(?, lease_until, 0) WHERE id = ?",
        {to_text(change.to), at(change.now), change.attempts, change.absences, at(change.next_attempt),
         change.note, std::int64_t{change.keep_lease}, std::int64_t{change.keep_lease}, change.intent});
}

std::int64_t current_version(Database& database, const std::string& appointment)
{
    auto rows = database.query("SELECT version FROM appointment WHERE id = ?", {appointment});
    return rows.next() ? rows.integer(0) : 0;
}

void settle_ticket(Database& database, const IntentChange& change, std::int64_t version)
{
    if (change.forget_ticket)
        database.run("DELETE FROM idempotency WHERE intent = ?", {change.intent});
    else if (change.outcome)
        database.run("UPDATE idempotency SET outcome = ?, version = ? WHERE intent = ?",
                     {*change.outcome, version, change.intent});
}

/// A step with everything sealed beforehand.
struct Step
{
    IntentChange change;
    std::optional<SealedAppointment> appointment;
    std::string resolution;
};

Advanced apply(Database& database, const Step& step)
{
    const auto& [change, next, resolution] = step;
    const auto appointment = leased_appointment(database, change);
    if (!appointment)
        return {};
    move_intent(database, change);
    if (!resolution.empty())
        database.run("UPDATE intent SET resolution = ? WHERE id = ?", {Blob{resolution}, change.intent});
    if (next)
        put_appointment(database, *next, current_version(database, *appointment) + 1);
    if (change.withdraw) {
        database.run("DELETE FROM appointment_identifier WHERE appointment = ?", {*appointment});
        database.run("DELETE FROM appointment WHERE id = ? AND version = 0", {*appointment});
    }
    if (change.release_claims && change.to == IntentState::done)
        announce_released(database, *appointment, change.now);
    if (change.release_claims)
        database.run("UPDATE claim SET active = 0, released = ? WHERE appointment = ? AND active = 1",
                     {at(change.now), *appointment});
    if (change.hold_until)
        database.run("UPDATE claim SET kind = 'hold', expires = ? WHERE appointment = ? AND active = 1",
                     {at(*change.hold_until), *appointment});
    const std::int64_t version = current_version(database, *appointment);
    settle_ticket(database, change, version);
    put_wanted_task(database, change.task, *appointment, version, change.intent, change.now);
    return {true, version};
}

} // namespace

Awaitable<fhir::Result<Begun>> SqliteStore::begin(NewIntent wanted)
{
    auto accepted = std::make_shared<const Accepted>(seal_all(std::move(wanted), sealer_));
    auto begun = co_await writer_.run<Begun>([accepted](Database& database) -> fhir::Result<Begun> {
        if (auto obstacle = first_obstacle(database, *accepted))
            return std::move(*obstacle);
        put_accepted(database, *accepted);
        Begun recorded;
        recorded.appointment = accepted->wanted.intent.appointment;
        return recorded;
    });
    co_return begun;
}

Awaitable<fhir::Result<Advanced>> SqliteStore::advance(IntentChange change)
{
    auto step = std::make_shared<Step>();
    if (change.appointment)
        step->appointment = seal(std::move(*change.appointment), sealer_);
    step->resolution = seal_resolution(change, sealer_);
    step->change = std::move(change);
    auto advanced = co_await writer_.run<Advanced>(
        [step](Database& database) -> fhir::Result<Advanced> { return apply(database, *step); });
    co_return advanced;
}

Awaitable<fhir::Result<std::optional<HeldSlot>>> SqliteStore::held_slot(std::string practice,
                                                                        std::vector<std::string> slots)
{
    using Held = std::optional<HeldSlot>;
    co_return read<Held>(
        [&](Database& database) -> fhir::Result<Held> { return first_held(database, practice, slots); });
}

Awaitable<fhir::Result<std::vector<HoldRecord>>> SqliteStore::holds()
{
    using Holds = std::vector<HoldRecord>;
    co_return read<Holds>([&](Database& database) -> fhir::Result<Holds> {
        auto rows = database.query("SELECT practice, slot, appointment, expires FROM claim"
                                   " WHERE active = 1 AND kind = 'hold' ORDER BY expires",
                                   {});
        Holds holds;
        while (rows.next())
            holds.push_back({rows.text(0), rows.text(1), rows.text(2), rows.instant(3)});
        return holds;
    });
}

Awaitable<fhir::Result<std::vector<std::string>>> SqliteStore::identified(std::string organisation,
                                                                          OwnIdentifier identifier)
{
    using Ids = std::vector<std::string>;
    const std::string hash = identifier_hash(sealer_, identifier);
    co_return read<Ids>([&](Database& database) -> fhir::Result<Ids> {
        auto rows = database.query(
            "SELECT appointment FROM appointment_identifier WHERE organisation = ? AND hash = ? LIMIT 2",
            {organisation, Blob{hash}});
        Ids found;
        while (rows.next())
            found.push_back(rows.text(0));
        return found;
    });
}

} // namespace gateway::store
