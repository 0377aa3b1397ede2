// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_request.hpp"

#include "fhir/model/id.hpp"
#include "gateway/workflow/task_contents.hpp"
#include "gateway/workflow/task_difference.hpp"
#include "gateway/workflow/task_parties.hpp"
#include "gateway/workflow/task_shape.hpp"

#include <algorithm>

namespace gateway::workflow
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::Task;

constexpr std::size_t longest_words = 4000;
constexpr std::string_view parent_type = "Task/";

bool may_ask_for(const KindRow& row)
{
    return row.raised_by == RaisedBy::consumers || row.raised_by == RaisedBy::both;
}

std::string kinds_to_ask_for()
{
    std::string joined;
    for (const KindRow& row : task_kinds())
        if (may_ask_for(row))
            joined += (joined.empty() ? "" : ", ") + std::string(row.code);
    return joined;
}

Result<const KindRow*> kind_in(const Task& sent, std::string_view origin)
{
    const std::string system = task_type_system(origin);
    const auto wrong = [&](ErrorKind kind, std::string sentence) {
        return std::unexpected(Error(kind, std::move(sentence), "Task.code")
                                   .advise("Give one coding of " + system + ": " + kinds_to_ask_for() + ".",
                                           fhir::Remedy::caller));
    };
    std::string code;
    for (const fhir::Coding& coding : sent.code ? sent.code->coding : std::vector<fhir::Coding>())
        if (coding.system && coding.code && fhir::same_system(coding.system->text, system))
            code = coding.code->text;
    if (code.empty())
        return wrong(ErrorKind::required, "A task says by a code what kind of task it is.");
    const auto kind = kind_of(code);
    if (!kind)
        return wrong(ErrorKind::value_invalid, "There is no such kind of task.");
    const KindRow& row = row_of(*kind);
    if (row.raised_by == RaisedBy::message)
        return wrong(ErrorKind::organisation_not_allowed, "Referrals come as BaRS messages.");
    if (!may_ask_for(row))
        return wrong(ErrorKind::organisation_not_allowed,
                     "Tasks of this kind are raised by the gateway itself, when something has happened.");
    return &row;
}

Result<void> check_status_asked(const Task& sent)
{
    if (sent.status != fhir::TaskStatus::requested)
        return std::unexpected(
            Error(ErrorKind::value_invalid, "A new task has the status requested.", "Task.status")
                .advise("What is not to be asked for yet is kept where it is written.",
                        fhir::Remedy::caller));
    if (sent.intent != fhir::TaskIntent::order)
        return fhir::fail(ErrorKind::value_invalid, "The intent of a task is order.", "Task.intent");
    return {};
}

Result<void> check_requester(const Task& sent, const identity::Caller& caller)
{
    if (!sent.requester)
        return {};
    const auto ods = organisation_in(*sent.requester, "Task.requester");
    if (!ods)
        return std::unexpected(ods.error());
    if (*ods != caller.ods)
        return fhir::fail(ErrorKind::organisation_not_allowed,
                          "The requester of a task is the organisation that sends it.", "Task.requester");
    return {};
}

Result<std::optional<fhir::Instant>> due_in(const Task& sent, fhir::Instant now)
{
    if (!sent.restriction)
        return std::nullopt;
    const fhir::TaskRestriction& restriction = *sent.restriction;
    if (restriction.repetitions || !restriction.recipient.empty())
        return fhir::fail(ErrorKind::value_invalid, "Only restriction.period is taken.", "Task.restriction");
    if (!restriction.period || !restriction.period->end)
        return std::nullopt;
    if (restriction.period->end->at < now)
        return fhir::fail(ErrorKind::value_invalid, "The time by which it must have ended has passed.",
                          "Task.restriction.period.end");
    return restriction.period->end->at;
}

/// No free text where the kind has none: it could hold what nobody asked for.
Result<void> check_words(const KindRow& row, const Task& sent)
{
    const auto refused = [&](std::string element) {
        return std::unexpected(
            Error(ErrorKind::value_invalid,
                  "A task of kind " + std::string(row.code) + " carries no free text but its inputs.",
                  "Task." + std::move(element))
                .advise("Leave it out, or send a practice-message.", fhir::Remedy::caller));
    };
    if (!row.explained && sent.description)
        return refused("description");
    if (!row.explained && sent.reason_code)
        return refused("reasonCode");
    if (!row.explained && !sent.note.empty())
        return refused("note");
    if (sent.description.value_or("").size() > longest_words)
        return fhir::fail(ErrorKind::text_too_long, "The description is longer than 4000 bytes.",
                          "Task.description");
    for (std::size_t i = 0; i < sent.note.size(); ++i)
        if (sent.note[i].text.text.size() > longest_words)
            return fhir::fail(ErrorKind::text_too_long, "The note is longer than 4000 bytes.",
                              "Task.note[" + std::to_string(i) + "].text");
    return {};
}

/// What of a request is kept as it was said.
Task said_in(const Task& sent)
{
    Task said;
    said.identifier = sent.identifier;
    said.group_identifier = sent.group_identifier;
    said.part_of = sent.part_of;
    said.based_on = sent.based_on;
    said.priority = sent.priority;
    said.code = sent.code;
    said.description = sent.description;
    said.focus = sent.focus;
    said.for_ = sent.for_;
    said.performer_type = sent.performer_type;
    said.reason_code = sent.reason_code;
    said.note = sent.note;
    said.input = sent.input;
    return said;
}

