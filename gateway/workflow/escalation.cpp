// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/escalation.hpp"

#include "fhir/rest/message.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/workflow/task_letter.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <algorithm>

namespace gateway::workflow
{

namespace
{

using fhir::RequestPriority;
using fhir::Result;
using store::TaskRecord;

constexpr std::size_t late_at_once = 200;
constexpr auto longest_round = std::chrono::minutes(2);
constexpr const char* watched = "task-escalation"; ///< no ODS code has a dash

RequestPriority one_higher(RequestPriority priority)
{
    return priority == RequestPriority::stat ? priority
                                             : static_cast<RequestPriority>(static_cast<int>(priority) + 1);
}

std::string late_by(std::chrono::minutes late)
{
    if (late < std::chrono::hours(1))
        return std::to_string(late.count()) + " min";
    return std::to_string(std::chrono::floor<std::chrono::hours>(late).count()) + " h";
}

void add_note(fhir::Task& task, std::string text, fhir::Instant now)
{
    fhir::Annotation& note = task.note.emplace_back();
    note.time = fhir::uk_date_time(now);
    note.author = "Gateway";
    note.text.text = std::move(text);
}

std::string for_people(const fhir::OdsCode& ods, const std::string& name)
{
    return name.empty() ? ods.text() : name + " (" + ods.text() + ")";
}

} // namespace

Escalation::Escalation(EscalationParts parts, EscalationSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      origin_(fhir::rest::origin_of(settings_.public_base))
{}

Awaitable<std::size_t> Escalation::run()
{
    const fhir::Instant now = parts_.clock.now();
    auto late = co_await parts_.store.tasks_to_escalate(now, late_at_once);
    if (!late || late->empty())
        co_return 0; // nothing is written while nothing is late
    const store::Lease lease{settings_.node, adapters::new_uuid(parts_.clock, parts_.random),
                             now + longest_round};
    auto leased = co_await parts_.store.lease_watch(watched, lease, now);
    if (!leased || !*leased)
        co_return 0;
    std::size_t escalated = 0;
    for (TaskRecord& task : *late) {
        const bool done = co_await escalate(std::move(task));
        escalated += done;
    }
    auto ended = co_await parts_.store.end_watch(watched, lease.token, now);
    static_cast<void>(ended);
    co_return escalated;
}

/// Whoever changes it at the same time goes first: what then is still late is found in the next round.
Awaitable<bool> Escalation::escalate(TaskRecord record)
{
    const fhir::Instant now = parts_.clock.now();
    const std::string held_by = record.owner;
    auto next = raised(std::move(record), now);
    if (!next)
        co_return false;
    store::TaskChange change{*next, {}, {}};
    if (next->owner != held_by)
        change.deliver_to = practice_to_deliver(parts_.links, *next);
    auto written = co_await parts_.store.change_task(std::move(change));
    if (!written || written->answer != store::TaskWritten::Answer::written)
        co_return false;
    observability::log(observability::Level::warning, "task_overdue",
                       {{"task", next->id},
                        {"kind", next->kind},
                        {"owner", next->owner},
                        {"rung", next->rung},
                        {"last", !next->escalate.has_value()}});
    co_await write_down(std::move(*next), written->version);
    co_return true;
}

std::vector<Rung> Escalation::ladder_of(const std::string& kind) const
{
    const bool own = std::ranges::find(settings_.ladder, kind, &Rung::kind) != settings_.ladder.end();
    std::vector<Rung> ladder;
    for (const Rung& rung : settings_.ladder)
        if (rung.kind == (own ? kind : std::string()))
            ladder.insert(std::ranges::upper_bound(ladder, rung.after, {}, &Rung::after), rung);
    return ladder;
}

/// Rung 0 is the due time itself, where it stays with whoever holds it.
Result<TaskRecord> Escalation::raised(TaskRecord record, fhir::Instant now) const
{
    auto stored = to_stored(record);
    if (!stored)
        return std::unexpected(stored.error());
    fhir::Task task = std::move(stored->resource);
    const auto ladder = ladder_of(record.kind);
    const auto rung = static_cast<std::size_t>(record.rung);
    const fhir::Instant due = record.due.value_or(now);
    const RequestPriority before = task.priority.value_or(RequestPriority::routine);
    task.priority = one_higher(before);
    const std::string late =
        "Overdue by " + late_by(std::chrono::floor<std::chrono::minutes>(now - due)) + ".";
    const bool up = rung > 0 && rung <= ladder.size();
    std::string told = late;
    if (up)
        told += " " + hand_up(ladder[rung - 1], record, task);
    task.business_status =
        fhir::concept_of(origin_ + "/fhir/CodeSystem/task-business-status", up ? "escalated" : "overdue",
                         up ? "Overdue, escalated" : "Overdue");
    add_note(task, std::move(told), now);
    record.rung += 1;
    const auto following = static_cast<std::size_t>(record.rung) - 1;
    record.escalate = following < ladder.size() ? std::optional(due + ladder[following].after) : std::nullopt;
    return to_record(std::move(record), stamped(std::move(task), now), now);
}

bool Escalation::may_have(const TaskRecord& record, const fhir::OdsCode& to) const
{
    if (to.text() == record.owner || to.text() == record.requester)
        return true;
    const auto owner = fhir::OdsCode::parse(record.owner), requester = fhir::OdsCode::parse(record.requester);
    const auto patient = fhir::NhsNumber::parse(record.patient);
    return owner && requester && parts_.links.may_send && parts_.links.may_send(*owner, to, patient) &&
           (*requester == to || parts_.links.may_send(*requester, to, patient));
}

/// To the team that the rung names. An organisation that had no part in it is asked anew. Says what was done.
std::string Escalation::hand_up(const Rung& rung, TaskRecord& record, fhir::Task& task) const
{
    const std::string& named = rung.to == "owner"       ? record.owner
                               : rung.to == "requester" ? record.requester
                                                        : rung.to;
    const auto to = fhir::OdsCode::parse(named);
    if (!to || !may_have(record, *to))
        return "Not handed to " + named + ": no agreement lets it have this work.";
    const std::string name = parts_.links.name_of ? parts_.links.name_of(*to) : std::string();
    task.performer_type = {fhir::concept_text(rung.team)};
    if (to->text() != record.owner) {
        task.owner = organisation_reference(to->text(), name);
        task.status = fhir::TaskStatus::requested;
        task.status_reason = fhir::concept_text("Escalated: not done in time");
        record.owner = to->text();
    }
    return "Escalated to " + rung.team + " of " + for_people(*to, name) + ".";
}

Awaitable<void> Escalation::write_down(TaskRecord record, std::int64_t version)
{
    if (parts_.audit == nullptr)
        co_return;
    audit::Note note;
    note.record.event = audit::Event::write;
    note.record.via = "workflow";
    note.record.action = "escalate";
    note.record.type = "Task";
    note.record.id = record.id;
    note.record.version = std::to_string(version);
    note.record.practice = record.owner;
    note.patient = record.patient;
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

} // namespace gateway::workflow
