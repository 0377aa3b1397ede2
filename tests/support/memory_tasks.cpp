// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_tasks.hpp"

#include <algorithm>
#include <limits>

namespace tests
{

using gateway::store::OwnIdentifier;
using gateway::store::TaskFilter;
using gateway::store::TaskRecord;

namespace
{

using Record = TaskRecord;

bool any_of(const std::vector<std::string>& wanted, const std::string& held)
{
    return wanted.empty() || std::ranges::find(wanted, held) != wanted.end();
}

bool carries(const std::vector<OwnIdentifier>& held, const std::vector<OwnIdentifier>& wanted)
{
    return std::ranges::any_of(wanted, [&](const OwnIdentifier& each) {
        return std::ranges::any_of(held, [&](const OwnIdentifier& known) {
            return known.system == each.system && known.value == each.value;
        });
    });
}

bool inside(const gateway::store::TimeRange& range, const std::optional<fhir::Instant>& moment)
{
    return (!range.from || (moment && *moment >= *range.from)) &&
           (!range.before || (moment && *moment < *range.before));
}

bool is_before(const Record& a, const Record& b, const std::vector<gateway::store::TaskSort>& sort)
{
    using Column = gateway::store::TaskSort::Column;
    const auto value = [](const Record& task, Column column) {
        constexpr auto none = std::numeric_limits<std::int64_t>::max();
        switch (column) {
        case Column::priority:
            return task.priority;
        case Column::authored:
            return std::int64_t{task.authored.time_since_epoch().count()};
        case Column::updated:
            return std::int64_t{task.updated.time_since_epoch().count()};
        default:
            return task.due ? std::int64_t{task.due->time_since_epoch().count()} : none;
        }
    };
    for (const auto& key : sort)
        if (const auto x = value(a, key.column), y = value(b, key.column); x != y)
            return (x < y) != key.descending;
    return a.id < b.id;
}

bool fits(const TaskFilter& filter, const TaskRecord& task)
{
    const bool seen =
        filter.visible_to.empty() || filter.visible_to == task.owner || filter.visible_to == task.requester;
    const bool of_patient =
        !filter.patients || std::ranges::find(*filter.patients, task.patient) != filter.patients->end();
    return seen && of_patient && any_of(filter.ids, task.id) && any_of(filter.owners, task.owner) &&
           any_of(filter.requesters, task.requester) && any_of(filter.statuses, task.status) &&
           any_of(filter.kinds, task.kind) && any_of(filter.focus, task.focus) &&
           (!filter.open || *filter.open == task.open) && inside(filter.due, task.due) &&
           inside(filter.authored, task.authored) && inside(filter.updated, task.updated) &&
           (filter.priorities.empty() ||
            std::ranges::find(filter.priorities, task.priority) != filter.priorities.end());
}

} // namespace

fhir::Result<MemoryTasks::Written> MemoryTasks::put(Record record,
                                                    const std::optional<gateway::store::TaskMessage>& message,
                                                    const std::optional<gateway::store::Ticket>& ticket,
                                                    std::int64_t follows)
{
    if (failure)
        return std::unexpected(*failure);
    Written written;
    if (ticket && tickets_.contains(key_of(*ticket))) {
        written.ticket = tickets_.at(key_of(*ticket));
        written.version = written.ticket.version;
        written.answer = written.ticket.request_hash == ticket->request_hash
                             ? Written::Answer::ticket_known
                             : Written::Answer::ticket_differs;
        return written;
    }
    auto& versions = versions_[record.id];
    if (static_cast<std::int64_t>(versions.size()) != follows) {
        written.answer = Written::Answer::version_changed;
        return written;
    }
    written.version = record.version = follows + 1;
    if (message)
        messages_[record.id].push_back(*message);
    if (ticket)
        tickets_[key_of(*ticket)] = {ticket->request_hash, {}, record.id, record.version, "task"};
    versions.push_back(std::move(record));
    return written;
}

MemoryTasks::Reply<std::vector<TaskRecord>> MemoryTasks::find_tasks(TaskFilter filter)
{
    if (failure)
        co_return std::unexpected(*failure);
    std::vector<Record> found;
    for (const auto& [id, versions] : versions_) {
        const bool identified = !filter.identifiers || carries(identifiers_[id], *filter.identifiers);
        if (!versions.empty() && identified && fits(filter, versions.back()))
            found.push_back(versions.back());
    }
    if (filter.sort.empty())
        filter.sort.emplace_back();
    std::ranges::sort(found, [&](const Record& a, const Record& b) { return is_before(a, b, filter.sort); });
    found.erase(found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(std::min(filter.offset, found.size())));
    found.resize(std::min(found.size(), filter.limit));
    co_return found;
}

MemoryTasks::Reply<std::vector<TaskRecord>> MemoryTasks::tasks_to_escalate(fhir::Instant now,
                                                                           std::size_t limit)
{
    std::vector<Record> found;
    for (const auto& [id, versions] : versions_)
        if (versions.back().open && versions.back().escalate && *versions.back().escalate <= now)
            found.push_back(versions.back());
    std::ranges::sort(found, {}, &Record::escalate);
    found.resize(std::min(found.size(), limit));
    co_return found;
}

} // namespace tests
