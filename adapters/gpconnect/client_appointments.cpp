// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/client.hpp"
#include "adapters/gpconnect/errors.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"

#include <algorithm>

namespace adapters::gpconnect
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

/// `Appointment/ap-1/_history/1` -> `ap-1`
std::string id_in_location(const Response& response)
{
    return reference_id(response.headers.get("Location"), "Appointment");
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

/// Providers need not keep the order of references.
std::vector<std::string> sorted(std::vector<std::string> slots)
{
    std::ranges::sort(slots);
    return slots;
}

/// Whether an answer to a booking or a change is about that one: the same patient, slots, times and status.
bool is_of(const wire::Appointment& answer, const wire::Appointment& sent)
{
    return answer.id == sent.id && answer.status == sent.status && answer.start == sent.start &&
           answer.end == sent.end && wire::patient_of(answer) == wire::patient_of(sent) &&
           sorted(answer.slots) == sorted(sent.slots);
}

fhir::Result<fhir::Date> first_listed_day(const fhir::Interval& window, fhir::Instant now)
{
    const auto today = fhir::uk_day(fhir::uk_date(now));
    if (window.end <= today.start)
        return fhir::fail(ErrorKind::not_supported_by_practice,
                          "The practice's system lists appointments of today and later only.", "http.date");
    return fhir::uk_date(std::max(window.start, today.start));
}

} // namespace

fhir::Result<SupplierAppointment> Client::accepted(const Response& response, const JsonValue& sent,
                                                   Interaction interaction) const
{
    const auto tree = wire::read_tree(response.body.view());
    auto answer = tree ? wire::read_appointment(tree->root()) : std::nullopt;
    // Without a body the Location still says that it was made and under which id; the rest is what was sent.
    const auto id = response.body.empty() ? id_in_location(response) : answer ? answer->id : std::string();
    auto made = sent;
    if (made.find("id") == nullptr)
        made.set("id", id);
    const auto composed = wire::read_tree(fhir::codec::to_json(made));
    const auto wanted = composed ? wire::read_appointment(composed->root()) : std::nullopt;
    if (response.body.empty() && wanted && wanted->id == id)
        answer = wanted;
    if (!answer || !wanted || !is_of(*answer, *wanted))
        return std::unexpected(unreadable(interaction, "not the Appointment that was sent"));
    return to_appointment(*answer, ids_);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    auto slots = check_slots(booking.slots);
    if (!slots)
        co_return std::unexpected(slots.error());
    if (*fhir::parse_instant(slots->front().start) <= clock_.now())
        co_return fhir::fail(ErrorKind::slot_in_past);
    auto text = booking_text(booking);
    if (!text)
        co_return std::unexpected(text.error());
    const auto phone = organisation_phone(booking.provenance);
    if (phone.empty())
        co_return fhir::fail(
            ErrorKind::required,
            "The practice's system wants the booking organisation's telephone number, none is configured.");
    if (booking.created == fhir::Instant{})
        booking.created = clock_.now();

    auto patient = co_await verify(booking.provenance, booking.patient);
    if (!patient)
        co_return std::unexpected(patient.error());
    auto body = compose_booking(booking, *slots, *text, *patient->patient.id, phone);
    auto response = co_await exchange_.send(
        {Interaction::create_appointment, "Appointment", body, {}, "book"}, booking.provenance);
    if (!response)
        co_return std::unexpected(response.error());
    co_return accepted(*response, body, Interaction::create_appointment);
}

