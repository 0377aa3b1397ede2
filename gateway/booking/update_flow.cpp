// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/appointment_change.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/sharing_rules.hpp"
#include "gateway/booking/task_calls.hpp"

#include "adapters/upstream/deadline.hpp"

#include <algorithm>

namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;
using What = AppointmentChange::What;

fhir::Error another_change_open()
{
    fhir::Error error(ErrorKind::duplicate_in_flight,
                      "An earlier change of this appointment is not settled yet.");
    error.advise("Wait a few seconds, read the appointment again, and repeat the change if it still applies.",
                 fhir::Remedy::wait);
    error.retry_in(std::chrono::seconds(5));
    return error;
}

namespace
{

/// A person found the booking in the practice's book, and nothing has shown its number there since.
fhir::Error key_not_known()
{
    fhir::Error error(ErrorKind::not_supported_by_practice,
                      "The practice's own number of this appointment is not known here.");
    error.advise("Telephone the practice to change or cancel it.", fhir::Remedy::user);
    return error;
}

bool waits(const store::AppointmentRecord& record)
{
    return record.status == code_of(fhir::AppointmentStatus::waitlist);
}

/// The patient says no to an offered slot and waits on. Of a hold that nobody waited for there is nothing to
/// decline.
bool is_declined_offer(const fhir::Appointment& current, const fhir::Appointment& wanted,
                       const store::AppointmentRecord& record)
{
    if (current.status != fhir::AppointmentStatus::pending || wanted.status != current.status)
        return false;
    const auto patient = patient_participant(wanted);
    if (!patient || wanted.participant[*patient].status != fhir::ParticipationStatus::declined)
        return false;
    const auto payload = read_payload(record.supplier);
    return payload && payload->waiting;
}

} // namespace

Awaitable<Engine::Outcome> Engine::update_flow(WriteContext context, std::string id,
                                               std::int64_t expected_version, fhir::Appointment wanted)
{
    auto before = co_await replayed(context, "update/" + id);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return std::move(**before);
    auto opened = co_await open_unchanged(context.caller, std::move(id), expected_version);
    if (!opened)
        co_return std::unexpected(opened.error());
    WritePtr write = std::move(*opened);
    if (waits(write->record)) {
        auto outcome =
            co_await change_waiting(std::move(context), std::move(write->record), std::move(wanted));
        co_return outcome;
    }
    auto stored = to_stored(write->record);
    if (!stored)
        co_return std::unexpected(stored.error());
    if (is_declined_offer(stored->resource, wanted, write->record)) {
        auto offered = read_payload(write->record.supplier);
        auto outcome = co_await wait_on(std::move(context), std::move(write), std::move(*offered));
        co_return outcome;
    }
    auto change =
        compare(stored->resource, wanted, write->practice->adapter->capabilities(), parts_.clock.now());
    if (!change)
        co_return std::unexpected(change.error());
    if (change->what == What::nothing)
        co_return WriteOutcome{std::move(*stored), false, false, std::nullopt};

    if (change->what == What::book_hold) {
        auto outcome = co_await book_held(std::move(context), expected_version, std::move(write),
                                          std::move(change->next));
        co_return outcome;
    }
    if (change->what == What::release_hold) {
        auto outcome = co_await release_hold(std::move(context), expected_version, std::move(write),
                                             std::move(change->next));
        co_return outcome;
    }
    write->intent.state = store::IntentState::sent;
    write->intent.kind = change->what == What::cancel ? store::IntentKind::cancel : store::IntentKind::amend;
    write->payload.reason = std::move(change->reason);
    write->payload.description = change->next.description.value_or("");
    write->payload.comment = change->next.comment.value_or("");
    write->payload.wanted = std::move(change->next);
    write->payload.wanted->id.reset();
    auto outcome = co_await begin_update(std::move(context), expected_version, std::move(write));
    co_return outcome;
}

