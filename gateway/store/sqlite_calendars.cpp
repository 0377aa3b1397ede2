// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

using Feeds = std::vector<CalendarFeedRecord>;
using FoundFeed = std::optional<CalendarFeedRecord>;

constexpr std::string_view feed_columns =
    "id, secret_hash, client, organisation, schedule, made, revoked, revoked_by";

CalendarFeedRecord read_feed(const Rows& rows)
{
    CalendarFeedRecord record;
    record.id = rows.text(0);
    record.secret_hash = rows.text(1);
    record.client = rows.text(2);
    record.organisation = rows.text(3);
    record.schedule = rows.text(4);
    record.made = rows.instant(5);
    if (!rows.null(6))
        record.revoked = rows.instant(6);
    record.revoked_by = rows.text(7);
    return record;
}

std::string select_feeds(std::string_view where)
{
    return "SELECT " + std::string(feed_columns) + " FROM calendar_feed" + std::string(where);
}

bool has_room(Database& database, const std::string& client, std::size_t most)
{
    auto rows =
        database.query("SELECT count(*) FROM calendar_feed WHERE client = ? AND revoked IS NULL", {client});
    return rows.next() && rows.integer(0) < static_cast<std::int64_t>(most);
}

bool put_feed(Database& database, const CalendarFeedRecord& record)
{
    return database.run("INSERT OR IGNORE INTO calendar_feed (id, secret_hash, client, organisation, "
                        "schedule, made, revoked, revoked_by) VALUES (?, ?, ?, ?, ?, ?, NULL, '')",
                        {record.id, Blob{record.secret_hash}, record.client, record.organisation,
                         record.schedule, at(record.made)}) == 1;
}

FoundFeed one_feed(Rows rows)
{
    return rows.next() ? FoundFeed(read_feed(rows)) : FoundFeed();
}

} // namespace

Awaitable<fhir::Result<bool>> SqliteStore::add_calendar_feed(CalendarFeedRecord record, std::size_t most)
{
    const auto wanted = std::make_shared<const CalendarFeedRecord>(std::move(record));
    auto added = co_await writer_.run<bool>([wanted, most](Database& database) -> fhir::Result<bool> {
        return has_room(database, wanted->client, most) && put_feed(database, *wanted);
    });
    co_return added;
}

Awaitable<fhir::Result<FoundFeed>> SqliteStore::calendar_feed_by_hash(std::string secret_hash)
{
    co_return read<FoundFeed>([&](Database& database) -> fhir::Result<FoundFeed> {
        static const std::string sql = select_feeds(" WHERE secret_hash = ?");
        return one_feed(database.query(sql, {Blob{secret_hash}}));
    });
}

Awaitable<fhir::Result<Feeds>> SqliteStore::calendar_feeds(std::string client)
{
    co_return read<Feeds>([&](Database& database) -> fhir::Result<Feeds> {
        static const std::string all = select_feeds(" ORDER BY id"),
                                 own = select_feeds(" WHERE client = ? ORDER BY id");
        auto rows = client.empty() ? database.query(all) : database.query(own, {client});
        Feeds found;
        while (rows.next())
            found.push_back(read_feed(rows));
        return found;
    });
}

Awaitable<fhir::Result<FoundFeed>> SqliteStore::revoke_calendar_feed(std::string id, std::string client,
                                                                     std::string by, fhir::Instant now)
{
    auto revoked = co_await writer_.run<FoundFeed>([=](Database& database) -> fhir::Result<FoundFeed> {
        database.run("UPDATE calendar_feed SET revoked = ?, revoked_by = ?"
                     " WHERE id = ? AND (? = '' OR client = ?) AND revoked IS NULL",
                     {at(now), by, id, client, client});
        static const std::string sql = select_feeds(" WHERE id = ? AND (? = '' OR client = ?)");
        return one_feed(database.query(sql, {id, client, client}));
    });
    co_return revoked;
}

} // namespace gateway::store
