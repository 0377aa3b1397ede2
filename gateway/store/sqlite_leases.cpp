// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

/// No lease and no pause is as long as this: a time farther ahead was written before the clock was set back.
constexpr std::chrono::minutes farthest{30};

std::string select_intents(std::string_view where)
{
    return "SELECT " + std::string(intent_columns) + " FROM intent WHERE " + std::string(where);
}

/// Those settled, of which there are many, are not looked at.
std::string select_open_intents(std::string_view where)
{
    return select_intents(std::string(intent_is_open) + " AND " + std::string(where));
}

bool is_open(IntentState state)
{
    return state != IntentState::done && state != IntentState::refused;
}

std::vector<IntentRecord> due(Database& database, const LeaseRequest& request, const Sealer& sealer)
{
    static const std::string sql = select_open_intents(
        "state <> 'needs_person'"
        " AND (((next_attempt <= ?1 OR next_attempt > ?6) AND (lease_until <= ?1 OR lease_until > ?6))"
        " OR (?2 AND lease_node = ?3 AND lease_token <> '' AND substr(lease_token, 1, length(?4)) <> ?4))"
        " ORDER BY next_attempt LIMIT ?5");
    auto rows = database.query(sql, {at(request.now), std::int64_t{request.take_over}, request.lease.node,
                                     request.run, static_cast<std::int64_t>(request.limit),
                                     at(request.now + farthest)});
    std::vector<IntentRecord> found;
    while (rows.next())
        found.push_back(read_intent(rows, sealer));
    return found;
}

std::optional<IntentRecord> one_intent(Database& database, const std::string& id, const Sealer& sealer)
{
    static const std::string sql = select_intents("id = ?");
    auto rows = database.query(sql, {id});
    return rows.next() ? std::optional(read_intent(rows, sealer)) : std::nullopt;
}

void take(Database& database, IntentRecord& intent, Lease lease, std::size_t number)
{
    lease.token += "-" + std::to_string(number);
    intent.lease = std::move(lease);
    database.run("UPDATE intent SET lease_node = ?, lease_token = ?, lease_until = ? WHERE id = ?",
                 {intent.lease.node, intent.lease.token, at(intent.lease.until), intent.id});
}

} // namespace

Awaitable<fhir::Result<std::vector<IntentRecord>>> SqliteStore::lease(LeaseRequest request)
{
    using Intents = std::vector<IntentRecord>;
    auto leased = co_await writer_.run<Intents>([this, request](Database& database) -> fhir::Result<Intents> {
        auto found = due(database, request, sealer_);
        for (std::size_t i = 0; i < found.size(); ++i)
            take(database, found[i], request.lease, i);
        return found;
    });
    co_return leased;
}

Awaitable<fhir::Result<bool>> SqliteStore::reopen(std::string intent, fhir::Instant now)
{
    auto reopened = co_await writer_.run<bool>([intent, now](Database& database) -> fhir::Result<bool> {
        return database.run("UPDATE intent SET state = 'unknown', updated = ?, next_attempt = ?, attempts = "
                            "0, absences = 0"
                            " WHERE id = ? AND state = 'needs_person'"
                            " AND (lease_until <= ? OR lease_until > ?)",
                            {at(now), at(now), intent, at(now), at(now + farthest)}) == 1;
    });
    co_return reopened;
}

Awaitable<fhir::Result<LeasedForPerson>> SqliteStore::lease_for_person(std::string intent, Lease lease,
                                                                       fhir::Instant now)
{
    using Leased = LeasedForPerson;
    auto leased =
        co_await writer_.run<Leased>([this, intent, lease, now](Database& database) -> fhir::Result<Leased> {
            auto found = one_intent(database, intent, sealer_);
            if (!found)
                return Leased{};
            Leased answer{Leased::Answer::not_waiting, std::move(*found)};
            const Lease& held = answer.intent.lease;
            if (answer.intent.state != IntentState::needs_person)
                return answer;
            answer.answer = Leased::Answer::held;
            if (held.until > now && held.until <= now + farthest)
                return answer;
            answer.answer = Leased::Answer::leased;
            take(database, answer.intent, lease, 0);
            return answer;
        });
    co_return leased;
}

Awaitable<fhir::Result<std::optional<IntentRecord>>> SqliteStore::intent(std::string id)
{
    using Found = std::optional<IntentRecord>;
    co_return read<Found>(
        [&](Database& database) -> fhir::Result<Found> { return one_intent(database, id, sealer_); });
}

Awaitable<fhir::Result<std::optional<IntentRecord>>> SqliteStore::open_intent(std::string appointment)
{
    using Found = std::optional<IntentRecord>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        static const std::string sql = select_open_intents("appointment = ?");
        auto rows = database.query(sql, {appointment});
        return rows.next() ? Found(read_intent(rows, sealer_)) : Found();
    });
}

Awaitable<fhir::Result<std::vector<IntentRecord>>> SqliteStore::intents_in(IntentState state,
                                                                           std::size_t limit)
{
    using Intents = std::vector<IntentRecord>;
    co_return read<Intents>([&](Database& database) -> fhir::Result<Intents> {
        static const std::string open = select_open_intents("state = ? ORDER BY created LIMIT ?");
        static const std::string any = select_intents("state = ? ORDER BY created LIMIT ?");
        auto rows =
            database.query(is_open(state) ? open : any, {to_text(state), static_cast<std::int64_t>(limit)});
        Intents found;
        while (rows.next())
            found.push_back(read_intent(rows, sealer_));
        return found;
    });
}

Awaitable<fhir::Result<std::optional<TicketRecord>>> SqliteStore::ticket(Ticket ticket)
{
    using Found = std::optional<TicketRecord>;
    co_return read<Found>([&](Database& database) -> fhir::Result<Found> {
        static const std::string sql = "SELECT " + std::string(ticket_columns) +
                                       " FROM idempotency WHERE client = ? AND operation = ? AND key = ?";
        auto rows = database.query(sql, {ticket.client, ticket.operation, ticket.key});
        return rows.next() ? Found(read_ticket(rows)) : Found();
    });
}

} // namespace gateway::store
