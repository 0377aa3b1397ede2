// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/client.hpp"
#include "adapters/bars/standard/names.hpp"
#include "adapters/bars/urls.hpp"
#include "adapters/bars/whose.hpp"

#include <algorithm>

namespace adapters::bars
{

namespace
{

using fhir::AppointmentStatus;
using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

constexpr std::string_view process_message = "$process-message";

Error takes_no_bookings(const Offer& offer)
{
    return cannot(offer.messages.lacking == "ServiceRequest"
                      ? "The practice's system takes bookings only for patients who are referred to it."
                      : "The practice's system does not take bookings.");
}

fhir::Result<SlotKey> key_of(const BookAppointment& booking, fhir::Instant now)
{
    if (booking.slots.empty())
        return fhir::fail(ErrorKind::required, "A booking names a slot.", "Appointment.slot");
    if (booking.slots.size() > 1)
        return std::unexpected(cannot("The practice's system books one slot at a time."));
    auto key = read_slot_key(booking.slots.front().supplier_key);
    if (!key)
        return std::unexpected(key.error().at("Appointment.slot[0]"));
    if (key->times().start <= now)
        return fhir::fail(ErrorKind::slot_in_past);
    return key;
}

/// The slot as it is offered now; nullptr when it is not, or not at that time any more.
const Node* offered_slot(const wire::Answer& answer, const SlotKey& key)
{
    for (const auto& [row, slot] : answer.bundle.slots)
        if (view_of(*slot, "id") == key.slot && view_of(*slot, "status") == "free" &&
            fhir::parse_instant(view_of(*slot, "start")) == key.times().start &&
            fhir::parse_instant(view_of(*slot, "end")) == key.times().end)
            return slot;
    return nullptr;
}

/// The Appointment that a message is about.
const Node* focus_of(const Node& bundle, const Node& header)
{
    const auto reference = view_at(header, {"focus", "reference"});
    if (const Node* focus = standard::resource_named(bundle, reference, "Appointment"))
        return focus;
    const auto all = entries_of(bundle, "Appointment");
    return all.size() == 1 ? all.front() : nullptr;
}

/// Whether a reply is about the message that it answers: it echoes its name, as Bundle.id or in so many
/// words.
bool is_in_thread(const Node& bundle, const Node& header, const std::string& thread)
{
    const auto id = view_of(bundle, "id");
    const auto answered = view_at(header, {"response", "identifier"});
    const auto fits = [&](std::string_view name) { return name.empty() || name == thread; };
    return fits(id) && fits(answered) && !(id.empty() && answered.empty());
}

bool is_cancelled(AppointmentStatus status)
{
    return status == AppointmentStatus::cancelled || status == AppointmentStatus::entered_in_error;
}

} // namespace

Awaitable<fhir::Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    auto key = key_of(booking, clock_.now());
    if (!key)
        co_return std::unexpected(key.error());
    if (auto objection = objection_to(booking))
        co_return std::unexpected(*objection);
    auto offered = co_await offer(key->service, booking.provenance);
    if (!offered)
        co_return std::unexpected(offered.error());
    if (!offered->books())
        co_return std::unexpected(reconsidered(takes_no_bookings(*offered), key->service));
    const auto service = key->service;
    auto booked = co_await send_booking(std::move(booking), std::move(*key));
    if (!booked)
        co_return std::unexpected(reconsidered(booked.error(), service));
    co_return booked;
}

