// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "gateway/workflow/inbox_rules.hpp"
#include "gateway/workflow/task_change.hpp"
#include "gateway/workflow/task_letter.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_request.hpp"
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

class Inbox : public InboxRules
{
public:
    Inbox(TaskParts parts, TaskSettings settings)
        : InboxRules(std::move(parts), std::string(fhir::rest::origin_of(settings.public_base))),
          settings_(std::move(settings))
    {}

    Awaitable<Result<TaskOutcome>> create(TaskWrite write, NewTask wanted) override;
    Awaitable<Result<TaskOutcome>> ask(TaskWrite write, fhir::Task sent) override;
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
    Awaitable<Result<TaskOutcome>> put(TaskWrite write, TaskRecord basis, fhir::Task next,
                                       bool handed = false);

    const TaskSettings settings_;
};

/// Never before now: what is late already is due at once.
fhir::Instant Inbox::due_for(const NewTask& wanted, fhir::Instant now) const
{
    const auto set = settings_.due.find(wanted.kind);
    const ServiceLevel level = set == settings_.due.end() ? row_of(wanted.kind).due : set->second;
    const bool routine =
        wanted.said.priority.value_or(fhir::RequestPriority::routine) == fhir::RequestPriority::routine;
    const fhir::Instant due = now + (routine ? level.routine : level.urgent);
    return wanted.due ? std::clamp<fhir::Instant>(*wanted.due, now, due + row_of(wanted.kind).put_off) : due;
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
    if (!task.group_identifier)
        task.group_identifier = fhir::identifier_of(journey_system(origin_), record.id);
    if (write.received)
        add_message(task, record.id);
    record.authored = task.authored_on->at;
    record.due = record.escalate = task.restriction->period->end->at; // as it says itself, to the second
    record.kind = row_of(wanted.kind).code;
    record.owner = wanted.owner;
    record.requester = write.caller.ods.text();
    record.patient = wanted.patient ? wanted.patient->digits() : std::string();
    record = to_record(std::move(record), task, now);
    store::NewTask row{record, {}, message_of(write), ticket_of(write)};
    row.deliver_to = practice_to_deliver(parts_.links, record);
    for (const fhir::Identifier& identifier : task.identifier)
        if (identifier.system && identifier.value)
            row.identifiers.push_back({identifier.system->text, *identifier.value, false});
    if (task.group_identifier->system && task.group_identifier->value)
        row.identifiers.push_back(
            journey_key(task.group_identifier->system->text, *task.group_identifier->value));
    for (const fhir::Reference& parent : task.part_of)
        row.identifiers.push_back(parent_key(parent.reference.value_or("")));
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
Awaitable<Result<TaskOutcome>> Inbox::put(TaskWrite write, TaskRecord basis, fhir::Task next, bool handed)
{
    const fhir::Instant now = parts_.clock.now();
    if (write.received)
        add_message(next, basis.id);
    TaskRecord record = to_record(std::move(basis), stamped(std::move(next), now), now);
    store::TaskChange change{record, message_of(write), ticket_of(write)};
    if (handed)
        change.deliver_to = practice_to_deliver(parts_.links, record);
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
    const bool handed = is_handed_on(stored->resource, wanted);
    auto next = handed ? handed_on(write.caller, *record, stored->resource, wanted)
                       : changed_task(stored->resource, wanted, parties_of(write.caller, *record));
    if (!next)
        co_return std::unexpected(next.error());
    auto ends = co_await check_end(write.caller, *record, stored->resource, *next);
    if (!ends)
        co_return std::unexpected(ends.error());
    record->owner = owner_of(*next);
    auto outcome = co_await put(std::move(write), std::move(*record), std::move(*next), handed);
    co_return outcome;
}

Awaitable<Result<TaskOutcome>> Inbox::ask(TaskWrite write, fhir::Task sent)
{
    auto before = co_await done_before(write);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return std::move(**before);
    auto request = check_request(sent, write.caller, origin_, parts_.clock.now());
    if (request)
        request = co_await linked(write.caller, std::move(*request));
    if (!request)
        co_return std::unexpected(request.error());
    auto outcome = co_await create(std::move(write), std::move(request->wanted));
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
