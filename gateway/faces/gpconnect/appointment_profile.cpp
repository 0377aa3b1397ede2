// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/appointment_profile.hpp"

#include "gateway/booking/booking_rules.hpp"
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/wire.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::string_view own_organisation_id = "1";

const fhir::Organization* contained_organisation(const fhir::Appointment& appointment, std::string_view id)
{
    for (const auto& resource : appointment.contained)
        if (const auto* organisation = resource.as<fhir::Organization>();
            organisation && organisation->id == id)
            return organisation;
    return nullptr;
}

const fhir::Reference* organisation_reference(const fhir::Appointment& appointment)
{
    for (const auto url : {names::booking_organisation, names::ukcore_booking_organisation})
        if (const auto* extension = fhir::find_extension(appointment.extension, url))
            return std::get_if<fhir::Reference>(&extension->value);
    return nullptr;
}

/// Whoever booked through another face is known by code and name only.
fhir::Organization named_organisation(const fhir::Reference& reference)
{
    fhir::Organization organisation;
    organisation.id = std::string(own_organisation_id);
    const std::string ods =
        reference.identifier ? (*reference.identifier)->value.value_or("") : std::string();
    if (!ods.empty())
        organisation.identifier.push_back(fhir::identifier_of(names::ods_system, ods));
    organisation.name = reference.display.value_or(ods);
    return organisation;
}

void show_organisation(const fhir::Appointment& stored, fhir::Appointment& shown)
{
    const fhir::Reference* reference = organisation_reference(stored);
    if (!reference)
        return;
    const auto* contained = booking_organisation(stored);
    fhir::Organization organisation = contained ? *contained : named_organisation(*reference);
    organisation.meta.emplace().profile.emplace_back(names::organization_profile);
    fhir::Extension extension;
    extension.url = names::booking_organisation;
    extension.value = fhir::reference_to("#" + organisation.id.value_or(""));
    shown.extension.push_back(std::move(extension));
    shown.contained.emplace_back(std::move(organisation));
}

void show_extensions(const fhir::Appointment& stored, fhir::Appointment& shown)
{
    show_organisation(stored, shown);
    if (const auto* role = fhir::find_extension(stored.extension, names::practitioner_role))
        shown.extension.push_back(*role);
    if (const auto channel = channel_of(stored.extension))
        shown.extension.push_back(channel_extension(*channel));
    if (stored.status != fhir::AppointmentStatus::cancelled || !stored.cancelation_reason)
        return;
    const auto& reason = *stored.cancelation_reason;
    fhir::Extension extension;
    extension.url = names::cancellation_reason;
    extension.value = reason.text ? *reason.text
                      : !reason.coding.empty() && reason.coding.front().display
                          ? *reason.coding.front().display
                          : std::string("Cancelled");
    shown.extension.push_back(std::move(extension));
}

std::optional<std::string> first_text(const std::vector<fhir::CodeableConcept>& concepts)
{
    for (const auto& each : concepts)
        if (each.text)
            return each.text;
    for (const auto& each : concepts)
        for (const auto& coding : each.coding)
            if (coding.display)
                return coding.display;
    return std::nullopt;
}

void show_service(const fhir::Appointment& stored, fhir::Appointment& shown)
{
    const auto category = first_text(stored.service_category);
    if (category)
        shown.service_category.push_back(fhir::concept_text(*category));
    auto type = first_text(stored.service_type);
    if (!type && stored.appointment_type)
        type = first_text({*stored.appointment_type});
    shown.service_type.push_back(fhir::concept_text(type.value_or(category.value_or("GP appointment"))));
}

void add_participant(fhir::Appointment& shown, std::string reference, fhir::ParticipationStatus status)
{
    fhir::AppointmentParticipant participant;
    participant.actor = fhir::reference_to(reference);
    participant.status = status;
    shown.participant.push_back(std::move(participant));
}

fhir::ParticipationStatus status_of(const fhir::Appointment& stored, std::string_view type)
{
    for (const auto& each : stored.participant)
        if (each.actor && each.actor->reference.value_or("").starts_with(type))
            return each.status;
    return fhir::ParticipationStatus::accepted;
}

