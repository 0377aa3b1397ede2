// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/client.hpp"
#include "adapters/fhir_r4/errors.hpp"
#include "adapters/fhir_r4/names.hpp"
#include "adapters/fhir_r4/queries.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>

namespace adapters::fhir_r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

std::string our_patient(const std::optional<LocalReference>& patient, const Ids& ids)
{
    return patient ? ids.reference(patient->type, patient->id) : std::string();
}

/// Our reference to the patient of an appointment that this adapter gave out; empty when it names none.
std::string patient_in(const fhir::Appointment& appointment, const Ids& ids)
{
    const auto ours = "Patient/" + ids.ods() + ".";
    for (const auto& participant : appointment.participant)
        if (participant.actor && participant.actor->reference.value_or("").starts_with(ours))
            return *participant.actor->reference;
    return {};
}

bool same_moment(std::string_view a, std::string_view b)
{
    const auto left = fhir::parse_instant(a);
    return left && left == fhir::parse_instant(b);
}

/// Servers need not keep the order of references.
std::vector<std::string> sorted_slots_of(const Node& appointment, const Ids& ids)
{
    auto slots = wire::slots_of(appointment, ids);
    std::ranges::sort(slots);
    return slots;
}

/// Whether an answer to a booking is about that booking: the same patient, slots and times.
bool is_of(const Node& answer, const Node& sent, const Ids& ids)
{
    return is_resource(answer, "Appointment") &&
           wire::patient_of(answer, ids) == wire::patient_of(sent, ids) &&
           sorted_slots_of(answer, ids) == sorted_slots_of(sent, ids) &&
           same_moment(view_of(answer, "start"), view_of(sent, "start")) &&
           same_moment(view_of(answer, "end"), view_of(sent, "end"));
}

bool is_standing(fhir::AppointmentStatus status)
{
    return status == fhir::AppointmentStatus::booked || status == fhir::AppointmentStatus::pending;
}

std::string etag_of(const Response& response, const Node& tree)
{
    std::string etag(response.headers.get("ETag"));
    const auto version = view_at(tree, {"meta", "versionId"});
    return etag.empty() && !version.empty() ? "W/\"" + std::string(version) + "\"" : etag;
}

fhir::Error cannot(std::string sentence)
{
    Error error(ErrorKind::not_supported_by_practice, std::move(sentence));
    error.advise("Ring the practice.");
    return error;
}

} // namespace

Awaitable<fhir::Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    auto slots = check_slots(booking.slots);
    if (!slots)
        co_return std::unexpected(slots.error());
    if (slots->size() > 1 && !capabilities_.multi_slot)
        co_return std::unexpected(cannot("The practice's system books one slot at a time."));
    if (*fhir::parse_instant(slots->front().start) <= clock_.now())
        co_return fhir::fail(ErrorKind::slot_in_past);
    auto text = booking_text(booking);
    if (!text)
        co_return std::unexpected(text.error());
    if (booking.created == fhir::Instant{})
        booking.created = clock_.now();

    auto can = co_await abilities(booking.provenance);
    if (!can)
        co_return std::unexpected(can.error());
    if (!can->books())
        co_return std::unexpected(cannot("The practice's system does not take bookings."));
    auto patient = co_await verify(booking.provenance, booking.patient);
    if (!patient)
        co_return std::unexpected(patient.error());
    auto free = co_await check_free(*slots, *can, booking.provenance);
    if (!free)
        co_return std::unexpected(free.error());

    const auto name = new_uuid(clock_, random_);
    auto sent =
        compose_booking(booking, *slots, *text, patient->id, identifier_tree(ids_.booking_system(), name));
    Message message{Interaction::create_appointment, "POST", "Appointment", fhir::codec::to_json(sent),
                    std::string(names::media_type)};
    message.operation = "book";
    if (can->appointment.conditional_create)
        message.if_none_exist =
            "identifier=" + fhir::rest::percent_encode(ids_.booking_system() + "|" + name, ":/");
    auto response = co_await exchange_.send(std::move(message), booking.provenance);
    if (!response)
        co_return std::unexpected(response.error());
    co_return booked(*response, std::move(sent));
}

