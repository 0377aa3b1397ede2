// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/raised_tasks.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/workflow/task_contents.hpp"
#include "gateway/workflow/task_shape.hpp"

namespace gateway::workflow
{

namespace
{

using fhir::Result;
using store::AppointmentRecord;
using store::TaskRecord;
using store::WantedTask;

constexpr std::size_t raised_at_once = 200;
constexpr auto soon = std::chrono::hours(24);

/// In the name of the practice whose book it is about; the key belongs to the gateway.
identity::Caller gateway_for(const fhir::OdsCode& practice)
{
    return {"gateway", practice, {}, {}, {}, {}, {}};
}

std::string key_of(const WantedTask& wanted)
{
    return wanted.kind + "/" + wanted.appointment + "/" + std::to_string(wanted.version) + "/" +
           std::to_string(wanted.id);
}

fhir::TaskParameter moment_parameter(std::string_view origin, std::string_view code, fhir::Instant moment)
{
    fhir::TaskParameter parameter;
    parameter.type = fhir::concept_of(task_parameter_system(origin), code);
    parameter.value = fhir::uk_date_time(moment);
    return parameter;
}

} // namespace

RaisedTasks::RaisedTasks(RaisedParts parts, RaisedSettings settings)
    : parts_(std::move(parts)), settings_(std::move(settings)),
      origin_(fhir::rest::origin_of(settings_.public_base))
{}

Awaitable<std::size_t> RaisedTasks::raise()
{
    auto wanted = co_await parts_.store.wanted_tasks(raised_at_once);
    if (!wanted)
        co_return 0;
    std::size_t raised = 0;
    for (WantedTask& each : *wanted) {
        const bool done = co_await raise_one(std::move(each));
        raised += done;
    }
    co_return raised;
}

/// What is not raised now stays, and has its turn in the next round.
Awaitable<bool> RaisedTasks::raise_one(WantedTask wanted)
{
    const auto kind = kind_of(wanted.kind);
    if (kind == TaskKind::patient_match_review) {
        const bool reviewed = co_await raise_review(std::move(wanted));
        co_return reviewed;
    }
    auto record = co_await parts_.store.appointment_any(wanted.appointment);
    if (!record)
        co_return false;
    const auto practice = *record ? fhir::OdsCode::parse((*record)->practice) : std::nullopt;
    auto appointment = practice ? fhir::codec::read<fhir::Appointment>((*record)->resource)
                                : fhir::fail(fhir::ErrorKind::gone);
    bool made = false;
    if (kind && appointment) {
        auto needed = co_await still_wanted(wanted, **record);
        if (!needed)
            co_return false;
        if (*needed) {
            const std::string key = key_of(wanted);
            const Called called{wanted, std::move(**record), std::move(*appointment)};
            auto outcome =
                co_await parts_.tasks.create({gateway_for(*practice), key, key, {}}, task_for(called, *kind));
            if (!outcome) {
                observability::log(observability::Level::error, "task_not_raised",
                                   {{"kind", wanted.kind}, {"appointment", wanted.appointment}});
                co_return false;
            }
            made = !outcome->replayed;
            if (made)
                co_await write_down("raise " + wanted.kind, std::move(outcome->task));
        }
    }
    auto forgotten = co_await parts_.store.forget_wanted_task(wanted.id);
    co_return made&& forgotten.has_value();
}

/// For the practice's own team: who asked has had the answer. The booking was never made, so there is no
/// appointment; one open task for a patient is enough, however often somebody tries.
Awaitable<bool> RaisedTasks::raise_review(WantedTask wanted)
{
    Result<std::optional<RefusedBooking>> booking = std::optional<RefusedBooking>();
    if (parts_.refused)
        booking = co_await parts_.refused(wanted.intent);
    if (!booking)
        co_return false;
    const auto practice = *booking ? fhir::OdsCode::parse((*booking)->practice) : std::nullopt;
    Result<bool> known = true;
    if (practice)
        known = co_await is_open(wanted.kind, **booking);
    if (!known)
        co_return false;
    bool made = false;
    if (!*known) {
        const std::string key = key_of(wanted);
        auto outcome =
            co_await parts_.tasks.create({gateway_for(*practice), key, key, {}}, review_of(**booking));
        if (!outcome) {
            observability::log(observability::Level::error, "task_not_raised",
                               {{"kind", wanted.kind}, {"intent", wanted.intent}});
            co_return false;
        }
        made = !outcome->replayed;
        if (made)
            co_await write_down("raise " + wanted.kind, std::move(outcome->task));
    }
    auto forgotten = co_await parts_.store.forget_wanted_task(wanted.id);
    co_return made&& forgotten.has_value();
}

NewTask RaisedTasks::review_of(const RefusedBooking& booking) const
{
    const auto name = [&](const std::string& ods) {
        const auto code = fhir::OdsCode::parse(ods);
        return code && parts_.name_of ? parts_.name_of(*code) : std::string();
    };
    NewTask task;
    task.kind = TaskKind::patient_match_review;
    task.owner = booking.practice;
    task.owner_name = task.requester_name = name(booking.practice);
    task.team = settings_.team;
    task.patient = fhir::NhsNumber::parse(booking.patient);
    if (task.patient) {
        task.said.for_.emplace().type = fhir::Uri("Patient");
        task.said.for_->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, booking.patient));
    }
    const std::string by = name(booking.booked_by);
    task.said.input = {text_parameter(
        origin_, "reason",
        (by.empty() ? booking.booked_by : by + " (" + booking.booked_by + ")") +
            " could not book: the details it sent are not those that the practice holds for this NHS number. "
            "Find out who the patient is, then correct the record or tell whoever asked.")};
    return task;
}

