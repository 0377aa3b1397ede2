// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_audit_rows.hpp"

#include <algorithm>

namespace gateway::store
{

namespace
{

constexpr int sequence_bits = 40;
constexpr std::int64_t most_sequences = std::int64_t{1} << sequence_bits;

/// Ids of one chain: from `base` to the next one's.
struct AuditIds
{
    std::int64_t base = 0;
    std::int64_t of(std::int64_t sequence) const { return base + sequence; }
    std::int64_t end() const { return base + most_sequences; }
};

std::optional<AuditIds> find_chain(Database& database, const std::string& name)
{
    auto rows = database.query("SELECT number FROM audit_chain WHERE name = ?", {name});
    return rows.next() ? std::optional(AuditIds{rows.integer(0) << sequence_bits}) : std::nullopt;
}

AuditIds chain_ids(Database& database, const std::string& name)
{
    if (const auto known = find_chain(database, name))
        return *known;
    database.run("INSERT INTO audit_chain (name) VALUES (?)", {name});
    return *find_chain(database, name);
}

/// A chain of which everything was purged ends with its anchor.
AuditHead head_of(Database& database, AuditIds ids)
{
    AuditHead head;
    {
        auto last = database.query("SELECT id, hash FROM audit_checkpoint WHERE id > ? AND id < ?"
                                   " ORDER BY id DESC LIMIT 1",
                                   {ids.base, ids.end()});
        if (last.next()) {
            head.checkpoint = head.sequence = last.integer(0) - ids.base;
            head.hash = last.text(1);
        }
    }
    auto last =
        database.query("SELECT id, hash FROM audit_record WHERE id > ? AND id < ? ORDER BY id DESC LIMIT 1",
                       {ids.base, ids.end()});
    if (last.next() && last.integer(0) - ids.base >= head.sequence) {
        head.sequence = last.integer(0) - ids.base;
        head.hash = last.text(1);
    }
    return head;
}

constexpr std::string_view checkpoint_columns = "id, hash, at, anchor, bytes, signature";

AuditCheckpoint read_checkpoint(const Rows& rows, const std::string& chain, AuditIds ids)
{
    return {chain,           rows.integer(0) - ids.base, rows.text(1),
            rows.instant(2), rows.integer(3) != 0,       rows.text(4),
            rows.text(5)};
}

void put_row(Database& database, AuditIds ids, const AuditRow& row, const Sealer& sealer)
{
    const bool known = !row.patient_hash.empty();
    const std::string sealed =
        row.patient.empty() ? std::string() : sealer.seal(row.patient, "audit.patient");
    const Value none = nullptr;
    database.run("INSERT INTO audit_record (id, hash, bytes, at, agent, practice, entity, patient_hash,"
                 " patient) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 {ids.of(row.sequence), Blob{row.hash}, row.bytes, at(row.at), row.agent, row.practice,
                  row.entity, known ? Value(Blob{row.patient_hash}) : none,
                  sealed.empty() ? none : Value(Blob{sealed})});
}

void put_checkpoint(Database& database, AuditIds ids, const AuditCheckpoint& point)
{
    database.run("INSERT OR REPLACE INTO audit_checkpoint (id, hash, at, anchor, bytes, signature)"
                 " VALUES (?, ?, ?, ?, ?, ?)",
                 {ids.of(point.sequence), Blob{point.hash}, at(point.at), std::int64_t{point.anchor},
                  point.bytes, Blob{point.signature}});
}

/// One condition per index, so that each finds its own rows in order of time.
std::string conditions(const AuditFilter& filter, std::vector<Value>& values)
{
    std::string text;
    const auto add = [&](std::string_view condition, Value value) {
        text += (text.empty() ? "" : " AND ") + std::string(condition);
        values.push_back(value);
    };
    if (!filter.entity.empty())
        add("r.entity <> '' AND r.entity = ?", filter.entity);
    if (!filter.patient_hash.empty())
        add("r.patient_hash IS NOT NULL AND r.patient_hash = ?", Blob{filter.patient_hash});
    if (!filter.agent.empty())
        add("r.agent = ?", filter.agent);
    if (!filter.practice.empty())
        add("r.practice <> '' AND r.practice = ?", filter.practice);
    if (filter.from)
        add("r.at >= ?", at(*filter.from));
    if (filter.before)
        add("r.at < ?", at(*filter.before));
    return text.empty() ? "TRUE" : text;
}

/// What an organisation did itself, then what was done to its book by others, each through its own index.
std::string audit_query(const AuditFilter& filter, std::vector<Value>& values)
{
    constexpr std::string_view columns =
        "r.id, r.hash, r.bytes, r.at, r.agent, r.practice, r.entity, r.patient_hash, r.patient";
    const std::string from = "SELECT " + std::string(columns) + " FROM audit_record r WHERE ";
    std::string sql;
    if (filter.visible_to.empty()) {
        sql = from + conditions(filter, values);
    } else {
        sql = from + "r.agent = ? AND ";
        values.push_back(filter.visible_to);
        sql += conditions(filter, values);
        sql += " UNION ALL " + from + "r.practice <> '' AND r.practice = ? AND r.agent <> ? AND ";
        values.insert(values.end(), {filter.visible_to, filter.visible_to});
        sql += conditions(filter, values);
    }
    values.push_back(static_cast<std::int64_t>(filter.limit));
    return "SELECT f.*, c.name, c.number FROM (" + sql +
           ") f JOIN audit_chain c ON c.number = f.id >> 40 ORDER BY f.at DESC, f.id DESC LIMIT ?";
}

} // namespace

