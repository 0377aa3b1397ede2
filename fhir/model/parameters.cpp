// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/parameters.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/schema/open_value.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_parameters_parameter;
template <>
const TypeInfo TypeOf<ParametersParameter>::info;

constexpr auto parameter_value_names = open_value_names<ExtensionValue>();
constexpr ChoiceSet value_set = choice_set<&ParametersParameter::value>(
    parameter_value_names, [](void* owner) { return &static_cast<ParametersParameter*>(owner)->value_name; });

constexpr auto parameters_parameter_elements = joined(
    backbone_base, elements(element<"name", &ParametersParameter::name>(in_summary),
                            choice_element<"value", &ParametersParameter::value>(value_set, in_summary),
                            element<"resource", &ParametersParameter::resource>(in_summary),
                            element<"part", &ParametersParameter::part>(in_summary)));
template <>
constinit const TypeInfo TypeOf<ParametersParameter>::info = complex_type<ParametersParameter>(
    "Parameters.parameter", parameters_parameter_elements, &stu3_parameters_parameter);

constexpr auto parameters_elements =
    joined(resource_base, elements(element<"parameter", &Parameters::parameter>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Parameters>::info =
    resource_type<Parameters>("Parameters", parameters_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Parameters::declaration()
{
    return schema::TypeOf<Parameters>::info;
}

} // namespace fhir
