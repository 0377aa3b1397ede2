// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/message_definition.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr std::array<ChoiceInfo, 4> usage_context_names = {
    choice<"valueCodeableConcept", decltype(UsageContext::value), 1>(),
    choice<"valueQuantity", decltype(UsageContext::value), 2>(),
    choice<"valueRange", decltype(UsageContext::value), 3>(),
    choice<"valueReference", decltype(UsageContext::value), 4>(),
};
constexpr ChoiceSet usage_context_set = choice_set<&UsageContext::value>(usage_context_names);

constexpr auto usage_context_elements = joined(
    element_base, elements(element<"code", &UsageContext::code>(in_summary),
                           choice_element<"value", &UsageContext::value>(usage_context_set, in_summary)));
template <>
constinit const TypeInfo TypeOf<UsageContext>::info =
    complex_type<UsageContext>("UsageContext", usage_context_elements);

constexpr auto message_focus_elements =
    joined(backbone_base,
           elements(element<"code", &MessageFocus::code>(in_summary),
                    element<"profile", &MessageFocus::profile>(in_summary),
                    element<"min", &MessageFocus::min>(in_summary), element<"max", &MessageFocus::max>()));
template <>
constinit const TypeInfo TypeOf<MessageFocus>::info =
    complex_type<MessageFocus>("MessageDefinition.focus", message_focus_elements);

constexpr std::array<ChoiceInfo, 2> definition_event_names = {
    choice<"eventCoding", decltype(MessageDefinition::event), 1>(),
    choice<"eventUri", decltype(MessageDefinition::event), 2>(),
};
constexpr ChoiceSet definition_event_set = choice_set<&MessageDefinition::event>(definition_event_names);

constexpr auto message_definition_elements =
    joined(domain_base, elements(element<"url", &MessageDefinition::url>(in_summary),
                                 element<"identifier", &MessageDefinition::identifier>(in_summary),
                                 element<"version", &MessageDefinition::version>(in_summary),
                                 element<"name", &MessageDefinition::name>(in_summary),
                                 element<"title", &MessageDefinition::title>(in_summary),
                                 element<"status", &MessageDefinition::status>(in_summary),
                                 element<"experimental", &MessageDefinition::experimental>(in_summary),
                                 element<"date", &MessageDefinition::date>(in_summary),
                                 element<"publisher", &MessageDefinition::publisher>(in_summary),
                                 element<"contact", &MessageDefinition::contact>(in_summary),
                                 element<"description", &MessageDefinition::description>(in_summary),
                                 element<"useContext", &MessageDefinition::use_context>(in_summary),
                                 element<"jurisdiction", &MessageDefinition::jurisdiction>(in_summary),
                                 element<"purpose", &MessageDefinition::purpose>(in_summary),
                                 element<"copyright", &MessageDefinition::copyright>(),
                                 choice_element<"event", &MessageDefinition::event>(
                                     definition_event_set, in_summary | in_every_part),
                                 element<"category", &MessageDefinition::category>(in_summary),
                                 element<"focus", &MessageDefinition::focus>(in_summary),
                                 element<"responseRequired", &MessageDefinition::response_required>()));
template <>
constinit const TypeInfo TypeOf<MessageDefinition>::info =
    resource_type<MessageDefinition>("MessageDefinition", message_definition_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& MessageDefinition::declaration()
{
    return schema::TypeOf<MessageDefinition>::info;
}

} // namespace fhir
