// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/names.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"

#include <algorithm>

namespace gateway::faces::gpconnect
{

namespace
{

fhir::Extension nested(std::string_view url, fhir::ExtensionValue value)
{
    fhir::Extension extension;
    extension.url = url;
    extension.value = std::move(value);
    return extension;
}

std::vector<fhir::Identifier> nhs_number_of(const fhir::Patient& given)
{
    std::vector<fhir::Identifier> kept;
    for (const auto& each : given.identifier) {
        if (!each.system || !each.value || !fhir::same_system(each.system->text, names::nhs_number_system))
            continue;
        auto identifier = fhir::identifier_of(names::nhs_number_system, *each.value);
        const auto* status = fhir::find_extension(each.extension, names::ukcore_verification);
        const auto* code = status ? std::get_if<fhir::CodeableConcept>(&status->value) : nullptr;
        if (code && !code->coding.empty() && code->coding.front().code) {
            const auto& coding = code->coding.front();
            identifier.extension.push_back(
                nested(names::nhs_number_verification,
                       fhir::concept_of(names::verification_system, coding.code->text,
                                        coding.display.value_or(""))));
        }
        kept.push_back(std::move(identifier));
        break;
    }
    return kept;
}

/// GP Connect wants exactly one name, the official one.
fhir::HumanName official_name(const fhir::Patient& given)
{
    const auto official =
        std::ranges::find(given.name, std::optional(fhir::NameUse::official), &fhir::HumanName::use);
    fhir::HumanName name = official != given.name.end() ? *official
                           : given.name.empty()         ? fhir::HumanName()
                                                        : given.name.front();
    name.use = fhir::NameUse::official;
    if (!name.family && name.text)
        name.family = name.text->substr(name.text->rfind(' ') + 1);
    return name;
}

/// A patient's contact points say what they are for.
std::vector<fhir::ContactPoint> complete(const std::vector<fhir::ContactPoint>& telecom)
{
    std::vector<fhir::ContactPoint> kept;
    for (auto point : telecom) {
        if (!point.system || !point.value)
            continue;
        if (!point.use)
            point.use = point.value->starts_with("07") ? fhir::ContactUse::mobile : fhir::ContactUse::home;
        kept.push_back(std::move(point));
    }
    return kept;
}

fhir::Address complete(fhir::Address address)
{
    address.state.reset();
    address.text.reset();
    if (!address.use)
        address.use = fhir::AddressUse::home;
    return address;
}

fhir::PatientContact to_contact(const fhir::PatientContact& given)
{
    fhir::PatientContact contact;
    for (const auto& relationship : given.relationship)
        if (relationship.text)
            contact.relationship.push_back(fhir::concept_text(*relationship.text));
    contact.name = given.name;
    if (contact.name && !contact.name->use)
        contact.name->use = fhir::NameUse::official;
    contact.telecom = complete(given.telecom);
    if (given.address)
        contact.address = complete(*given.address);
    contact.gender = given.gender;
    return contact;
}

/// R4 keeps languages in `communication` and the interpreter in an extension of its own; GP Connect has one
/// extension for both.
void add_communication(const fhir::Patient& given, fhir::Patient& patient)
{
    const auto* asked = fhir::find_extension(given.extension, names::interpreter_required);
    const bool* interpreter = asked ? std::get_if<bool>(&asked->value) : nullptr;
    for (const auto& spoken : given.communication) {
        if (spoken.language.coding.empty() || !spoken.language.coding.front().code)
            continue;
        const auto& coding = spoken.language.coding.front();
        fhir::Extension extension;
        extension.url = names::nhs_communication;
        extension.extension.push_back(
            nested("language", fhir::concept_of(names::human_language_system, coding.code->text,
                                                coding.display.value_or(""))));
        if (spoken.preferred)
            extension.extension.push_back(nested("preferred", *spoken.preferred));
        if (interpreter)
            extension.extension.push_back(nested("interpreterRequired", *interpreter));
        patient.extension.push_back(std::move(extension));
    }
}

} // namespace

fhir::Patient to_profile(fhir::Patient given, std::string id, std::string_view ods)
{
    fhir::Patient patient;
    patient.id = std::move(id);
    if (const auto* details = fhir::find_extension(given.extension, names::registration_details))
        patient.extension.push_back(*details);
    add_communication(given, patient);
    patient.identifier = nhs_number_of(given);
    patient.active = true;
    patient.name.push_back(official_name(given));
    patient.telecom = complete(given.telecom);
    patient.gender = given.gender.value_or(fhir::Gender::unknown);
    patient.birth_date = given.birth_date;
    for (auto& address : given.address)
        patient.address.push_back(complete(std::move(address)));
    for (const auto& contact : given.contact)
        patient.contact.push_back(to_contact(contact));
    patient.managing_organization = fhir::reference_to("Organization/" + organization_id(ods));
    return with_meta(std::move(patient), names::patient_profile);
}

} // namespace gateway::faces::gpconnect
