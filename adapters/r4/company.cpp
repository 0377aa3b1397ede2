// SPDX-License-Identifier: Apache-2.0
#include "adapters/r4/company.hpp"

#include "adapters/r4/terms.hpp"

namespace adapters::r4
{

namespace
{

template <class T>
bool keep(std::optional<T> resource, std::vector<Shared<T>>& list)
{
    if (resource)
        list.push_back(std::move(*resource));
    return resource.has_value();
}

} // namespace

Company::Company(const SlotBundle& bundle, const LocalNames& names, const std::string& practice_name,
                 FoundSlots& out)
    : bundle_(bundle), names_(names), practice_name_(practice_name), out_(out)
{
    add_own_organization();
}

void Company::add(const ScheduleRow& row)
{
    auto schedule = row.own;
    auto actors = std::move(schedule.actor);
    schedule.actor.clear();
    const auto as_sent = items_of(*row.tree, "actor");
    bool has_service = false, has_place = false;
    std::string place; ///< of its service, where that has only one
    for (std::size_t i = 0; i < actors.size() && i < as_sent.size(); ++i) {
        const auto actor = names_.local(view_of(*as_sent[i], "reference"));
        // One that is only named stays so.
        if (actors[i].reference && (!actor || !add(*actor))) {
            out_.warnings.push_back("Someone or something that a schedule names could not be read.");
            continue;
        }
        has_service = has_service || (actor && actor->type == "HealthcareService");
        has_place = has_place || (actor && actor->type == "Location");
        if (actor && actor->type == "HealthcareService")
            place = only_place_of(*actor);
        schedule.actor.push_back(std::move(actors[i]));
    }
    if (!has_service)
        schedule.actor.push_back(fhir::reference_to("HealthcareService/" + own_service()));
    if (!has_place && !place.empty())
        schedule.actor.push_back(fhir::reference_to(place));
    out_.schedules.push_back(std::move(schedule));
}

std::string Company::only_place_of(const LocalReference& service)
{
    const Node* tree = bundle_.find(service);
    const auto places = tree != nullptr ? items_of(*tree, "location") : std::vector<const Node*>();
    const auto place =
        places.size() == 1 ? names_.local(view_of(*places.front(), "reference")) : std::nullopt;
    return place && place->type == "Location" && add(*place) ? names_.reference(place->type, place->id)
                                                             : std::string();
}

bool Company::add(const LocalReference& what)
{
    const bool is_new = added_.try_emplace(what.text(), false).second;
    if (const Node* tree = is_new ? bundle_.find(what) : nullptr)
        added_[what.text()] = add(what.type, *tree);
    return added_[what.text()];
}

bool Company::add(std::string_view type, const Node& tree)
{
    if (type == "Practitioner")
        return keep(read_localised<fhir::Practitioner>(tree, names_), out_.practitioners);
    if (type == "Location")
        return add(read_localised<fhir::Location>(tree, names_), tree);
    if (type == "HealthcareService")
        return add(read_localised<fhir::HealthcareService>(tree, names_), tree);
    if (type == "PractitionerRole")
        return add(read_localised<fhir::PractitionerRole>(tree, names_), tree);
    return type == "Organization" &&
           keep(read_localised<fhir::Organization>(tree, names_), out_.organizations);
}

bool Company::add(std::optional<fhir::Location> location, const Node& tree)
{
    if (location && !add_named(tree, "managingOrganization"))
        location->managing_organization = fhir::reference_to("Organization/" + organization_);
    return keep(std::move(location), out_.locations);
}

bool Company::add(std::optional<fhir::HealthcareService> service, const Node& tree)
{
    if (service && !add_named(tree, "providedBy"))
        service->provided_by = fhir::reference_to("Organization/" + organization_);
    return keep(std::move(service), out_.healthcare_services);
}

bool Company::add(std::optional<fhir::PractitionerRole> role, const Node& tree)
{
    if (role && !add_named(tree, "organization"))
        role->organization = fhir::reference_to("Organization/" + organization_);
    add_named(tree, "practitioner");
    return keep(std::move(role), out_.practitioner_roles);
}

bool Company::add_named(const Node& tree, std::string_view element)
{
    const auto named = names_.local(view_at(tree, {element, "reference"}));
    return named && add(*named);
}

void Company::add_own_organization()
{
    for (const auto& [name, tree] : bundle_.others) {
        auto organization = name.starts_with("Organization/")
                                ? read_localised<fhir::Organization>(*tree, names_)
                                : std::nullopt;
        if (!organization ||
            fhir::identifier_value(organization->identifier, fhir::ods_organisation_system) != names_.ods())
            continue;
        added_[name] = true;
        organization_ = *organization->id;
        out_.organizations.push_back(std::move(*organization));
        return;
    }
    fhir::Organization practice;
    organization_ = names_.id(names_.ods());
    practice.id = organization_;
    practice.identifier.push_back(fhir::identifier_of(fhir::ods_organisation_system, names_.ods()));
    practice.name = practice_name_.empty() ? names_.ods() : practice_name_;
    out_.organizations.push_back(std::move(practice));
}

std::string Company::own_service()
{
    const std::string id = names_.ods() + ".gp";
    if (!added_.try_emplace("gp", true).second)
        return id;
    fhir::HealthcareService service;
    service.id = id;
    service.identifier.push_back(fhir::identifier_of(fhir::ods_organisation_system, names_.ods()));
    service.active = true;
    service.provided_by = fhir::reference_to("Organization/" + organization_);
    service.type.push_back(fhir::concept_of(terms::snomed, "788007007", "General practice service"));
    service.name = "GP appointments";
    service.appointment_required = true;
    out_.healthcare_services.push_back(std::move(service));
    return id;
}

} // namespace adapters::r4
