// SPDX-License-Identifier: Apache-2.0
#include "fhir/stu3/communication.hpp"

#include "fhir/stu3/extensions.hpp"
#include "fhir/stu3/names.hpp"

#include <algorithm>

namespace fhir::stu3
{

namespace
{

/// Of a language: codes are the same, what they are called is not.
void rename_system(CodeableConcept& language, std::string_view from, std::string_view to)
{
    for (Coding& coding : language.coding)
        if (coding.system && coding.system->text == from)
            coding.system = Uri(to);
}

Coding coding_of(CodeableConcept held)
{
    if (!held.coding.empty())
        return std::move(held.coding.front());
    Coding coding;
    coding.display = std::move(held.text);
    return coding;
}

CodeableConcept as_concept(const Coding& coding)
{
    CodeableConcept made;
    if (coding.code || coding.system)
        made.coding.push_back(coding);
    else
        made.text = coding.display;
    return made;
}

/// `level` and `type`, of which GP Connect says proficiency and mode.
std::optional<Extension> take_proficiency(std::vector<Extension>& parts)
{
    Extension proficiency;
    proficiency.url = names::proficiency;
    if (auto level = take_value<CodeableConcept>(parts, "communicationProficiency"))
        proficiency.extension.push_back(extension_of("level", coding_of(std::move(*level))));
    while (auto mode = take_value<CodeableConcept>(parts, "modeOfCommunication"))
        proficiency.extension.push_back(extension_of("type", coding_of(std::move(*mode))));
    return proficiency.extension.empty() ? std::nullopt : std::optional(std::move(proficiency));
}

PatientCommunication to_communication(Extension held, CodeableConcept language)
{
    PatientCommunication found;
    found.id = std::move(held.id);
    found.language = std::move(language);
    rename_system(found.language, names::human_language_system, names::language_system);
    found.preferred = take_value<bool>(held.extension, "preferred");
    if (auto proficiency = take_proficiency(held.extension))
        found.extension.push_back(std::move(*proficiency));
    std::ranges::move(held.extension, std::back_inserter(found.extension));
    return found;
}

void add_proficiency(const Extension& proficiency, Extension& out)
{
    for (const Extension& part : proficiency.extension)
        if (const auto* coding = std::get_if<Coding>(&part.value))
            out.extension.push_back(
                extension_of(part.url == "level" ? "communicationProficiency" : "modeOfCommunication",
                             as_concept(*coding)));
}

Extension to_extension(const PatientCommunication& held)
{
    Extension made;
    made.url = names::nhs_communication;
    made.id = held.id;
    auto language = held.language;
    rename_system(language, names::language_system, names::human_language_system);
    made.extension.push_back(extension_of("language", std::move(language)));
    if (held.preferred)
        made.extension.push_back(extension_of("preferred", *held.preferred));
    for (const Extension& each : held.extension)
        if (each.url == names::proficiency)
            add_proficiency(each, made);
        else
            made.extension.push_back(each);
    return made;
}

} // namespace

void languages_to_r4(Patient& patient)
{
    std::optional<bool> interpreter;
    std::erase_if(patient.extension, [&](Extension& each) {
        if (each.url != names::nhs_communication)
            return false;
        auto language = take_value<CodeableConcept>(each.extension, "language");
        if (!language)
            return false;
        if (const auto required = take_value<bool>(each.extension, "interpreterRequired"))
            interpreter = interpreter.value_or(false) || *required;
        patient.communication.push_back(to_communication(std::move(each), std::move(*language)));
        return true;
    });
    if (interpreter)
        patient.extension.push_back(extension_of(names::interpreter_required, *interpreter));
}

std::optional<Patient> languages_to_stu3(const Patient& patient)
{
    if (patient.communication.empty())
        return std::nullopt;
    Patient changed = patient;
    changed.communication.clear();
    const auto interpreter = take_value<bool>(changed.extension, names::interpreter_required);
    const auto first = static_cast<std::ptrdiff_t>(changed.extension.size());
    for (const PatientCommunication& each : patient.communication)
        changed.extension.push_back(to_extension(each));
    if (interpreter)
        changed.extension[static_cast<std::size_t>(first)].extension.push_back(
            extension_of("interpreterRequired", *interpreter));
    return changed;
}

} // namespace fhir::stu3
