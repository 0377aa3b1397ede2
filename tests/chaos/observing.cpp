// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/observing.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/booking/resource_shape.hpp"
#include "tests/support/practice_seed.hpp"

namespace chaos
{

using fhir::Appointment;
using fhir::AppointmentStatus;
using fhir::Patient;
using gateway::booking::StoredAppointment;
using Answer = Observed::Answer;

namespace
{

fhir::ContactPoint phone(const std::string& number)
{
    fhir::ContactPoint point;
    point.system = fhir::ContactSystem::phone;
    point.value = number;
    return point;
}

Patient details_of(const adapters::simulation::SeedPatient& person)
{
    auto details = *tests::patient_context(person).demographics;
    details.id = "p";
    details.telecom.push_back(phone(person.phone));
    return details;
}

void shown(World& world, Observed& seen, const StoredAppointment& stored)
{
    seen.appointment = stored.resource.id.value_or("");
    seen.version = stored.version;
    seen.status = gateway::booking::code_of(stored.resource.status);
    seen.content = fingerprint(json(stored.resource));
    seen.practice = stored.practice_ods;
    if (seen.status == "waitlist")
        world.wishes.insert(seen.appointment);
    if (world.wishes.contains(seen.appointment))
        for (const fhir::Reference& slot : stored.resource.slot)
            seen.offered.push_back(slot.reference.value_or("Slot/").substr(5));
    if (const auto owner = world.owners.find(seen.appointment); owner != world.owners.end())
        seen.booked_by = owner->second;
}

void trace(World& world, const Observed& seen)
{
    std::string line = "#" + std::to_string(seen.number) + " <- ";
    if (seen.error)
        line += fhir::catalogue_row(*seen.error).code;
    else
        line += seen.appointment + " v" + std::to_string(seen.version) + " " + seen.status +
                (seen.answer == Answer::unknown ? " unknown" : "") + (seen.created ? " created" : "") +
                (seen.replayed ? " replayed" : "") + " " + seen.content;
    world.trace.line(line);
}

} // namespace

std::string fingerprint(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return adapters::simulation::hex_digits(hash);
}

std::string json(const Appointment& appointment)
{
    fhir::rest::OutBuffer out;
    fhir::codec::write(appointment, out);
    return std::string(out.view());
}

gateway::booking::Move move_to(const KnownSlot& slot, const adapters::simulation::SeedPatient& person,
                               bool in_full)
{
    gateway::booking::Move move;
    move.slots = {fhir::reference_to("Slot/" + slot.id)};
    move.reason = fhir::concept_text("Another time suits better");
    if (in_full)
        move.patient = details_of(person);
    return move;
}

const adapters::simulation::SeedPatient* patient_of(const Appointment& appointment, const Practice& practice)
{
    for (const auto& participant : appointment.participant)
        if (participant.actor && participant.actor->identifier)
            for (const auto& person : practice.seed().patients)
                if (participant.actor->identifier.value()->value == person.nhs_number)
                    return &person;
    return nullptr;
}

Appointment wanted_appointment(const KnownSlot& slot, const adapters::simulation::SeedPatient& person,
                               bool in_full, Deed deed)
{
    Appointment appointment;
    appointment.status = deed == Deed::hold ? AppointmentStatus::pending : AppointmentStatus::booked;
    appointment.description = "Reason";
    appointment.slot = {fhir::reference_to("Slot/" + slot.id)};
    appointment.start = slot.start;
    appointment.end = slot.end;
    fhir::AppointmentParticipant patient;
    patient.actor.emplace();
    patient.actor->type = fhir::Uri("Patient");
    patient.actor->identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, person.nhs_number));
    if (in_full) {
        appointment.contained.emplace_back(details_of(person));
        patient.actor->reference = "#p";
    }
    appointment.participant = {patient};
    return appointment;
}

Appointment over_both(Appointment appointment, const KnownSlot& second)
{
    appointment.slot.push_back(fhir::reference_to("Slot/" + second.id));
    appointment.end = second.end;
    return appointment;
}

Appointment wish_of(Appointment appointment, const std::string& practice, fhir::Interval when)
{
    appointment.status = AppointmentStatus::waitlist;
    appointment.slot.clear();
    appointment.start.reset();
    appointment.end.reset();
    fhir::Period period;
    period.start = fhir::uk_date_time(when.start);
    period.end = fhir::uk_date_time(when.end);
    appointment.requested_period = {period};
    if (practice.empty())
        return appointment;
    fhir::AppointmentParticipant place;
    place.actor.emplace();
    place.actor->type = fhir::Uri("Organization");
    place.actor->identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, practice));
    appointment.participant.push_back(std::move(place));
    return appointment;
}

Appointment changed_appointment(Appointment appointment, Deed deed, const std::string& description)
{
    if (deed == Deed::cancel) {
        appointment.status = AppointmentStatus::cancelled;
        appointment.cancelation_reason = fhir::concept_text("Feels better");
    } else if (deed == Deed::decline) {
        appointment.participant.front().status = fhir::ParticipationStatus::declined;
    } else if (deed == Deed::amend) {
        appointment.description = description;
    } else {
        appointment.status = AppointmentStatus::booked;
    }
    return appointment;
}

std::size_t open_observation(World& world, Deed deed, const std::string& client,
                             const std::string& organisation)
{
    Observed seen;
    seen.number = world.history.size();
    seen.deed = deed;
    seen.client = client;
    seen.organisation = organisation;
    seen.asked = world.clock.moment();
    world.history.push_back(std::move(seen));
    return world.history.size() - 1;
}

void observe(World& world, std::size_t index, const World::Outcome& answer)
{
    Observed& seen = world.history[index];
    seen.answered = world.clock.moment();
    if (!answer) {
        seen.error = answer.error().kind();
        seen.answer = *seen.error == fhir::ErrorKind::outcome_unknown ? Answer::unknown : Answer::refused;
        trace(world, seen);
        return;
    }
    seen.answer = answer->unresolved ? Answer::unknown : Answer::ok;
    seen.created = answer->created;
    seen.replayed = answer->replayed;
    const auto& stored = answer->appointment;
    const bool creates = seen.deed == Deed::book || seen.deed == Deed::hold || seen.deed == Deed::wait;
    if (seen.deed == Deed::move || (seen.created && creates))
        world.owners.try_emplace(stored.resource.id.value_or(""), seen.organisation);
    shown(world, seen, stored);
    trace(world, seen);
}

void observe(World& world, std::size_t index, const fhir::Result<StoredAppointment>& answer)
{
    Observed& seen = world.history[index];
    seen.answered = world.clock.moment();
    seen.answer = answer ? Answer::ok : Answer::refused;
    if (answer)
        shown(world, seen, *answer);
    else
        seen.error = answer.error().kind();
    trace(world, seen);
}

} // namespace chaos
