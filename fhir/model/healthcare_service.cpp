// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/healthcare_service.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/schema/declare_availability.hpp"

namespace fhir::schema
{

constexpr auto healthcare_service_eligibility_elements =
    joined(backbone_base, elements(element<"code", &HealthcareServiceEligibility::code>(),
                                   element<"comment", &HealthcareServiceEligibility::comment>()));
template <>
constinit const TypeInfo TypeOf<HealthcareServiceEligibility>::info =
    complex_type<HealthcareServiceEligibility>("HealthcareService.eligibility",
                                               healthcare_service_eligibility_elements);

constexpr auto healthcare_service_elements = joined(
    domain_base, elements(element<"identifier", &HealthcareService::identifier>(in_summary),
                          element<"active", &HealthcareService::active>(in_summary),
                          element<"providedBy", &HealthcareService::provided_by>(in_summary),
                          element<"category", &HealthcareService::category>(in_summary),
                          element<"type", &HealthcareService::type>(in_summary),
                          element<"specialty", &HealthcareService::specialty>(in_summary),
                          element<"location", &HealthcareService::location>(in_summary),
                          element<"name", &HealthcareService::name>(in_summary),
                          element<"comment", &HealthcareService::comment>(in_summary),
                          element<"extraDetails", &HealthcareService::extra_details>(),
                          element<"photo", &HealthcareService::photo>(in_summary),
                          element<"telecom", &HealthcareService::telecom>(),
                          element<"coverageArea", &HealthcareService::coverage_area>(),
                          element<"serviceProvisionCode", &HealthcareService::service_provision_code>(),
                          element<"eligibility", &HealthcareService::eligibility>(),
                          element<"program", &HealthcareService::program>(),
                          element<"characteristic", &HealthcareService::characteristic>(),
                          element<"communication", &HealthcareService::communication>(),
                          element<"referralMethod", &HealthcareService::referral_method>(),
                          element<"appointmentRequired", &HealthcareService::appointment_required>(),
                          element<"availableTime", &HealthcareService::available_time>(),
                          element<"notAvailable", &HealthcareService::not_available>(),
                          element<"availabilityExceptions", &HealthcareService::availability_exceptions>(),
                          element<"endpoint", &HealthcareService::endpoint>()));
template <>
constinit const TypeInfo TypeOf<HealthcareService>::info =
    resource_type<HealthcareService>("HealthcareService", healthcare_service_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& HealthcareService::declaration()
{
    return schema::TypeOf<HealthcareService>::info;
}

} // namespace fhir