Awaitable<fhir::Result<Client::Held>> Client::hold(std::string key, Provenance provenance)
{
    if (!fhir::is_id(key))
        co_return fhir::fail(ErrorKind::appointment_not_found);
    auto response = co_await exchange_.send(
        {Interaction::read_appointment, "Appointment/" + key, {}, {}, "read_appointment"}, provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto tree = wire::read_tree(response->body.view());
    if (!tree)
        co_return std::unexpected(tree.error());
    auto appointment = wire::read_appointment(tree->root());
    auto changeable = fhir::codec::parse_json(response->body.view());
    if (!changeable || !appointment || appointment->id != key)
        co_return std::unexpected(unreadable(Interaction::read_appointment, "no Appointment"));
    std::string etag(response->headers.get("ETag"));
    if (etag.empty() && fhir::is_id(appointment->version)) // it becomes a header
        etag = "W/\"" + appointment->version + "\"";
    co_return Held{std::move(*changeable), std::move(*appointment), std::move(etag)};
}

Awaitable<fhir::Result<Client::Held>> Client::hold_for(SupplierAppointment appointment,
                                                       PatientContext patient, Provenance provenance)
{
    if (!fhir::is_id(appointment.key))
        co_return fhir::fail(ErrorKind::appointment_not_found);
    auto whose = patient_in(appointment.appointment, ids_);
    if (whose.empty()) {
        auto known = co_await look_up(provenance, patient);
        if (!known)
            co_return std::unexpected(known.error());
        whose = ids_.reference("Patient", *known->patient.id);
    }
    auto held = co_await hold(appointment.key, provenance);
    if (!held)
        co_return held;
    // An id that now stands for somebody else's appointment: nothing of it is shown or changed.
    const auto theirs = wire::patient_of(held->appointment);
    if (theirs.empty() || ids_.reference(theirs) != whose)
        co_return fhir::fail(ErrorKind::appointment_not_found);
    co_return held;
}

Awaitable<fhir::Error> Client::explain(Error refusal, Held before, Provenance provenance)
{
    auto now = co_await hold(before.appointment.id, provenance);
    if (now && now->appointment.version != before.appointment.version &&
        now->appointment.status == before.appointment.status) {
        Error changed(ErrorKind::version_conflict);
        changed.from_supplier(refusal.supplier_code());
        co_return changed;
    }
    if (now && now->appointment.status == "cancelled")
        refusal = Error(refusal.kind(), "The appointment has been cancelled meanwhile.")
                      .from_supplier(refusal.supplier_code());
    co_return refusal;
}

Awaitable<fhir::Result<SupplierAppointment>> Client::put(Interaction interaction, Held before,
                                                         JsonValue changed, Provenance provenance)
{
    const std::string_view operation = interaction == Interaction::update_appointment ? "amend" : "cancel";
    auto response = co_await exchange_.send(
        {interaction, "Appointment/" + before.appointment.id, changed, before.etag, operation}, provenance);
    if (response)
        co_return accepted(*response, changed, interaction);
    const bool perhaps_changed = response.error().kind() == ErrorKind::not_amendable ||
                                 response.error().kind() == ErrorKind::not_cancellable;
    if (!perhaps_changed)
        co_return std::unexpected(response.error());
    // A refusal by rule often means that the practice changed or cancelled the appointment a moment ago.
    auto explained = co_await explain(response.error(), std::move(before), provenance);
    co_return std::unexpected(explained);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    auto held = co_await hold_for(cancellation.appointment, cancellation.patient, cancellation.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    if (held->appointment.status == "cancelled")
        co_return fhir::fail(ErrorKind::not_cancellable, "The appointment is already cancelled.");
    // The wire wants a reason that is not blank.
    const auto& who = cancellation.provenance;
    const std::string reason =
        !is_blank(cancellation.reason)
            ? cancellation.reason
            : "Cancelled by " +
                  (who.organisation_name.empty() ? who.organisation_ods : who.organisation_name);
    auto changed = edit_for_cancel(held->tree, reason);
    co_return co_await put(Interaction::cancel_appointment, std::move(*held), std::move(changed),
                           cancellation.provenance);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::amend(AmendAppointment amendment)
{
    auto held = co_await hold_for(amendment.appointment, amendment.patient, amendment.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    if (held->appointment.status != "booked")
        co_return fhir::fail(ErrorKind::not_amendable, "Only a booked appointment can be amended.");
    auto text = amended_text(amendment, held->appointment.description);
    if (!text)
        co_return std::unexpected(text.error());
    auto changed = edit_for_amend(held->tree, *text);
    co_return co_await put(Interaction::update_appointment, std::move(*held), std::move(changed),
                           amendment.provenance);
}

Awaitable<fhir::Result<SupplierAppointment>> Client::read_appointment(ReadAppointment query)
{
    auto held = co_await hold_for({query.key, {}}, query.patient, query.provenance);
    if (!held)
        co_return std::unexpected(held.error());
    co_return to_appointment(held->appointment, ids_);
}

Awaitable<fhir::Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    auto first = first_listed_day(query.window, clock_.now());
    if (!first)
        co_return std::unexpected(first.error());
    const auto last = fhir::uk_date(query.window.end - std::chrono::milliseconds(1));
    auto patient = co_await look_up(query.provenance, query.patient);
    if (!patient)
        co_return std::unexpected(patient.error());
    const auto target = "Patient/" + fhir::rest::percent_encode(*patient->patient.id) +
                        "/Appointment?start=ge" + fhir::to_text(*first) + "&start=le" + fhir::to_text(last);
    auto response = co_await exchange_.send(
        {Interaction::search_patient_appointments, target, {}, {}, "list_appointments"}, query.provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto found = wire::read_appointments(response->body.view());
    if (!found)
        co_return std::unexpected(found.error());
    std::vector<SupplierAppointment> list;
    for (const auto& appointment : *found)
        if (wire::patient_of(appointment) == "Patient/" + *patient->patient.id &&
            query.window.contains(*appointment.start))
            list.push_back(to_appointment(appointment, ids_));
    co_return list;
}

} // namespace adapters::gpconnect