Awaitable<Result<bool>> RaisedTasks::is_open(std::string kind, RefusedBooking booking)
{
    store::TaskFilter open;
    open.kinds = {std::move(kind)};
    open.owners = {booking.practice};
    open.patients = std::vector<std::string>{booking.patient};
    open.open = true;
    open.limit = 1;
    auto known = co_await parts_.store.find_tasks(std::move(open));
    if (!known)
        co_return std::unexpected(known.error());
    co_return !known->empty();
}

Awaitable<bool> RaisedTasks::raise_undelivered(Undelivered letters)
{
    const auto ods = fhir::OdsCode::parse(letters.organisation);
    if (!ods)
        co_return false;
    NewTask task;
    task.kind = TaskKind::message_dead_letter;
    task.owner = letters.organisation;
    task.owner_name = parts_.name_of ? parts_.name_of(*ods) : std::string();
    task.requester_name = task.owner_name;
    task.team = settings_.team;
    task.said.input = {text_parameter(origin_, "message", letters.subject + ": " + letters.what),
                       text_parameter(origin_, "reason", letters.failure)};
    auto outcome = co_await parts_.tasks.create({gateway_for(*ods), letters.key, letters.key, {}}, task);
    if (!outcome) {
        observability::log(observability::Level::error, "task_not_raised",
                           {{"kind", std::string(row_of(task.kind).code)}, {"subject", letters.subject}});
        co_return false;
    }
    if (!outcome->replayed)
        co_await write_down("raise message-dead-letter", std::move(outcome->task));
    co_return true;
}

/// One open task for one outcome that is not known; and none once it is.
Awaitable<Result<bool>> RaisedTasks::still_wanted(WantedTask wanted, AppointmentRecord record)
{
    if (kind_of(wanted.kind) != TaskKind::sync_conflict)
        co_return true;
    auto intent = co_await parts_.store.intent(wanted.intent);
    if (!intent)
        co_return std::unexpected(intent.error());
    if (!*intent || (*intent)->state != store::IntentState::needs_person)
        co_return false;
    store::TaskFilter open;
    open.kinds = {wanted.kind};
    open.focus = {"Appointment/" + record.id};
    open.open = true;
    open.limit = 1;
    auto known = co_await parts_.store.find_tasks(std::move(open));
    if (!known)
        co_return std::unexpected(known.error());
    co_return known->empty();
}

