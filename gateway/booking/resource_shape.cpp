// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/resource_shape.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/booking/booking_rules.hpp"

#include <algorithm>
#include <array>

namespace gateway::booking
{

namespace
{

constexpr std::string_view profile = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Appointment";

void name_organisation(fhir::Appointment& appointment, const identity::Caller& caller)
{
    if (fhir::find_extension(appointment.extension, booking_organisation_url))
        return;
    fhir::Reference reference;
    reference.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, caller.ods.text()));
    if (!caller.name.empty())
        reference.display = caller.name;
    fhir::Extension extension;
    extension.url = booking_organisation_url;
    extension.value = std::move(reference);
    appointment.extension.push_back(std::move(extension));
}

template <class... Types>
void drop_narrative(fhir::AnyResource& resource)
{
    const auto drop = [](auto* known) {
        if (known)
            known->text.reset();
    };
    (drop(resource.as<Types>()), ...);
}

/// Nothing here reads it, and a page that shows it would run what somebody put in.
void drop_narratives(fhir::Appointment& appointment)
{
    appointment.text.reset();
    for (fhir::AnyResource& each : appointment.contained)
        drop_narrative<fhir::Patient, fhir::Practitioner, fhir::PractitionerRole, fhir::Organization,
                       fhir::Location, fhir::HealthcareService>(each);
}

/// What the practice says of the slot, where the consumer said nothing.
void take_from_slot(fhir::Appointment& appointment, const fhir::Slot& slot)
{
    const auto* channel = fhir::find_extension(slot.extension, delivery_channel_url);
    if (channel && !fhir::find_extension(appointment.extension, delivery_channel_url))
        appointment.extension.push_back(*channel);
    if (appointment.service_category.empty())
        appointment.service_category = slot.service_category;
    if (appointment.service_type.empty())
        appointment.service_type = slot.service_type;
    if (appointment.specialty.empty())
        appointment.specialty = slot.specialty;
    if (!appointment.appointment_type)
        appointment.appointment_type = slot.appointment_type;
}

bool is_of_type(const fhir::Reference& actor, std::string_view type)
{
    if (actor.type)
        return actor.type->text == type;
    const std::string_view reference = actor.reference ? std::string_view(*actor.reference) : "";
    const auto id = reference.rfind('/');
    const auto found = id == std::string_view::npos ? id : reference.rfind(type, id);
    return found != std::string_view::npos && found + type.size() == id &&
           (found == 0 || reference[found - 1] == '/');
}

/// Where, and whom the patient will see, as the practice's schedule says: what a consumer did not name is
/// named for it, so that searches by location and practitioner find every appointment.
void take_from_schedule(fhir::Appointment& appointment, const fhir::Schedule& schedule)
{
    for (const std::string_view type : {"Practitioner", "Location"}) {
        const bool named =
            std::ranges::any_of(appointment.participant, [&](const fhir::AppointmentParticipant& each) {
                return each.actor && is_of_type(*each.actor, type);
            });
        for (const fhir::Reference& actor : schedule.actor) {
            if (named || !is_of_type(actor, type))
                continue;
            fhir::AppointmentParticipant participant;
            participant.actor = actor;
            participant.required = fhir::ParticipantRequired::required;
            participant.status = fhir::ParticipationStatus::accepted;
            appointment.participant.push_back(std::move(participant));
        }
    }
}

void set_meta(fhir::Appointment& appointment, std::string_view origin, const std::string& practice)
{
    auto meta = appointment.meta.value_or(fhir::Meta{});
    meta.version_id.reset();
    meta.last_updated.reset();
    meta.source = fhir::Uri(std::string(origin) + "/provider/" + practice);
    if (std::ranges::none_of(meta.profile, [](const fhir::Uri& uri) { return uri.text == profile; }))
        meta.profile.emplace_back(profile);
    appointment.meta = std::move(meta);
}

} // namespace

std::string practice_identifier_system(std::string_view origin, std::string_view practice_ods)
{
    return std::string(origin) + "/id/provider-appointment/" + std::string(practice_ods);
}

fhir::Appointment with_slot(fhir::Appointment appointment, const fhir::Slot& slot,
                            const std::optional<fhir::Schedule>& schedule)
{
    take_from_slot(appointment, slot);
    if (schedule)
        take_from_schedule(appointment, *schedule);
    if (!appointment.minutes_duration) {
        const auto minutes =
            std::chrono::duration_cast<std::chrono::minutes>(*appointment.end - *appointment.start);
        appointment.minutes_duration =
            fhir::PositiveInt{static_cast<std::int32_t>(std::max<std::int64_t>(1, minutes.count()))};
    }
    return appointment;
}

