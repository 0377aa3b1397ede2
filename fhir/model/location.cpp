// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/location.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_location;

constexpr auto location_position_elements =
    joined(backbone_base, elements(element<"longitude", &LocationPosition::longitude>(),
                                   element<"latitude", &LocationPosition::latitude>(),
                                   element<"altitude", &LocationPosition::altitude>()));
template <>
constinit const TypeInfo TypeOf<LocationPosition>::info =
    complex_type<LocationPosition>("Location.position", location_position_elements);

constexpr auto location_hours_elements =
    joined(backbone_base, elements(element<"daysOfWeek", &LocationHours::days_of_week>(),
                                   element<"allDay", &LocationHours::all_day>(),
                                   element<"openingTime", &LocationHours::opening_time>(),
                                   element<"closingTime", &LocationHours::closing_time>()));
template <>
constinit const TypeInfo TypeOf<LocationHours>::info =
    complex_type<LocationHours>("Location.hoursOfOperation", location_hours_elements);

constexpr auto location_elements = joined(
    domain_base,
    elements(element<"identifier", &Location::identifier>(in_summary),
             element<"status", &Location::status>(in_summary),
             element<"operationalStatus", &Location::operational_status>(in_summary),
             element<"name", &Location::name>(in_summary), element<"alias", &Location::alias>(),
             element<"description", &Location::description>(in_summary),
             element<"mode", &Location::mode>(in_summary), element<"type", &Location::type>(in_summary),
             element<"telecom", &Location::telecom>(), element<"address", &Location::address>(),
             element<"physicalType", &Location::physical_type>(in_summary),
             element<"position", &Location::position>(),
             element<"managingOrganization", &Location::managing_organization>(in_summary),
             element<"partOf", &Location::part_of>(),
             element<"hoursOfOperation", &Location::hours_of_operation>(),
             element<"availabilityExceptions", &Location::availability_exceptions>(),
             element<"endpoint", &Location::endpoint>()));
template <>
constinit const TypeInfo TypeOf<Location>::info =
    resource_type<Location>("Location", location_elements, &stu3_location);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Location::declaration()
{
    return schema::TypeOf<Location>::info;
}

} // namespace fhir
