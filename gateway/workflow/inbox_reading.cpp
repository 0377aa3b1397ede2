// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/inbox_reading.hpp"

#include "gateway/workflow/task_filter.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <algorithm>
#include <limits>

namespace gateway::workflow
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using store::TaskRecord;

/// More rows than this are not looked through for one search.
constexpr std::size_t scan_limit = 5000;

/// Matches are counted up to here unless all are asked for.
constexpr std::size_t count_limit = 10000;

/// By owner or requester alone where that is the caller: then an index answers.
void show_to(const identity::Caller& caller, store::TaskFilter& filter)
{
    const std::vector<std::string> own{caller.ods.text()};
    if (filter.owners != own && filter.requesters != own)
        filter.visible_to = own.front();
}

std::unexpected<fhir::Error> too_many()
{
    return fhir::fail(ErrorKind::too_costly,
                      "The search would look through too many tasks; narrow it by owner and status.",
                      "http.status");
}

bool visible(const identity::Caller& caller, const TaskRecord& record)
{
    return caller.ods.text() == record.owner || caller.ods.text() == record.requester;
}

std::unexpected<fhir::Error> no_such_task()
{
    return fhir::fail(ErrorKind::not_found, "There is no such task, or it is not yours to see.");
}

} // namespace

Awaitable<Result<TaskRecord>> InboxReading::visible_record(identity::Caller caller, std::string id)
{
    auto record = co_await store_.task(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || !visible(caller, **record))
        co_return no_such_task();
    co_return std::move(**record);
}

Awaitable<Result<StoredTask>> InboxReading::read(identity::Caller caller, std::string id)
{
    auto record = co_await visible_record(std::move(caller), std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    co_return to_stored(*record);
}

Awaitable<Result<StoredTask>> InboxReading::read_version(identity::Caller caller, std::string id,
                                                         std::int64_t version)
{
    auto record = co_await store_.task_version(std::move(id), version);
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || !visible(caller, **record))
        co_return no_such_task();
    co_return to_stored(**record);
}

Awaitable<Result<std::vector<StoredTask>>> InboxReading::history(identity::Caller caller, std::string id)
{
    auto records = co_await store_.task_history(std::move(id));
    if (!records)
        co_return std::unexpected(records.error());
    if (records->empty() || !visible(caller, records->front()))
        co_return no_such_task();
    std::vector<StoredTask> versions;
    for (const TaskRecord& record : *records) {
        auto stored = to_stored(record);
        if (!stored)
            co_return std::unexpected(stored.error());
        versions.push_back(std::move(*stored));
    }
    co_return versions;
}

Awaitable<Result<std::vector<StoredTask>>>
InboxReading::search(identity::Caller caller, fhir::search::TaskQuery query, std::size_t limit)
{
    auto filter = column_search(query).filter;
    show_to(caller, filter);
    filter.sort.clear();
    filter.limit = scan_limit + 1;
    auto records = co_await store_.find_tasks(std::move(filter));
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<StoredTask> found;
    for (const TaskRecord& record : *records) {
        auto stored = to_stored(record);
        if (!stored)
            co_return std::unexpected(stored.error());
        if (fhir::search::matches(query, stored->resource, stored->last_updated))
            found.push_back(std::move(*stored));
        if (found.size() == limit)
            co_return found;
    }
    if (records->size() > scan_limit)
        co_return too_many();
    co_return found;
}

Awaitable<Result<FoundTasks>> InboxReading::page_of_columns(store::TaskFilter filter, std::size_t count,
                                                            bool exact)
{
    filter.limit = count + 1;
    auto records = co_await store_.find_tasks(filter);
    if (!records)
        co_return std::unexpected(records.error());
    FoundTasks found;
    found.more = records->size() > count;
    for (std::size_t i = 0; i < records->size() && i < count; ++i) {
        auto stored = to_stored((*records)[i]);
        if (!stored)
            co_return std::unexpected(stored.error());
        found.tasks.push_back(std::move(*stored));
    }
    if (!found.more && (filter.offset == 0 || !found.tasks.empty())) {
        found.total = filter.offset + found.tasks.size();
        co_return found;
    }
    filter.limit = exact ? std::numeric_limits<std::int64_t>::max() : count_limit + 1;
    auto counted = co_await store_.count_tasks(std::move(filter));
    if (!counted)
        co_return std::unexpected(counted.error());
    if (exact || *counted <= count_limit)
        found.total = *counted;
    co_return found;
}

Awaitable<Result<FoundTasks>> InboxReading::page(identity::Caller caller, fhir::search::TaskQuery query,
                                                 std::size_t offset, std::size_t count, bool exact)
{
    ColumnSearch columns = column_search(query);
    if (columns.whole) {
        show_to(caller, columns.filter);
        columns.filter.offset = offset;
        auto found = co_await page_of_columns(std::move(columns.filter), count, exact);
        co_return found;
    }
    auto all = co_await search(std::move(caller), query, scan_limit);
    if (!all)
        co_return std::unexpected(all.error());
    if (all->size() == scan_limit) // the last may not be the last, nor the first the first
        co_return too_many();
    if (!query.paging.sort.empty())
        std::ranges::sort(*all, [&](const StoredTask& a, const StoredTask& b) {
            return fhir::search::comes_before(a.resource, b.resource, query.paging.sort);
        });
    FoundTasks found;
    found.total = all->size();
    for (std::size_t i = offset; i < all->size() && found.tasks.size() < count; ++i)
        found.tasks.push_back(std::move((*all)[i]));
    found.more = offset + found.tasks.size() < all->size();
    co_return found;
}

Awaitable<Result<std::vector<Received>>> InboxReading::received(identity::Caller caller, std::string id)
{
    auto record = co_await visible_record(std::move(caller), id);
    if (!record)
        co_return std::unexpected(record.error());
    auto messages = co_await store_.task_messages(std::move(id));
    if (!messages)
        co_return std::unexpected(messages.error());
    std::vector<Received> found;
    for (store::TaskMessage& message : *messages)
        found.push_back({std::move(message.media_type), std::move(message.body), message.received});
    co_return found;
}

} // namespace gateway::workflow
