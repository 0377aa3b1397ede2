// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

#include "gateway/observability/log.hpp"

#include <map>

// Holding a slot, booking what is held, letting it go. A hold is an agreement inside this gateway: the
// practice does not hear of it and may still take the slot.
namespace gateway::booking
{

using fhir::ErrorKind;
using store::IntentKind;
using store::IntentState;

namespace
{

fhir::Appointment let_go(fhir::Appointment appointment, std::string_view origin, std::string_view why)
{
    appointment =
        without_hold(with_status(std::move(appointment), fhir::AppointmentStatus::cancelled), origin);
    if (!appointment.cancelation_reason)
        appointment.cancelation_reason = fhir::concept_text(why);
    return appointment;
}

} // namespace

/// Written down twice: with its claims, then as something to be seen. What is found between the two after a
/// crash has been promised to nobody.
Awaitable<Engine::Outcome> Engine::record_hold(WriteContext context, CheckedBooking checked, WritePtr write)
{
    const fhir::Instant until = write->payload.created + settings_.hold_lifetime;
    write->payload.hold_until = until;
    write->payload.wanted = as_hold(std::move(*write->payload.wanted), origin_, until);
    write->intent.kind = IntentKind::hold;
    auto wanted = new_intent(context, checked, write);
    wanted.claim = store::ClaimKind::hold;
    wanted.hold_until = until;
    wanted.hold_quota = settings_.hold_quota;
    auto obstacle = co_await begin_new(std::move(context), checked, std::move(wanted));
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = write->record;
    change.appointment->supplier = to_text(write->payload); // all that booking it will need
    change.outcome = to_text(FirstAnswer{true, std::nullopt});
    auto outcome = co_await keep(std::move(change), true);
    if (outcome)
        parts_.search.slots_held(checked.slot_ids, until);
    co_return outcome;
}

/// Makes of a hold the booking that it becomes.
Awaitable<fhir::Result<void>> Engine::prepare_held(WriteContext context, WritePtr write,
                                                   fhir::Appointment next)
{
    auto held = read_payload(write->record.supplier);
    if (!held)
        co_return std::unexpected(held.error());
    const fhir::Instant now = parts_.clock.now();
    if (!held->hold_until || *held->hold_until <= now)
        co_return fhir::fail(ErrorKind::hold_expired);
    next = without_hold(std::move(next), origin_);
    if (auto fit = check_slots(next, held->slots, now); !fit)
        co_return std::unexpected(fit.error());
    const adapters::Capabilities& can = write->practice->adapter->capabilities();
    auto texts = check_texts(next, can);
    auto checked = check_booking(next, context.caller, std::nullopt);
    if (!texts || !checked)
        co_return std::unexpected(texts ? checked.error() : texts.error());
    auto patient = co_await resolve_patient(context, *checked, write->practice);
    if (!patient)
        co_return std::unexpected(patient.error());

    write->patient = std::move(*patient);
    write->practice = practice_for(context, write->practice, write->patient);
    const auto& number = write->patient.nhs_number;
    write->record.patient = number ? number->digits() : "";
    next = with_patient(std::move(next), checked->patient.participant, number);
    write->payload = std::move(*held);
    if (!checked->phone.empty())
        write->payload.phone = checked->phone;
    write->payload.description = std::move(texts->description);
    write->payload.comment = std::move(texts->comment);
    write->payload.wanted = std::move(next);
    write->payload.wanted->id.reset();
    write->intent.kind = IntentKind::book;
    write->intent.state = first_state(*write);
    co_return fhir::Result<void>();
}

/// From here on a booking like any other, but that it has its slots already.
Awaitable<Engine::Outcome> Engine::book_held(WriteContext context, std::int64_t expected_version,
                                             WritePtr write, fhir::Appointment next)
{
    auto prepared = co_await prepare_held(context, write, std::move(next));
    if (!prepared)
        co_return std::unexpected(prepared.error());
    store::NewIntent wanted;
    wanted.book_holds = true;
    auto obstacle = co_await begin_change(std::move(context), expected_version, write, std::move(wanted));
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto outcome = co_await perform_booking(std::move(write));
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::release_hold(WriteContext context, std::int64_t expected_version,
                                                WritePtr write, fhir::Appointment next)
{
    write->intent.kind = IntentKind::cancel;
    write->intent.state = IntentState::recorded; // there is nothing to send
    write->payload.wanted = let_go(std::move(next), origin_, "Released");
    write->payload.wanted->id.reset();
    auto obstacle = co_await begin_change(std::move(context), expected_version, write, {});
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto change = change_of(*write, IntentState::done);
    change.appointment = next_record(*write, *write->payload.wanted);
    change.appointment->supplier.clear();
    change.outcome = to_text(FirstAnswer{false, std::nullopt});
    change.release_claims = true;
    auto outcome = co_await keep(std::move(change), false);
    if (!outcome)
        co_return outcome;
    tell_search_of_end(*write);
    given_back_ = true;
    co_return outcome;
}

/// A hold that ends by itself, in the name of the organisation that had it.
Awaitable<void> Engine::end_hold(std::string appointment, std::string why)
{
    auto record = co_await parts_.store.appointment(std::move(appointment));
    if (!record || !*record)
        co_return;
    const auto ods = fhir::OdsCode::parse((*record)->booked_by);
    auto stored = to_stored(**record);
    const std::int64_t version = (*record)->version;
    auto write = co_await open_change(std::move(**record));
    if (!write || !ods || !stored)
        co_return;
    WriteContext context{identity::Caller{"", *ods, "", "", "", {}, {}}, "", "", "", "", ""};
    auto own = own_write("hold", why, (*write)->record, 0);
    if (auto offered = read_payload((*write)->record.supplier); offered && offered->waiting) {
        auto waits = co_await wait_on(std::move(context), std::move(*write), std::move(*offered));
        observability::log(observability::Level::info, "offer_ended", {{"done", waits.has_value()}});
        co_await note_own(std::move(own), std::move(waits));
        co_return;
    }
    auto next = let_go(std::move(stored->resource), origin_, why);
    auto ended = co_await release_hold(std::move(context), version, std::move(*write), std::move(next));
    observability::log(observability::Level::info, "hold_ended", {{"done", ended.has_value()}});
    co_await note_own(std::move(own), std::move(ended));
}

Awaitable<void> Engine::end_holds()
{
    auto holds = co_await parts_.store.holds();
    if (!holds)
        co_return;
    const fhir::Instant now = parts_.clock.now();
    std::string last;
    for (const store::HoldRecord& hold : *holds) {
        if (hold.until > now)
            break;
        if (hold.appointment != last)
            co_await end_hold(hold.appointment);
        last = hold.appointment;
    }
}

/// Slots that the practice has given to others. A hold that is being booked ends with that booking.
Awaitable<void> Engine::give_up_holds(std::string practice, std::vector<std::string> slots)
{
    for (const std::string& slot : slots) {
        auto held = co_await parts_.store.held_slot(practice, {slot});
        if (held && *held && (*held)->until)
            co_await end_hold((*held)->appointment, "The practice has given the slot to somebody else");
    }
}

/// After a start the search knows nothing of what is held.
Awaitable<void> Engine::remember_holds()
{
    auto holds = co_await parts_.store.holds();
    if (!holds)
        co_return;
    for (const store::HoldRecord& hold : *holds)
        parts_.search.slots_held({hold.slot}, hold.until);
}

void Engine::tell_search_of_end(const Write& write)
{
    std::vector<std::string> slots;
    for (const fhir::Reference& slot : write.payload.wanted->slot)
        if (slot.reference && slot.reference->starts_with("Slot/"))
            slots.push_back(slot.reference->substr(5));
    parts_.search.slots_held(slots, parts_.clock.now());
}

} // namespace gateway::booking