fhir::Appointment with_patient(fhir::Appointment appointment, std::size_t participant,
                               const std::optional<fhir::NhsNumber>& number)
{
    auto& patient = appointment.participant[participant];
    patient.status = fhir::ParticipationStatus::accepted;
    if (number && !patient.actor->identifier)
        patient.actor->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, number->digits()));
    if (!patient.actor->type)
        patient.actor->type = fhir::Uri("Patient");
    return appointment;
}

fhir::AppointmentParticipant unnamed_patient()
{
    fhir::AppointmentParticipant patient;
    patient.actor.emplace();
    patient.actor->type = fhir::Uri("Patient");
    patient.actor->display = "Patient to be named";
    patient.required = fhir::ParticipantRequired::required;
    patient.status = fhir::ParticipationStatus::needs_action;
    return patient;
}

fhir::Appointment completed(fhir::Appointment wanted, const std::vector<adapters::OfferedSlot>& slots,
                            const std::optional<fhir::Schedule>& schedule, const identity::Caller& caller,
                            std::size_t patient_participant, const std::optional<fhir::NhsNumber>& number,
                            std::string_view origin, fhir::Instant now)
{
    wanted.id.reset(); // a client-given id is ignored on create (FHIR R4)
    drop_narratives(wanted);
    const auto practice = fhir::PracticeId::parse(slots.front().slot.id.value_or(""));
    set_meta(wanted, origin, practice ? practice->ods.text() : "");
    name_organisation(wanted, caller);
    wanted.slot.clear();
    for (const adapters::OfferedSlot& offered : slots)
        wanted.slot.push_back(fhir::reference_to("Slot/" + offered.slot.id.value_or("")));
    for (fhir::AppointmentParticipant& each : wanted.participant) // as $find proposed them
        if (each.status == fhir::ParticipationStatus::needs_action)
            each.status = fhir::ParticipationStatus::accepted;
    if (patient_participant == wanted.participant.size())
        wanted.participant.push_back(unnamed_patient());
    else
        wanted = with_patient(std::move(wanted), patient_participant, number);
    wanted = with_slot(std::move(wanted), slots.front().slot, schedule);
    if (!wanted.created)
        wanted.created = fhir::uk_date_time(now);
    return wanted;
}

std::string hold_until_url(std::string_view origin)
{
    return std::string(origin) + "/fhir/StructureDefinition/hold-until";
}

fhir::Appointment as_hold(fhir::Appointment appointment, std::string_view origin, fhir::Instant until)
{
    appointment.status = fhir::AppointmentStatus::pending;
    for (fhir::AppointmentParticipant& each : appointment.participant)
        each.status = fhir::ParticipationStatus::tentative;
    fhir::Extension end;
    end.url = hold_until_url(origin);
    end.value = until;
    appointment.extension.push_back(std::move(end));
    return appointment;
}

fhir::Appointment without_hold(fhir::Appointment appointment, std::string_view origin)
{
    const std::string url = hold_until_url(origin);
    std::erase_if(appointment.extension, [&](const fhir::Extension& each) { return each.url == url; });
    for (fhir::AppointmentParticipant& each : appointment.participant)
        if (each.status == fhir::ParticipationStatus::tentative)
            each.status = fhir::ParticipationStatus::accepted;
    return appointment;
}

fhir::Appointment as_waiting(fhir::Appointment wanted, const identity::Caller& caller,
                             std::size_t patient_participant, const fhir::NhsNumber& number,
                             fhir::Instant now)
{
    wanted.id.reset();
    drop_narratives(wanted);
    wanted.meta.emplace().profile.emplace_back(profile);
    name_organisation(wanted, caller);
    wanted = with_patient(std::move(wanted), patient_participant, number);
    if (!wanted.created)
        wanted.created = fhir::uk_date_time(now);
    return wanted;
}

fhir::Appointment with_offer(fhir::Appointment waiting, const std::vector<adapters::OfferedSlot>& slots,
                             const std::optional<fhir::Schedule>& schedule, std::string_view origin)
{
    const auto practice = fhir::PracticeId::parse(slots.front().slot.id.value_or(""));
    set_meta(waiting, origin, practice ? practice->ods.text() : "");
    if (const auto patient = patient_participant(waiting)) {
        auto kept = waiting.participant[*patient];
        waiting.participant = {std::move(kept)};
    }
    waiting.start = slots.front().slot.start;
    waiting.end = slots.back().slot.end;
    waiting.minutes_duration.reset();
    for (const adapters::OfferedSlot& offered : slots)
        waiting.slot.push_back(fhir::reference_to("Slot/" + offered.slot.id.value_or("")));
    return with_slot(std::move(waiting), slots.front().slot, schedule);
}

