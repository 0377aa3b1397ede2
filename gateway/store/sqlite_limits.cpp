// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_limits.hpp"

#include "gateway/store/sqlite_engine.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

std::size_t counted(Database& database, const NewIntent& wanted, const ClaimLimit& limit)
{
    std::string sql = "SELECT count(*) FROM claim WHERE practice = ? AND active = 1 AND appointment <> ?";
    std::vector<Value> values{std::string_view(wanted.intent.practice), std::string_view(limit.except)};
    const auto only = [&](std::string_view condition, Value value) {
        sql += condition;
        values.push_back(value);
    };
    if (limit.of_organisation)
        only(" AND organisation = ?", std::string_view(wanted.use.organisation));
    else
        only(" AND organisation <> '' AND organisation <> ?", std::string_view(wanted.intent.practice));
    if (!limit.session.empty())
        only(" AND session = ?", std::string_view(limit.session));
    if (limit.starts) {
        only(" AND start_at >= ?", at(limit.starts->start));
        only(" AND start_at < ?", at(limit.starts->end));
    }
    if (limit.made_after)
        only(" AND made > ?", at(*limit.made_after));
    auto rows = database.query(sql, values);
    return rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

} // namespace

std::optional<Begun> check_limits(Database& database, const NewIntent& wanted)
{
    for (std::size_t i = 0; i < wanted.limits.size(); ++i) {
        if (counted(database, wanted, wanted.limits[i]) + wanted.slots.size() <= wanted.limits[i].most)
            continue;
        Begun begun;
        begun.answer = Begun::Answer::limit_reached;
        begun.limit_index = i;
        return begun;
    }
    return std::nullopt;
}

Awaitable<fhir::Result<std::vector<ClaimUse>>>
SqliteStore::claims_in_use(std::string practice, fhir::Instant starting_from, fhir::Instant made_after)
{
    using Uses = std::vector<ClaimUse>;
    constexpr std::string_view by_start = "SELECT organisation, session, start_at, made FROM claim"
                                          " WHERE practice = ? AND active = 1 AND start_at >= ?";
    constexpr std::string_view by_age = "SELECT organisation, session, start_at, made FROM claim"
                                        " WHERE practice = ? AND active = 1 AND made > ? AND start_at < ?";
    co_return read<Uses>([&](Database& database) -> fhir::Result<Uses> {
        Uses uses;
        const auto take = [&](auto rows) {
            while (rows.next())
                if (!rows.text(0).empty())
                    uses.push_back({rows.text(0), rows.text(1), rows.instant(2), rows.instant(3)});
        };
        take(database.query(by_start, {practice, at(starting_from)}));
        take(database.query(by_age, {practice, at(made_after), at(starting_from)}));
        return uses;
    });
}

} // namespace gateway::store
