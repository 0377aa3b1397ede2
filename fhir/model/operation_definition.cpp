// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/operation_definition.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

template <>
const TypeInfo TypeOf<OperationParameter>::info;

constexpr auto operation_parameter_elements =
    joined(backbone_base,
           elements(element<"name", &OperationParameter::name>(), element<"use", &OperationParameter::use>(),
                    element<"min", &OperationParameter::min>(), element<"max", &OperationParameter::max>(),
                    element<"documentation", &OperationParameter::documentation>(),
                    element<"type", &OperationParameter::type>(),
                    element<"targetProfile", &OperationParameter::target_profile>(),
                    element<"part", &OperationParameter::part>()));
template <>
constinit const TypeInfo TypeOf<OperationParameter>::info =
    complex_type<OperationParameter>("OperationDefinition.parameter", operation_parameter_elements);

constexpr auto operation_definition_elements =
    joined(domain_base, elements(element<"url", &OperationDefinition::url>(in_summary),
                                 element<"version", &OperationDefinition::version>(in_summary),
                                 element<"name", &OperationDefinition::name>(in_summary),
                                 element<"title", &OperationDefinition::title>(in_summary),
                                 element<"status", &OperationDefinition::status>(in_summary),
                                 element<"kind", &OperationDefinition::kind>(in_summary),
                                 element<"experimental", &OperationDefinition::experimental>(in_summary),
                                 element<"date", &OperationDefinition::date>(in_summary),
                                 element<"publisher", &OperationDefinition::publisher>(in_summary),
                                 element<"description", &OperationDefinition::description>(in_summary),
                                 element<"affectsState", &OperationDefinition::affects_state>(in_summary),
                                 element<"code", &OperationDefinition::code>(in_summary),
                                 element<"comment", &OperationDefinition::comment>(),
                                 element<"base", &OperationDefinition::base>(in_summary),
                                 element<"resource", &OperationDefinition::resource>(in_summary),
                                 element<"system", &OperationDefinition::system>(in_summary),
                                 element<"type", &OperationDefinition::type>(in_summary),
                                 element<"instance", &OperationDefinition::instance>(in_summary),
                                 element<"parameter", &OperationDefinition::parameter>()));
template <>
constinit const TypeInfo TypeOf<OperationDefinition>::info =
    resource_type<OperationDefinition>("OperationDefinition", operation_definition_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& OperationDefinition::declaration()
{
    return schema::TypeOf<OperationDefinition>::info;
}

} // namespace fhir
