// SPDX-License-Identifier: Apache-2.0
#include "fhir/stu3/practitioner_role.hpp"

#include "fhir/stu3/extensions.hpp"
#include "fhir/stu3/names.hpp"

#include <algorithm>

namespace fhir::stu3
{

namespace
{

/// `#id`: the contained role of that id.
const PractitionerRole* contained_role(const DomainResource& resource, const Reference& reference)
{
    if (!reference.reference || !reference.reference->starts_with('#'))
        return nullptr;
    for (const AnyResource& each : resource.contained)
        if (const auto* role = each.as<PractitionerRole>();
            role && role->id && *role->id == std::string_view(*reference.reference).substr(1))
            return role;
    return nullptr;
}

std::string free_id(const DomainResource& resource)
{
    const auto is_taken = [&](const std::string& id) {
        return std::ranges::any_of(resource.contained, [&](const AnyResource& each) {
            return !each.empty() && static_cast<const Resource*>(each.address())->id == id;
        });
    };
    std::string id = "role";
    for (int next = 2; is_taken(id); ++next)
        id = "role-" + std::to_string(next);
    return id;
}

} // namespace

std::optional<Reference> take_role(DomainResource& resource, std::optional<Reference> practitioner)
{
    auto code = take_value<CodeableConcept>(resource.extension, names::practitioner_role);
    if (!code)
        return std::nullopt;
    PractitionerRole role;
    role.id = free_id(resource);
    role.practitioner = std::move(practitioner);
    const auto display = code->coding.empty() ? code->text : code->coding.front().display;
    role.code.push_back(std::move(*code));
    Reference to_role = reference_to("#" + *role.id, display.value_or(""));
    resource.contained.push_back(std::move(role));
    return to_role;
}

bool is_role(const Reference& reference, const DomainResource& resource)
{
    return (reference.reference && reference.reference->starts_with("PractitionerRole/")) ||
           contained_role(resource, reference) != nullptr;
}

void give_role(DomainResource& resource, const Reference& reference)
{
    const auto* role = contained_role(resource, reference);
    if (role == nullptr)
        return;
    // Readers in use take the first extension of a schedule for the role.
    if (!role->code.empty())
        resource.extension.insert(resource.extension.begin(),
                                  extension_of(names::practitioner_role, role->code.front()));
    std::erase_if(resource.contained,
                  [&](const AnyResource& each) { return each.as<PractitionerRole>() == role; });
}

} // namespace fhir::stu3
