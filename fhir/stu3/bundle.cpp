// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/bundle.hpp"

#include "fhir/model/parameters.hpp"
#include "fhir/schema/declare.hpp"
#include "fhir/schema/open_value.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_bundle, stu3_parameters_parameter;

template <>
const TypeInfo TypeOf<BundleLink>::info;
template <>
const TypeInfo TypeOf<BundleEntry>::info;
template <>
const TypeInfo TypeOf<ParametersParameter>::info;

// No timestamp.
constexpr auto stu3_bundle_elements = joined(
    resource_base,
    elements(element<"identifier", &Bundle::identifier>(in_summary),
             element<"type", &Bundle::type>(in_summary), element<"total", &Bundle::total>(in_summary),
             element<"link", &Bundle::link>(in_summary), element<"entry", &Bundle::entry>(in_summary)));
constinit const TypeInfo stu3_bundle = resource_type<Bundle>("Bundle", stu3_bundle_elements);

// Fewer types of value.
constexpr auto stu3_parameter_value_names = stu3_open_value_names<ExtensionValue>();
constexpr ChoiceSet stu3_parameter_value_set =
    choice_set<&ParametersParameter::value>(stu3_parameter_value_names, [](void* owner) {
        return &static_cast<ParametersParameter*>(owner)->value_name;
    });
constexpr auto stu3_parameters_parameter_elements = joined(
    backbone_base,
    elements(element<"name", &ParametersParameter::name>(in_summary),
             choice_element<"value", &ParametersParameter::value>(stu3_parameter_value_set, in_summary),
             element<"resource", &ParametersParameter::resource>(in_summary),
             element<"part", &ParametersParameter::part>(in_summary)));
constinit const TypeInfo stu3_parameters_parameter =
    complex_type<ParametersParameter>("Parameters.parameter", stu3_parameters_parameter_elements);

} // namespace fhir::schema
