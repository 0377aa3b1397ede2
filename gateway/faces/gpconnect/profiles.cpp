// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/profiles.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/written.hpp"
#include "gateway/faces/gpconnect/names.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

/// Identifiers carry only system and value here.
std::vector<fhir::Identifier> plain(const std::vector<fhir::Identifier>& identifiers,
                                    std::span<const std::string_view> systems)
{
    std::vector<fhir::Identifier> kept;
    for (const auto system : systems)
        for (const auto& each : identifiers)
            if (each.system && each.value && fhir::same_system(each.system->text, system))
                kept.push_back(fhir::identifier_of(system, *each.value));
    return kept;
}

std::vector<fhir::ContactPoint> usable(std::vector<fhir::ContactPoint> telecom)
{
    std::erase_if(telecom, [](const auto& point) { return !point.system || !point.value; });
    return telecom;
}

fhir::Address usable(fhir::Address address)
{
    address.state.reset();
    address.text.reset();
    return address;
}

const fhir::Organization* own_organization(const search::Book* book)
{
    if (!book)
        return nullptr;
    for (const auto& [id, organization] : book->organizations)
        if (fhir::identifier_value(organization->identifier, names::ods_system) == book->ods.text())
            return &*organization;
    return nullptr;
}

fhir::ContactPoint work_phone(const std::string& number)
{
    fhir::ContactPoint phone;
    phone.system = fhir::ContactSystem::phone;
    phone.value = number;
    phone.use = fhir::ContactUse::work;
    return phone;
}

} // namespace

std::string organization_id(std::string_view ods)
{
    return std::string(ods) + ".organisation";
}

std::string main_location_id(std::string_view ods)
{
    return std::string(ods) + ".main-site";
}

template <class T>
T with_meta(T resource, std::string_view profile)
{
    resource.meta.reset();
    const auto version = fhir::codec::content_version(fhir::codec::to_json(resource));
    auto& meta = resource.meta.emplace();
    meta.version_id = std::string(version.data(), version.size());
    meta.profile.emplace_back(profile);
    return resource;
}

template fhir::Schedule with_meta(fhir::Schedule, std::string_view);
template fhir::Patient with_meta(fhir::Patient, std::string_view);

fhir::Organization to_profile(const policy::Practice& practice, const search::Book* book)
{
    const fhir::Organization* known = own_organization(book);
    fhir::Organization organization;
    organization.id = organization_id(practice.ods.text());
    organization.identifier.push_back(fhir::identifier_of(names::ods_system, practice.ods.text()));
    organization.name = known && known->name ? *known->name : practice.name;
    if (known)
        organization.telecom = usable(known->telecom);
    if (organization.telecom.empty() && !practice.phone.empty())
        organization.telecom.push_back(work_phone(practice.phone));
    if (known)
        for (const auto& address : known->address)
            organization.address.push_back(usable(address));
    return with_meta(std::move(organization), names::organization_profile);
}

fhir::Location main_location(const policy::Practice& practice)
{
    fhir::Location location;
    location.id = main_location_id(practice.ods.text());
    location.name = practice.name;
    if (!practice.phone.empty())
        location.telecom.push_back(work_phone(practice.phone));
    return to_profile(std::move(location), practice.ods.text());
}

fhir::Location to_profile(fhir::Location given, std::string_view ods)
{
    constexpr std::array systems{names::ods_site_system};
    fhir::Location location;
    location.id = given.id;
    location.identifier = plain(given.identifier, systems);
    location.name = given.name;
    location.telecom = usable(std::move(given.telecom));
    if (given.address)
        location.address = usable(*given.address);
    location.managing_organization = fhir::reference_to("Organization/" + organization_id(ods));
    return with_meta(std::move(location), names::location_profile);
}

fhir::Practitioner to_profile(fhir::Practitioner given)
{
    constexpr std::array systems{names::sds_user_system, names::sds_role_profile_system};
    fhir::Practitioner practitioner;
    practitioner.id = given.id;
    practitioner.identifier = plain(given.identifier, systems);
    fhir::HumanName name = given.name.empty() ? fhir::HumanName() : given.name.front();
    if (!name.family)
        name.family = name.text.value_or("Unknown");
    name.use = fhir::NameUse::official;
    practitioner.name.push_back(std::move(name));
    practitioner.gender = given.gender;
    return with_meta(std::move(practitioner), names::practitioner_profile);
}

fhir::Bundle searchset()
{
    fhir::Bundle bundle;
    bundle.type = fhir::BundleType::searchset;
    bundle.meta.emplace().profile.emplace_back(names::bundle_profile);
    return bundle;
}

} // namespace gateway::faces::gpconnect
