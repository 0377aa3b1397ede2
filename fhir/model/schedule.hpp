// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct Schedule : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::vector<CodeableConcept> service_category;
    std::vector<CodeableConcept> service_type;
    std::vector<CodeableConcept> specialty;
    std::vector<Reference> actor; ///< at least one
    std::optional<Period> planning_horizon;
    std::optional<std::string> comment;
};

} // namespace fhir
