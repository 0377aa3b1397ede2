// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/mapping.hpp"

#include "adapters/appointment_parts.hpp"
#include "adapters/patient_parts.hpp"

#include <algorithm>

namespace adapters::microtest
{

namespace
{

/// An appointment whose end cannot be used ends when it starts: FHIR wants both, and a guess would be worse.
std::optional<fhir::Interval> moments_or_start_of(const WireSlot& wire)
{
    auto moments = moments_of(wire);
    if (moments || !wire.start)
        return moments;
    return fhir::Interval{wire.start->latest, wire.start->latest};
}

fhir::HumanName name_of(const WirePatient& wire)
{
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    if (!wire.surname.empty())
        name.family = wire.surname;
    name.given = wire.forenames;
    if (!wire.title.empty())
        name.prefix.push_back(wire.title);
    return name;
}

/// Free text: its first letter tells.
fhir::Gender gender_of(const std::string& sex)
{
    if (sex.starts_with('M') || sex.starts_with('m'))
        return fhir::Gender::male;
    if (sex.starts_with('F') || sex.starts_with('f'))
        return fhir::Gender::female;
    return fhir::Gender::unknown;
}

void add_company(const PracticeNames& practice, fhir::Appointment& appointment, const WireSlot& wire)
{
    for (const auto& name : wire.clinicians)
        appointment.participant.push_back(
            accepted(fhir::reference_to("Practitioner/" + practice.id_of_text("clinician", name), name)));
    if (!wire.location.empty())
        appointment.participant.push_back(accepted(
            fhir::reference_to("Location/" + practice.id_of_text("location", wire.location), wire.location)));
}

SupplierAppointment appointment_of(const PracticeNames& practice, const WireSlot& wire,
                                   const PatientContext& patient, fhir::Instant now)
{
    auto result = listed_appointment(practice, wire.id, moments_or_start_of(wire), patient);
    auto& appointment = result.appointment;
    if (appointment.start && *appointment.start <= now)
        appointment.status = fhir::AppointmentStatus::fulfilled;
    if (!wire.type.empty()) {
        appointment.appointment_type = fhir::concept_text(wire.type);
        appointment.service_type.push_back(fhir::concept_text(wire.type));
    }
    add_company(practice, appointment, wire);
    return result;
}

} // namespace

fhir::Patient map_patient(const PracticeNames& practice, const WirePatient& wire, std::string_view local)
{
    fhir::Patient patient;
    patient.id = practice.id(local);
    if (wire.nhs_number)
        patient.identifier.push_back(fhir::identifier_of(fhir::nhs_number_system, wire.nhs_number->digits()));
    patient.active = true;
    patient.name.push_back(name_of(wire));
    patient.gender = gender_of(wire.sex);
    if (wire.birth_date)
        patient.birth_date = fhir::parse_date_time(fhir::to_text(*wire.birth_date));
    for (const auto& number : wire.telephones)
        add_contact(patient, fhir::ContactSystem::phone, number);
    add_contact(patient, fhir::ContactSystem::email, wire.email);
    add_address(patient, {wire.address_lines, wire.town, wire.county, wire.postcode});
    patient.managing_organization = practice.organization();
    return patient;
}

bool is_at_times_of(const WireSlot& appointment, const fhir::Slot& slot)
{
    const auto moments = moments_or_start_of(appointment);
    if (!moments || moments->start != slot.start)
        return false;
    return moments->end == slot.end || moments->end == moments->start;
}

std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireSlot>& wire,
                                                  const PatientContext& patient, fhir::Interval window,
                                                  fhir::Instant now)
{
    std::vector<SupplierAppointment> result;
    for (const auto& each : wire) {
        auto mapped = appointment_of(practice, each, patient, now);
        // One without a usable start cannot be told from another: whoever settles a booking would miss it.
        if (!mapped.appointment.start || window.contains(*mapped.appointment.start))
            result.push_back(std::move(mapped));
    }
    std::ranges::sort(result, {}, [](const SupplierAppointment& each) {
        return std::pair(each.appointment.start.value_or(fhir::Instant()), each.key);
    });
    return result;
}

} // namespace adapters::microtest
