// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/organization.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto organization_contact_elements =
    joined(backbone_base, elements(element<"purpose", &OrganizationContact::purpose>(),
                                   element<"name", &OrganizationContact::name>(),
                                   element<"telecom", &OrganizationContact::telecom>(),
                                   element<"address", &OrganizationContact::address>()));
template <>
constinit const TypeInfo TypeOf<OrganizationContact>::info =
    complex_type<OrganizationContact>("Organization.contact", organization_contact_elements);

// One of identifier and name must be there (org-1).
constexpr auto organization_elements = joined(
    domain_base,
    elements(element<"identifier", &Organization::identifier>(in_summary | in_every_part),
             element<"active", &Organization::active>(in_summary),
             element<"type", &Organization::type>(in_summary),
             element<"name", &Organization::name>(in_summary | in_every_part),
             element<"alias", &Organization::alias>(), element<"telecom", &Organization::telecom>(),
             element<"address", &Organization::address>(),
             element<"partOf", &Organization::part_of>(in_summary),
             element<"contact", &Organization::contact>(), element<"endpoint", &Organization::endpoint>()));
template <>
constinit const TypeInfo TypeOf<Organization>::info =
    resource_type<Organization>("Organization", organization_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Organization::declaration()
{
    return schema::TypeOf<Organization>::info;
}

} // namespace fhir