fhir::Result<SupplierAppointment> Client::booked(const Response& response, JsonValue sent) const
{
    const auto composed = Document::parse(fhir::codec::to_json(sent));
    if (!composed)
        return std::unexpected(unreadable(Interaction::create_appointment, "booking cannot be read back"));
    if (!response.body.empty()) {
        const auto answer = wire::read_tree(response.body.view());
        const auto appointment = answer && is_of(answer->root(), composed->root(), ids_)
                                     ? to_appointment(answer->root(), ids_)
                                     : std::nullopt;
        if (!appointment || !is_standing(appointment->appointment.status))
            return std::unexpected(unreadable(Interaction::create_appointment, "no such Appointment"));
        return *appointment;
    }
    // Without a body the Location still says that it was made and under which id; the rest is what was sent.
    const auto made = ids_.local(response.headers.get("Location"));
    if (response.status != 201 || !made || made->type != "Appointment")
        return std::unexpected(unreadable(Interaction::create_appointment, "neither body nor Location"));
    sent.set("id", made->id);
    const auto standing = Document::parse(fhir::codec::to_json(sent));
    auto appointment = standing ? to_appointment(standing->root(), ids_) : std::nullopt;
    if (!appointment)
        return std::unexpected(unreadable(Interaction::create_appointment, "booking cannot be read back"));
    return *appointment;
}

