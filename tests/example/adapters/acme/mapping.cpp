// SPDX-License-Identifier: Apache-2.0
#include "adapters/acme/mapping.hpp"

#include "adapters/appointment_parts.hpp"
#include "adapters/patient_parts.hpp"
#include "adapters/surroundings.hpp"
#include "fhir/model/id.hpp"

#include <algorithm>
#include <set>

namespace adapters::acme
{

namespace
{

std::vector<std::string> named(const std::string& name)
{
    return name.empty() ? std::vector<std::string>() : std::vector{name};
}

/// Acme has no sessions: slots of the same person at the same place are taken for one.
fhir::Schedule schedule_of(const PracticeNames& practice, const WireSlot& wire)
{
    fhir::Schedule schedule;
    schedule.id = practice.id_of_text("schedule", wire.clinician + '\n' + wire.place);
    schedule.active = true;
    return schedule;
}

SupplierAppointment appointment_of(const PracticeNames& practice, const WireAppointment& wire,
                                   const PatientContext& patient)
{
    auto result = listed_appointment(practice, wire.id, wire.slot.time, patient);
    auto& appointment = result.appointment;
    if (wire.attended)
        appointment.status = fhir::AppointmentStatus::fulfilled;
    appointment.slot.push_back(fhir::reference_to("Slot/" + practice.id(fhir::local_id(wire.slot.id))));
    if (!wire.slot.kind.empty())
        appointment.appointment_type = fhir::concept_text(wire.slot.kind);
    return result;
}

} // namespace

FoundSlots map_slots(const PracticeNames& practice, const WireSlots& wire, fhir::Interval window,
                     SlotMemo& memo)
{
    FoundSlots found;
    if (wire.unusable > 0)
        found.warnings.push_back(std::to_string(wire.unusable) +
                                 " slots are left out: they have no usable id or times.");
    Surroundings around(practice, found);
    SlotMemo::Reading reading(memo);
    std::set<std::string> shown; // one that comes twice would be offered twice
    for (const auto& each : wire.slots) {
        if (!window.contains(each.time.start) || !shown.insert(each.id).second)
            continue;
        const auto schedule = schedule_of(practice, each);
        found.slots.push_back(reading.row({}, each.source, [&] {
            return std::optional(
                OfferedSlot{free_slot(practice, each.id, *schedule.id, each.time, each.kind), each.id});
        }));
        around.add(schedule, named(each.clinician), each.place);
    }
    return found;
}

std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice,
                                                  const std::vector<WireAppointment>& wire,
                                                  const PatientContext& patient, fhir::Interval window)
{
    std::vector<SupplierAppointment> result;
    for (const auto& each : wire)
        if (window.contains(each.slot.time.start))
            result.push_back(appointment_of(practice, each, patient));
    std::ranges::sort(result, {}, [](const auto& each) { return *each.appointment.start; });
    return result;
}

fhir::Patient map_patient(const PracticeNames& practice, const WirePatient& wire)
{
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    name.family = wire.family;
    name.given = named(wire.given);
    fhir::Patient patient;
    patient.id = practice.id(fhir::local_id(wire.id));
    patient.identifier.push_back(fhir::identifier_of(fhir::nhs_number_system, wire.nhs_number.digits()));
    patient.active = true;
    patient.name.push_back(std::move(name));
    if (wire.birth_date)
        patient.birth_date = fhir::parse_date_time(fhir::to_text(*wire.birth_date));
    add_contact(patient, fhir::ContactSystem::phone, wire.phone);
    patient.managing_organization = practice.organization();
    return patient;
}

} // namespace adapters::acme