Awaitable<Result<WritePtr>> Engine::open_unchanged(identity::Caller caller, std::string id,
                                                   std::int64_t expected_version)
{
    auto record = co_await visible_record(std::move(caller), id);
    if (!record)
        co_return std::unexpected(record.error());
    if (record->version != expected_version) {
        auto conflict = co_await conflict_with(std::move(*record), expected_version);
        co_return std::unexpected(std::move(conflict));
    }
    auto open = co_await parts_.store.open_intent(std::move(id));
    if (!open)
        co_return std::unexpected(open.error());
    auto arriving = co_await is_arriving(*record);
    if (!arriving)
        co_return std::unexpected(arriving.error());
    if (*open || *arriving)
        co_return std::unexpected(another_change_open());
    auto opened = co_await open_change(std::move(*record));
    co_return opened;
}

/// Whoever comes too late for a hold hears that, whether or not its end has been noted.
Awaitable<fhir::Error> Engine::conflict_with(store::AppointmentRecord now, std::int64_t expected_version)
{
    fhir::Error conflict(ErrorKind::version_conflict, "The appointment has changed since you read it.",
                         "http.If-Match");
    if (now.status != code_of(fhir::AppointmentStatus::cancelled))
        co_return conflict;
    auto record = co_await parts_.store.appointment_version(now.id, expected_version);
    auto known = record && *record ? to_stored(**record) : fhir::fail(ErrorKind::not_found);
    if (known && fhir::find_extension(known->resource.extension, hold_until_url(origin_)) != nullptr)
        co_return fhir::Error(ErrorKind::hold_expired);
    co_return conflict;
}

/// A write on an appointment that stands, with what is needed to reach its practice for its patient.
Awaitable<fhir::Result<WritePtr>> Engine::open_change(store::AppointmentRecord record)
{
    const auto ods = fhir::OdsCode::parse(record.practice);
    const auto number = fhir::NhsNumber::parse(record.patient);
    const auto practice = ods ? parts_.directory()->practice(*ods) : nullptr;
    if (!waits(record) && (!practice || (!number && !record.patient.empty())))
        co_return fhir::fail(ErrorKind::practice_not_live,
                             "The practice of this appointment is no longer connected.");
    auto stored = to_stored(record);
    if (!stored)
        co_return std::unexpected(stored.error());
    auto write = std::make_shared<Write>(patient_of(record.patient, stored->resource));
    write->practice = practice;
    write->record = std::move(record);
    auto link = co_await link_of(write->record.practice, write->patient);
    if (!link)
        co_return std::unexpected(link.error());
    write->patient.link = std::move(*link);
    co_return write;
}

/// What is kept of it; nothing where there is none.
Awaitable<Result<std::optional<adapters::PatientLink>>> Engine::link_of(std::string practice,
                                                                        adapters::PatientContext patient)
{
    using Link = std::optional<adapters::PatientLink>;
    if (!patient.nhs_number)
        co_return Link();
    auto kept = co_await parts_.store.patient_link(std::move(practice), patient.nhs_number->digits());
    if (!kept)
        co_return std::unexpected(kept.error());
    co_return *kept ? Link(adapters::PatientLink{std::move(**kept)}) : Link();
}

store::NewIntent Engine::new_change(const WriteContext& context, std::int64_t expected_version,
                                    WritePtr write, store::NewIntent wanted)
{
    const auto now = parts_.clock.now();
    write->deadline = deadline_of(context);
    write->payload.provenance = provenance_of(context);
    if (write->record.booked_by != context.caller.ods.text()) { // whom alone some systems show it
        const auto stored = to_stored(write->record);
        write->payload.provenance.organisation_ods = write->record.booked_by;
        write->payload.provenance.organisation_name =
            stored ? booking_organisation_name(stored->resource) : std::string();
    }
    write->payload.client_id = context.caller.client_id;
    write->payload.created = now;
    store::IntentRecord& intent = write->intent;
    const bool by_practice = context.caller.ods.text() == write->record.practice;
    if (intent.kind == store::IntentKind::cancel && by_practice &&
        write->record.booked_by != write->record.practice)
        write->payload.task = rebook_required;
    intent.id = adapters::new_uuid(parts_.clock, parts_.random);
    intent.appointment = write->record.id;
    intent.practice = write->record.practice;
    intent.payload = to_text(write->payload);
    intent.created = now;
    intent.lease = new_lease(settings_.answer_limit + lease_margin);

    wanted.intent = intent;
    wanted.expected_version = expected_version;
    return wanted;
}