void show_participants(const Call& call, const GpConnectServices& services, const fhir::Appointment& stored,
                       fhir::Appointment& shown)
{
    if (const auto number = booking::named_number(stored)) {
        const PatientIds ids(services.settings.patient_secret);
        const auto place = booking::patient_participant(stored);
        add_participant(shown, "Patient/" + ids.id_of(call.ods(), *number),
                        stored.participant[*place].status);
    }
    const auto location = participant_id(stored, "Location");
    add_participant(shown, "Location/" + (location.empty() ? main_location_id(call.ods()) : location),
                    status_of(stored, "Location/"));
    if (const auto practitioner = participant_id(stored, "Practitioner"); !practitioner.empty())
        add_participant(shown, "Practitioner/" + practitioner, status_of(stored, "Practitioner/"));
}

/// STU3 has neither of these two.
fhir::AppointmentStatus known_status(fhir::AppointmentStatus status)
{
    using enum fhir::AppointmentStatus;
    if (status == checked_in)
        return arrived;
    return status == waitlist ? proposed : status;
}

} // namespace

std::string participant_id(const fhir::Appointment& appointment, std::string_view type)
{
    const std::string start = std::string(type) + "/";
    for (const auto& each : appointment.participant)
        if (each.actor && each.actor->reference.value_or("").starts_with(start))
            return each.actor->reference->substr(start.size());
    return {};
}

const fhir::Organization* booking_organisation(const fhir::Appointment& appointment)
{
    const fhir::Reference* reference = organisation_reference(appointment);
    const std::string text = reference ? reference->reference.value_or("") : std::string();
    return text.starts_with('#') ? contained_organisation(appointment, std::string_view(text).substr(1))
                                 : nullptr;
}

fhir::Appointment to_profile(const Call& call, const GpConnectServices& services,
                             const booking::StoredAppointment& stored)
{
    const fhir::Appointment& held = stored.resource;
    fhir::Appointment shown;
    shown.id = held.id;
    auto& meta = shown.meta.emplace();
    meta.version_id = std::to_string(stored.version);
    meta.profile.emplace_back(names::appointment_profile);
    show_extensions(held, shown);
    for (const auto& identifier : held.identifier)
        if (identifier.system && identifier.value)
            shown.identifier.push_back(fhir::identifier_of(identifier.system->text, *identifier.value));
    shown.status = known_status(held.status);
    show_service(held, shown);
    shown.priority = held.priority;
    shown.description = held.description.value_or("Appointment");
    shown.start = held.start;
    shown.end = held.end;
    shown.minutes_duration = held.minutes_duration;
    for (const auto& slot : held.slot)
        shown.slot.push_back(fhir::reference_to(slot.reference.value_or("")));
    shown.created =
        held.created ? fhir::uk_date_time(held.created->at) : fhir::uk_date_time(stored.last_updated);
    shown.comment = held.comment;
    show_participants(call, services, held, shown);
    return shown;
}

identity::Caller in_place_of_practice(const Call& call)
{
    identity::Caller practice = *call.consumer;
    practice.ods = call.practice->ods;
    practice.name = call.practice->name;
    practice.organisation_phone = call.practice->phone;
    return practice;
}

Awaitable<bool> is_hidden(const Call& call, const GpConnectServices& services,
                          const booking::StoredAppointment& stored)
{
    const auto number = booking::named_number(stored.resource);
    if (!number || stored.booked_by == call.consumer->ods.text())
        co_return false;
    policy::ConsentQuestion question{*number, call.practice->ods, call.consumer->ods, call.ids.request_id};
    if (!policy::hides(services.consents, question))
        co_return false;
    co_await services.consents->write_refusal(std::move(question));
    co_return true;
}

booking::WriteContext write_context(const Call& call, identity::Caller caller)
{
    return {.caller = std::move(caller),
            .request_id = call.ids.request_id,
            .idempotency_key = {},
            .request_hash = {},
            .user_id = call.token.sds_user_id().empty() ? call.token.user_id() : call.token.sds_user_id(),
            .user_name = call.token.user_name(),
            .asking = call.consumer->ods};
}

Reply appointment_reply(const Call& call, const GpConnectServices& services,
                        const booking::StoredAppointment& stored, unsigned status)
{
    call.audited.saw(stored);
    Reply reply;
    reply.status = status;
    reply.version = std::to_string(stored.version);
    reply.last_modified = stored.last_updated;
    if (status == 201)
        reply.location =
            call.base_url + "/Appointment/" + stored.resource.id.value_or("") + "/_history/" + reply.version;
    write(call.answer, to_profile(call, services, stored), reply.body);
    return reply;
}

} // namespace gateway::faces::gpconnect
