// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/availability.hpp"

namespace fhir
{

struct PractitionerRole : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::optional<Period> period;
    std::optional<Reference> practitioner;
    std::optional<Reference> organization;
    std::vector<CodeableConcept> code;
    std::vector<CodeableConcept> specialty;
    std::vector<Reference> location;
    std::vector<Reference> healthcare_service;
    std::vector<ContactPoint> telecom;
    std::vector<AvailableTime> available_time;
    std::vector<NotAvailable> not_available;
    std::optional<std::string> availability_exceptions;
    std::vector<Reference> endpoint;
};

} // namespace fhir
