// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "gateway/workflow/inbox_reading.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "gateway/workflow/task_change.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <algorithm>

namespace gateway::workflow
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using store::TaskRecord;
using store::TaskWritten;

std::optional<store::Ticket> ticket_of(const TaskWrite& write)
{
    if (write.idempotency_key.empty())
        return std::nullopt;
    return store::Ticket{write.caller.client_id, "task", write.idempotency_key, write.request_hash};
}

std::optional<store::TaskMessage> message_of(const TaskWrite& write)
{
    if (!write.received)
        return std::nullopt;
    return store::TaskMessage{write.received->at, write.received->media_type, write.received->body};
}

std::unexpected<fhir::Error> another_request()
{
    return fhir::fail(ErrorKind::duplicate_key_other_body,
                      "This idempotency key was already used for a different request.",
                      "http.Idempotency-Key");
}

Parties parties_of(const identity::Caller& caller, const TaskRecord& record)
{
    return {caller.ods.text() == record.owner, caller.ods.text() == record.requester};
}

class Inbox : public InboxReading
{
public:
    Inbox(TaskParts parts, TaskSettings settings)
        : InboxReading(parts.store), parts_(parts), settings_(std::move(settings)),
          origin_(fhir::rest::origin_of(settings_.public_base))
    {}

    Awaitable<Result<TaskOutcome>> create(TaskWrite write, NewTask wanted) override;
    Awaitable<Result<TaskOutcome>> update(TaskWrite write, std::string id, std::int64_t expected_version,
                                          fhir::Task wanted) override;
    Awaitable<Result<TaskOutcome>> remark(TaskWrite write, std::string id, std::string note,
                                          std::optional<fhir::TaskStatus> to) override;
    Awaitable<Result<std::optional<TaskOutcome>>> done_before(TaskWrite write) override;

private:
    fhir::Instant due_for(const NewTask& wanted, fhir::Instant now) const;
    Awaitable<Result<TaskOutcome>> written(TaskWritten answer, TaskRecord record);
    Awaitable<Result<TaskOutcome>> remark_once(TaskWrite write, std::string id, std::string note,
                                               std::optional<fhir::TaskStatus> to);
    Awaitable<Result<TaskOutcome>> put(TaskWrite write, TaskRecord basis, fhir::Task next);

    const TaskParts parts_;
    const TaskSettings settings_;
    const std::string origin_;
};

/// Never before now: what is late already is due at once.
fhir::Instant Inbox::due_for(const NewTask& wanted, fhir::Instant now) const
{
    const auto set = settings_.due.find(wanted.kind);
    const ServiceLevel level = set == settings_.due.end() ? row_of(wanted.kind).due : set->second;
    const bool routine =
        wanted.said.priority.value_or(fhir::RequestPriority::routine) == fhir::RequestPriority::routine;
    const fhir::Instant due = now + (routine ? level.routine : level.urgent);
    return wanted.due ? std::clamp(*wanted.due, now, due) : due;
}

Awaitable<Result<TaskOutcome>> Inbox::create(TaskWrite write, NewTask wanted)
{
    if (wanted.owner.empty() || wanted.team.empty())
        co_return fhir::fail(ErrorKind::required, "A task is held by a team of an organisation.",
                             "Task.owner");
    const fhir::Instant now = parts_.clock.now();
    const fhir::Instant due = due_for(wanted, now);
    fhir::Task task = completed(wanted, write.caller, origin_, due, now);
    TaskRecord record;
    record.id = adapters::new_uuid(parts_.clock, parts_.random);
    if (write.received)
        add_message(task, record.id);
    record.authored = now;
    record.due = due;
    record.kind = row_of(wanted.kind).code;
    record.owner = wanted.owner;
    record.requester = write.caller.ods.text();
    record.patient = wanted.patient ? wanted.patient->digits() : std::string();
    record = to_record(std::move(record), task, now);
    store::NewTask row{record, {}, message_of(write), ticket_of(write)};
    for (const fhir::Identifier& identifier : task.identifier)
        if (identifier.system && identifier.value)
            row.identifiers.push_back({identifier.system->text, *identifier.value, false});
    auto answer = co_await parts_.store.create_task(std::move(row));
    if (!answer)
        co_return std::unexpected(answer.error());
    auto outcome = co_await written(std::move(*answer), std::move(record));
    co_return outcome;
}

