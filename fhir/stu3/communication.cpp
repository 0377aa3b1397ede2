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

/// Words alone become a display.
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
    if (coding.display && !coding.code && !coding.system)
        made.text = coding.display;
    else
        made.coding.push_back(coding);
    return made;
}

void take_concepts(std::vector<Extension>& parts, std::string_view url, std::string_view as, Extension& out)
{
    std::erase_if(parts, [&](Extension& each) {
        auto* held = each.url == url ? std::get_if<CodeableConcept>(&each.value) : nullptr;
        if (held == nullptr || (held->coding.empty() && !held->text))
            return false;
        out.extension.push_back(extension_of(as, coding_of(std::move(*held))));
        return true;
    });
}

/// `level` and `type`, of which GP Connect says proficiency and mode.
std::optional<Extension> take_proficiency(std::vector<Extension>& parts)
{
    Extension proficiency;
    proficiency.url = names::proficiency;
    take_concepts(parts, "communicationProficiency", "level", proficiency);
    take_concepts(parts, "modeOfCommunication", "type", proficiency);
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

void add_concepts(const PatientCommunication& held, bool levels, std::string_view as, Extension& out)
{
    for (const Extension& proficiency : held.extension)
        for (const Extension& part : proficiency.extension)
            if (const auto* coding = std::get_if<Coding>(&part.value);
                coding && proficiency.url == names::proficiency && (part.url == "level") == levels)
                out.extension.push_back(extension_of(as, as_concept(*coding)));
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
    add_concepts(held, true, "communicationProficiency", made);
    add_concepts(held, false, "modeOfCommunication", made);
    std::ranges::copy_if(held.extension, std::back_inserter(made.extension),
                         [](const Extension& each) { return each.url != names::proficiency; });
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
