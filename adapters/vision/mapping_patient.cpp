// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/mapping.hpp"

#include "adapters/appointment_parts.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>

namespace adapters::vision
{

namespace
{

fhir::HumanName name_from(const WireDemographics& person)
{
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    if (!person.surname.empty())
        name.family = person.surname;
    for (const auto& given : {person.forename, person.second_forename})
        if (!given.empty())
            name.given.push_back(given);
    if (!person.title.empty())
        name.prefix.push_back(person.title);
    return name;
}

std::optional<fhir::Address> address_from(const WireDemographics& person)
{
    const auto told = [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional(text);
    };
    if (person.lines.empty() && person.town.empty() && person.postcode.empty())
        return std::nullopt;
    fhir::Address address;
    address.line = person.lines;
    address.city = told(person.town);
    address.district = told(person.county);
    address.postal_code = told(person.postcode);
    return address;
}

void add_actor(fhir::Appointment& appointment, const char* type,
               const std::map<std::string, std::string, std::less<>>& names, std::string_view id)
{
    const auto name = names.find(id);
    if (name == names.end() || name->second.empty())
        return;
    fhir::Reference actor;
    actor.type = fhir::Uri(type);
    actor.display = name->second;
    appointment.participant.push_back(accepted(std::move(actor)));
}

/// One whose length is not told ends when it starts: FHIR wants both, and a guess would be worse.
std::optional<fhir::Interval> moments_or_start_of(const WireSlot& slot)
{
    auto moments = moments_of(slot);
    const auto local = slot.start();
    if (moments || !local)
        return moments;
    const auto start = fhir::from_uk_local(*local).latest;
    return fhir::Interval{start, start};
}

SupplierAppointment appointment_of(const PracticeNames& practice, const WireSlot& slot,
                                   const WireReferences& references, const PatientContext& patient)
{
    SupplierAppointment result;
    result.key = slot.id;
    auto& appointment = result.appointment;
    appointment.identifier.push_back(fhir::identifier_of(practice.system_of("appointment"), slot.id));
    if (const auto moments = moments_or_start_of(slot))
        set_times(appointment, *moments);
    appointment.slot.push_back(fhir::reference_to("Slot/" + slot_resource_id(practice, slot.id)));
    if (const auto type = references.types.find(slot.type);
        type != references.types.end() && !type->second.empty()) {
        appointment.service_type.push_back(general_practice(type->second));
        appointment.appointment_type = fhir::concept_text(type->second);
    }
    appointment.participant.push_back(patient_participant(patient));
    add_actor(appointment, "Practitioner", references.owners, slot.owner);
    add_actor(appointment, "Location", references.locations, slot.location);
    return result;
}

} // namespace

std::optional<fhir::Gender> gender_from(const std::string& code)
{
    if (code == "SEX001") // assumed: only the other one is public
        return fhir::Gender::male;
    if (code == "SEX002")
        return fhir::Gender::female;
    return code.empty() ? std::nullopt : std::optional(fhir::Gender::unknown);
}

fhir::Patient map_patient(const PracticeNames& practice, const WireConfiguration& configuration,
                          const WireDemographics& person)
{
    fhir::Patient patient;
    patient.id = practice.id_of_text("patient", configuration.patient_id);
    if (configuration.nhs_number)
        patient.identifier.push_back(
            fhir::identifier_of(fhir::nhs_number_system, configuration.nhs_number->digits()));
    patient.identifier.push_back(
        fhir::identifier_of(practice.system_of("patient"), configuration.patient_id));
    patient.active = true;
    patient.name.push_back(name_from(person));
    patient.gender = gender_from(person.gender);
    if (person.birth_date)
        patient.birth_date = fhir::parse_date_time(fhir::to_text(*person.birth_date));
    if (auto address = address_from(person))
        patient.address.push_back(std::move(*address));
    if (!person.usual_gp.empty()) {
        fhir::Reference doctor;
        doctor.display = person.usual_gp;
        patient.general_practitioner.push_back(std::move(doctor));
    }
    patient.managing_organization = practice.organization();
    return patient;
}

std::vector<SupplierAppointment> map_appointments(const PracticeNames& practice, const WireAppointments& wire,
                                                  const PatientContext& patient, fhir::Interval window)
{
    std::vector<SupplierAppointment> result;
    const auto add = [&](const std::vector<WireSlot>& slots, fhir::AppointmentStatus status) {
        for (const auto& slot : slots) {
            auto mapped = appointment_of(practice, slot, wire.references, patient);
            mapped.appointment.status = status;
            // Whoever settles a booking would miss one without a usable start.
            if (!mapped.appointment.start || window.contains(*mapped.appointment.start))
                result.push_back(std::move(mapped));
        }
    };
    add(wire.past, fhir::AppointmentStatus::fulfilled);
    add(wire.upcoming, fhir::AppointmentStatus::booked);
    std::ranges::sort(result, {}, [](const SupplierAppointment& each) {
        return std::pair(each.appointment.start.value_or(fhir::Instant()), each.key);
    });
    return result;
}

const WireReason* reason_for(const std::vector<WireReason>& reasons, const std::string& text)
{
    const auto same = std::ranges::find_if(reasons, [&](const WireReason& each) {
        return !text.empty() && fhir::rest::equal_ignoring_case(each.description, text);
    });
    if (same != reasons.end())
        return &*same;
    const auto standard = std::ranges::find_if(reasons, &WireReason::is_default);
    if (standard != reasons.end())
        return &*standard;
    return reasons.empty() ? nullptr : &reasons.front();
}

SupplierAppointment cancelled_for(const PracticeNames& practice, const CancelAppointment& cancellation,
                                  const WireReason* reason)
{
    auto result = cancelled_appointment(cancellation);
    if (!reason)
        return result;
    auto& told = result.appointment.cancelation_reason;
    told = fhir::concept_of(practice.system_of("cancellation-reason"), reason->id, reason->description);
    told->text = cancellation.reason.empty() ? reason->description : cancellation.reason;
    return result;
}

} // namespace adapters::vision
