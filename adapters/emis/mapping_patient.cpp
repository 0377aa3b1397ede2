// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/mapping.hpp"

#include "adapters/appointment_parts.hpp"
#include "adapters/patient_parts.hpp"

#include <algorithm>

namespace adapters::emis
{

namespace
{

std::vector<fhir::HumanName> names_of(const WireDemographics& wire)
{
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    if (!wire.surname.empty())
        name.family = wire.surname;
    if (!wire.first_name.empty())
        name.given.push_back(wire.first_name);
    if (!wire.title.empty())
        name.prefix.push_back(wire.title);
    std::vector<fhir::HumanName> names{std::move(name)};
    if (!wire.calling_name.empty() && wire.calling_name != wire.first_name) {
        fhir::HumanName called;
        called.use = fhir::NameUse::nickname;
        called.given.push_back(wire.calling_name);
        names.push_back(std::move(called));
    }
    return names;
}

void add_clinic(const PracticeNames& practice, fhir::Appointment& appointment, const WireClinic& clinic,
                const WireMetadata& metadata)
{
    for (const auto& holder : metadata.holders)
        if (std::find(clinic.clinicians.begin(), clinic.clinicians.end(), holder.id) !=
            clinic.clinicians.end())
            appointment.participant.push_back(accepted(fhir::reference_to(
                "Practitioner/" + clinician_id(practice.ods, holder.id), holder.display_name)));
    for (const auto& location : metadata.locations)
        if (clinic.location == location.id)
            appointment.participant.push_back(accepted(
                fhir::reference_to("Location/" + location_id(practice.ods, location.id), location.name)));
}

/// An appointment whose end cannot be used ends when it starts: FHIR wants both, and a guess would be worse.
std::optional<fhir::Interval> moments_or_start(const WireSlot& slot, const WireClinic* clinic)
{
    auto moments = moments_of(slot, clinic ? clinic->default_duration : std::nullopt);
    if (moments || !slot.start)
        return moments;
    const auto start = fhir::from_uk_local(*slot.start).latest;
    return fhir::Interval{start, start};
}

SupplierAppointment map_appointment(const PracticeNames& practice, const WireAppointment& wire,
                                    const WireMetadata& metadata, const PatientContext& patient,
                                    fhir::Instant now)
{
    const auto clinic = std::find_if(metadata.clinics.begin(), metadata.clinics.end(),
                                     [&](const WireClinic& each) { return each.id == wire.slot.clinic; });
    const auto* known = clinic == metadata.clinics.end() ? nullptr : &*clinic;
    SupplierAppointment result;
    result.key = std::to_string(wire.slot.id);
    auto& appointment = result.appointment;
    if (const auto moments = moments_or_start(wire.slot, known))
        set_times(appointment, *moments);
    const bool past = appointment.start && *appointment.start <= now;
    appointment.status = past ? fhir::AppointmentStatus::fulfilled : fhir::AppointmentStatus::booked;
    appointment.slot.push_back(fhir::reference_to("Slot/" + slot_id(practice.ods, wire.slot.id)));
    if (!wire.slot.type_name.empty()) {
        appointment.appointment_type = fhir::concept_text(wire.slot.type_name);
        appointment.service_type.push_back(fhir::concept_text(wire.slot.type_name));
    }
    if (!wire.reason.empty())
        appointment.description = wire.reason;
    if (wire.booked_at)
        appointment.created = fhir::uk_date_time(fhir::from_uk_local(*wire.booked_at).latest);
    appointment.participant.push_back(patient_participant(patient));
    if (known)
        add_clinic(practice, appointment, *known, metadata);
    return result;
}

} // namespace

fhir::Patient map_patient(const PracticeNames& practice, const WireDemographics& wire, std::string_view local)
{
    fhir::Patient patient;
    patient.id = practice.ods.text() + "." + std::string(local);
    if (wire.nhs_number)
        patient.identifier.push_back(fhir::identifier_of(fhir::nhs_number_system, wire.nhs_number->digits()));
    patient.active = true;
    patient.name = names_of(wire);
    patient.gender = gender_of(wire.sex);
    if (wire.birth_date)
        patient.birth_date = fhir::parse_date_time(fhir::to_text(*wire.birth_date));
    add_contact(patient, fhir::ContactSystem::phone, wire.telephone, fhir::ContactUse::home);
    add_contact(patient, fhir::ContactSystem::phone, wire.mobile, fhir::ContactUse::mobile);
    add_contact(patient, fhir::ContactSystem::email, wire.email);
    add_address(patient, {wire.lines, wire.town, wire.county, wire.postcode});
    patient.managing_organization = practice.organization();
    return patient;
}

std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice, const WireAppointments& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now)
{
    std::vector<SupplierAppointment> result;
    for (const auto& each : wire.appointments) {
        auto mapped = map_appointment(practice, each, wire.metadata, patient, now);
        // One without a usable start is kept: whoever settles a booking looks for its slot, not for its time.
        if (!mapped.appointment.start || window.contains(*mapped.appointment.start))
            result.push_back(std::move(mapped));
    }
    return result;
}

} // namespace adapters::emis
