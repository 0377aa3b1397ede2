// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_change.hpp"

#include "gateway/workflow/task_difference.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"

namespace gateway::workflow
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::Task;

bool says_why(const std::optional<fhir::CodeableConcept>& reason)
{
    return reason && (!reason->coding.empty() || (reason->text && !reason->text->empty()));
}

std::unexpected<Error> without_team()
{
    return fhir::fail(ErrorKind::required, "A task is always held by a team: performerType names it.",
                      "Task.performerType");
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
        return without_team();
    if (const auto element = first_difference(next, wanted); !element.empty())
        return not_changed_here(element);
    return next;
}

bool is_handed_on(const Task& stored, const Task& wanted)
{
    return wanted.owner && owner_of(wanted) != owner_of(stored);
}

Result<Task> handed_task(const Task& stored, const Task& wanted, Parties who)
{
    if (!who.owner || !keeps_notes(stored, wanted))
        return not_changed_here(who.owner ? "note" : "owner");
    if (is_end(stored.status))
        return fhir::fail(ErrorKind::transition_not_allowed,
                          "A task that has ended is not handed on; whoever asked may ask another "
                          "organisation, with a task that is partOf this one.",
                          "Task.owner");
    if (wanted.status != stored.status && wanted.status != fhir::TaskStatus::requested)
        return fhir::fail(ErrorKind::transition_not_allowed,
                          "An organisation that a task is handed to is asked anew: its status is requested.",
                          "Task.status");
    if (!says_why(wanted.status_reason))
        return fhir::fail(ErrorKind::required, "A task that is handed to another organisation says why.",
                          "Task.statusReason");
    if (team_of(wanted).empty())
        return without_team();
    Task next = stored;
    next.status = wanted.status;
    next.status_reason = wanted.status_reason;
    next.business_status = wanted.business_status;
    next.performer_type = wanted.performer_type;
    next.note = wanted.note;
    next.owner = wanted.owner;
    if (const auto element = first_difference(next, wanted); !element.empty())
        return not_changed_here(element);
    next.status = fhir::TaskStatus::requested;
    return next;
}

std::string words_of(const std::optional<fhir::CodeableConcept>& reason)
{
    if (!reason)
        return {};
    if (reason->text && !reason->text->empty())
        return *reason->text;
    if (reason->coding.empty())
        return {};
    const fhir::Coding& first = reason->coding.front();
    return first.display.value_or(first.code ? first.code->text : std::string());
}

} // namespace gateway::workflow
