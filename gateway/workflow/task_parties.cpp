// SPDX-License-Identifier: Apache-2.0
#include "gateway/workflow/task_parties.hpp"

#include "fhir/model/id.hpp"

#include <algorithm>
#include <array>

namespace gateway::workflow
{

namespace
{

using fhir::ErrorKind;
using fhir::OdsCode;
using fhir::Result;

constexpr std::string_view organisation_type = "Organization";

bool is_of(const fhir::Reference& reference, std::string_view type)
{
    return (reference.type && reference.type->text == type) ||
           reference.reference.value_or("").starts_with(std::string(type) + "/");
}

bool is_person(const fhir::Reference& reference)
{
    constexpr std::array people{"Practitioner", "PractitionerRole", "Patient", "RelatedPerson"};
    const bool by_id = reference.identifier && (*reference.identifier)->system &&
                       (*reference.identifier)->system->text.contains("/sds-");
    return by_id || std::ranges::any_of(people, [&](const char* type) { return is_of(reference, type); });
}

std::optional<OdsCode> code_in(const fhir::Reference& reference)
{
    if (reference.type && reference.type->text != organisation_type)
        return std::nullopt;
    if (reference.identifier) {
        const fhir::Identifier& identifier = **reference.identifier;
        if (identifier.system && !fhir::same_system(identifier.system->text, fhir::ods_organisation_system))
            return std::nullopt;
        return OdsCode::parse(identifier.value.value_or(""));
    }
    const std::string named = reference.reference.value_or("");
    if (!is_of(reference, organisation_type) || named.size() <= organisation_type.size() + 1)
        return std::nullopt;
    const std::string id = named.substr(organisation_type.size() + 1);
    const auto practice = fhir::PracticeId::parse(id);
    return practice ? practice->ods : OdsCode::parse(id);
}

} // namespace

fhir::Reference organisation_reference(std::string_view ods, const std::string& name)
{
    fhir::Reference organisation;
    organisation.type = fhir::Uri(organisation_type);
    organisation.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods));
    if (!name.empty())
        organisation.display = name;
    return organisation;
}

Result<OdsCode> organisation_in(const fhir::Reference& reference, const std::string& path)
{
    if (is_person(reference))
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid,
                        "A task is held by a team of an organisation, never only by a person.", path)
                .advise("Name the organisation here and its team in performerType; a person may stand in a "
                        "note.",
                        fhir::Remedy::caller));
    const auto ods = code_in(reference);
    if (!ods)
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "This names no organisation by its ODS code.", path)
                .advise("Give identifier with system " + std::string(fhir::ods_organisation_system) + ".",
                        fhir::Remedy::caller));
    return *ods;
}

std::string owner_of(const fhir::Task& task)
{
    const auto ods = task.owner ? organisation_in(*task.owner, {}) : fhir::fail(ErrorKind::required);
    return ods ? ods->text() : std::string();
}

Result<std::optional<fhir::NhsNumber>> patient_in(const fhir::Task& task)
{
    if (!task.for_)
        return std::nullopt;
    const fhir::Reference& patient = *task.for_;
    const bool of_other = patient.type && patient.type->text != "Patient";
    const auto* identifier = patient.identifier ? &**patient.identifier : nullptr;
    if (of_other || !identifier || !identifier->system || !identifier->value ||
        !fhir::same_system(identifier->system->text, fhir::nhs_number_system))
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "This names no patient by NHS number.", "Task.for")
                .advise("Give identifier with system " + std::string(fhir::nhs_number_system) +
                            ", or a reference to a Patient that a search found here a short while ago.",
                        fhir::Remedy::caller));
    const auto number = fhir::NhsNumber::parse(*identifier->value);
    if (!number)
        return fhir::fail(ErrorKind::nhs_number_invalid, "The NHS number is not valid.",
                          "Task.for.identifier.value");
    return number;
}

} // namespace gateway::workflow
