// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/inbox_rules.hpp"

#include "gateway/workflow/task_change.hpp"
#include "gateway/workflow/task_difference.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"

namespace gateway::workflow
{

using fhir::ErrorKind;
using fhir::Result;
using store::TaskRecord;

Parties parties_of(const identity::Caller& caller, const TaskRecord& record)
{
    return {caller.ods.text() == record.owner, caller.ods.text() == record.requester};
}

std::string InboxRules::name_of(const fhir::OdsCode& ods) const
{
    return parts_.links.name_of ? parts_.links.name_of(ods) : std::string();
}

Result<void> InboxRules::check_sharing(const fhir::OdsCode& from, const fhir::OdsCode& to,
                                       const std::optional<fhir::NhsNumber>& patient) const
{
    if (from == to || (parts_.links.may_send && parts_.links.may_send(from, to, patient)))
        return {};
    return std::unexpected(
        fhir::Error(ErrorKind::organisation_not_allowed,
                    "No agreement lets this work be sent to that organisation.", "Task.owner")
            .advise("Check its ODS code, and ask whoever runs the federation to check the sharing agreement.",
                    fhir::Remedy::operator_));
}

Awaitable<Result<SeenAppointment>> InboxRules::seen_appointment(identity::Caller caller, std::string id,
                                                                std::string path)
{
    Result<SeenAppointment> seen = fhir::fail(ErrorKind::not_found);
    if (parts_.links.appointment)
        seen = co_await parts_.links.appointment(std::move(caller), std::move(id));
    if (!seen && seen.error().kind() == ErrorKind::not_found)
        co_return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "There is no such appointment, or it is not yours to see.",
                        std::move(path))
                .advise("Name one that your organisation has booked, or that is in its own book.",
                        fhir::Remedy::caller));
    co_return seen;
}

/// Whom it is for is said once: by the task, by the appointment, or by both alike.
Awaitable<Result<CheckedRequest>> InboxRules::with_appointment(identity::Caller caller,
                                                               CheckedRequest request)
{
    if (request.appointment.empty())
        co_return request;
    auto seen = co_await seen_appointment(std::move(caller), request.appointment, "Task.focus");
    if (!seen)
        co_return std::unexpected(seen.error());
    NewTask& wanted = request.wanted;
    if (wanted.patient && !seen->patient.empty() && wanted.patient->digits() != seen->patient)
        co_return fhir::fail(ErrorKind::invariant, "The appointment is another patient's.", "Task.for");
    if (!wanted.patient)
        wanted.patient = fhir::NhsNumber::parse(seen->patient);
    if (row_of(wanted.kind).about_patient && !wanted.patient)
        co_return fhir::fail(ErrorKind::required, "The appointment names nobody; say whom the task is for.",
                             "Task.for");
    const auto journey = fhir::identifier_value(seen->identifiers, journey_system(origin_));
    if (journey && !wanted.said.group_identifier)
        wanted.said.group_identifier = fhir::identifier_of(journey_system(origin_), *journey);
    co_return request;
}

/// A child task goes on with its parent's journey and patient.
Awaitable<Result<CheckedRequest>> InboxRules::with_parent(identity::Caller caller, CheckedRequest request)
{
    if (request.parent.empty())
        co_return request;
    auto record = co_await visible_record(std::move(caller), request.parent);
    if (!record && record.error().kind() == ErrorKind::not_found)
        co_return fhir::fail(ErrorKind::value_invalid, "There is no such task, or it is not yours to see.",
                             "Task.partOf");
    if (!record)
        co_return std::unexpected(record.error());
    const auto parent = to_stored(*record);
    if (!parent)
        co_return std::unexpected(parent.error());
    NewTask& wanted = request.wanted;
    if (wanted.patient && !record->patient.empty() && wanted.patient->digits() != record->patient)
        co_return fhir::fail(ErrorKind::invariant, "The task it is part of is another patient's.",
                             "Task.for");
    if (!wanted.patient)
        wanted.patient = fhir::NhsNumber::parse(record->patient);
    const auto& known = parent->resource.group_identifier;
    const fhir::Identifier journey =
        known ? *known : fhir::identifier_of(journey_system(origin_), request.parent);
    auto& said = wanted.said.group_identifier;
    if (said && (said->value != journey.value ||
                 !fhir::same_system(said->system->text, journey.system ? journey.system->text : "")))
        co_return fhir::fail(ErrorKind::invariant,
                             "A child task has the groupIdentifier of the task it is part of.",
                             "Task.groupIdentifier");
    said = journey;
    co_return request;
}

