// SPDX-License-Identifier: Apache-2.0
#include "adapters/practice_parts.hpp"

#include "fhir/model/id.hpp"

#include <map>

namespace adapters
{

namespace
{

constexpr std::string_view channel_extension =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";
constexpr std::string_view channel_system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel";

fhir::Extension channel_of(fhir::CodeableConcept concept_)
{
    fhir::Extension extension;
    extension.url = channel_extension;
    extension.value = std::move(concept_);
    return extension;
}

std::string shown(const fhir::HumanName& name)
{
    if (name.text)
        return *name.text;
    std::string text;
    for (const auto* parts : {&name.prefix, &name.given})
        for (const std::string& part : *parts)
            text += (text.empty() ? "" : " ") + part;
    if (name.family)
        text += (text.empty() ? "" : " ") + *name.family;
    return text;
}

} // namespace

std::string setting_of(const std::map<std::string, std::string>& settings, const std::string& name,
                       std::string otherwise)
{
    const auto found = settings.find(name);
    return found == settings.end() || found->second.empty() ? std::move(otherwise) : found->second;
}

std::string PracticeNames::id_of_text(std::string_view kind, std::string_view text) const
{
    return id(fhir::local_id(std::string(kind) + " " + std::string(text)));
}

fhir::CodeableConcept general_practice(const std::string& text)
{
    auto type = fhir::concept_of("http://snomed.info/sct", "788007007", "General practice service");
    type.text = text;
    return type;
}

fhir::Organization practice_organization(const PracticeNames& practice)
{
    fhir::Organization organization;
    organization.id = practice.id("org");
    organization.identifier.push_back(
        fhir::identifier_of(fhir::ods_organisation_system, practice.ods.text()));
    organization.active = true;
    organization.name = practice.name.empty() ? practice.ods.text() : practice.name;
    return organization;
}

fhir::HealthcareService practice_service(const PracticeNames& practice, const std::string& guidance)
{
    fhir::HealthcareService service;
    service.id = practice.id("gp");
    service.identifier.push_back(fhir::identifier_of(fhir::ods_organisation_system, practice.ods.text()));
    service.provided_by = practice.organization();
    service.name = "GP appointments";
    service.type.push_back(general_practice("General practice service"));
    service.active = true;
    if (!guidance.empty())
        service.extra_details = fhir::Markdown{guidance};
    return service;
}

void add_practice(const PracticeNames& practice, const std::string& guidance, SlotMemo::Reading& reading,
                  FoundSlots& found)
{
    found.organizations.push_back(
        reading.resource<fhir::Organization>({}, [&] { return practice_organization(practice); }));
    found.healthcare_services.push_back(reading.resource<fhir::HealthcareService>(
        guidance, [&] { return practice_service(practice, guidance); }));
}

fhir::Slot free_slot(const PracticeNames& practice, std::string_view name, const std::string& schedule_id,
                     fhir::Interval time, const std::string& kind)
{
    fhir::Slot slot;
    slot.id = practice.id(fhir::local_id(name));
    slot.identifier.push_back(fhir::identifier_of(practice.system_of("slot"), std::string(name)));
    slot.schedule = fhir::reference_to("Schedule/" + schedule_id);
    slot.status = fhir::SlotStatus::free;
    slot.start = time.start;
    slot.end = time.end;
    slot.service_type.push_back(general_practice(kind.empty() ? "General practice service" : kind));
    if (!kind.empty())
        slot.appointment_type = fhir::concept_text(kind);
    return slot;
}

fhir::Practitioner named_clinician(const PracticeNames& practice, const std::string& text)
{
    fhir::Practitioner practitioner;
    practitioner.id = practice.id_of_text("clinician", text);
    fhir::HumanName name;
    name.text = text;
    practitioner.name.push_back(std::move(name));
    return practitioner;
}

fhir::Location named_location(const PracticeNames& practice, const std::string& name)
{
    fhir::Location location;
    location.id = practice.id_of_text("location", name);
    location.name = name;
    location.managing_organization = practice.organization();
    return location;
}

fhir::Extension delivery_channel(std::string_view code)
{
    return channel_of(fhir::concept_of(channel_system, code, code));
}

fhir::Extension home_visit()
{
    return channel_of(fhir::concept_text("Home visit"));
}

void show_actors(FoundSlots& found)
{
    std::map<std::string, std::string> names;
    for (const auto& each : found.practitioners)
        if (!each->name.empty())
            names["Practitioner/" + *each->id] = shown(each->name.front());
    for (const auto& each : found.locations)
        names["Location/" + *each->id] = each->name.value_or("");
    for (const auto& each : found.healthcare_services)
        names["HealthcareService/" + *each->id] = each->name.value_or("");
    for (auto& each : found.schedules) {
        fhir::Schedule schedule = *each;
        for (fhir::Reference& actor : schedule.actor) {
            const auto name = names.find(actor.reference.value_or(""));
            if (!actor.display && name != names.end() && !name->second.empty())
                actor.display = name->second;
        }
        each = std::move(schedule);
    }
}

} // namespace adapters
