// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/practitioner_role.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/schema/declare_availability.hpp"

namespace fhir::schema
{

constexpr auto practitioner_role_elements = joined(
    domain_base, elements(element<"identifier", &PractitionerRole::identifier>(in_summary),
                          element<"active", &PractitionerRole::active>(in_summary),
                          element<"period", &PractitionerRole::period>(in_summary),
                          element<"practitioner", &PractitionerRole::practitioner>(in_summary),
                          element<"organization", &PractitionerRole::organization>(in_summary),
                          element<"code", &PractitionerRole::code>(in_summary),
                          element<"specialty", &PractitionerRole::specialty>(in_summary),
                          element<"location", &PractitionerRole::location>(in_summary),
                          element<"healthcareService", &PractitionerRole::healthcare_service>(),
                          element<"telecom", &PractitionerRole::telecom>(in_summary),
                          element<"availableTime", &PractitionerRole::available_time>(),
                          element<"notAvailable", &PractitionerRole::not_available>(),
                          element<"availabilityExceptions", &PractitionerRole::availability_exceptions>(),
                          element<"endpoint", &PractitionerRole::endpoint>()));
template <>
constinit const TypeInfo TypeOf<PractitionerRole>::info =
    resource_type<PractitionerRole>("PractitionerRole", practitioner_role_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& PractitionerRole::declaration()
{
    return schema::TypeOf<PractitionerRole>::info;
}

} // namespace fhir