Awaitable<Result<CheckedRequest>> InboxRules::linked(identity::Caller caller, CheckedRequest request)
{
    auto child = co_await with_parent(caller, std::move(request));
    if (!child)
        co_return child;
    auto whole = co_await with_appointment(caller, std::move(*child));
    if (!whole)
        co_return whole;
    NewTask& wanted = whole->wanted;
    if (auto shared = check_sharing(caller.ods, whole->owner, wanted.patient); !shared)
        co_return std::unexpected(shared.error());
    wanted.owner_name = name_of(whole->owner);
    if (wanted.patient) {
        fhir::Reference& patient = wanted.said.for_ ? *wanted.said.for_ : wanted.said.for_.emplace();
        patient.type = fhir::Uri("Patient");
        patient.identifier =
            fhir::Box(fhir::identifier_of(fhir::nhs_number_system, wanted.patient->digits()));
    }
    co_return whole;
}

/// To whoever may have it from its present owner and from who asked.
Result<fhir::Task> InboxRules::handed_on(const identity::Caller& caller, const TaskRecord& record,
                                         const fhir::Task& before, const fhir::Task& wanted) const
{
    auto next = handed_task(before, wanted, parties_of(caller, record));
    if (!next)
        return next;
    const auto to = organisation_in(*wanted.owner, "Task.owner");
    if (!to)
        return std::unexpected(to.error());
    const auto patient = fhir::NhsNumber::parse(record.patient);
    const auto requester = fhir::OdsCode::parse(record.requester);
    if (auto shared = check_sharing(caller.ods, *to, patient); !shared)
        return std::unexpected(shared.error());
    if (auto shared = requester ? check_sharing(*requester, *to, patient) : Result<void>(); !shared)
        return std::unexpected(shared.error());
    next->owner = organisation_reference(to->text(), name_of(*to));
    fhir::Annotation& note = next->note.emplace_back();
    note.time = fhir::uk_date_time(parts_.clock.now());
    note.author = caller.name.empty() ? caller.ods.text() : caller.name;
    note.text.text = "Handed on by " + record.owner + " to " + team_of(*next) + " of " + to->text() + ": " +
                     words_of(next->status_reason);
    return next;
}

/// An appointment that a task has become.
Awaitable<Result<void>> InboxRules::check_converted(identity::Caller caller, TaskRecord record,
                                                    fhir::Task next, NamedAppointment named)
{
    auto seen = co_await seen_appointment(std::move(caller), named.id, named.path);
    if (!seen)
        co_return std::unexpected(seen.error());
    if (!seen->patient.empty() && !record.patient.empty() && seen->patient != record.patient)
        co_return fhir::fail(ErrorKind::invariant, "The appointment is another patient's.", named.path);
    if (!seen->stands)
        co_return fhir::fail(ErrorKind::value_invalid, "The appointment is not booked.", named.path);
    const std::string system = journey_system(origin_);
    const auto journey = fhir::identifier_value(seen->identifiers, system);
    const auto& group = next.group_identifier;
    const bool ours = group && group->system && fhir::same_system(group->system->text, system);
    if (journey && ours && group->value != *journey)
        co_return fhir::fail(ErrorKind::invariant, "The appointment belongs to another journey.", named.path);
    co_return Result<void>();
}

/// What has come of it: held to its kind, and to whom it is for.
Awaitable<Result<void>> InboxRules::check_end(identity::Caller caller, TaskRecord record, fhir::Task before,
                                              fhir::Task next)
{
    fhir::Task left, right;
    left.output = before.output;
    right.output = next.output;
    const bool completes = next.status == fhir::TaskStatus::completed && before.status != next.status;
    const auto kind = kind_of(record.kind);
    if (!kind || (!completes && first_difference(left, right).empty()))
        co_return Result<void>();
    if (auto right_form = check_outputs(row_of(*kind), next.output, origin_, completes); !right_form)
        co_return right_form;
    if (completes && row_of(*kind).note_ends && next.note.empty())
        co_return fhir::fail(ErrorKind::required, "A task of this kind is completed with a note.",
                             "Task.note");
    for (const NamedAppointment& named : appointments_in(next.output)) {
        auto fits = co_await check_converted(caller, record, next, named);
        if (!fits)
            co_return fits;
    }
    co_return Result<void>();
}

} // namespace gateway::workflow