Awaitable<Result<TaskOutcome>> Inbox::written(TaskWritten answer, TaskRecord record)
{
    using enum TaskWritten::Answer;
    if (answer.answer == version_changed)
        co_return std::unexpected(fhir::Error(ErrorKind::version_conflict).at("http.If-Match"));
    if (answer.answer == ticket_differs)
        co_return another_request();
    const bool replayed = answer.answer == ticket_known;
    if (replayed) {
        auto first = co_await parts_.store.task_version(answer.ticket.appointment, answer.version);
        if (!first)
            co_return std::unexpected(first.error());
        if (!*first)
            co_return fhir::fail(ErrorKind::internal, "The first answer to this key is lost.");
        record = std::move(**first);
    } else {
        record.version = answer.version;
    }
    auto stored = to_stored(record);
    if (!stored)
        co_return std::unexpected(stored.error());
    co_return TaskOutcome{std::move(*stored), replayed};
}

/// `next` as the version after `basis`.
Awaitable<Result<TaskOutcome>> Inbox::put(TaskWrite write, TaskRecord basis, fhir::Task next)
{
    const fhir::Instant now = parts_.clock.now();
    if (write.received)
        add_message(next, basis.id);
    TaskRecord record = to_record(std::move(basis), stamped(std::move(next), now), now);
    store::TaskChange change{record, message_of(write), ticket_of(write)};
    auto answer = co_await parts_.store.change_task(std::move(change));
    if (!answer)
        co_return std::unexpected(answer.error());
    auto outcome = co_await written(std::move(*answer), std::move(record));
    co_return outcome;
}

Awaitable<Result<TaskOutcome>> Inbox::update(TaskWrite write, std::string id, std::int64_t expected_version,
                                             fhir::Task wanted)
{
    auto before = co_await done_before(write);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return std::move(**before);
    auto record = co_await visible_record(write.caller, std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (record->version != expected_version)
        co_return std::unexpected(fhir::Error(ErrorKind::version_conflict).at("http.If-Match"));
    const auto stored = to_stored(*record);
    if (!stored)
        co_return std::unexpected(stored.error());
    auto next = changed_task(stored->resource, wanted, parties_of(write.caller, *record));
    if (!next)
        co_return std::unexpected(next.error());
    auto outcome = co_await put(std::move(write), std::move(*record), std::move(*next));
    co_return outcome;
}

/// Who makes a remark means the task as it is, whichever version that has become meanwhile.
Awaitable<Result<TaskOutcome>> Inbox::remark(TaskWrite write, std::string id, std::string note,
                                             std::optional<fhir::TaskStatus> to)
{
    constexpr int most_attempts = 4;
    for (int attempt = 1;; ++attempt) {
        auto outcome = co_await remark_once(write, id, note, to);
        const bool overtaken = !outcome && outcome.error().kind() == ErrorKind::version_conflict;
        if (!overtaken || attempt == most_attempts)
            co_return outcome;
    }
}

Awaitable<Result<TaskOutcome>> Inbox::remark_once(TaskWrite write, std::string id, std::string note,
                                                  std::optional<fhir::TaskStatus> to)
{
    auto record = co_await visible_record(write.caller, std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    const auto stored = to_stored(*record);
    if (!stored)
        co_return std::unexpected(stored.error());
    fhir::Task next = stored->resource;
    fhir::Annotation& added = next.note.emplace_back();
    added.time = fhir::uk_date_time(parts_.clock.now());
    added.author = write.caller.name.empty() ? write.caller.ods.text() : write.caller.name;
    added.text.text = note;
    if (to) {
        next.status = *to;
        next.status_reason = fhir::concept_text(note);
        // Being in that status already is no change of it, and is not to be said twice.
        if (stored->resource.status == *to)
            co_return std::unexpected(fhir::Error(ErrorKind::transition_not_allowed,
                                                  "The task has been ended before.", "Task.status"));
    }
    if (auto status = check_status(stored->resource, next, parties_of(write.caller, *record)); !status)
        co_return std::unexpected(status.error());
    auto outcome = co_await put(std::move(write), std::move(*record), std::move(next));
    co_return outcome;
}

Awaitable<Result<std::optional<TaskOutcome>>> Inbox::done_before(TaskWrite write)
{
    const auto ticket = ticket_of(write);
    if (!ticket)
        co_return std::nullopt;
    auto known = co_await parts_.store.ticket(*ticket);
    if (!known)
        co_return std::unexpected(known.error());
    if (!*known)
        co_return std::nullopt;
    TaskWritten answer;
    answer.answer = (*known)->request_hash == ticket->request_hash ? TaskWritten::Answer::ticket_known
                                                                   : TaskWritten::Answer::ticket_differs;
    answer.version = (*known)->version;
    answer.ticket = std::move(**known);
    auto outcome = co_await written(std::move(answer), TaskRecord());
    if (!outcome)
        co_return std::unexpected(outcome.error());
    co_return std::optional(std::move(*outcome));
}

} // namespace

std::unique_ptr<TaskService> make_task_service(TaskParts parts, TaskSettings settings)
{
    return std::make_unique<Inbox>(parts, std::move(settings));
}

} // namespace gateway::workflow
