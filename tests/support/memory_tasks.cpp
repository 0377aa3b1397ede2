// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_tasks.hpp"

#include <algorithm>

namespace tests
{

using gateway::store::OwnIdentifier;
using gateway::store::TaskFilter;
using gateway::store::TaskRecord;

namespace
{

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

bool fits(const TaskFilter& filter, const TaskRecord& task)
{
    const bool seen =
        filter.visible_to.empty() || filter.visible_to == task.owner || filter.visible_to == task.requester;
    const bool of_patient =
        !filter.patients || std::ranges::find(*filter.patients, task.patient) != filter.patients->end();
    return seen && of_patient && any_of(filter.ids, task.id) && any_of(filter.owners, task.owner) &&
           any_of(filter.requesters, task.requester) && any_of(filter.statuses, task.status) &&
           any_of(filter.kinds, task.kind) && any_of(filter.focus, task.focus) &&
           (!filter.open || *filter.open == task.open) &&
           (!filter.due_before || (task.due && *task.due < *filter.due_before));
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
    std::ranges::sort(found, {}, [](const Record& task) { return std::pair(task.due, task.id); });
    found.resize(std::min(found.size(), filter.limit));
    co_return found;
}

} // namespace tests
