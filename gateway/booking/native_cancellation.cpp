// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/task_calls.hpp"

namespace gateway::booking
{

/// The practice owns its book and may cancel there without telling us; the claim would then block the slot
/// for ever. Doubt is raised by the book itself, which offers the slot again.
Awaitable<bool> Engine::freed_by_practice(WriteContext context, store::HeldSlot held, std::string slot)
{
    auto record = co_await parts_.store.appointment(held.appointment);
    if (!record || !*record || (*record)->status != code_of(fhir::AppointmentStatus::booked) ||
        parts_.clock.now() - (*record)->updated < settings_.doubt_claims_after)
        co_return false;
    auto hit = co_await parts_.search.slot(context.caller, std::move(slot), true, context.request_id);
    if (!hit || hit->slot->common().status != fhir::SlotStatus::free)
        co_return false;
    auto noted = co_await note_cancellation(std::move(context), std::move(**record));
    co_return noted;
}

/// A cancellation that sends nothing: written down like any other, then decided by reading the practice back.
Awaitable<bool> Engine::note_cancellation(WriteContext context, store::AppointmentRecord record)
{
    const std::int64_t version = record.version;
    auto opened = co_await open_change(std::move(record));
    if (!opened)
        co_return false;
    WritePtr write = std::move(*opened);
    auto current = to_stored(write->record);
    if (!current)
        co_return false;
    write->intent.kind = store::IntentKind::cancel;
    write->intent.state = store::IntentState::sent;
    write->changed_by = ChangedBy::practice;
    if (write->record.booked_by != write->record.practice)
        write->payload.task = rebook_required;
    write->payload.wanted = with_status(std::move(current->resource), fhir::AppointmentStatus::cancelled);
    write->payload.wanted->id.reset();
    write->payload.wanted->cancelation_reason = fhir::concept_text("Cancelled in the practice's own system");
    context.idempotency_key.clear();
    auto begun = co_await record_change(std::move(context), version, write, {});
    if (!begun || begun->answer != store::Begun::Answer::recorded)
        co_return false;
    auto seen = co_await read_back(write);
    if (seen.seen != ReadBack::Seen::effect) {
        auto kept = co_await conclude_refused(
            std::move(write), fhir::Error(fhir::ErrorKind::not_cancellable, "The practice still holds it."));
        (void)kept;
        co_return false;
    }
    const std::string system = write->practice->system;
    const store::AppointmentRecord before = write->record;
    auto done = co_await conclude_done(std::move(write), std::move(*seen.held));
    if (done && !done->unresolved)
        co_await native_changes_.announce({ChangeKind::cancelled,
                                           before.id,
                                           done->appointment.version,
                                           before.practice,
                                           before.booked_by,
                                           std::string(code_of(fhir::AppointmentStatus::cancelled)),
                                           {},
                                           parts_.clock.now()},
                                          system, before.patient);
    co_return done.has_value();
}

/// Written down like any booking before it is claimed, but that nothing is sent: it is in the practice's
/// book.
Awaitable<void> Engine::restore_cancelled(store::AppointmentRecord cancelled,
                                          adapters::SupplierAppointment held)
{
    auto opened = co_await open_change(std::move(cancelled));
    if (!opened)
        co_return;
    WritePtr write = std::move(*opened);
    auto old = to_stored(write->record);
    const auto kept = read_supplier_copy(write->record.supplier);
    if (!old || !kept)
        co_return;
    const auto now = parts_.clock.now();
    write->changed_by = ChangedBy::practice;
    write->payload.provenance.organisation_ods = write->record.booked_by;
    write->payload.created = now;
    write->payload.wanted = restored(std::move(old->resource), write->record.id, *kept, held);
    store::IntentRecord& intent = write->intent;
    intent.kind = store::IntentKind::book;
    intent.state = store::IntentState::sent;
    intent.id = adapters::new_uuid(parts_.clock, parts_.random);
    intent.appointment = adapters::new_uuid(parts_.clock, parts_.random);
    intent.practice = write->record.practice;
    intent.payload = to_text(write->payload);
    intent.created = now;
    intent.lease = new_lease(settings_.answer_limit + lease_margin);
    const std::string restores = std::exchange(write->record.id, intent.appointment);
    write->record =
        to_record(intent.appointment, with_status(*write->payload.wanted, fhir::AppointmentStatus::pending),
                  write->record.practice, write->record.booked_by, write->record.patient, now);
    store::NewIntent wanted;
    wanted.intent = intent;
    wanted.slots = slot_ids(*write->payload.wanted);
    wanted.appointment = write->record;
    auto begun = co_await parts_.store.begin(std::move(wanted));
    if (!begun || begun->answer != store::Begun::Answer::recorded)
        co_return; // somebody has the slot here: that is theirs to settle with the practice
    const store::AppointmentRecord record = write->record;
    const std::string system = write->practice->system;
    auto done = co_await conclude_done(std::move(write), std::move(held));
    if (done && !done->unresolved)
        co_await native_changes_.announce(
            {ChangeKind::restored, record.id, done->appointment.version, record.practice, record.booked_by,
             std::string(code_of(fhir::AppointmentStatus::booked)), restores, now},
            system, record.patient);
}

} // namespace gateway::booking