Awaitable<fhir::Result<SupplierAppointment>> Client::send_booking(BookAppointment booking, SlotKey key)
{
    const auto thread = new_uuid(clock_, random_);
    auto response = co_await ask_for_slots(key.service, key.times(), booking.provenance, thread);
    if (!response)
        co_return std::unexpected(response.error());
    auto answer = wire::read_slots(response->body.view(), place_);
    if (!answer)
        co_return std::unexpected(answer.error());
    const Node* slot = offered_slot(*answer, key);
    if (slot == nullptr)
        co_return std::unexpected(Error(ErrorKind::slot_unavailable).at("Appointment.slot[0]"));

    const auto moment = moment_of(thread).value_or(clock_.now());
    const auto envelope = envelope_of(thread, key.service, booking.provenance, moment);
    Message message{Interaction::book, std::string(process_message), key.service, thread};
    message.body = fhir::codec::to_json(compose_booking(booking, *answer, *slot, envelope));
    message.use_context = use_context("booked", "new");
    message.operation = "book";
    auto replied = co_await exchange_.send(std::move(message), booking.provenance);
    if (!replied)
        co_return std::unexpected(replied.error());
    Expected expected{key.service, thread, key.times(), key.slot, {}};
    if (replied->status != 200)
        co_return co_await booked_before(std::move(booking), std::move(expected));
    co_return concluded(*replied, expected, booking.patient, Interaction::book);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::booked_before(BookAppointment booking, Expected expected)
{
    auto listed = co_await list_of(expected.service, booking.patient, booking.provenance);
    if (!listed)
        co_return std::unexpected(unreadable(Interaction::book, "booked before, and cannot be listed"));
    const auto slot = "Slot/" + place_.ods.text() + "." + fhir::local_id(expected.slot);
    for (auto& each : *listed) {
        const auto thread = thread_of(each.appointment, sender_);
        if (each.appointment.status == AppointmentStatus::booked && !each.appointment.slot.empty() &&
            each.appointment.slot.front().reference == slot && (thread.empty() || thread == expected.thread))
            co_return std::move(each);
    }
    co_return std::unexpected(unreadable(Interaction::book, "booked before, and not listed"));
}

fhir::Result<SupplierAppointment> Client::concluded(const Response& response, const Expected& expected,
                                                    const PatientContext& patient,
                                                    Interaction interaction) const
{
    const auto tree = wire::read_tree(response.body.view());
    const Node* header = tree ? standard::header_of(tree->root()) : nullptr;
    if (header == nullptr || !is_in_thread(tree->root(), *header, expected.thread))
        return std::unexpected(unreadable(interaction, "no reply to this message"));
    const Node* focus = focus_of(tree->root(), *header);
    if (focus == nullptr || whose(*focus, tree->root(), patient) == Whose::somebody_elses)
        return std::unexpected(unreadable(interaction, "not this patient's appointment"));
    auto appointment = to_appointment(*focus, tree->root(), expected.service, patient, place_);
    const auto slot = slot_of(*focus, tree->root());
    const bool right = appointment && appointment->appointment.status == expected.status &&
                       appointment->appointment.start == expected.times.start &&
                       appointment->appointment.end == expected.times.end &&
                       (slot.empty() || expected.slot.empty() || slot == expected.slot) &&
                       (expected.id.empty() || view_of(*focus, "id") == expected.id);
    if (!right)
        return std::unexpected(unreadable(interaction, "not the appointment of this message"));
    return *appointment;
}

Awaitable<fhir::Result<Client::Held>> Client::hold(AppointmentKey key, PatientContext patient,
                                                   Provenance provenance)
{
    Message message{Interaction::read_appointment, "Appointment/" + key.id, key.service};
    message.operation = "read_appointment";
    auto response = co_await exchange_.send(std::move(message), provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto tree = wire::read_tree(response->body.view());
    if (!tree)
        co_return std::unexpected(tree.error());
    const Node& root = tree->root();
    auto changeable = fhir::codec::parse_json(response->body.view());
    auto appointment = to_appointment(root, root, key.service, patient, place_);
    if (!is_resource(root, "Appointment") || view_of(root, "id") != key.id || !changeable || !appointment)
        co_return std::unexpected(unreadable(Interaction::read_appointment, "not the Appointment asked for"));
    Held held{std::move(*changeable), std::move(*appointment)};
    const auto told = whose(root, root, patient);
    // Without number and postcode there is no list to ask: then the id that the receiver gave must do.
    if (told == Whose::theirs || (told == Whose::not_told && !patient_query(patient)))
        co_return held;
    if (told == Whose::somebody_elses)
        co_return fhir::fail(ErrorKind::appointment_not_found);
    // What the appointment does not say of its patient, the patient's own list does.
    auto listed = co_await list_of(key.service, patient, provenance);
    if (!listed)
        co_return std::unexpected(listed.error());
    if (std::ranges::find(*listed, held.appointment.key, &SupplierAppointment::key) == listed->end())
        co_return fhir::fail(ErrorKind::appointment_not_found);
    co_return held;
}

Awaitable<fhir::Result<std::vector<SupplierAppointment>>>
Client::list_of(std::string service, PatientContext patient, Provenance provenance)
{
    // The standard has no other way than the address to name whom a search is for.
    const auto who = patient_query(patient);
    if (!who)
        co_return std::unexpected(
            Error(
                ErrorKind::demographics_required,
                "A patient without an NHS number is found at this practice by name, birth date and postcode "
                "only.",
                "Appointment.participant")
                .advise("Ask the practice whether the appointment is in its book.", fhir::Remedy::user));
    Message message{Interaction::search_appointments, "Appointment?" + *who, service};
    message.operation = "list_appointments";
    auto response = co_await exchange_.send(std::move(message), std::move(provenance));
    if (!response)
        co_return std::unexpected(response.error());
    const auto tree = wire::read_searchset(response->body.view());
    if (!tree)
        co_return std::unexpected(tree.error());
    std::vector<SupplierAppointment> list;
    for (const auto* found : entries_of(tree->root(), "Appointment")) {
        if (whose(*found, tree->root(), patient) == Whose::somebody_elses)
            continue;
        auto appointment = to_appointment(*found, tree->root(), service, patient, place_);
        // Half a list would let a booking pass for one that never happened.
        if (!appointment)
            co_return std::unexpected(unreadable(Interaction::search_appointments, "unusable Appointment"));
        list.push_back(std::move(*appointment));
    }
    co_return list;
}

Awaitable<fhir::Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    std::vector<SupplierAppointment> all;
    for (const auto& service : services_) {
        auto listed = co_await list_of(service, query.patient, query.provenance);
        if (!listed)
            co_return listed;
        for (auto& each : *listed)
            if (each.appointment.start && query.window.contains(*each.appointment.start))
                all.push_back(std::move(each));
    }
    co_return all;
}

Awaitable<fhir::Result<SupplierAppointment>> Client::read_appointment(ReadAppointment query)
{
    auto key = read_appointment_key(query.key);
    if (!key)
        co_return std::unexpected(key.error());
    auto held = co_await hold(std::move(*key), query.patient, query.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    co_return std::move(held->appointment);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    auto key = read_appointment_key(cancellation.appointment.key);
    if (!key)
        co_return std::unexpected(key.error());
    auto offered = co_await offer(key->service, cancellation.provenance);
    if (!offered)
        co_return std::unexpected(offered.error());
    if (!offered->cancels())
        co_return std::unexpected(
            reconsidered(cannot("The practice's system does not take cancellations."), key->service));
    auto held = co_await hold(*key, cancellation.patient, cancellation.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    const auto status = held->appointment.appointment.status;
    if (is_cancelled(status))
        co_return fhir::fail(ErrorKind::not_cancellable, "The appointment is already cancelled.");
    if (status != AppointmentStatus::booked)
        co_return fhir::fail(ErrorKind::not_cancellable);
    const auto service = key->service;
    auto cancelled = co_await send_cancellation(std::move(cancellation), std::move(*held), std::move(*key));
    if (!cancelled)
        co_return std::unexpected(reconsidered(cancelled.error(), service));
    co_return cancelled;
}

Awaitable<fhir::Result<SupplierAppointment>> Client::send_cancellation(CancelAppointment cancellation,
                                                                       Held held, AppointmentKey key)
{
    const auto& now_held = held.appointment.appointment;
    auto thread = thread_of(now_held, sender_);
    if (thread.empty())
        thread = thread_of(cancellation.appointment.appointment, sender_);
    if (thread.empty())
        thread = new_uuid(clock_, random_);
    const auto envelope = envelope_of(thread, key.service, cancellation.provenance, clock_.now());
    Message message{Interaction::cancel, std::string(process_message), key.service, thread};
    message.body = fhir::codec::to_json(compose_cancellation(cancellation, held.tree, envelope));
    message.use_context = use_context("cancelled", "update");
    message.operation = "cancel";
    auto replied = co_await exchange_.send(std::move(message), cancellation.provenance);
    if (!replied)
        co_return std::unexpected(replied.error());
    if (replied->status != 200)
        co_return co_await cancelled_before(std::move(cancellation), std::move(key));
    const fhir::Interval times{now_held.start.value_or(fhir::Instant()),
                               now_held.end.value_or(fhir::Instant())};
    const Expected expected{key.service, thread, times, {}, key.id, AppointmentStatus::cancelled};
    co_return concluded(*replied, expected, cancellation.patient, Interaction::cancel);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::cancelled_before(CancelAppointment cancellation,
                                                                      AppointmentKey key)
{
    auto held = co_await hold(std::move(key), cancellation.patient, cancellation.provenance);
    if (!held || !is_cancelled(held->appointment.appointment.status))
        co_return std::unexpected(unreadable(Interaction::cancel, "cancelled before, and not shown so"));
    co_return std::move(held->appointment);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::amend(AmendAppointment)
{
    co_return std::unexpected(
        cannot("A booking in the practice's system cannot be changed; cancel it and book again."));
}

} // namespace adapters::bars
