// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

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
    if (!hit || hit->slot->slot.status != fhir::SlotStatus::free)
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
    auto done = co_await conclude_done(std::move(write), std::move(*seen.held));
    co_return done.has_value();
}

} // namespace gateway::booking
