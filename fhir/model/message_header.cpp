// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/message_header.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto message_destination_elements =
    joined(backbone_base, elements(element<"name", &MessageDestination::name>(in_summary),
                                   element<"target", &MessageDestination::target>(in_summary),
                                   element<"endpoint", &MessageDestination::endpoint>(in_summary),
                                   element<"receiver", &MessageDestination::receiver>(in_summary)));
template <>
constinit const TypeInfo TypeOf<MessageDestination>::info =
    complex_type<MessageDestination>("MessageHeader.destination", message_destination_elements);

constexpr auto message_source_elements =
    joined(backbone_base, elements(element<"name", &MessageSource::name>(in_summary),
                                   element<"software", &MessageSource::software>(in_summary),
                                   element<"version", &MessageSource::version>(in_summary),
                                   element<"contact", &MessageSource::contact>(in_summary),
                                   element<"endpoint", &MessageSource::endpoint>(in_summary)));
template <>
constinit const TypeInfo TypeOf<MessageSource>::info =
    complex_type<MessageSource>("MessageHeader.source", message_source_elements);

constexpr auto message_response_elements =
    joined(backbone_base, elements(element<"identifier", &MessageResponse::identifier>(in_summary),
                                   element<"code", &MessageResponse::code>(in_summary),
                                   element<"details", &MessageResponse::details>(in_summary)));
template <>
constinit const TypeInfo TypeOf<MessageResponse>::info =
    complex_type<MessageResponse>("MessageHeader.response", message_response_elements);

constexpr std::array<ChoiceInfo, 2> message_event_names = {
    choice<"eventCoding", decltype(MessageHeader::event), 1>(),
    choice<"eventUri", decltype(MessageHeader::event), 2>(),
};
constexpr ChoiceSet message_event_set = choice_set<&MessageHeader::event>(message_event_names);

constexpr auto message_header_elements = joined(
    domain_base,
    elements(choice_element<"event", &MessageHeader::event>(message_event_set, in_summary | in_every_part),
             element<"destination", &MessageHeader::destination>(in_summary),
             element<"sender", &MessageHeader::sender>(in_summary),
             element<"enterer", &MessageHeader::enterer>(in_summary),
             element<"author", &MessageHeader::author>(in_summary),
             element<"source", &MessageHeader::source>(in_summary),
             element<"responsible", &MessageHeader::responsible>(in_summary),
             element<"reason", &MessageHeader::reason>(in_summary),
             element<"response", &MessageHeader::response>(in_summary),
             element<"focus", &MessageHeader::focus>(in_summary),
             element<"definition", &MessageHeader::definition>(in_summary)));
template <>
constinit const TypeInfo TypeOf<MessageHeader>::info =
    resource_type<MessageHeader>("MessageHeader", message_header_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& MessageHeader::declaration()
{
    return schema::TypeOf<MessageHeader>::info;
}

} // namespace fhir
