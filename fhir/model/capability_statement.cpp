// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/capability_statement.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_capability_statement, stu3_capability_implementation, stu3_capability_operation,
    stu3_capability_search_param, stu3_capability_rest_resource;

constexpr auto capability_software_elements =
    joined(backbone_base, elements(element<"name", &CapabilitySoftware::name>(in_summary),
                                   element<"version", &CapabilitySoftware::version>(in_summary),
                                   element<"releaseDate", &CapabilitySoftware::release_date>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilitySoftware>::info =
    complex_type<CapabilitySoftware>("CapabilityStatement.software", capability_software_elements);

constexpr auto capability_implementation_elements =
    joined(backbone_base, elements(element<"description", &CapabilityImplementation::description>(in_summary),
                                   element<"url", &CapabilityImplementation::url>(in_summary),
                                   element<"custodian", &CapabilityImplementation::custodian>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilityImplementation>::info =
    complex_type<CapabilityImplementation>("CapabilityStatement.implementation",
                                           capability_implementation_elements,
                                           &stu3_capability_implementation);

constexpr auto capability_security_elements =
    joined(backbone_base, elements(element<"cors", &CapabilitySecurity::cors>(in_summary),
                                   element<"service", &CapabilitySecurity::service>(in_summary),
                                   element<"description", &CapabilitySecurity::description>()));
template <>
constinit const TypeInfo TypeOf<CapabilitySecurity>::info =
    complex_type<CapabilitySecurity>("CapabilityStatement.rest.security", capability_security_elements);

constexpr auto capability_interaction_elements =
    joined(backbone_base, elements(element<"code", &CapabilityInteraction::code>(),
                                   element<"documentation", &CapabilityInteraction::documentation>()));
template <>
constinit const TypeInfo TypeOf<CapabilityInteraction>::info = complex_type<CapabilityInteraction>(
    "CapabilityStatement.rest.interaction", capability_interaction_elements);

constexpr auto capability_search_param_elements =
    joined(backbone_base, elements(element<"name", &CapabilitySearchParam::name>(),
                                   element<"definition", &CapabilitySearchParam::definition>(),
                                   element<"type", &CapabilitySearchParam::type>(),
                                   element<"documentation", &CapabilitySearchParam::documentation>()));
template <>
constinit const TypeInfo TypeOf<CapabilitySearchParam>::info = complex_type<CapabilitySearchParam>(
    "CapabilityStatement.rest.searchParam", capability_search_param_elements, &stu3_capability_search_param);

constexpr auto capability_operation_elements =
    joined(backbone_base, elements(element<"name", &CapabilityOperation::name>(in_summary),
                                   element<"definition", &CapabilityOperation::definition>(in_summary),
                                   element<"documentation", &CapabilityOperation::documentation>()));
template <>
constinit const TypeInfo TypeOf<CapabilityOperation>::info = complex_type<CapabilityOperation>(
    "CapabilityStatement.rest.operation", capability_operation_elements, &stu3_capability_operation);

constexpr auto capability_rest_resource_elements =
    joined(backbone_base,
           elements(element<"type", &CapabilityRestResource::type>(in_summary),
                    element<"profile", &CapabilityRestResource::profile>(in_summary),
                    element<"supportedProfile", &CapabilityRestResource::supported_profile>(in_summary),
                    element<"documentation", &CapabilityRestResource::documentation>(),
                    element<"interaction", &CapabilityRestResource::interaction>(),
                    element<"versioning", &CapabilityRestResource::versioning>(),
                    element<"readHistory", &CapabilityRestResource::read_history>(),
                    element<"updateCreate", &CapabilityRestResource::update_create>(),
                    element<"conditionalCreate", &CapabilityRestResource::conditional_create>(),
                    element<"conditionalRead", &CapabilityRestResource::conditional_read>(),
                    element<"conditionalUpdate", &CapabilityRestResource::conditional_update>(),
                    element<"conditionalDelete", &CapabilityRestResource::conditional_delete>(),
                    element<"referencePolicy", &CapabilityRestResource::reference_policy>(),
                    element<"searchInclude", &CapabilityRestResource::search_include>(),
                    element<"searchRevInclude", &CapabilityRestResource::search_rev_include>(),
                    element<"searchParam", &CapabilityRestResource::search_param>(),
                    element<"operation", &CapabilityRestResource::operation>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilityRestResource>::info = complex_type<CapabilityRestResource>(
    "CapabilityStatement.rest.resource", capability_rest_resource_elements, &stu3_capability_rest_resource);

constexpr auto capability_rest_elements =
    joined(backbone_base, elements(element<"mode", &CapabilityRest::mode>(in_summary),
                                   element<"documentation", &CapabilityRest::documentation>(),
                                   element<"security", &CapabilityRest::security>(in_summary),
                                   element<"resource", &CapabilityRest::resource>(in_summary),
                                   element<"interaction", &CapabilityRest::interaction>(),
                                   element<"searchParam", &CapabilityRest::search_param>(),
                                   element<"operation", &CapabilityRest::operation>(in_summary),
                                   element<"compartment", &CapabilityRest::compartment>()));
template <>
constinit const TypeInfo TypeOf<CapabilityRest>::info =
    complex_type<CapabilityRest>("CapabilityStatement.rest", capability_rest_elements);

constexpr auto capability_supported_message_elements = joined(
    backbone_base, elements(element<"mode", &CapabilitySupportedMessage::mode>(in_summary),
                            element<"definition", &CapabilitySupportedMessage::definition>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilitySupportedMessage>::info = complex_type<CapabilitySupportedMessage>(
    "CapabilityStatement.messaging.supportedMessage", capability_supported_message_elements);

constexpr auto capability_messaging_elements =
    joined(backbone_base,
           elements(element<"reliableCache", &CapabilityMessaging::reliable_cache>(),
                    element<"documentation", &CapabilityMessaging::documentation>(),
                    element<"supportedMessage", &CapabilityMessaging::supported_message>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilityMessaging>::info =
    complex_type<CapabilityMessaging>("CapabilityStatement.messaging", capability_messaging_elements);

constexpr auto capability_statement_elements = joined(
    domain_base,
    elements(element<"url", &CapabilityStatement::url>(in_summary),
             element<"version", &CapabilityStatement::version>(in_summary),
             element<"name", &CapabilityStatement::name>(in_summary),
             element<"title", &CapabilityStatement::title>(in_summary),
             element<"status", &CapabilityStatement::status>(in_summary),
             element<"experimental", &CapabilityStatement::experimental>(in_summary),
             element<"date", &CapabilityStatement::date>(in_summary),
             element<"publisher", &CapabilityStatement::publisher>(in_summary),
             element<"contact", &CapabilityStatement::contact>(in_summary),
             element<"description", &CapabilityStatement::description>(),
             element<"jurisdiction", &CapabilityStatement::jurisdiction>(in_summary),
             element<"purpose", &CapabilityStatement::purpose>(),
             element<"copyright", &CapabilityStatement::copyright>(),
             element<"kind", &CapabilityStatement::kind>(in_summary),
             element<"instantiates", &CapabilityStatement::instantiates>(in_summary),
             element<"imports", &CapabilityStatement::imports>(in_summary),
             element<"software", &CapabilityStatement::software>(in_summary | in_every_part),
             element<"implementation", &CapabilityStatement::implementation>(in_summary | in_every_part),
             element<"fhirVersion", &CapabilityStatement::fhir_version>(in_summary),
             element<"format", &CapabilityStatement::format>(in_summary),
             element<"patchFormat", &CapabilityStatement::patch_format>(in_summary),
             element<"implementationGuide", &CapabilityStatement::implementation_guide>(in_summary),
             element<"rest", &CapabilityStatement::rest>(in_summary | in_every_part),
             element<"messaging", &CapabilityStatement::messaging>(in_summary)));
template <>
constinit const TypeInfo TypeOf<CapabilityStatement>::info = resource_type<CapabilityStatement>(
    "CapabilityStatement", capability_statement_elements, &stu3_capability_statement);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& CapabilityStatement::declaration()
{
    return schema::TypeOf<CapabilityStatement>::info;
}

} // namespace fhir
