// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite_task_rows.hpp"

#include "gateway/store/sqlite_outbox_rows.hpp"
#include "gateway/store/sqlite_rows.hpp"

namespace gateway::store
{

namespace
{

std::string unseal_task_column(const Sealer& sealer, const std::string& sealed, const std::string& context)
{
    auto plain = sealer.open(sealed, context);
    if (!plain)
        throw DatabaseError("a sealed column does not open");
    return std::move(*plain);
}

Value moment_of(const std::optional<fhir::Instant>& moment)
{
    return moment ? at(*moment) : Value(nullptr);
}

void put_task_row(Database& database, const SealedTask& sealed, std::int64_t version)
{
    const TaskRecord& task = sealed.record;
    const Value hash = sealed.patient_hash.empty() ? Value(nullptr) : Value(Blob{sealed.patient_hash});
    database.run("INSERT INTO task (id, version, updated, authored, kind, status, owner, team, requester, "
                 "patient_hash, patient, focus, priority, open, due, resource, escalate, rung)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (id) DO UPDATE SET version = excluded.version, updated = excluded.updated, "
                 "status = excluded.status, owner = excluded.owner, team = excluded.team, "
                 "patient_hash = excluded.patient_hash, patient = excluded.patient, focus = excluded.focus, "
                 "priority = excluded.priority, open = excluded.open, due = excluded.due, "
                 "resource = excluded.resource, escalate = excluded.escalate, rung = excluded.rung",
                 {task.id, version, at(task.updated), at(task.authored), task.kind, task.status, task.owner,
                  task.team, task.requester, hash, Blob{sealed.patient}, task.focus, task.priority,
                  std::int64_t{task.open}, moment_of(task.due), Blob{sealed.resource},
                  moment_of(task.escalate), task.rung});
    database.run("INSERT INTO task_version (id, version, updated, status, resource) VALUES (?, ?, ?, ?, ?)",
                 {task.id, version, at(task.updated), task.status, Blob{sealed.resource}});
}

} // namespace

std::string task_message_context(const std::string& task)
{
    return "task_message.body/" + task;
}

TaskRecord read_task(const Rows& rows, const Sealer& sealer)
{
    TaskRecord record;
    record.id = rows.text(0);
    record.version = rows.integer(1);
    record.updated = rows.instant(2);
    record.authored = rows.instant(3);
    record.kind = rows.text(4);
    record.status = rows.text(5);
    record.owner = rows.text(6);
    record.team = rows.text(7);
    record.requester = rows.text(8);
    record.patient = unseal_task_column(sealer, rows.text(9), "task.patient/" + record.id);
    record.focus = rows.text(10);
    record.priority = rows.integer(11);
    record.open = rows.integer(12) != 0;
    if (!rows.null(13))
        record.due = rows.instant(13);
    record.resource = unseal_task_column(sealer, rows.text(14), "task.resource/" + record.id);
    if (!rows.null(15))
        record.escalate = rows.instant(15);
    record.rung = rows.integer(16);
    return record;
}

SealedTask seal(TaskRecord record, std::optional<TaskMessage> message, std::optional<Ticket> ticket,
                const Sealer& sealer)
{
    SealedTask sealed;
    if (!record.patient.empty())
        sealed.patient_hash = patient_hash(sealer, record.patient);
    sealed.patient = sealer.seal(record.patient, "task.patient/" + record.id);
    sealed.resource = sealer.seal(record.resource, "task.resource/" + record.id);
    if (message)
        message->body = sealer.seal(message->body, task_message_context(record.id));
    sealed.message = std::move(message);
    sealed.ticket = std::move(ticket);
    sealed.record = std::move(record);
    return sealed;
}

void put_task(Database& database, const SealedTask& sealed, std::int64_t version)
{
    const TaskRecord& task = sealed.record;
    announce(database, task, version);
    put_task_row(database, sealed, version);
    if (!sealed.deliver_to.empty())
        put_delivery(database, task.id, sealed.deliver_to, task.updated);
    for (const std::string& hash : sealed.identifier_hashes)
        database.run("INSERT OR IGNORE INTO task_identifier (hash, task) VALUES (?, ?)",
                     {Blob{hash}, task.id});
    if (sealed.message)
        database.run("INSERT INTO task_message (task, version, received, media_type, body)"
                     " VALUES (?, ?, ?, ?, ?)",
                     {task.id, version, at(sealed.message->received), sealed.message->media_type,
                      Blob{sealed.message->body}});
    if (sealed.ticket)
        database.run("INSERT INTO idempotency (client, operation, key, request_hash, intent, appointment, "
                     "version, outcome, created) VALUES (?, ?, ?, ?, '', ?, ?, 'task', ?)",
                     {sealed.ticket->client, sealed.ticket->operation, sealed.ticket->key,
                      sealed.ticket->request_hash, task.id, version, at(task.updated)});
}

void put_wanted_task(Database& database, std::string_view kind, std::string_view appointment,
                     std::int64_t version, std::string_view intent, fhir::Instant now)
{
    if (!kind.empty())
        database.run(
            "INSERT INTO task_wanted (kind, appointment, version, intent, at) VALUES (?, ?, ?, ?, ?)",
            {kind, appointment, version, intent, at(now)});
}

} // namespace gateway::store
