// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct ConsentActor : BackboneElement
{
    CodeableConcept role;
    Reference reference;
};

/// One rule. Rules within rules, and data, classes or labels that narrow one, are not modelled: what they
/// except from a rule must not be overlooked, so they are refused.
struct ConsentProvision : BackboneElement
{
    std::optional<Code> type; ///< deny, permit
    std::optional<Period> period;
    std::vector<ConsentActor> actor;
};

/// FHIR R4 Consent, as far as decisions on sharing appointments go (without source, verification and
/// policies by address).
struct Consent : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    Code status;
    CodeableConcept scope;
    std::vector<CodeableConcept> category; ///< at least one
    std::optional<Reference> patient;
    std::optional<DateTime> date_time;
    std::vector<Reference> performer;
    std::vector<Reference> organization;
    std::optional<CodeableConcept> policy_rule;
    std::optional<ConsentProvision> provision;
};

} // namespace fhir
