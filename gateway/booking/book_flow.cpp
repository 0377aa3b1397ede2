// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/override.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "gateway/booking/sharing_rules.hpp"
#include "gateway/search/offered.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/model/uk_time.hpp"

namespace gateway::booking
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

std::string slot_path(std::size_t index)
{
    return "Appointment.slot[" + std::to_string(index) + "]";
}

/// A slot that no book lists any more, or that is of a practice nobody knows, is the same to a consumer.
fhir::Error unknown_slot(std::size_t index)
{
    return fhir::Error(ErrorKind::slot_unknown,
                       "The slot is not offered by any practice that shares with you.", slot_path(index));
}

/// The practice's system knows patients by NHS number only.
fhir::Error needs_number(const std::string& path)
{
    return fhir::Error(ErrorKind::demographics_required,
                       "This practice's system takes no booking for a patient without an NHS number.", path)
        .advise("Trace the patient's NHS number and book again, or telephone the practice.",
                fhir::Remedy::user);
}

std::optional<fhir::Schedule> schedule_of(const search::SlotHit& hit)
{
    const std::string reference = hit.slot->common().schedule.reference.value_or("");
    const auto found = hit.book->schedules.find(std::string_view(reference).substr(reference.rfind('/') + 1));
    return found == hit.book->schedules.end() ? std::nullopt : std::optional(*found->second);
}

} // namespace

Result<std::shared_ptr<const policy::Practice>>
Engine::sharing_practice(const identity::Caller& caller, const fhir::OdsCode& ods, std::string path) const
{
    const auto directory = parts_.directory();
    auto practice = directory->practice(ods);
    if (!practice)
        return std::unexpected(unknown_slot(0));
    if (!directory->shares(ods, caller.ods, parts_.clock.now()))
        return fhir::fail(ErrorKind::organisation_not_allowed,
                          "This practice does not share its appointments with your organisation.",
                          std::move(path));
    return practice;
}