/// Nothing is dropped in silence.
Result<void> check_nothing_else(const Task& sent, const Task& said)
{
    Task all = said;
    all.id = sent.id; // ours to give
    all.status = sent.status;
    all.intent = sent.intent;
    all.owner = sent.owner;
    all.requester = sent.requester;
    all.restriction = sent.restriction;
    all.authored_on = sent.authored_on;
    if (const auto element = first_difference(all, sent); !element.empty())
        return std::unexpected(
            Error(ErrorKind::value_invalid, "This part of a task is not taken here.", "Task." + element)
                .advise("Leave it out; what a kind of task carries stands in its inputs.",
                        fhir::Remedy::caller));
    return {};
}

Result<void> check_group(const Task& sent)
{
    const auto& group = sent.group_identifier;
    if (group && (!group->system || group->system->text.empty() || group->value.value_or("").empty()))
        return fhir::fail(ErrorKind::required, "A groupIdentifier has a system and a value.",
                          "Task.groupIdentifier");
    return {};
}

Result<std::string> appointment_in(const Task& sent)
{
    if (!sent.focus)
        return std::string();
    auto id = appointment_id(*sent.focus);
    if (id.empty())
        return fhir::fail(ErrorKind::value_invalid, "The focus of a task is an Appointment, by its id here.",
                          "Task.focus");
    return id;
}

Result<std::string> parent_in(const Task& sent)
{
    if (sent.part_of.empty())
        return std::string();
    const std::string named = sent.part_of.front().reference.value_or("");
    if (sent.part_of.size() > 1 || !named.starts_with(parent_type) ||
        !fhir::is_id(named.substr(parent_type.size())))
        return fhir::fail(ErrorKind::value_invalid, "A task is part of one other task, named by its id here.",
                          "Task.partOf");
    return named.substr(parent_type.size());
}

/// Whom to ask back: what the sender says, else what is on record of the organisation.
void add_call_back(Task& said, const identity::Caller& caller, std::string_view origin)
{
    const auto given = [&](const fhir::TaskParameter& input) {
        return input.type.text == call_back.code ||
               std::ranges::any_of(input.type.coding, [](const fhir::Coding& coding) {
                   return coding.code && coding.code->text == call_back.code;
               });
    };
    if (!caller.organisation_phone.empty() && std::ranges::none_of(said.input, given))
        said.input.push_back(text_parameter(origin, call_back.code, caller.organisation_phone));
}

Result<CheckedRequest> about(const KindRow& row, const Task& sent, fhir::OdsCode owner)
{
    CheckedRequest request{{}, std::move(owner), {}, {}};
    auto patient = patient_in(sent);
    if (!patient)
        return std::unexpected(patient.error());
    if (row.about_patient && !*patient && !sent.focus)
        return fhir::fail(ErrorKind::required,
                          "A task of kind " + std::string(row.code) + " says whom it is for.", "Task.for");
    request.wanted.patient = std::move(*patient);
    auto appointment = appointment_in(sent);
    if (!appointment)
        return std::unexpected(appointment.error());
    request.appointment = std::move(*appointment);
    auto parent = parent_in(sent);
    if (!parent)
        return std::unexpected(parent.error());
    request.parent = std::move(*parent);
    return request;
}

Result<fhir::OdsCode> owner_in(const Task& sent)
{
    if (!sent.owner)
        return fhir::fail(ErrorKind::required, "A task says which organisation is to hold it.", "Task.owner");
    auto owner = organisation_in(*sent.owner, "Task.owner");
    if (!owner)
        return owner;
    if (team_of(sent).empty())
        return std::unexpected(Error(ErrorKind::required,
                                     "A task is always held by a team: performerType names it.",
                                     "Task.performerType")
                                   .advise("Say which team of the organisation, such as Reception, in "
                                           "performerType.text.",
                                           fhir::Remedy::caller));
    return owner;
}

} // namespace

Result<CheckedRequest> check_request(const Task& sent, const identity::Caller& caller,
                                     std::string_view origin, fhir::Instant now)
{
    const auto row = kind_in(sent, origin);
    if (!row)
        return std::unexpected(row.error());
    const Task said = said_in(sent);
    for (const auto& passed :
         {check_status_asked(sent), check_requester(sent, caller), check_words(**row, sent),
          check_group(sent), check_inputs(**row, sent.input, origin), check_nothing_else(sent, said)})
        if (!passed)
            return std::unexpected(passed.error());
    auto owner = owner_in(sent);
    if (!owner)
        return std::unexpected(owner.error());
    auto due = due_in(sent, now);
    if (!due)
        return std::unexpected(due.error());
    auto request = about(**row, sent, std::move(*owner));
    if (!request)
        return request;
    NewTask& wanted = request->wanted;
    wanted.kind = (*row)->kind;
    wanted.owner = request->owner.text();
    wanted.team = team_of(sent);
    wanted.requester_name = caller.name;
    wanted.said = said;
    wanted.due = *due;
    add_call_back(wanted.said, caller, origin);
    return request;
}

} // namespace gateway::workflow
