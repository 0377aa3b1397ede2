// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/capability_statement.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_capability_statement, stu3_capability_implementation, stu3_capability_operation,
    stu3_capability_rest_resource, stu3_capability_search_param;

template <>
const TypeInfo TypeOf<CapabilitySoftware>::info;
template <>
const TypeInfo TypeOf<CapabilityImplementation>::info;
template <>
const TypeInfo TypeOf<CapabilityInteraction>::info;
template <>
const TypeInfo TypeOf<CapabilitySearchParam>::info;
template <>
const TypeInfo TypeOf<CapabilityOperation>::info;
template <>
const TypeInfo TypeOf<CapabilityRestResource>::info;
template <>
const TypeInfo TypeOf<CapabilityRest>::info;

/// STU3 has a Reference where R4 has a canonical: an element around the model's URI.
constexpr std::array<ElementInfo, 1> uri_reference_elements = {{{
    .name = NameText<"reference">::name,
    .key = NameText<"reference">::key,
    .type = &TypeOf<Uri>::info,
    .choice = nullptr,
    .required = true,
    .many = false,
    .summary = true,
    .kept = false,
    .attribute = false,
    .count = [](const void*) -> std::size_t { return 1; },
    .get = [](const void* owner, std::size_t) { return owner; },
    .add = [](void* owner) { return owner; },
}}};
constexpr TypeInfo uri_reference = {
    .name = "Reference", .kind = Kind::complex, .elements = uri_reference_elements};

// No custodian.
constexpr auto stu3_capability_implementation_elements =
    joined(backbone_base, elements(element<"description", &CapabilityImplementation::description>(in_summary),
                                   element<"url", &CapabilityImplementation::url>(in_summary)));
constinit const TypeInfo stu3_capability_implementation = complex_type<CapabilityImplementation>(
    "CapabilityStatement.implementation", stu3_capability_implementation_elements);

// No type `special`.
constexpr auto stu3_capability_search_param_elements =
    joined(backbone_base, elements(element<"name", &CapabilitySearchParam::name>(),
                                   element<"definition", &CapabilitySearchParam::definition>(),
                                   element<"type", &CapabilitySearchParam::type>(
                                       &narrow_enum_type<SearchParamType, 8, SearchParamType::string>),
                                   element<"documentation", &CapabilitySearchParam::documentation>()));
constinit const TypeInfo stu3_capability_search_param = complex_type<CapabilitySearchParam>(
    "CapabilityStatement.rest.searchParam", stu3_capability_search_param_elements);

// The definition is a Reference.
constexpr auto stu3_capability_operation_elements =
    joined(backbone_base,
           elements(element<"name", &CapabilityOperation::name>(in_summary),
                    element<"definition", &CapabilityOperation::definition>(&uri_reference, in_summary)));
constinit const TypeInfo stu3_capability_operation = complex_type<CapabilityOperation>(
    "CapabilityStatement.rest.operation", stu3_capability_operation_elements);

// The profile is a Reference; operations stand beside the resources.
constexpr auto stu3_capability_rest_resource_elements = joined(
    backbone_base, elements(element<"type", &CapabilityRestResource::type>(in_summary),
                            element<"profile", &CapabilityRestResource::profile>(&uri_reference, in_summary),
                            element<"documentation", &CapabilityRestResource::documentation>(),
                            element<"interaction", &CapabilityRestResource::interaction>(at_least_one),
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
                            element<"searchParam", &CapabilityRestResource::search_param>()));
constinit const TypeInfo stu3_capability_rest_resource = complex_type<CapabilityRestResource>(
    "CapabilityStatement.rest.resource", stu3_capability_rest_resource_elements);

// `acceptUnknown` and `profile`; no imports.
constexpr auto stu3_capability_statement_elements = joined(
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
             element<"software", &CapabilityStatement::software>(in_summary | in_every_part),
             element<"implementation", &CapabilityStatement::implementation>(in_summary | in_every_part),
             element<"fhirVersion", &CapabilityStatement::fhir_version>(in_summary),
             element<"acceptUnknown", &CapabilityStatement::accept_unknown>(in_summary | at_least_one),
             element<"format", &CapabilityStatement::format>(in_summary | at_least_one),
             element<"patchFormat", &CapabilityStatement::patch_format>(in_summary),
             element<"implementationGuide", &CapabilityStatement::implementation_guide>(in_summary),
             element<"profile", &CapabilityStatement::profile>(&uri_reference, in_summary),
             element<"rest", &CapabilityStatement::rest>(in_summary | in_every_part)));
constinit const TypeInfo stu3_capability_statement =
    resource_type<CapabilityStatement>("CapabilityStatement", stu3_capability_statement_elements);

} // namespace fhir::schema
