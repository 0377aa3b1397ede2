// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/schedule.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_schedule;

constexpr auto schedule_elements =
    joined(domain_base, elements(element<"identifier", &Schedule::identifier>(in_summary),
                                 element<"active", &Schedule::active>(in_summary),
                                 element<"serviceCategory", &Schedule::service_category>(in_summary),
                                 element<"serviceType", &Schedule::service_type>(in_summary),
                                 element<"specialty", &Schedule::specialty>(in_summary),
                                 element<"actor", &Schedule::actor>(at_least_one | in_summary),
                                 element<"planningHorizon", &Schedule::planning_horizon>(in_summary),
                                 element<"comment", &Schedule::comment>()));
template <>
constinit const TypeInfo TypeOf<Schedule>::info =
    resource_type<Schedule>("Schedule", schedule_elements, &stu3_schedule);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Schedule::declaration()
{
    return schema::TypeOf<Schedule>::info;
}

} // namespace fhir
