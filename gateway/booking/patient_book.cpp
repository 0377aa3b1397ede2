// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/policy/stranger.hpp"

#include <algorithm>

// What a practice's own book says of one patient, whoever made the appointments.
namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::size_t most_of_patient = 1000;

store::AppointmentFilter of_patient(const policy::Practice& practice, const fhir::NhsNumber& number)
{
    store::AppointmentFilter filter;
    filter.visible_to = practice.ods.text();
    filter.practices = {practice.ods.text()};
    filter.patients = {number.digits()};
    filter.limit = most_of_patient;
    return filter;
}

bool stands(const adapters::SupplierAppointment& held)
{
    const auto status = held.appointment.status;
    return status != fhir::AppointmentStatus::cancelled &&
           status != fhir::AppointmentStatus::entered_in_error;
}

bool is_same(const store::AppointmentRecord& record, const adapters::SupplierAppointment& held)
{
    if (const auto kept = read_supplier_copy(record.supplier);
        kept && !held.key.empty() && kept->key == held.key)
        return true;
    const auto ours = to_stored(record);
    return ours && ours->resource.status != fhir::AppointmentStatus::cancelled &&
           slot_ids(ours->resource) == slot_ids(held.appointment);
}

/// The practice's appointment as a resource of ours: its patient named by NHS number.
fhir::Appointment as_own(fhir::Appointment held, const fhir::NhsNumber& number, std::string_view origin,
                         const std::string& practice)
{
    held.id.reset();
    held.meta.emplace().source = fhir::Uri(std::string(origin) + "/provider/" + practice);
    auto place = patient_participant(held);
    if (!place) {
        place = held.participant.size();
        held.participant.push_back(unnamed_patient());
        held.participant.back().actor->display.reset();
    }
    held = with_patient(std::move(held), *place, number);
    if (!held.minutes_duration && held.start && held.end) {
        const auto minutes =
            std::chrono::duration_cast<std::chrono::minutes>(*held.end - *held.start).count();
        held.minutes_duration =
            fhir::PositiveInt{static_cast<std::int32_t>(std::max<std::int64_t>(1, minutes))};
    }
    return held;
}

/// The practice has no such patient, or cannot say: then it shows none of their appointments either.
bool shows_none(ErrorKind kind)
{
    return kind == ErrorKind::patient_not_found || kind == ErrorKind::not_supported_by_practice;
}

} // namespace

Awaitable<Result<std::vector<StoredAppointment>>>
Engine::patient_book(WriteContext context, fhir::NhsNumber patient, fhir::Interval window)
{
    const auto practice = parts_.directory()->practice(context.caller.ods);
    if (!practice)
        co_return fhir::fail(ErrorKind::practice_unknown);
    const bool hidden = hides(context, *practice, patient);
    auto taken = co_await take_on_record(context, practice, patient, window);
    if (!taken)
        co_return std::unexpected(taken.error());
    if (hidden)
        co_await write_refusal(context, practice, patient);
    auto filter = of_patient(*practice, patient);
    filter.start_from = window.start;
    filter.start_before = window.end;
    auto records = co_await parts_.store.find(std::move(filter));
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<StoredAppointment> found;
    for (const store::AppointmentRecord& record : *records) {
        auto stored = to_stored(record);
        if (!stored)
            co_return std::unexpected(stored.error());
        if (hidden && stored->booked_by != context.asking.value_or(context.caller.ods).text())
            continue;
        found.push_back(std::move(*stored));
    }
    co_return found;
}

Awaitable<Result<void>> Engine::take_on_record(WriteContext context,
                                               std::shared_ptr<const policy::Practice> practice,
                                               fhir::NhsNumber number, fhir::Interval window)
{
    const adapters::Capabilities& can = practice->adapter->capabilities();
    if (!can.lists_slots) // nothing would tell the practice's own from one that is being booked here
        co_return Result<void>();
    adapters::PatientContext patient{number, std::nullopt, std::nullopt};
    const bool hidden = hides(context, *practice, number);
    if (hidden)
        practice = policy::without_patient(practice);
    if (can.needs_patient_link) {
        auto link = co_await parts_.store.patient_link(practice->ods.text(), number.digits());
        if (!link)
            co_return std::unexpected(link.error());
        if (!*link || hidden)
            co_return Result<void>();
        patient.link = adapters::PatientLink{std::move(**link)};
    }
    auto listed = co_await adapters::within(
        2 * settings_.read_back_limit,
        practice->adapter->list_appointments({provenance_of(context), patient, window}));
    if (!listed && shows_none(listed.error().kind()))
        co_return Result<void>();
    if (!listed)
        co_return std::unexpected(listed.error());
    auto known = co_await parts_.store.find(of_patient(*practice, number));
    if (!known)
        co_return std::unexpected(known.error());
    for (const adapters::SupplierAppointment& held : *listed) {
        const bool ours = std::ranges::any_of(
            *known, [&](const store::AppointmentRecord& record) { return is_same(record, held); });
        if (!ours && stands(held) && !held.appointment.slot.empty() && held.appointment.start)
            co_await adopt(context, practice, patient, held);
    }
    co_return Result<void>();
}

/// Written down like a booking that has been sent: it is in the practice's book.
Awaitable<void> Engine::adopt(WriteContext context, std::shared_ptr<const policy::Practice> practice,
                              adapters::PatientContext patient, adapters::SupplierAppointment held)
{
    const auto now = parts_.clock.now();
    const std::string ods = practice->ods.text();
    auto write = std::make_shared<Write>(std::move(patient));
    write->practice = std::move(practice);
    write->changed_by = ChangedBy::practice;
    write->payload.provenance = provenance_of(context);
    write->payload.created = now;
    write->payload.wanted = as_own(held.appointment, write->patient.number(), origin_, ods);
    store::IntentRecord& intent = write->intent;
    intent.kind = store::IntentKind::book;
    intent.state = store::IntentState::sent;
    intent.id = adapters::new_uuid(parts_.clock, parts_.random);
    intent.appointment = adapters::new_uuid(parts_.clock, parts_.random);
    intent.practice = ods;
    intent.payload = to_text(write->payload);
    intent.created = now;
    intent.lease = new_lease(settings_.answer_limit + lease_margin);
    write->record =
        to_record(intent.appointment, with_status(*write->payload.wanted, fhir::AppointmentStatus::pending),
                  ods, ods, write->patient.number().digits(), now);
    store::NewIntent wanted;
    wanted.intent = intent;
    wanted.slots = slot_ids(*write->payload.wanted);
    wanted.appointment = write->record;
    auto begun = co_await parts_.store.begin(std::move(wanted));
    if (!begun || begun->answer != store::Begun::Answer::recorded)
        co_return; // somebody is booking it here at this moment
    auto own = own_write("practice", "found in its own book", write->record, 0);
    auto done = co_await conclude_done(std::move(write), std::move(held));
    co_await note_own(std::move(own), std::move(done)); // what is not concluded now the settler ends
}

} // namespace gateway::booking
