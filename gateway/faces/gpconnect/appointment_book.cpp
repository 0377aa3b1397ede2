// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/appointment_profile.hpp"
#include "gateway/faces/gpconnect/booking_request.hpp"
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/wire.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

/// The slots of a request as the practice offers them, in order of start, and whom their schedule names.
struct OfferedSlots
{
    std::vector<fhir::Slot> slots;
    ScheduleActors actors;
};

/// The caller as the request's own organisation says it: what it is decides which slots it may have.
identity::Caller as_booking(const Call& call, const BookingRequest& request)
{
    identity::Caller caller = *call.consumer;
    caller.organisation_type = request.organisation_type;
    caller.organisation_phone = request.organisation_phone;
    if (request.organisation->name)
        caller.name = *request.organisation->name;
    return caller;
}

Awaitable<Checked<OfferedSlots>> find_offered(const Call& call, const GpConnectServices& services,
                                              const BookingRequest& request, identity::Caller caller)
{
    OfferedSlots offered;
    for (const std::string& id : request.slots) {
        const auto unknown =
            invalid_resource("Appointment.slot: Slot/" + id + " is not a slot of this practice");
        if (!id.starts_with(call.ods() + "."))
            co_return unknown;
        auto hit = co_await services.search.slot(caller, id, false, call.ids.request_id);
        if (!hit && hit.error().kind() == fhir::ErrorKind::not_found)
            co_return unknown;
        if (!hit)
            co_return std::unexpected(refusal_of(hit.error()));
        const fhir::Slot& slot = hit->slot->slot();
        if (slot.status != fhir::SlotStatus::free)
            co_return std::unexpected(Refusal{"DUPLICATE_REJECTED", "Slot/" + id + " is no longer free"});
        const std::string reference = slot.schedule.reference.value_or("");
        if (const auto* schedule = search::find(hit->book->schedules,
                                                std::string_view(reference).substr(reference.find('/') + 1)))
            offered.actors = actors_of(*schedule, *hit->book);
        offered.slots.push_back(slot);
    }
    std::ranges::sort(offered.slots, {}, &fhir::Slot::start);
    co_return offered;
}

const fhir::CodeableConcept* sent_role(const fhir::Appointment& sent)
{
    const auto* extension = fhir::find_extension(sent.extension, names::practitioner_role);
    return extension ? std::get_if<fhir::CodeableConcept>(&extension->value) : nullptr;
}

std::string first_code(const fhir::CodeableConcept& role)
{
    return role.coding.empty() || !role.coding.front().code ? std::string() : role.coding.front().code->text;
}

/// What may be left out, and must be right when it is there.
Checked<void> check_against(const fhir::Appointment& sent, const BookingRequest& request,
                            const OfferedSlots& offered)
{
    if ("Location/" + request.location != offered.actors.location)
        return invalid_resource("Appointment.participant names another Location than the slot's schedule");
    const auto& known = offered.actors.practitioners;
    if (!request.practitioner.empty() &&
        std::ranges::find(known, "Practitioner/" + request.practitioner) == known.end())
        return invalid_resource(
            "Appointment.participant names another Practitioner than the slot's schedule");
    if (fhir::find_extension(sent.extension, names::delivery_channel) &&
        channel_of(sent.extension) != channel_of(offered.slots.front().extension))
        return invalid_resource("The delivery channel is not the slot's");
    if (const auto* role = sent_role(sent);
        role && (!offered.actors.role || first_code(*role) != first_code(*offered.actors.role)))
        return invalid_resource("The practitioner role is not the schedule's");
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offered.slots.back().end -
                                                                          offered.slots.front().start);
    if (sent.minutes_duration && sent.minutes_duration->value != minutes.count())
        return invalid_resource("Appointment.minutesDuration is not the length of the slots");
    return {};
}

fhir::Extension core_organisation(const BookingRequest& request)
{
    fhir::Reference reference = fhir::reference_to("#" + request.organisation->id.value_or(""));
    reference.identifier = fhir::Box(fhir::identifier_of(names::ods_system, request.organisation_ods));
    reference.display = request.organisation->name;
    fhir::Extension extension;
    extension.url = names::ukcore_booking_organisation;
    extension.value = std::move(reference);
    return extension;
}

/// The appointment as every other face would ask for it.
fhir::Appointment to_core(const fhir::Appointment& sent, const BookingRequest& request,
                          const OfferedSlots& offered, const fhir::NhsNumber& number)
{
    fhir::Appointment wanted;
    wanted.status = fhir::AppointmentStatus::booked;
    wanted.contained = sent.contained;
    wanted.extension.push_back(core_organisation(request));
    if (offered.actors.role)
        wanted.extension.push_back(role_extension(*offered.actors.role));
    wanted.identifier = sent.identifier;
    wanted.priority = sent.priority;
    wanted.description = sent.description;
    wanted.comment = sent.comment;
    wanted.created = sent.created;
    wanted.start = sent.start;
    wanted.end = sent.end;
    for (const auto& slot : offered.slots)
        wanted.slot.push_back(fhir::reference_to("Slot/" + slot.id.value_or("")));
    fhir::AppointmentParticipant patient;
    patient.actor.emplace();
    patient.actor->type = fhir::Uri("Patient");
    patient.actor->identifier = fhir::Box(fhir::identifier_of(names::nhs_number_system, number.digits()));
    patient.required = fhir::ParticipantRequired::required;
    wanted.participant.push_back(std::move(patient));
    return wanted;
}

} // namespace

Answered book_appointment(const Call& call, const GpConnectServices& services)
{
    const auto sent = read_appointment_body(call);
    if (!sent)
        co_return std::unexpected(sent.error());
    const auto request = read_booking(*sent);
    if (!request)
        co_return std::unexpected(request.error());
    if (request->organisation_ods != call.consumer->ods.text())
        co_return std::unexpected(Refusal{
            "NO_ORGANISATION_CONSENT",
            "The booking organisation is not the organisation of this connection's client certificate"});
    const auto number = PatientIds(services.settings.patient_secret).read(call.ods(), request->patient);
    if (!number)
        co_return invalid_resource(
            "Appointment.participant: no patient of this practice has the id that is named");

    const identity::Caller caller = as_booking(call, *request);
    auto offered = co_await find_offered(call, services, *request, caller);
    if (!offered)
        co_return std::unexpected(offered.error());
    if (const auto right = check_against(*sent, *request, *offered); !right)
        co_return std::unexpected(right.error());
    auto booked = co_await services.booking.book(write_context(call, caller),
                                                 to_core(*sent, *request, *offered, *number), std::nullopt);
    if (!booked)
        co_return std::unexpected(body_refusal(booked.error()));
    if (booked->unresolved)
        co_return std::unexpected(refusal_of(*booked->unresolved));
    Reply reply = appointment_reply(call, services, booked->appointment, 201);
    reply.written = true;
    co_return reply;
}

} // namespace gateway::faces::gpconnect
