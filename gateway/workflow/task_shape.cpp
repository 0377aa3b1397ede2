// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_shape.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_status.hpp"

namespace gateway::workflow
{

namespace
{

constexpr std::string_view message_input = "Message as received";

/// Our code, and then those that others gave it.
fhir::CodeableConcept kind_concept(const KindRow& kind, const std::optional<fhir::CodeableConcept>& said,
                                   const std::string& system)
{
    fhir::CodeableConcept code = fhir::concept_of(system, kind.code, kind.text);
    for (const fhir::Coding& coding : said ? said->coding : std::vector<fhir::Coding>())
        if (!coding.system || !fhir::same_system(coding.system->text, system))
            code.coding.push_back(coding);
    return code;
}

} // namespace

std::string task_type_system(std::string_view origin)
{
    return std::string(origin) + "/fhir/CodeSystem/task-type";
}

std::string journey_system(std::string_view origin)
{
    return std::string(origin) + "/id/journey";
}

store::OwnIdentifier journey_key(std::string_view system, std::string_view value)
{
    return {"\njourney\n" + std::string(system), std::string(value), false};
}

store::OwnIdentifier parent_key(std::string_view reference)
{
    return {"\npart-of\n", std::string(reference), false};
}

fhir::Task completed(const NewTask& wanted, const identity::Caller& requester, std::string_view origin,
                     fhir::Instant due, fhir::Instant now)
{
    const KindRow& kind = row_of(wanted.kind);
    fhir::Task task = wanted.said;
    task.meta.emplace().profile.emplace_back("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Task");
    task.status = fhir::TaskStatus::requested;
    task.intent = fhir::TaskIntent::order;
    task.code = kind_concept(kind, task.code, task_type_system(origin));
    task.owner = organisation_reference(wanted.owner, wanted.owner_name);
    if (team_of(task) != wanted.team)
        task.performer_type = {fhir::concept_text(wanted.team)};
    task.requester = organisation_reference(requester.ods.text(), wanted.requester_name);
    task.authored_on = fhir::uk_date_time(now);
    task.restriction.emplace().period.emplace().end = fhir::uk_date_time(due);
    return stamped(std::move(task), now);
}

std::string patient_number(const StoredTask& task)
{
    const auto& patient = task.resource.for_;
    return patient && patient->identifier ? (*patient->identifier)->value.value_or("") : std::string();
}

std::string team_of(const fhir::Task& task)
{
    if (task.performer_type.empty())
        return {};
    const fhir::CodeableConcept& team = task.performer_type.front();
    if (team.text && !team.text->empty())
        return *team.text;
    if (team.coding.empty())
        return {};
    const fhir::Coding& first = team.coding.front();
    return first.display.value_or(first.code ? first.code->text : std::string());
}

void add_message(fhir::Task& task, const std::string& id)
{
    std::size_t number = 1;
    for (const fhir::TaskParameter& known : task.input)
        if (known.type.text == message_input)
            ++number;
    fhir::TaskParameter& added = task.input.emplace_back();
    added.type = fhir::concept_text(message_input);
    added.value = "Task/" + id + "/messages/" + std::to_string(number);
}

fhir::Task stamped(fhir::Task task, fhir::Instant now)
{
    task.last_modified = fhir::uk_date_time(now);
    if (task.status == fhir::TaskStatus::in_progress && !task.execution_period)
        task.execution_period.emplace().start = fhir::uk_date_time(now);
    if (is_end(task.status) && task.execution_period && !task.execution_period->end)
        task.execution_period->end = fhir::uk_date_time(now);
    return task;
}

store::TaskRecord to_record(store::TaskRecord basis, const fhir::Task& task, fhir::Instant now)
{
    basis.updated = now;
    basis.status = code_of(task.status);
    basis.open = !is_end(task.status);
    basis.team = team_of(task);
    basis.priority = static_cast<std::int64_t>(task.priority.value_or(fhir::RequestPriority::routine));
    basis.focus = task.focus ? task.focus->reference.value_or("") : std::string();
    fhir::Task kept = task;
    if (kept.meta) {
        kept.meta->version_id.reset();
        kept.meta->last_updated.reset();
    }
    basis.resource = fhir::codec::to_json(kept);
    return basis;
}

fhir::Result<StoredTask> to_stored(const store::TaskRecord& record)
{
    auto task = fhir::codec::read<fhir::Task>(record.resource);
    if (!task)
        return fhir::fail(fhir::ErrorKind::internal, "A stored task cannot be read.");
    task->id = record.id;
    if (!task->meta)
        task->meta.emplace();
    task->meta->version_id = std::to_string(record.version);
    task->meta->last_updated = record.updated;
    return StoredTask{std::move(*task), record.version, record.updated, record.owner, record.requester};
}

} // namespace gateway::workflow