Awaitable<fhir::Result<Client::Held>> Client::hold(std::string key, Provenance provenance)
{
    if (!fhir::is_id(key))
        co_return fhir::fail(ErrorKind::appointment_not_found);
    Message message{Interaction::read_appointment, "GET", "Appointment/" + key};
    message.operation = "read_appointment";
    auto response = co_await exchange_.send(std::move(message), provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto tree = wire::read_tree(response->body.view());
    if (!tree)
        co_return std::unexpected(tree.error());
    auto changeable = fhir::codec::parse_json(response->body.view());
    auto appointment = to_appointment(tree->root(), ids_);
    if (!is_resource(tree->root(), "Appointment") || !changeable || !appointment || appointment->key != key)
        co_return std::unexpected(unreadable(Interaction::read_appointment, "not the Appointment asked for"));
    co_return Held{std::move(*changeable), std::move(*appointment), etag_of(*response, tree->root()),
                   our_patient(wire::patient_of(tree->root(), ids_), ids_)};
}

Awaitable<fhir::Result<Client::Held>> Client::hold_for(SupplierAppointment appointment,
                                                       PatientContext patient, Provenance provenance)
{
    auto whose = patient_in(appointment.appointment, ids_);
    if (whose.empty()) {
        auto known = co_await look_up(provenance, patient);
        if (!known)
            co_return std::unexpected(known.error());
        whose = ids_.reference("Patient", known->id);
    }
    auto held = co_await hold(appointment.key, provenance);
    // An id that now stands for somebody else's appointment: nothing of it is shown or changed.
    if (held && held->patient != whose)
        co_return fhir::fail(ErrorKind::appointment_not_found);
    co_return held;
}

Awaitable<fhir::Result<SupplierAppointment>>
Client::change(Interaction interaction, Held before, std::vector<Change> changes, Provenance provenance)
{
    auto can = co_await abilities(provenance);
    if (!can)
        co_return std::unexpected(can.error());
    if (!can->changes())
        co_return std::unexpected(cannot("The practice's system does not let appointments be changed."));
    const auto wanted = changed_tree(before.tree, changes);
    Message message;
    message.interaction = interaction;
    message.operation = interaction == Interaction::cancel_appointment ? "cancel" : "amend";
    message.method = can->patches() ? "PATCH" : "PUT";
    message.target = "Appointment/" + before.appointment.key;
    message.body = fhir::codec::to_json(can->patches() ? changing_patch(before.tree, changes) : wanted);
    message.content_type = can->patches() ? names::patch_type : names::media_type;
    message.if_match = before.etag;
    auto response = co_await exchange_.send(std::move(message), provenance);
    if (!response)
        co_return std::unexpected(response.error());
    co_return changed(*response, before, wanted, interaction);
}

fhir::Result<SupplierAppointment> Client::changed(const Response& response, const Held& before,
                                                  const JsonValue& wanted, Interaction interaction) const
{
    const auto answer =
        wire::read_tree(response.body.empty() ? fhir::codec::to_json(wanted) : response.body.view());
    auto appointment = answer && is_resource(answer->root(), "Appointment")
                           ? to_appointment(answer->root(), ids_)
                           : std::nullopt;
    const bool right = appointment && appointment->key == before.appointment.key &&
                       our_patient(wire::patient_of(answer->root(), ids_), ids_) == before.patient &&
                       view_of(answer->root(), "status") == view_of(wanted, "status");
    if (!right)
        return std::unexpected(unreadable(interaction, "not the Appointment that was changed"));
    return *appointment;
}

Awaitable<fhir::Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    auto held = co_await hold_for(cancellation.appointment, cancellation.patient, cancellation.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    if (held->appointment.appointment.status == fhir::AppointmentStatus::cancelled)
        co_return fhir::fail(ErrorKind::not_cancellable, "The appointment is already cancelled.");
    if (!is_standing(held->appointment.appointment.status))
        co_return fhir::fail(ErrorKind::not_cancellable);
    co_return co_await change(Interaction::cancel_appointment, std::move(*held),
                              changes_for_cancel(cancellation.reason), cancellation.provenance);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::amend(AmendAppointment amendment)
{
    auto text = amended_text(amendment);
    if (!text)
        co_return std::unexpected(text.error());
    auto held = co_await hold_for(amendment.appointment, amendment.patient, amendment.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    if (!is_standing(held->appointment.appointment.status))
        co_return fhir::fail(ErrorKind::not_amendable, "Only a booked appointment can be amended.");
    co_return co_await change(Interaction::amend_appointment, std::move(*held), changes_for_amend(*text),
                              amendment.provenance);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::read_appointment(ReadAppointment query)
{
    auto held = co_await hold_for({query.key, {}}, query.patient, query.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    co_return std::move(held->appointment);
}

Awaitable<fhir::Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    auto can = co_await abilities(query.provenance);
    if (!can)
        co_return std::unexpected(can.error());
    if (!can->appointment.can("search-type") || !can->appointment.knows("patient"))
        co_return std::unexpected(
            cannot("The practice's system does not let a patient's appointments be listed."));
    auto patient = co_await look_up(query.provenance, query.patient);
    if (!patient)
        co_return std::unexpected(patient.error());
    auto message = search(Interaction::search_appointments, "Appointment",
                          appointment_form(patient->id, query.window, can->appointment), "list_appointments");
    auto found = co_await collect(std::move(message), query.provenance);
    if (!found)
        co_return std::unexpected(found.error());
    // Half a list would let a booking pass for one that never happened.
    if (!found->complete)
        co_return std::unexpected(unreadable(Interaction::search_appointments, "list cannot be followed"));
    const LocalReference whose{"Patient", patient->id};
    std::vector<SupplierAppointment> list;
    for (const auto* tree : found->resources) {
        if (!is_resource(*tree, "Appointment") || wire::patient_of(*tree, ids_) != whose)
            continue;
        auto appointment = to_appointment(*tree, ids_);
        if (!appointment)
            co_return std::unexpected(unreadable(Interaction::search_appointments, "unusable Appointment"));
        if (appointment->appointment.start && query.window.contains(*appointment->appointment.start))
            list.push_back(std::move(*appointment));
    }
    co_return list;
}

} // namespace adapters::fhir_r4
