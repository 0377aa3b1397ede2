// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/audit_event.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto audit_network_elements =
    joined(backbone_base, elements(element<"address", &AuditEventNetwork::address>(),
                                   element<"type", &AuditEventNetwork::type>()));
template <>
constinit const TypeInfo TypeOf<AuditEventNetwork>::info =
    complex_type<AuditEventNetwork>("AuditEvent.agent.network", audit_network_elements);

constexpr auto audit_agent_elements =
    joined(backbone_base,
           elements(element<"type", &AuditEventAgent::type>(), element<"role", &AuditEventAgent::role>(),
                    element<"who", &AuditEventAgent::who>(in_summary),
                    element<"altId", &AuditEventAgent::alt_id>(), element<"name", &AuditEventAgent::name>(),
                    element<"requestor", &AuditEventAgent::requestor>(in_summary),
                    element<"network", &AuditEventAgent::network>()));
template <>
constinit const TypeInfo TypeOf<AuditEventAgent>::info =
    complex_type<AuditEventAgent>("AuditEvent.agent", audit_agent_elements);

constexpr auto audit_source_elements =
    joined(backbone_base, elements(element<"site", &AuditEventSource::site>(),
                                   element<"observer", &AuditEventSource::observer>(in_summary),
                                   element<"type", &AuditEventSource::type>()));
template <>
constinit const TypeInfo TypeOf<AuditEventSource>::info =
    complex_type<AuditEventSource>("AuditEvent.source", audit_source_elements);

constexpr std::array<ChoiceInfo, 1> audit_value_names = {
    choice<"valueString", decltype(AuditEventDetail::value), 1>(),
};
constexpr ChoiceSet audit_value_set = choice_set<&AuditEventDetail::value>(audit_value_names);
constexpr auto audit_detail_elements =
    joined(backbone_base, elements(element<"type", &AuditEventDetail::type>(),
                                   choice_element<"value", &AuditEventDetail::value>(audit_value_set)));
template <>
constinit const TypeInfo TypeOf<AuditEventDetail>::info =
    complex_type<AuditEventDetail>("AuditEvent.entity.detail", audit_detail_elements);

constexpr auto audit_entity_elements = joined(
    backbone_base,
    elements(element<"what", &AuditEventEntity::what>(in_summary), element<"type", &AuditEventEntity::type>(),
             element<"role", &AuditEventEntity::role>(), element<"name", &AuditEventEntity::name>(in_summary),
             element<"description", &AuditEventEntity::description>(),
             element<"detail", &AuditEventEntity::detail>()));
template <>
constinit const TypeInfo TypeOf<AuditEventEntity>::info =
    complex_type<AuditEventEntity>("AuditEvent.entity", audit_entity_elements);

constexpr auto audit_event_elements =
    joined(domain_base,
           elements(element<"type", &AuditEvent::type>(in_summary),
                    element<"subtype", &AuditEvent::subtype>(in_summary),
                    element<"action", &AuditEvent::action>(in_summary),
                    element<"recorded", &AuditEvent::recorded>(in_summary),
                    element<"outcome", &AuditEvent::outcome>(in_summary),
                    element<"outcomeDesc", &AuditEvent::outcome_desc>(in_summary),
                    element<"purposeOfEvent", &AuditEvent::purpose_of_event>(in_summary),
                    element<"agent", &AuditEvent::agent>(at_least_one),
                    element<"source", &AuditEvent::source>(), element<"entity", &AuditEvent::entity>()));
template <>
constinit const TypeInfo TypeOf<AuditEvent>::info =
    resource_type<AuditEvent>("AuditEvent", audit_event_elements);

constexpr auto provenance_agent_elements =
    joined(backbone_base, elements(element<"type", &ProvenanceAgent::type>(in_summary),
                                   element<"who", &ProvenanceAgent::who>(in_summary),
                                   element<"onBehalfOf", &ProvenanceAgent::on_behalf_of>()));
template <>
constinit const TypeInfo TypeOf<ProvenanceAgent>::info =
    complex_type<ProvenanceAgent>("Provenance.agent", provenance_agent_elements);

constexpr auto provenance_entity_elements =
    joined(backbone_base, elements(element<"role", &ProvenanceEntity::role>(in_summary),
                                   element<"what", &ProvenanceEntity::what>(in_summary)));
template <>
constinit const TypeInfo TypeOf<ProvenanceEntity>::info =
    complex_type<ProvenanceEntity>("Provenance.entity", provenance_entity_elements);

constexpr auto provenance_elements =
    joined(domain_base, elements(element<"target", &Provenance::target>(in_summary | at_least_one),
                                 element<"recorded", &Provenance::recorded>(in_summary),
                                 element<"activity", &Provenance::activity>(),
                                 element<"agent", &Provenance::agent>(in_summary | at_least_one),
                                 element<"entity", &Provenance::entity>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Provenance>::info =
    resource_type<Provenance>("Provenance", provenance_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& AuditEvent::declaration()
{
    return schema::TypeOf<AuditEvent>::info;
}

const schema::TypeInfo& Provenance::declaration()
{
    return schema::TypeOf<Provenance>::info;
}

} // namespace fhir
