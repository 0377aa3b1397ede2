// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/booking/resource_shape.hpp"

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

std::optional<fhir::Schedule> schedule_of(const search::SlotHit& hit)
{
    const std::string reference = hit.slot->slot.schedule.reference.value_or("");
    const auto found = hit.book->schedules.find(std::string_view(reference).substr(reference.rfind('/') + 1));
    return found == hit.book->schedules.end() ? std::nullopt : std::optional(found->second.resource);
}

/// The practice has linked the patient but the credential is not here: its answer was lost, or another system
/// holds it. Only the practice can undo that.
/// Without the patient's details nothing can be put in the place of a link that no longer opens.
fhir::Error link_withdrawn(const fhir::Error& error)
{
    return fhir::Error(
               ErrorKind::link_invalid,
               "The practice no longer accepts the online link that this gateway holds for the patient.",
               error.path())
        .advise(
            "Send the booking again with a contained Patient (NHS number, name.family and birthDate), so "
            "that a new link can be made. If that is refused too, ask the practice to renew the patient's "
            "online access.",
            fhir::Remedy::user)
        .from_supplier(error.supplier_code());
}

fhir::Error link_elsewhere()
{
    return fhir::Error(ErrorKind::already_linked,
                       "The practice's system has already given out this patient's online link, and not to "
                       "this gateway as far as it knows.")
        .advise("Ask the practice to reset the patient's online access, then send the booking again, or book "
                "by telephone.",
                fhir::Remedy::practice);
}

} // namespace

Result<std::shared_ptr<const policy::Practice>>
Engine::sharing_practice(const identity::Caller& caller, const fhir::OdsCode& ods, std::string path) const
{
    const auto directory = parts_.directory();
    auto practice = directory->practice(ods);
    if (!practice)
        return std::unexpected(unknown_slot(0));
    if (!directory->shares(ods, caller.ods))
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
    auto checked = check_booking(wanted, context.caller, if_none_exist);
    if (!checked)
        co_return std::unexpected(checked.error());
    for (const store::OwnIdentifier& identifier : checked->identifiers) {
        if (!identifier.conditional)
            continue;
        auto known = co_await existing(context.caller, identifier);
        if (!known)
            co_return std::unexpected(known.error());
        if (*known)
            co_return std::move(**known);
    }
    auto outcome = co_await book_checked(std::move(context), std::move(wanted), std::move(*checked));
    co_return outcome;
}

Awaitable<Engine::Outcome> Engine::book_checked(WriteContext context, fhir::Appointment wanted,
                                                CheckedBooking checked)
{
    auto practice = sharing_practice(context.caller, checked.practice, slot_path(0));
    if (!practice)
        co_return std::unexpected(practice.error());
    auto held = co_await refuse_if_held(context, checked);
    if (!held) {
        auto answer = co_await unless_answered(std::move(context), std::move(checked), held.error());
        co_return answer;
    }
    auto resolved = co_await resolve_slots(context, checked);
    if (!resolved && resolved.error().kind() == ErrorKind::slot_unknown) {
        // Booked by somebody else since the look above, the practice's newest book does not list it any more.
        held = co_await refuse_if_held(context, checked);
        if (!held) {
            auto answer = co_await unless_answered(std::move(context), std::move(checked), held.error());
            co_return answer;
        }
    }
    if (!resolved)
        co_return std::unexpected(resolved.error());
    if (auto fit = check_slots(wanted, resolved->slots, parts_.clock.now()); !fit) {
        auto answer = co_await unless_answered(std::move(context), std::move(checked), fit.error());
        co_return answer;
    }
    const adapters::Capabilities& can = (*practice)->adapter->capabilities();
    if (resolved->slots.size() > 1 && !can.multi_slot)
        co_return fhir::fail(ErrorKind::not_supported_by_practice,
                             "This practice's system books one slot at a time.", slot_path(1));
    auto texts = check_texts(wanted, can);
    if (!texts)
        co_return std::unexpected(texts.error());
    auto patient = co_await resolve_patient(context, checked, *practice);
    if (!patient)
        co_return std::unexpected(patient.error());

    auto write = std::make_shared<Write>(std::move(*patient));
    write->practice = *practice;
    write->deadline = std::chrono::steady_clock::now() + settings_.answer_limit;
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
                  checked.patient.participant, write->patient.nhs_number, origin_, payload.created);
    if (checked.hold) {
        auto outcome = co_await record_hold(std::move(context), std::move(checked), std::move(write));
        co_return outcome;
    }
    auto outcome = co_await record_booking(std::move(context), std::move(checked), std::move(write));
    co_return outcome;
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
                  intent.practice, context.caller.ods.text(), write->patient.nhs_number.digits(), now);

    store::NewIntent wanted;
    wanted.intent = intent;
    wanted.slots = checked.slot_ids;
    wanted.appointment = write->record;
    wanted.identifiers = checked.identifiers;
    wanted.ticket = ticket_of(context, "create");
    return wanted;
}

Awaitable<Engine::Outcome> Engine::record_booking(WriteContext context, CheckedBooking checked,
                                                  WritePtr write)
{
    const bool link_first =
        write->practice->adapter->capabilities().needs_patient_link && !write->patient.link;
    write->intent.kind = store::IntentKind::book;
    // Where the supplier's first call is the write itself, the intent is recorded as sent: one commit less.
    write->intent.state = link_first ? store::IntentState::recorded : store::IntentState::sent;
    auto begun = co_await parts_.store.begin(new_intent(context, checked, write));
    if (!begun)
        co_return std::unexpected(begun.error());
    if (begun->answer != store::Begun::Answer::recorded) {
        auto answer = co_await answer_obstacle(std::move(context), std::move(checked), std::move(*begun));
        co_return answer;
    }
    auto outcome = co_await perform_booking(std::move(write));
    co_return outcome;
}

