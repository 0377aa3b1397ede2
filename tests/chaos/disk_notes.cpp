// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sealer.hpp"
#include "gateway/store/sqlite_outbox_rows.hpp"
#include "tests/chaos/process.hpp"

#include <sqlite3.h>

#include <stdexcept>

// What a database notes by triggers, beside what the gateway writes in it.
namespace chaos
{

namespace
{

void run_sql(sqlite3* database, const char* sql)
{
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(database));
}

/// Bytes as they are.
std::string text_in(sqlite3_stmt* row, int column)
{
    const void* const text = sqlite3_column_blob(row, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return text == nullptr ? std::string() : std::string(static_cast<const char*>(text), size);
}

template <class Take>
void each_row(void* database, const char* sql, Take take)
{
    sqlite3_stmt* rows = nullptr;
    if (sqlite3_prepare_v2(static_cast<sqlite3*>(database), sql, -1, &rows, nullptr) != SQLITE_OK)
        throw std::runtime_error("nobody has taken notes");
    while (sqlite3_step(rows) == SQLITE_ROW)
        take(rows);
    sqlite3_finalize(rows);
}

constexpr const char* notes = R"sql(
CREATE TABLE IF NOT EXISTS chaos_call AS SELECT id, kind, appointment, version, intent FROM task_wanted WHERE FALSE;
CREATE TRIGGER IF NOT EXISTS chaos_note_call AFTER INSERT ON task_wanted BEGIN
    INSERT INTO chaos_call VALUES (new.id, new.kind, new.appointment, new.version, new.intent);
END;
CREATE TABLE IF NOT EXISTS chaos_wording AS SELECT id, version, topic, body FROM subscription WHERE FALSE;
CREATE TRIGGER IF NOT EXISTS chaos_note_new_wording AFTER INSERT ON subscription BEGIN
    INSERT INTO chaos_wording VALUES (new.id, new.version, new.topic, new.body);
END;
CREATE TRIGGER IF NOT EXISTS chaos_note_wording AFTER UPDATE ON subscription BEGIN
    INSERT INTO chaos_wording VALUES (new.id, new.version, new.topic, new.body);
END;
CREATE TABLE IF NOT EXISTS chaos_given AS SELECT subscription, number, number AS version FROM outbox_delivery WHERE FALSE;
CREATE TRIGGER IF NOT EXISTS chaos_note_given AFTER INSERT ON outbox_delivery BEGIN
    INSERT INTO chaos_given SELECT new.subscription, new.number, version FROM subscription WHERE id = new.subscription;
END;
)sql";

} // namespace

void Disk::take_notes() const
{
    run_sql(static_cast<sqlite3*>(keeper_), notes);
}

std::vector<gateway::store::WantedTask> Disk::calls() const
{
    std::vector<gateway::store::WantedTask> found;
    each_row(keeper_, "SELECT id, kind, appointment, version, intent FROM chaos_call ORDER BY id",
             [&](sqlite3_stmt* row) {
                 found.push_back({sqlite3_column_int64(row, 0),
                                  text_in(row, 1),
                                  text_in(row, 2),
                                  sqlite3_column_int64(row, 3),
                                  text_in(row, 4),
                                  {}});
             });
    return found;
}

std::vector<gateway::store::SubscriptionRecord> Disk::wordings() const
{
    const gateway::store::Sealer sealer(gateway::store::read_key_file(key_file()).value());
    std::vector<gateway::store::SubscriptionRecord> found;
    each_row(keeper_, "SELECT id, version, topic, body FROM chaos_wording", [&](sqlite3_stmt* row) {
        gateway::store::SubscriptionRecord& record = found.emplace_back();
        record.id = text_in(row, 0);
        record.version = sqlite3_column_int64(row, 1);
        record.topic = text_in(row, 2);
        record.body =
            sealer.open(text_in(row, 3), gateway::store::subscription_context(record.id, record.version))
                .value();
    });
    return found;
}

std::map<std::pair<std::string, std::int64_t>, std::int64_t> Disk::given() const
{
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> found;
    each_row(keeper_, "SELECT subscription, number, version FROM chaos_given", [&](sqlite3_stmt* row) {
        found[{text_in(row, 0), sqlite3_column_int64(row, 1)}] = sqlite3_column_int64(row, 2);
    });
    return found;
}

} // namespace chaos