Awaitable<Engine::Outcome> Engine::book_flow(WriteContext context, fhir::Appointment wanted,
                                             std::optional<fhir::search::TokenValue> if_none_exist)
{
    auto before = co_await replayed(context, "create");
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return std::move(**before);
    const auto overriding = check_override(wanted, context.caller);
    if (!overriding)
        co_return std::unexpected(overriding.error());
    context.overriding = *overriding;
    if (wanted.status == fhir::AppointmentStatus::waitlist) {
        auto outcome = co_await wait_flow(std::move(context), std::move(wanted), std::move(if_none_exist));
        co_return outcome;
    }
    auto checked = check_booking(wanted, context.caller, if_none_exist);
    if (!checked)
        co_return std::unexpected(checked.error());
    auto known = co_await existing(context.caller, checked->identifiers);
    if (!known)
        co_return std::unexpected(known.error());
    if (*known)
        co_return std::move(**known);
    auto outcome = co_await book_checked(std::move(context), std::move(wanted), std::move(*checked));
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::book_checked(WriteContext context, fhir::Appointment wanted,
                                                CheckedBooking checked)
{
    auto prepared = co_await prepare_booking(context, std::move(wanted), checked);
    if (!prepared) {
        auto answer = co_await unless_answered(std::move(context), std::move(checked), prepared.error());
        co_return answer;
    }
    if (checked.patient.is_named())
        checked.patient.nhs_number = (*prepared)->patient.nhs_number;
    if (checked.hold) {
        auto outcome = co_await record_hold(std::move(context), std::move(checked), std::move(*prepared));
        co_return outcome;
    }
    auto outcome = co_await record_booking(std::move(context), std::move(checked), std::move(*prepared));
    co_return outcome;
}

Awaitable<Result<WritePtr>> Engine::prepare_booking(WriteContext context, fhir::Appointment wanted,
                                                    CheckedBooking checked)
{
    auto practice = sharing_practice(context.caller, checked.practice, slot_path(0));
    if (!practice)
        co_return std::unexpected(practice.error());
    auto held = co_await refuse_if_held(context, checked);
    if (!held)
        co_return std::unexpected(held.error());
    auto resolved = co_await resolve_slots(context, checked);
    if (!resolved && resolved.error().kind() == ErrorKind::slot_unknown) {
        // Booked by somebody else since the look above, the practice's newest book does not list it any more.
        held = co_await refuse_if_held(context, checked);
        if (!held)
            co_return std::unexpected(held.error());
    }
    if (!resolved)
        co_return std::unexpected(resolved.error());
    if (!resolved->overridden)
        forget_override(wanted); // nothing stood in the way
    if (checked.times_of_slots) {
        wanted.start = resolved->slots.front().slot.start;
        wanted.end = resolved->slots.back().slot.end;
    }
    if (auto fit = check_slots(wanted, resolved->slots, parts_.clock.now()); !fit)
        co_return std::unexpected(fit.error());
    const adapters::Capabilities& can = (*practice)->adapter->capabilities();
    if (resolved->slots.size() > 1 && !can.multi_slot)
        co_return fhir::fail(ErrorKind::not_supported_by_practice,
                             "This practice's system books one slot at a time.", slot_path(1));
    auto texts = check_texts(wanted, can);
    if (!texts)
        co_return std::unexpected(texts.error());
    Result<adapters::PatientContext> patient = nobody();
    if (checked.patient.is_named() || !checked.hold)
        patient = co_await resolve_patient(context, checked, *practice);
    if (!patient)
        co_return std::unexpected(patient.error());

    auto write = std::make_shared<Write>(std::move(*patient));
    write->practice = practice_for(context, *practice, write->patient);
    write->deadline = deadline_of(context);
    write->terms = std::move(resolved->terms);
    if (checked.patient.is_named())
        checked.patient.nhs_number = write->patient.nhs_number;
    Payload& payload = write->payload;
    payload.provenance = provenance_of(context);
    payload.client_id = context.caller.client_id;
    payload.slots = std::move(resolved->slots);
    payload.phone = checked.phone;
    payload.description = std::move(texts->description);
    payload.comment = std::move(texts->comment);
    payload.created = parts_.clock.now();
    payload.wanted =
        completed(std::move(wanted), payload.slots, resolved->schedule, context.caller,
                  checked.patient.participant, checked.patient.nhs_number, origin_, payload.created);
    co_return write;
}

Awaitable<Engine::MaybeOutcome> Engine::begin_new(WriteContext context, CheckedBooking checked,
                                                  store::NewIntent wanted)
{
    auto begun = co_await parts_.store.begin(std::move(wanted));
    if (!begun)
        co_return std::unexpected(begun.error());
    if (begun->answer == store::Begun::Answer::recorded)
        co_return std::nullopt;
    auto answer = co_await answer_obstacle(std::move(context), std::move(checked), std::move(*begun));
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return std::move(*answer);
}

store::NewIntent Engine::new_intent(const WriteContext& context, const CheckedBooking& checked,
                                    WritePtr write)
{
    const auto now = write->payload.created;
    store::IntentRecord& intent = write->intent;
    intent.id = adapters::new_uuid(parts_.clock, parts_.random);
    intent.appointment = adapters::new_uuid(parts_.clock, parts_.random);
    intent.practice = checked.practice.text();
    intent.payload = to_text(write->payload);
    intent.created = now;
    intent.lease = new_lease(settings_.answer_limit + lease_margin);
    write->record =
        to_record(intent.appointment, with_status(*write->payload.wanted, fhir::AppointmentStatus::pending),
                  intent.practice, context.caller.ods.text(),
                  checked.patient.nhs_number ? checked.patient.nhs_number->digits() : "", now);

    store::NewIntent wanted;
    wanted.intent = intent;
    wanted.slots = checked.slot_ids;
    wanted.use = write->terms.use;
    wanted.limits = write->terms.limits;
    wanted.appointment = write->record;
    wanted.identifiers = checked.identifiers;
    wanted.ticket = ticket_of(context, "create");
    return wanted;
}

store::IntentState Engine::first_state(const Write& write)
{
    const bool link_first = write.practice->adapter->capabilities().needs_patient_link && !write.patient.link;
    // Where the supplier's first call is the write itself, the intent is recorded as sent: one commit less.
    return link_first ? store::IntentState::recorded : store::IntentState::sent;
}

Awaitable<Engine::Outcome> Engine::record_booking(WriteContext context, CheckedBooking checked,
                                                  WritePtr write)
{
    write->intent.kind = store::IntentKind::book;
    write->intent.state = first_state(*write);
    auto fresh = new_intent(context, checked, write);
    auto obstacle = co_await begin_new(std::move(context), std::move(checked), std::move(fresh));
    if (!obstacle)
        co_return std::unexpected(obstacle.error());
    if (*obstacle)
        co_return std::move(**obstacle);
    auto outcome = co_await perform_booking(std::move(write));
    co_return outcome;
}

/// The slot may have been taken a moment ago by this very request, sent twice at the same time.
Awaitable<Engine::Outcome> Engine::unless_answered(WriteContext context, CheckedBooking checked,
                                                   fhir::Error error)
{
    auto answer = co_await replayed(context, "create");
    if (answer && !*answer)
        answer = co_await existing(context.caller, checked.identifiers);
    if (!answer)
        co_return std::unexpected(answer.error());
    if (*answer)
        co_return std::move(**answer);
    co_return std::unexpected(std::move(error));
}

Awaitable<Result<void>> Engine::refuse_if_held(WriteContext context, CheckedBooking checked)
{
    auto held = co_await parts_.store.held_slot(checked.practice.text(), checked.slot_ids);
    if (!held)
        co_return std::unexpected(held.error());
    if (!*held)
        co_return Result<void>();
    if ((*held)->until && *(*held)->until <= parts_.clock.now()) {
        co_await end_hold((*held)->appointment);
        co_return Result<void>();
    }
    auto freed = co_await freed_by_practice(context, **held, checked.slot_ids[(*held)->slot_index]);
    if (freed)
        co_return Result<void>(); // further claims, if any, are met when the booking is recorded
    const auto& number = checked.patient.nhs_number;
    auto error = co_await taken(std::move(context.caller), number ? number->digits() : "", **held);
    co_return std::unexpected(std::move(error));
}

/// A retry may meet its own earlier booking; then it is told so, with the reference.
Awaitable<fhir::Error> Engine::taken(identity::Caller caller, std::string patient, store::HeldSlot held)
{
    fhir::Error error(ErrorKind::slot_unavailable, "The slot has been taken.", slot_path(held.slot_index));
    auto record = co_await parts_.store.appointment(held.appointment);
    const bool own = record && *record && (*record)->booked_by == caller.ods.text();
    const bool same_patient = own && !patient.empty() && (*record)->patient == patient;
    if (own && held.until) {
        error = fhir::Error(ErrorKind::slot_unavailable,
                            "Your organisation holds this slot: Appointment/" + held.appointment + ".",
                            slot_path(held.slot_index));
        error.advise("Change that appointment to status booked, or release it first with status cancelled.",
                     fhir::Remedy::caller);
    } else if (held.until) {
        error = fhir::Error(ErrorKind::slot_unavailable,
                            "The slot is held by another organisation until " +
                                fhir::to_text(fhir::to_uk_local(*held.until)).substr(11, 5) + ".",
                            slot_path(held.slot_index));
    } else if (same_patient) {
        error = fhir::Error(ErrorKind::slot_unavailable,
                            "Your organisation has already booked this slot for this patient: Appointment/" +
                                held.appointment + ".",
                            slot_path(held.slot_index));
        error.advise("Read that appointment instead of booking again.", fhir::Remedy::caller);
    }
    co_return error;
}

Awaitable<Result<ResolvedSlots>> Engine::resolve_slots(WriteContext context, CheckedBooking checked)
{
    ResolvedSlots resolved;
    for (std::size_t i = 0; i < checked.slot_ids.size(); ++i) {
        auto hit =
            co_await parts_.search.slot(context.caller, checked.slot_ids[i], false, context.request_id);
        if (!hit && hit.error().kind() == ErrorKind::not_found)
            co_return std::unexpected(unknown_slot(i));
        if (!hit)
            co_return std::unexpected(hit.error());
        auto terms = co_await terms_of(context, *hit, slot_path(i));
        if (!terms)
            co_return std::unexpected(terms.error());
        resolved.slots.push_back(hit->slot->offered());
        resolved.overridden |= terms->overridden;
        if (i > 0)
            continue; // slots of one booking are of one session and day: what counts is the same
        resolved.terms = std::move(*terms);
        resolved.schedule = schedule_of(*hit);
    }
    co_return resolved;
}

Awaitable<Result<SlotTerms>> Engine::terms_of(WriteContext context, search::SlotHit hit, std::string path)
{
    auto offer = co_await parts_.search.offer_of(context.caller, hit, policy::Use::book);
    if (!offer)
        co_return std::unexpected(offer.error());
    const bool refused = offer->reason != policy::Reason::none;
    SlotTerms terms;
    // A quota that still has room may have none when the slot is taken.
    terms.overridden = context.overriding && offer->can_be_overridden && (refused || !offer->limits.empty());
    if (refused && !terms.overridden)
        co_return std::unexpected(refusal_of(*offer, std::move(path)));
    if (!terms.overridden)
        terms.limits = claim_limits(*offer);
    terms.use = {context.caller.ods.text(), search::session_of(*hit.slot), hit.slot->start(), {}};
    co_return terms;
}

Awaitable<Result<adapters::PatientContext>>
Engine::resolve_patient(WriteContext context, CheckedBooking checked,
                        std::shared_ptr<const policy::Practice> practice)
{
    const std::string path =
        "Appointment.participant[" + std::to_string(checked.patient.participant) + "].actor";
    std::optional<fhir::NhsNumber> number = checked.patient.nhs_number;
    if (!number && parts_.patients) {
        auto found =
            co_await parts_.patients->read(context.caller, checked.patient.patient_id, context.request_id);
        const auto digits =
            found ? fhir::identifier_value(found->identifier, fhir::nhs_number_system) : std::nullopt;
        number = digits ? fhir::NhsNumber::parse(*digits) : std::nullopt;
    }
    const bool by_details = !number && checked.patient.demographics && checked.patient.patient_id.empty();
    const adapters::PatientContext described{std::nullopt, std::nullopt, checked.patient.demographics};
    if (by_details && can_name(practice->adapter->capabilities(), described))
        co_return described;
    if (by_details)
        co_return std::unexpected(needs_number(path));
    if (!number)
        co_return std::unexpected(fhir::Error(ErrorKind::patient_not_found,
                                              "The patient reference is not known here.", path + ".reference")
                                      .advise("Give the patient's NHS number in actor.identifier."));
    const bool hidden = hides(context, *practice, *number);
    if (hidden)
        co_await write_refusal(context, practice, *number);
    adapters::PatientContext patient{*number, std::nullopt, checked.patient.demographics};
    if (!practice->adapter->capabilities().needs_patient_link)
        co_return patient;
    auto link = co_await parts_.store.patient_link(practice->ods.text(), number->digits());
    if (!link)
        co_return std::unexpected(link.error());
    if (*link && !hidden)
        patient.link = adapters::PatientLink{std::move(**link)};
    else if (!patient.demographics)
        co_return std::unexpected(fhir::Error(ErrorKind::demographics_required,
                                              "This practice must link the patient before the first booking "
                                              "and needs the patient's details for that.",
                                              path)
                                      .advise("Contain a Patient with identifier (NHS number), name.family "
                                              "and birthDate, and refer to it with actor.reference.",
                                              fhir::Remedy::user));
    co_return patient;
}

} // namespace gateway::booking