std::vector<AuditChain> read_audit_chains(Database& database)
{
    std::vector<AuditChain> chains;
    {
        auto rows = database.query("SELECT name FROM audit_chain ORDER BY number");
        while (rows.next())
            chains.push_back({rows.text(0), 0, {}});
    }
    for (AuditChain& chain : chains) {
        const auto ids = *find_chain(database, chain.name);
        chain.head = head_of(database, ids);
        auto rows =
            database.query("SELECT min(id) FROM audit_record WHERE id > ? AND id < ?", {ids.base, ids.end()});
        if (rows.next() && !rows.null(0))
            chain.first = rows.integer(0) - ids.base;
    }
    return chains;
}

std::vector<AuditRow> read_audit_rows(Database& database, const std::string& chain, std::int64_t after,
                                      std::size_t limit)
{
    std::vector<AuditRow> found;
    const auto ids = find_chain(database, chain);
    if (!ids)
        return found;
    auto rows = database.query("SELECT id, hash, bytes, at, agent, practice, entity FROM audit_record"
                               " WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
                               {ids->of(after), ids->end(), static_cast<std::int64_t>(limit)});
    while (rows.next())
        found.push_back({chain,
                         rows.integer(0) - ids->base,
                         rows.text(1),
                         rows.text(2),
                         rows.instant(3),
                         rows.text(4),
                         rows.text(5),
                         rows.text(6),
                         {},
                         {}});
    return found;
}

std::vector<AuditCheckpoint> read_audit_checkpoints(Database& database, const std::string& chain,
                                                    std::int64_t from, std::size_t limit)
{
    static const std::string sql = "SELECT " + std::string(checkpoint_columns) +
                                   " FROM audit_checkpoint WHERE id >= ? AND id < ? ORDER BY id LIMIT ?";
    std::vector<AuditCheckpoint> found;
    const auto ids = find_chain(database, chain);
    if (!ids)
        return found;
    auto rows = database.query(
        sql, {std::max(ids->of(from), ids->of(1)), ids->end(), static_cast<std::int64_t>(limit)});
    while (rows.next())
        found.push_back(read_checkpoint(rows, chain, *ids));
    return found;
}

std::optional<AuditCheckpoint> read_audit_checkpoint_before(Database& database, const std::string& chain,
                                                            fhir::Instant moment)
{
    static const std::string sql =
        "SELECT " + std::string(checkpoint_columns) +
        " FROM audit_checkpoint WHERE id > ? AND id < ? AND at <= ? ORDER BY id DESC LIMIT 1";
    const auto ids = find_chain(database, chain);
    if (!ids)
        return std::nullopt;
    auto rows = database.query(sql, {ids->base, ids->end(), at(moment)});
    return rows.next() ? std::optional(read_checkpoint(rows, chain, *ids)) : std::nullopt;
}

std::vector<AuditRow> find_audit_rows(Database& database, const AuditFilter& filter, const Sealer& sealer)
{
    std::vector<Value> values;
    const std::string sql = audit_query(filter, values);
    auto rows = database.query(sql, values);
    std::vector<AuditRow> found;
    while (rows.next()) {
        AuditRow row{rows.text(9),    rows.integer(0) - (rows.integer(10) << sequence_bits),
                     rows.text(1),    rows.text(2),
                     rows.instant(3), rows.text(4),
                     rows.text(5),    rows.text(6),
                     rows.text(7),    {}};
        if (!rows.null(8))
            row.patient = sealer.open(rows.text(8), "audit.patient").value_or(std::string());
        found.push_back(std::move(row));
    }
    return found;
}

AuditHead append_to_chain(Database& database, const std::string& chain, const AuditLink& link,
                          const Sealer& sealer)
{
    const auto ids = chain_ids(database, chain);
    const AuditAppend more = link(head_of(database, ids));
    for (const AuditRow& row : more.rows)
        put_row(database, ids, row, sealer);
    for (const AuditCheckpoint& point : more.checkpoints)
        put_checkpoint(database, ids, point);
    return head_of(database, ids);
}

bool purge_chain(Database& database, const AuditPurge& purge)
{
    const auto ids = find_chain(database, purge.chain);
    if (!ids)
        return false;
    {
        auto rows = database.query("SELECT hash FROM audit_checkpoint WHERE id = ?",
                                   {ids->of(purge.anchor.sequence)});
        if (!rows.next() || rows.text(0) != purge.anchor.hash)
            return false;
    }
    const std::int64_t last = ids->of(purge.anchor.sequence);
    database.run("DELETE FROM audit_record WHERE id > ? AND id <= ?", {ids->base, last});
    database.run("DELETE FROM audit_checkpoint WHERE id > ? AND id < ?", {ids->base, last});
    put_checkpoint(database, *ids, purge.anchor);
    return true;
}

} // namespace gateway::store
