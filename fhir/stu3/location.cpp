// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/location.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_location;

template <>
const TypeInfo TypeOf<LocationPosition>::info;

// One type; no opening hours.
constexpr auto stu3_location_elements = joined(
    domain_base,
    elements(element<"identifier", &Location::identifier>(in_summary),
             element<"status", &Location::status>(in_summary),
             element<"operationalStatus", &Location::operational_status>(in_summary),
             element<"name", &Location::name>(in_summary), element<"alias", &Location::alias>(),
             element<"description", &Location::description>(in_summary),
             element<"mode", &Location::mode>(in_summary), first_element<"type", &Location::type>(in_summary),
             element<"telecom", &Location::telecom>(), element<"address", &Location::address>(),
             element<"physicalType", &Location::physical_type>(in_summary),
             element<"position", &Location::position>(),
             element<"managingOrganization", &Location::managing_organization>(in_summary),
             element<"partOf", &Location::part_of>(), element<"endpoint", &Location::endpoint>()));
constinit const TypeInfo stu3_location = resource_type<Location>("Location", stu3_location_elements);

} // namespace fhir::schema
