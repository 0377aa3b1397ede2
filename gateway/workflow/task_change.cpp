// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_change.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/workflow/task_shape.hpp"

namespace gateway::workflow
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::Task;
using fhir::codec::JsonValue;

bool says_why(const std::optional<fhir::CodeableConcept>& reason)
{
    return reason && (!reason->coding.empty() || (reason->text && !reason->text->empty()));
}

/// As both would be sent; what the gateway keeps itself is taken to be the same.
JsonValue comparable(Task task)
{
    task.meta.reset();
    task.text.reset();
    task.last_modified.reset();
    task.execution_period.reset();
    return fhir::codec::parse_json(fhir::codec::to_json(task)).value_or(JsonValue());
}

/// Name of the first element that is not the same; empty when all are.
std::string first_difference(const Task& left, const Task& right)
{
    const JsonValue a = comparable(left), b = comparable(right);
    for (const auto& [name, value] : a.members())
        if (const auto* other = b.find(name); !other || *other != value)
            return name;
    for (const auto& [name, value] : b.members())
        if (!a.find(name))
            return name;
    return {};
}

/// Notes are added, never taken back.
bool keeps_notes(const Task& stored, const Task& wanted)
{
    if (wanted.note.size() < stored.note.size())
        return false;
    Task shortened = wanted;
    shortened.note.resize(stored.note.size());
    Task left, right;
    left.note = stored.note;
    right.note = shortened.note;
    return first_difference(left, right).empty();
}

std::unexpected<Error> not_changed_here(const std::string& element)
{
    return std::unexpected(
        Error(ErrorKind::not_amendable, "This part of a task cannot be changed.", "Task." + element)
            .advise(
                "Read the task again; change its status with a reason, its team, or add a note or output.",
                fhir::Remedy::caller));
}

} // namespace

Result<void> check_status(const Task& stored, const Task& next, Parties who)
{
    if (stored.status != next.status && !may_become(stored.status, next.status, who))
        return std::unexpected(Error(ErrorKind::transition_not_allowed,
                                     "A task that is " + std::string(code_of(stored.status)) +
                                         " cannot become " + std::string(code_of(next.status)) +
                                         (who.owner ? "." : " by the organisation that asked for it."),
                                     "Task.status"));
    if (needs_reason(next.status) && !says_why(next.status_reason))
        return fhir::fail(ErrorKind::required,
                          "A task that becomes " + std::string(code_of(next.status)) + " says why.",
                          "Task.statusReason");
    return {};
}

Result<Task> changed_task(const Task& stored, const Task& wanted, Parties who)
{
    if (!keeps_notes(stored, wanted))
        return not_changed_here("note");
    Task next = stored;
    next.status = wanted.status;
    next.note = wanted.note;
    if (!is_end(stored.status)) {
        next.status_reason = wanted.status_reason;
        next.business_status = wanted.business_status;
        if (who.owner) {
            next.performer_type = wanted.performer_type;
            next.output = wanted.output;
        }
    }
    if (auto status = check_status(stored, next, who); !status)
        return std::unexpected(status.error());
    if (team_of(next).empty())
        return fhir::fail(ErrorKind::required, "A task is always held by a team: performerType names it.",
                          "Task.performerType");
    if (const auto element = first_difference(next, wanted); !element.empty())
        return not_changed_here(element);
    return next;
}

} // namespace gateway::workflow