/// Writes a change down as an open intent that is the only one of its appointment.
Awaitable<fhir::Result<store::Begun>> Engine::record_change(WriteContext context,
                                                            std::int64_t expected_version, WritePtr write,
                                                            store::NewIntent wanted)
{
    wanted = new_change(context, expected_version, write, std::move(wanted));
    wanted.ticket = ticket_of(context, "update/" + wanted.intent.appointment);
    auto begun = co_await parts_.store.begin(std::move(wanted));
    co_return begun;
}

Awaitable<Engine::Outcome> Engine::begin_update(WriteContext context, std::int64_t expected_version,
                                                WritePtr write)
{
    auto obstacle = co_await begin_change(std::move(context), expected_version, write, {});
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto held = co_await send_update(write);
    auto outcome = co_await conclude(std::move(write), std::move(held));
    co_return outcome;
}

Awaitable<Engine::MaybeOutcome> Engine::begin_change(WriteContext context, std::int64_t expected_version,
                                                     WritePtr write, store::NewIntent wanted)
{
    auto begun = co_await record_change(context, expected_version, write, std::move(wanted));
    auto obstacle =
        co_await obstacle_to_change(std::move(context), std::move(begun), "update/" + write->record.id);
    co_return obstacle;
}

Awaitable<Engine::MaybeOutcome> Engine::obstacle_to_change(WriteContext context, Result<store::Begun> begun,
                                                           std::string operation)
{
    if (!begun)
        co_return std::unexpected(begun.error());
    using enum store::Begun::Answer;
    if (begun->answer == recorded)
        co_return std::nullopt;
    if (begun->answer == version_changed)
        co_return fhir::fail(ErrorKind::version_conflict, "The appointment has changed since you read it.",
                             "http.If-Match");
    if (begun->answer == hold_ended)
        co_return fhir::fail(ErrorKind::hold_expired);
    if (begun->answer == limit_reached)
        co_return std::unexpected(booking::limit_reached("Appointment.slot"));
    if (begun->answer == ticket_known || begun->answer == ticket_differs) {
        auto answer = co_await replayed(std::move(context), std::move(operation));
        if (!answer || *answer)
            co_return answer;
    }
    co_return std::unexpected(another_change_open());
}

Awaitable<Engine::Held> Engine::send_update(WritePtr write)
{
    const Payload& payload = write->payload;
    auto copy = read_supplier_copy(write->record.supplier);
    if (!copy)
        co_return std::unexpected(copy.error());
    if (copy->key.empty())
        co_return std::unexpected(key_not_known());
    adapters::Adapter& adapter = *write->practice->adapter;
    if (!can_name(adapter.capabilities(), write->patient)) // it runs another system since
        co_return std::unexpected(key_not_known());
    const auto limit = time_to_send(*write);
    if (!limit)
        co_return std::unexpected(too_late_to_send());
    const bool cancel = cancels(write->intent.kind);
    auto call = cancel ? adapter.cancel({payload.provenance, write->patient, *copy, payload.reason})
                       : adapter.amend({payload.provenance, write->patient, *copy, payload.description,
                                        payload.comment});
    auto held = co_await sent_within(*limit, std::move(call));
    if (!held && held.error().kind() == ErrorKind::link_invalid && !held.error().effect_possible())
        co_return std::unexpected(held.error().advise(
            "Telephone the practice to change or cancel the appointment. A new link is made by the next "
            "booking that contains the patient's details.",
            fhir::Remedy::user));
    co_return held;
}

} // namespace gateway::booking
