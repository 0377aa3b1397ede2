// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/service_request.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr std::array<ChoiceInfo, 2> request_occurrence_names = {
    choice<"occurrenceDateTime", decltype(ServiceRequest::occurrence), 1>(),
    choice<"occurrencePeriod", decltype(ServiceRequest::occurrence), 2>(),
};
constexpr ChoiceSet request_occurrence_set =
    choice_set<&ServiceRequest::occurrence>(request_occurrence_names);

constexpr auto service_request_elements = joined(
    domain_base,
    elements(element<"identifier", &ServiceRequest::identifier>(in_summary),
             element<"instantiatesCanonical", &ServiceRequest::instantiates_canonical>(in_summary),
             element<"instantiatesUri", &ServiceRequest::instantiates_uri>(in_summary),
             element<"basedOn", &ServiceRequest::based_on>(in_summary),
             element<"replaces", &ServiceRequest::replaces>(in_summary),
             element<"requisition", &ServiceRequest::requisition>(in_summary),
             element<"status", &ServiceRequest::status>(in_summary),
             element<"intent", &ServiceRequest::intent>(in_summary),
             element<"category", &ServiceRequest::category>(in_summary),
             element<"priority", &ServiceRequest::priority>(in_summary),
             element<"doNotPerform", &ServiceRequest::do_not_perform>(in_summary),
             element<"code", &ServiceRequest::code>(in_summary),
             element<"orderDetail", &ServiceRequest::order_detail>(in_summary),
             element<"subject", &ServiceRequest::subject>(in_summary),
             element<"encounter", &ServiceRequest::encounter>(in_summary),
             choice_element<"occurrence", &ServiceRequest::occurrence>(request_occurrence_set, in_summary),
             element<"authoredOn", &ServiceRequest::authored_on>(in_summary),
             element<"requester", &ServiceRequest::requester>(in_summary),
             element<"performerType", &ServiceRequest::performer_type>(in_summary),
             element<"performer", &ServiceRequest::performer>(in_summary),
             element<"locationCode", &ServiceRequest::location_code>(in_summary),
             element<"locationReference", &ServiceRequest::location_reference>(in_summary),
             element<"reasonCode", &ServiceRequest::reason_code>(in_summary),
             element<"reasonReference", &ServiceRequest::reason_reference>(in_summary),
             element<"supportingInfo", &ServiceRequest::supporting_info>(),
             element<"bodySite", &ServiceRequest::body_site>(in_summary),
             element<"note", &ServiceRequest::note>(),
             element<"patientInstruction", &ServiceRequest::patient_instruction>(in_summary),
             element<"relevantHistory", &ServiceRequest::relevant_history>()));
template <>
constinit const TypeInfo TypeOf<ServiceRequest>::info =
    resource_type<ServiceRequest>("ServiceRequest", service_request_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& ServiceRequest::declaration()
{
    return schema::TypeOf<ServiceRequest>::info;
}

} // namespace fhir
