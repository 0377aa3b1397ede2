// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/mapping_terms.hpp"

#include "fhir/model/id.hpp"

#include <array>

namespace adapters::emis
{

namespace
{

constexpr std::string_view channel_extension =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
constexpr std::string_view channel_system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";
constexpr std::string_view job_role_system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";
constexpr std::string_view snomed = "http://snomed.info/sct";

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

std::string service_id(const fhir::OdsCode& ods)
{
    return ods.text() + ".gp";
}

std::string organization_id(const fhir::OdsCode& ods)
{
    return ods.text() + ".org";
}

fhir::CodeableConcept general_practice(const std::string& text)
{
    auto type = fhir::concept_of(snomed, "788007007", "General practice service");
    type.text = text;
    return type;
}

std::optional<fhir::Extension> delivery_channel(WireChannel channel)
{
    fhir::Extension extension;
    extension.url = channel_extension;
    switch (channel) {
    case WireChannel::practice:
        extension.value = fhir::concept_of(channel_system, "In-person", "In-person");
        break;
    case WireChannel::telephone:
        extension.value = fhir::concept_of(channel_system, "Telephone", "Telephone");
        break;
    case WireChannel::video:
        extension.value = fhir::concept_of(channel_system, "Video", "Video");
        break;
    case WireChannel::visit:
        extension.value = fhir::concept_text("Home visit");
        break;
    case WireChannel::unknown:
        return std::nullopt;
    }
    return extension;
}

fhir::Organization organization_of(const PracticeNames& practice)
{
    fhir::Organization organization;
    organization.id = organization_id(practice.ods);
    organization.identifier.push_back(
        fhir::identifier_of(fhir::ods_organisation_system, practice.ods.text()));
    organization.active = true;
    organization.name = practice.name.empty() ? practice.ods.text() : practice.name;
    return organization;
}

fhir::HealthcareService service_of(const PracticeNames& practice, const std::optional<WireSettings>& settings)
{
    fhir::HealthcareService service;
    service.id = service_id(practice.ods);
    service.identifier.push_back(fhir::identifier_of(fhir::ods_organisation_system, practice.ods.text()));
    service.provided_by = fhir::reference_to("Organization/" + organization_id(practice.ods), practice.name);
    service.name = "GP appointments";
    service.type.push_back(general_practice("General practice service"));
    service.active = !settings || settings->appointments_supported;
    if (settings && !settings->message.empty())
        service.extra_details = fhir::Markdown{settings->message};
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
    role.organization = fhir::reference_to("Organization/" + organization_id(practice.ods), practice.name);
    role.code.push_back(job_role(holder.job_role));
    return role;
}

fhir::Location location_of(const PracticeNames& practice, const WireLocation& wire)
{
    fhir::Location location;
    location.id = location_id(practice.ods, wire.id);
    if (!wire.name.empty())
        location.name = wire.name;
    location.managing_organization =
        fhir::reference_to("Organization/" + organization_id(practice.ods), practice.name);
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