NewTask RaisedTasks::task_for(const Called& called, TaskKind kind) const
{
    const AppointmentRecord& record = called.record;
    const auto owner = fhir::OdsCode::parse(record.booked_by);
    const auto practice = fhir::OdsCode::parse(record.practice);
    const auto name = [&](const std::optional<fhir::OdsCode>& ods) {
        return ods && parts_.name_of ? parts_.name_of(*ods) : std::string();
    };
    NewTask task;
    task.kind = kind;
    task.owner = record.booked_by;
    task.owner_name = name(owner);
    task.requester_name = name(practice);
    task.team = settings_.team;
    task.patient = fhir::NhsNumber::parse(record.patient);
    task.said.focus = fhir::reference_to("Appointment/" + record.id);
    if (task.patient) {
        task.said.for_.emplace().type = fhir::Uri("Patient");
        task.said.for_->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, record.patient));
    }
    // What was to happen before long, or is to, cannot wait for the routine.
    const fhir::Instant now = parts_.clock.now();
    if (record.start >= now && record.start < now + soon)
        task.said.priority = fhir::RequestPriority::urgent;
    if (kind == TaskKind::rebook_required && record.start > now)
        task.due = record.start;
    const std::string system = journey_system(origin_);
    if (const auto journey = fhir::identifier_value(called.appointment.identifier, system))
        task.said.group_identifier = fhir::identifier_of(system, *journey);
    add_inputs(called, task);
    return task;
}

void RaisedTasks::add_inputs(const Called& called, NewTask& task) const
{
    auto& inputs = task.said.input;
    switch (task.kind) {
    case TaskKind::rebook_required:
        if (const auto& reason = called.appointment.cancelation_reason; reason && reason->text)
            inputs.push_back(text_parameter(origin_, "reason", *reason->text));
        [[fallthrough]];
    case TaskKind::dna_followup:
        inputs.push_back(moment_parameter(origin_, "original-start", called.record.start));
        break;
    case TaskKind::sync_conflict:
    case TaskKind::cancel_failed:
        inputs.push_back(text_parameter(origin_, "intent", called.wanted.intent));
        break;
    default:
        break;
    }
}

Awaitable<std::size_t> RaisedTasks::end_settled()
{
    store::TaskFilter open;
    open.kinds = {std::string(row_of(TaskKind::sync_conflict).code)};
    open.open = true;
    open.limit = raised_at_once;
    auto tasks = co_await parts_.store.find_tasks(std::move(open));
    if (!tasks)
        co_return 0;
    std::size_t ended = 0;
    for (TaskRecord& each : *tasks) {
        const bool done = co_await end_one(std::move(each));
        ended += done;
    }
    co_return ended;
}

Awaitable<bool> RaisedTasks::end_one(TaskRecord record)
{
    auto stored = to_stored(record);
    if (!stored)
        co_return false;
    std::string named;
    for (const fhir::TaskParameter& input : stored->resource.input)
        if (const auto* text = std::get_if<std::string>(&input.value);
            text && !input.type.coding.empty() && input.type.coding.front().code == fhir::Code("intent"))
            named = *text;
    auto intent = co_await parts_.store.intent(named);
    if (!intent || (*intent && (*intent)->state != store::IntentState::done &&
                    (*intent)->state != store::IntentState::refused))
        co_return false;
    const fhir::Instant now = parts_.clock.now();
    fhir::Task next = std::move(stored->resource);
    next.status = fhir::TaskStatus::completed;
    fhir::Annotation& note = next.note.emplace_back();
    note.time = fhir::uk_date_time(now);
    note.author = "Gateway";
    note.text.text = "The outcome at the practice is known now; the appointment shows it.";
    next = stamped(std::move(next), now);
    auto written = co_await parts_.store.change_task({to_record(std::move(record), next, now), {}, {}});
    if (!written || written->answer != store::TaskWritten::Answer::written)
        co_return false; // somebody else has changed it; the next round sees what is left to do
    auto ended = co_await parts_.store.task(next.id.value_or(""));
    auto shown = ended && *ended ? to_stored(**ended) : fhir::fail(fhir::ErrorKind::not_found);
    if (shown)
        co_await write_down("end sync-conflict", std::move(*shown));
    co_return true;
}

Awaitable<void> RaisedTasks::write_down(std::string action, StoredTask task)
{
    if (parts_.audit == nullptr)
        co_return;
    audit::Note note;
    note.record.event = audit::Event::write;
    note.record.via = "workflow";
    note.record.action = std::move(action);
    note.record.type = "Task";
    note.record.id = task.resource.id.value_or("");
    note.record.version = std::to_string(task.version);
    note.record.practice = task.owner;
    note.patient = patient_number(task);
    auto written = co_await parts_.audit->record(std::move(note));
    static_cast<void>(written);
}

} // namespace gateway::workflow
