// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/consent.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto consent_actor_elements =
    joined(backbone_base, elements(element<"role", &ConsentActor::role>(),
                                   element<"reference", &ConsentActor::reference>()));
template <>
constinit const TypeInfo TypeOf<ConsentActor>::info =
    complex_type<ConsentActor>("Consent.provision.actor", consent_actor_elements);

constexpr auto consent_provision_elements =
    joined(backbone_base, elements(element<"type", &ConsentProvision::type>(in_summary),
                                   element<"period", &ConsentProvision::period>(in_summary),
                                   element<"actor", &ConsentProvision::actor>()));
template <>
constinit const TypeInfo TypeOf<ConsentProvision>::info =
    complex_type<ConsentProvision>("Consent.provision", consent_provision_elements);

constexpr auto consent_elements =
    joined(domain_base, elements(element<"identifier", &Consent::identifier>(in_summary),
                                 element<"status", &Consent::status>(in_summary),
                                 element<"scope", &Consent::scope>(in_summary),
                                 element<"category", &Consent::category>(in_summary | at_least_one),
                                 element<"patient", &Consent::patient>(in_summary),
                                 element<"dateTime", &Consent::date_time>(in_summary),
                                 element<"performer", &Consent::performer>(in_summary),
                                 element<"organization", &Consent::organization>(in_summary),
                                 element<"policyRule", &Consent::policy_rule>(in_summary),
                                 element<"provision", &Consent::provision>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Consent>::info = resource_type<Consent>("Consent", consent_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Consent::declaration()
{
    return schema::TypeOf<Consent>::info;
}

} // namespace fhir
