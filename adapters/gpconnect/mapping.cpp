// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/mapping_slots.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/practice_parts.hpp"
#include "fhir/model/id.hpp"

#include <set>

namespace adapters::gpconnect
{

namespace
{

fhir::Meta profile(std::string_view name)
{
    fhir::Meta meta;
    meta.profile.push_back(
        fhir::Uri("https://fhir.hl7.org.uk/StructureDefinition/UKCore-" + std::string(name)));
    return meta;
}

// UK Core has no role extension on Schedule: the role becomes a PractitionerRole, one more actor.
fhir::PractitionerRole to_role(const wire::Schedule& schedule, const Ids& ids,
                               const std::string& organization)
{
    const auto& holder = schedule.practitioner.empty() ? schedule.id : schedule.practitioner;
    fhir::PractitionerRole role;
    role.id = ids.role_id(holder, schedule.role->code->text);
    role.meta = profile("PractitionerRole");
    if (!schedule.practitioner.empty())
        role.practitioner = fhir::reference_to(ids.reference("Practitioner", schedule.practitioner));
    role.organization = fhir::reference_to("Organization/" + organization);
    role.code.push_back(fhir::concept_of(names::ukcore_job_role_system, schedule.role->code->text,
                                         schedule.role->display.value_or("")));
    role.location.push_back(fhir::reference_to(ids.reference("Location", schedule.location)));
    role.healthcare_service.push_back(fhir::reference_to("HealthcareService/" + ids.service_id()));
    return role;
}

fhir::Schedule to_schedule(const wire::Schedule& schedule, const Ids& ids)
{
    fhir::Schedule found;
    found.id = ids.id(schedule.id);
    found.meta = profile("Schedule");
    found.identifier = schedule.identifiers;
    found.active = true;
    if (!schedule.service_category.empty())
        found.service_category.push_back(fhir::concept_text(schedule.service_category));
    found.service_type.push_back(general_practice({}));
    found.actor.push_back(fhir::reference_to(ids.reference("Location", schedule.location)));
    if (!schedule.practitioner.empty())
        found.actor.push_back(fhir::reference_to(ids.reference("Practitioner", schedule.practitioner)));
    if (schedule.role) {
        const auto& holder = schedule.practitioner.empty() ? schedule.id : schedule.practitioner;
        found.actor.push_back(
            fhir::reference_to("PractitionerRole/" + ids.role_id(holder, schedule.role->code->text),
                               schedule.role->display.value_or("")));
    }
    found.actor.push_back(fhir::reference_to("HealthcareService/" + ids.service_id()));
    found.planning_horizon = schedule.horizon;
    return found;
}

fhir::HealthcareService to_service(const Ids& ids, const std::string& organization)
{
    fhir::HealthcareService service;
    service.id = ids.service_id();
    service.identifier.push_back(fhir::identifier_of(names::ods_system, ids.ods()));
    service.active = true;
    service.provided_by = fhir::reference_to("Organization/" + organization);
    service.type.push_back(general_practice({}));
    service.name = "GP appointments";
    service.appointment_required = true;
    return service;
}

// Providers send the managing organisation with the slots; the id of one that does not is made from the ODS
// code.
std::string add_organizations(const wire::SlotBundle& bundle, const Ids& ids,
                              const std::string& practice_name, FoundSlots& out)
{
    std::string main;
    for (auto [id, organization] : bundle.organizations) {
        organization.id = ids.id(id);
        organization.meta = profile("Organization");
        const auto ods = fhir::identifier_value(organization.identifier, names::ods_system);
        if (main.empty() || (ods && *ods == ids.ods()))
            main = *organization.id;
        out.organizations.push_back(std::move(organization));
    }
    if (!main.empty())
        return main;
    fhir::Organization practice;
    practice.id = ids.id(ids.ods());
    practice.meta = profile("Organization");
    practice.identifier.push_back(fhir::identifier_of(names::ods_system, ids.ods()));
    practice.name = practice_name.empty() ? ids.ods() : practice_name;
    main = *practice.id;
    out.organizations.push_back(std::move(practice));
    return main;
}

void add_location(const wire::SlotBundle& bundle, const std::string& provider_id, const Ids& ids,
                  const std::string& organization, FoundSlots& out)
{
    const auto held = bundle.locations.find(provider_id);
    if (held == bundle.locations.end())
        return;
    auto location = held->second;
    location.id = ids.id(provider_id);
    location.meta = profile("Location");
    const bool managed = location.managing_organization &&
                         bundle.organizations.contains(
                             reference_id(*location.managing_organization->reference, "Organization"));
    location.managing_organization = fhir::reference_to(
        managed ? ids.reference(*location.managing_organization->reference) : "Organization/" + organization);
    out.locations.push_back(std::move(location));
}

void add_practitioner(const wire::SlotBundle& bundle, const std::string& provider_id, const Ids& ids,
                      FoundSlots& out)
{
    const auto held = bundle.practitioners.find(provider_id);
    if (held == bundle.practitioners.end())
        return;
    auto practitioner = held->second;
    practitioner.id = ids.id(provider_id);
    practitioner.meta = profile("Practitioner");
    out.practitioners.push_back(std::move(practitioner));
}

} // namespace

std::string Ids::id(std::string_view provider_id) const
{
    return ods_ + "." + fhir::local_id(provider_id);
}

std::string Ids::reference(std::string_view type, std::string_view provider_id) const
{
    return std::string(type) + "/" + id(provider_id);
}

std::string Ids::reference(std::string_view type_and_id) const
{
    const auto slash = type_and_id.find('/');
    return reference(type_and_id.substr(0, slash), type_and_id.substr(slash + 1));
}

std::string Ids::role_id(std::string_view holder, std::string_view role_code) const
{
    return id(std::string(holder) + "-" + std::string(role_code));
}

FoundSlots to_found_slots(const wire::SlotBundle& bundle, const fhir::Interval& window, const Ids& ids,
                          const std::string& practice_name, SlotMemo& memo)
{
    FoundSlots found;
    found.warnings = bundle.warnings;
    const auto used = add_slots(bundle, window, ids, memo, found);
    if (found.slots.empty())
        return found;
    const auto organization = add_organizations(bundle, ids, practice_name, found);
    found.healthcare_services.push_back(to_service(ids, organization));
    std::set<std::string> added;
    for (const auto& [id, schedule] : bundle.schedules) {
        if (!used.contains(&schedule))
            continue;
        found.schedules.push_back(to_schedule(schedule, ids));
        if (added.insert("Location/" + schedule.location).second)
            add_location(bundle, schedule.location, ids, organization, found);
        if (!schedule.practitioner.empty() && added.insert("Practitioner/" + schedule.practitioner).second)
            add_practitioner(bundle, schedule.practitioner, ids, found);
        if (schedule.role) {
            auto role = to_role(schedule, ids, organization);
            if (added.insert("PractitionerRole/" + *role.id).second)
                found.practitioner_roles.push_back(std::move(role));
        }
    }
    show_actors(found);
    return found;
}

} // namespace adapters::gpconnect