std::string outcome_unknown_url(std::string_view origin)
{
    return std::string(origin) + "/fhir/StructureDefinition/outcome-unknown-since";
}

fhir::Appointment as_unsettled(fhir::Appointment appointment, std::string_view origin, fhir::Instant since)
{
    appointment.status = fhir::AppointmentStatus::pending;
    fhir::Extension mark;
    mark.url = outcome_unknown_url(origin);
    mark.value = since;
    appointment.extension.push_back(std::move(mark));
    return appointment;
}

fhir::Appointment with_status(fhir::Appointment appointment, fhir::AppointmentStatus status)
{
    appointment.status = status;
    return appointment;
}

fhir::Appointment with_practice_key(fhir::Appointment appointment, std::string_view system,
                                    const std::string& key)
{
    std::erase_if(appointment.identifier, [&](const fhir::Identifier& identifier) {
        return identifier.system && identifier.system->text == system;
    });
    appointment.identifier.push_back(fhir::identifier_of(system, key));
    return appointment;
}

std::string changed_by_system(std::string_view origin)
{
    return std::string(origin) + "/fhir/CodeSystem/changed-by";
}

fhir::Appointment marked(fhir::Appointment appointment, std::string_view origin, ChangedBy who)
{
    if (!appointment.meta && who == ChangedBy::consumer)
        return appointment;
    auto meta = appointment.meta.value_or(fhir::Meta{});
    const std::string system = changed_by_system(origin);
    std::erase_if(meta.tag,
                  [&](const fhir::Coding& tag) { return tag.system && tag.system->text == system; });
    if (who != ChangedBy::consumer) {
        const bool practice = who == ChangedBy::practice;
        fhir::Coding tag;
        tag.system = fhir::Uri(system);
        tag.code = practice ? "practice" : "person";
        tag.display = practice ? "Seen in the practice's own book" : "Settled by a person who looked there";
        meta.tag.push_back(std::move(tag));
    }
    appointment.meta = std::move(meta);
    return appointment;
}

std::string_view code_of(fhir::AppointmentStatus status)
{
    constexpr std::array<std::string_view, 10> codes{"proposed",   "pending",   "booked", "arrived",
                                                     "fulfilled",  "cancelled", "noshow", "entered-in-error",
                                                     "checked-in", "waitlist"};
    return codes[static_cast<std::size_t>(status)];
}

store::AppointmentRecord to_record(const std::string& id, const fhir::Appointment& appointment,
                                   std::string practice, std::string booked_by, std::string patient,
                                   fhir::Instant now)
{
    store::AppointmentRecord record;
    record.id = id;
    record.updated = now;
    record.practice = std::move(practice);
    record.booked_by = std::move(booked_by);
    record.patient = std::move(patient);
    record.status = code_of(appointment.status);
    record.start = appointment.start.value_or(fhir::Instant{});
    record.end = appointment.end.value_or(fhir::Instant{});
    record.resource = fhir::codec::to_json(appointment);
    record.supplier = "{}";
    return record;
}

fhir::Result<StoredAppointment> to_stored(const store::AppointmentRecord& record)
{
    auto appointment = fhir::codec::read<fhir::Appointment>(record.resource);
    if (!appointment)
        return fhir::fail(fhir::ErrorKind::internal, "A stored appointment cannot be read.");
    return to_stored(record, std::move(*appointment));
}

StoredAppointment to_stored(const store::AppointmentRecord& record, fhir::Appointment appointment)
{
    StoredAppointment stored;
    stored.resource = std::move(appointment);
    stored.resource.id = record.id;
    if (!stored.resource.meta)
        stored.resource.meta.emplace();
    stored.resource.meta->version_id = std::to_string(record.version);
    stored.resource.meta->last_updated = record.updated;
    stored.version = record.version;
    stored.last_updated = record.updated;
    stored.practice_ods = record.practice;
    stored.booked_by = record.booked_by;
    return stored;
}

std::string booking_organisation_name(const fhir::Appointment& appointment)
{
    const auto* booked_by = fhir::find_extension(appointment.extension, booking_organisation_url);
    const auto* reference = booked_by ? std::get_if<fhir::Reference>(&booked_by->value) : nullptr;
    return reference ? reference->display.value_or("") : std::string();
}

} // namespace gateway::booking
