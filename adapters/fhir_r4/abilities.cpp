// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/abilities.hpp"

#include "adapters/json_tree.hpp"

#include <array>

namespace adapters::fhir_r4
{

namespace
{

using fhir::ErrorKind;

template <class Name>
std::optional<std::set<std::string, std::less<>>> names_in(const Node& resource, std::string_view list,
                                                           Name name)
{
    const auto items = items_of(resource, list);
    if (items.empty())
        return std::nullopt;
    std::set<std::string, std::less<>> names;
    for (const auto* item : items)
        names.emplace(name(*item));
    return names;
}

TypeAbilities read_type(const Node& resource)
{
    TypeAbilities type;
    const auto code = [](const Node& item) { return view_of(item, "code"); };
    const auto name = [](const Node& item) { return view_of(item, "name"); };
    const auto text = [](const Node& item) { return item.text(); };
    type.interactions =
        names_in(resource, "interaction", code).value_or(std::set<std::string, std::less<>>());
    type.parameters = names_in(resource, "searchParam", name);
    type.includes = names_in(resource, "searchInclude", text);
    const auto* conditional = member_of(resource, "conditionalCreate");
    type.conditional_create = conditional != nullptr && conditional->is_boolean() && conditional->boolean();
    return type;
}

// From a schedule to whom and where, and from those to whose they are (FHIR R4, search parameters).
constexpr std::array<std::string_view, 5> wanted_includes{
    "Schedule:actor", "PractitionerRole:practitioner", "PractitionerRole:organization",
    "Location:organization", "HealthcareService:organization"};

void read_further_includes(std::string_view type, const TypeAbilities& can, Abilities& abilities)
{
    for (const auto include : wanted_includes)
        if (include.substr(0, include.find(':')) == type && can.follows(include))
            abilities.further_includes.emplace_back(include);
}

void read_rest(const Node& rest, Abilities& abilities)
{
    for (const auto* resource : items_of(rest, "resource")) {
        const auto type = view_of(*resource, "type");
        auto can = read_type(*resource);
        read_further_includes(type, can, abilities);
        if (type == "Slot")
            abilities.slot = std::move(can);
        else if (type == "Appointment")
            abilities.appointment = std::move(can);
        else if (type == "Patient")
            abilities.patient = std::move(can);
    }
}

/// A server that does not say how it wants patches takes the most common form.
bool takes_json_patch(const Node& statement)
{
    const auto formats = items_of(statement, "patchFormat");
    for (const auto* format : formats)
        if (format->text() == "application/json-patch+json" || format->text() == "json")
            return true;
    return formats.empty();
}

} // namespace

bool TypeAbilities::follows(std::string_view include) const
{
    if (!includes)
        return false;
    const std::string any = std::string(include.substr(0, include.find(':'))) + ":*";
    return includes->contains(include) || includes->contains(any) || includes->contains("*");
}

fhir::Result<Abilities> read_abilities(std::string_view json)
{
    const auto statement = Document::parse(json);
    if (!statement || !is_resource(statement->root(), "CapabilityStatement"))
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The practice's system did not answer with a CapabilityStatement.");
    const auto version = view_of(statement->root(), "fhirVersion");
    if (!version.starts_with("4.0"))
        return fhir::fail(ErrorKind::not_supported_by_practice,
                          "The practice's system speaks another version of FHIR than R4.");
    Abilities abilities;
    for (const auto* rest : items_of(statement->root(), "rest"))
        if (view_of(*rest, "mode") == "server")
            read_rest(*rest, abilities);
    abilities.json_patch = takes_json_patch(statement->root());
    return abilities;
}

} // namespace adapters::fhir_r4
