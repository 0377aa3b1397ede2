// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct OrganizationContact : BackboneElement
{
    std::optional<CodeableConcept> purpose;
    std::optional<HumanName> name;
    std::vector<ContactPoint> telecom;
    std::optional<Address> address;
};

struct Organization : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::vector<CodeableConcept> type;
    std::optional<std::string> name;
    std::vector<std::string> alias;
    std::vector<ContactPoint> telecom;
    std::vector<Address> address;
    std::optional<Reference> part_of;
    std::vector<OrganizationContact> contact;
    std::vector<Reference> endpoint;
};

} // namespace fhir