/// The slot may have been taken a moment ago by this very request, sent twice at the same time.
Awaitable<Engine::Outcome> Engine::unless_answered(WriteContext context, CheckedBooking checked,
                                                   fhir::Error error)
{
    auto answer = co_await replayed(context, "create");
    for (const store::OwnIdentifier& identifier : checked.identifiers)
        if (answer && !*answer && identifier.conditional)
            answer = co_await existing(context.caller, identifier);
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
    } else if (own && (*record)->patient == patient) {
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
        resolved.slots.push_back(*hit->slot);
        if (i == 0)
            resolved.schedule = schedule_of(*hit);
    }
    co_return resolved;
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
    if (!number)
        co_return std::unexpected(fhir::Error(ErrorKind::patient_not_found,
                                              "The patient reference is not known here.", path + ".reference")
                                      .advise("Give the patient's NHS number in actor.identifier."));
    adapters::PatientContext patient{*number, std::nullopt, checked.patient.demographics};
    if (!practice->adapter->capabilities().needs_patient_link)
        co_return patient;
    auto link = co_await parts_.store.patient_link(practice->ods.text(), number->digits());
    if (!link)
        co_return std::unexpected(link.error());
    if (*link)
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

Awaitable<Engine::Outcome> Engine::perform_booking(WritePtr write)
{
    auto held = co_await book_with_link(write);
    const bool may_register = !held && held.error().kind() == ErrorKind::patient_not_found &&
                              !held.error().effect_possible() && write->patient.demographics &&
                              write->practice->adapter->capabilities().register_patient;
    if (may_register) {
        const adapters::FindPatient query{write->payload.provenance, write->patient};
        const auto limit = time_to_send(*write).value_or(std::chrono::milliseconds(0));
        auto registered = co_await adapters::within(limit, write->practice->adapter->register_patient(query));
        if (registered)
            held = co_await send_booking(write);
        else
            held =
                std::unexpected(registered.error().effect_is_possible(false)); // no appointment hangs on it
    }
    auto outcome = co_await conclude(std::move(write), std::move(held));
    co_return outcome;
}

Awaitable<Engine::Held> Engine::book_with_link(WritePtr write)
{
    if (write->intent.state == store::IntentState::recorded) {
        auto linked = co_await make_link(write);
        if (!linked)
            co_return std::unexpected(linked.error());
        auto sent = change_of(*write, store::IntentState::sent);
        sent.keep_lease = true;
        auto advanced = co_await parts_.store.advance(std::move(sent));
        if (!advanced || !advanced->applied)
            co_return fhir::fail(ErrorKind::store_unavailable);
        write->intent.state = store::IntentState::sent;
    }
    auto held = co_await send_booking(write);
    const bool withdrawn =
        !held && held.error().kind() == ErrorKind::link_invalid && !held.error().effect_possible();
    if (!withdrawn)
        co_return held;
    if (!write->patient.demographics)
        co_return std::unexpected(link_withdrawn(held.error()));
    auto linked = co_await make_link(write);
    if (!linked)
        co_return std::unexpected(linked.error());
    held = co_await send_booking(write);
    co_return held;
}

Awaitable<Result<void>> Engine::make_link(WritePtr write)
{
    const adapters::FindPatient query{write->payload.provenance, write->patient};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                          write->deadline - std::chrono::steady_clock::now()) /
                      2;
    auto link = co_await adapters::within(left, write->practice->adapter->link_patient(query));
    if (!link && link.error().kind() == ErrorKind::already_linked)
        co_return std::unexpected(link_elsewhere());
    if (!link)
        co_return std::unexpected(link.error().effect_is_possible(false)); // no appointment hangs on it
    write->patient.link = *link;
    if (auto own = co_await opens_own_record(write); !own)
        co_return own;
    std::vector<store::LinkRecord> links;
    links.push_back({write->intent.practice, write->patient.nhs_number.digits(), link->credential});
    auto saved = co_await parts_.store.save_patient_links(std::move(links));
    co_return saved;
}

/// A new link must show the patient's own record before anything is booked with it. Where the record cannot
/// be read just now, the supplier's own comparison at linking stands.
Awaitable<Result<void>> Engine::opens_own_record(WritePtr write)
{
    if (!write->practice->adapter->capabilities().find_patient)
        co_return Result<void>();
    const adapters::FindPatient query{write->payload.provenance, write->patient};
    const auto limit = time_to_send(*write).value_or(std::chrono::milliseconds(0)) / 2;
    auto record = co_await adapters::within(limit, write->practice->adapter->find_patient(query));
    const bool another = !record && (record.error().kind() == ErrorKind::link_invalid ||
                                     record.error().kind() == ErrorKind::demographics_mismatch);
    if (another)
        co_return std::unexpected(record.error());
    co_return Result<void>();
}

Awaitable<Engine::Held> Engine::send_booking(WritePtr write)
{
    const Payload& payload = write->payload;
    adapters::BookAppointment booking{payload.provenance, write->patient, payload.slots,  payload.description,
                                      payload.comment,    payload.phone,  payload.created};
    const auto limit = time_to_send(*write);
    if (!limit)
        co_return std::unexpected(too_late_to_send());
    auto held = co_await sent_within(*limit, write->practice->adapter->book(std::move(booking)));
    co_return held;
}

} // namespace gateway::booking
