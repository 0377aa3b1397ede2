// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/mapping_terms.hpp"

#include "fhir/model/id.hpp"

#include <array>

namespace adapters::emis
{

namespace
{

constexpr std::string_view job_role_system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";

struct JobRole
{
    std::string_view text;
    std::string_view code;
    std::string_view display;
};

/// EMIS sends the role as text; these texts are the ones whose SDS code is beyond doubt.
constexpr std::array job_roles = {
    JobRole{"General Medical Practitioner", "R0260", "General Medical Practitioner"},
    JobRole{"General Practitioner", "R0260", "General Medical Practitioner"},
    JobRole{"GP", "R0260", "General Medical Practitioner"},
    JobRole{"Salaried General Practitioner", "R0270", "Salaried General Practitioner"},
    JobRole{"Specialist Nurse Practitioner", "R0600", "Specialist Nurse Practitioner"},
    JobRole{"Nurse Practitioner", "R0600", "Specialist Nurse Practitioner"},
    JobRole{"Practice Nurse", "R0600", "Specialist Nurse Practitioner"},
    JobRole{"Nurse", "R0600", "Specialist Nurse Practitioner"},
    JobRole{"Pharmacist", "R1290", "Pharmacist"},
    JobRole{"Clinical Pharmacist", "R1290", "Pharmacist"},
};

std::string local(const fhir::OdsCode& ods, std::string_view prefix, std::int64_t id)
{
    return ods.text() + "." + fhir::local_id(std::string(prefix) + std::to_string(id));
}

fhir::CodeableConcept job_role(const std::string& text)
{
    auto role = fhir::concept_text(text);
    for (const auto& known : job_roles)
        if (fhir::rest::equal_ignoring_case(known.text, text))
            role.coding = fhir::concept_of(job_role_system, known.code, known.display).coding;
    return role;
}

std::optional<fhir::Period> horizon_of(const WireClinic& clinic)
{
    if (!clinic.start && !clinic.end)
        return std::nullopt;
    fhir::Period period;
    if (clinic.start)
        period.start = fhir::uk_date_time(fhir::from_uk_local(*clinic.start).latest);
    if (clinic.end)
        period.end = fhir::uk_date_time(fhir::from_uk_local(*clinic.end).latest);
    return period;
}

} // namespace

std::string slot_id(const fhir::OdsCode& ods, std::int64_t id)
{
    return local(ods, "", id);
}

std::string schedule_id(const fhir::OdsCode& ods, std::int64_t id)
{
    return local(ods, "ses", id);
}

std::string clinician_id(const fhir::OdsCode& ods, std::int64_t id)
{
    return local(ods, "cli", id);
}

std::string location_id(const fhir::OdsCode& ods, std::int64_t id)
{
    return local(ods, "loc", id);
}

std::optional<fhir::Extension> channel_extension(WireChannel channel)
{
    switch (channel) {
    case WireChannel::practice:
        return delivery_channel("In-person");
    case WireChannel::telephone:
        return delivery_channel("Telephone");
    case WireChannel::video:
        return delivery_channel("Video");
    case WireChannel::visit:
        return home_visit();
    case WireChannel::unknown:
        break;
    }
    return std::nullopt;
}

fhir::HealthcareService service_of(const PracticeNames& practice, const std::optional<WireSettings>& settings)
{
    auto service = practice_service(practice, settings ? settings->message : std::string());
    service.active = !settings || settings->appointments_supported;
    return service;
}

fhir::Schedule schedule_of(const PracticeNames& practice, std::int64_t clinic_id, const WireClinic* clinic)
{
    fhir::Schedule schedule;
    schedule.id = schedule_id(practice.ods, clinic_id);
    schedule.identifier.push_back(
        fhir::identifier_of(practice.system_of("session"), std::to_string(clinic_id)));
    schedule.active = true;
    if (!clinic)
        return schedule;
    if (!clinic->name.empty()) {
        schedule.comment = clinic->name;
        schedule.service_category.push_back(fhir::concept_text(clinic->name));
    }
    schedule.planning_horizon = horizon_of(*clinic);
    return schedule;
}

fhir::Practitioner practitioner_of(const PracticeNames& practice, const WireHolder& holder)
{
    fhir::Practitioner practitioner;
    practitioner.id = clinician_id(practice.ods, holder.id);
    fhir::HumanName name;
    if (!holder.display_name.empty())
        name.text = holder.display_name;
    if (!holder.surname.empty())
        name.family = holder.surname;
    if (!holder.forenames.empty())
        name.given.push_back(holder.forenames);
    if (!holder.title.empty())
        name.prefix.push_back(holder.title);
    if (name.text || name.family || !name.given.empty())
        practitioner.name.push_back(std::move(name));
    practitioner.gender = gender_of(holder.sex);
    for (const auto& language : holder.languages)
        if (!language.empty())
            practitioner.communication.push_back(fhir::concept_text(language));
    return practitioner;
}

std::optional<fhir::PractitionerRole> practitioner_role_of(const PracticeNames& practice,
                                                           const WireHolder& holder)
{
    if (holder.job_role.empty())
        return std::nullopt;
    fhir::PractitionerRole role;
    role.id = local(practice.ods, "rol", holder.id);
    role.practitioner =
        fhir::reference_to("Practitioner/" + clinician_id(practice.ods, holder.id), holder.display_name);
    role.organization = practice.organization();
    role.code.push_back(job_role(holder.job_role));
    return role;
}

fhir::Location location_of(const PracticeNames& practice, const WireLocation& wire)
{
    fhir::Location location;
    location.id = location_id(practice.ods, wire.id);
    if (!wire.name.empty())
        location.name = wire.name;
    location.managing_organization = practice.organization();
    fhir::Address address;
    address.line = wire.lines;
    if (!wire.town.empty())
        address.city = wire.town;
    if (!wire.postcode.empty())
        address.postal_code = wire.postcode;
    if (!address.line.empty() || address.city || address.postal_code)
        location.address = std::move(address);
    return location;
}

std::optional<fhir::Gender> gender_of(const std::string& text)
{
    if (fhir::rest::equal_ignoring_case(text, "Male"))
        return fhir::Gender::male;
    if (fhir::rest::equal_ignoring_case(text, "Female"))
        return fhir::Gender::female;
    if (fhir::rest::equal_ignoring_case(text, "Indeterminate"))
        return fhir::Gender::other;
    return text.empty() ? std::nullopt : std::optional(fhir::Gender::unknown);
}

} // namespace adapters::emis
