// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/task.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr std::array<ChoiceInfo, 6> task_value_names = {
    choice<"valueString", decltype(TaskParameter::value), 1>(),
    choice<"valueInstant", decltype(TaskParameter::value), 2>(),
    choice<"valueDateTime", decltype(TaskParameter::value), 3>(),
    choice<"valueCodeableConcept", decltype(TaskParameter::value), 4>(),
    choice<"valueIdentifier", decltype(TaskParameter::value), 5>(),
    choice<"valueReference", decltype(TaskParameter::value), 6>(),
};
constexpr ChoiceSet task_value_set = choice_set<&TaskParameter::value>(task_value_names);

constexpr auto task_parameter_elements =
    joined(backbone_base, elements(element<"type", &TaskParameter::type>(),
                                   choice_element<"value", &TaskParameter::value>(task_value_set)));
template <>
constinit const TypeInfo TypeOf<TaskParameter>::info =
    complex_type<TaskParameter>("Task.input", task_parameter_elements);

constexpr auto task_restriction_elements =
    joined(backbone_base, elements(element<"repetitions", &TaskRestriction::repetitions>(),
                                   element<"period", &TaskRestriction::period>(),
                                   element<"recipient", &TaskRestriction::recipient>()));
template <>
constinit const TypeInfo TypeOf<TaskRestriction>::info =
    complex_type<TaskRestriction>("Task.restriction", task_restriction_elements);

constexpr auto task_elements = joined(
    domain_base,
    elements(element<"identifier", &Task::identifier>(),
             element<"instantiatesCanonical", &Task::instantiates_canonical>(in_summary),
             element<"instantiatesUri", &Task::instantiates_uri>(in_summary),
             element<"basedOn", &Task::based_on>(in_summary),
             element<"groupIdentifier", &Task::group_identifier>(in_summary),
             element<"partOf", &Task::part_of>(in_summary), element<"status", &Task::status>(in_summary),
             element<"statusReason", &Task::status_reason>(in_summary),
             element<"businessStatus", &Task::business_status>(in_summary),
             element<"intent", &Task::intent>(in_summary), element<"priority", &Task::priority>(),
             element<"code", &Task::code>(in_summary), element<"description", &Task::description>(in_summary),
             element<"focus", &Task::focus>(in_summary), element<"for", &Task::for_>(in_summary),
             element<"encounter", &Task::encounter>(in_summary),
             element<"executionPeriod", &Task::execution_period>(in_summary),
             element<"authoredOn", &Task::authored_on>(),
             element<"lastModified", &Task::last_modified>(in_summary),
             element<"requester", &Task::requester>(in_summary),
             element<"performerType", &Task::performer_type>(), element<"owner", &Task::owner>(in_summary),
             element<"location", &Task::location>(in_summary), element<"reasonCode", &Task::reason_code>(),
             element<"reasonReference", &Task::reason_reference>(), element<"insurance", &Task::insurance>(),
             element<"note", &Task::note>(), element<"relevantHistory", &Task::relevant_history>(),
             element<"restriction", &Task::restriction>(), element<"input", &Task::input>(),
             element<"output", &Task::output>()));
template <>
constinit const TypeInfo TypeOf<Task>::info = resource_type<Task>("Task", task_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Task::declaration()
{
    return schema::TypeOf<Task>::info;
}

} // namespace fhir
