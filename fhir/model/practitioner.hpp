// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"

namespace fhir
{

struct PractitionerQualification : BackboneElement
{
    std::vector<Identifier> identifier;
    CodeableConcept code;
    std::optional<Period> period;
    std::optional<Reference> issuer;
};

struct Practitioner : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::vector<HumanName> name;
    std::vector<ContactPoint> telecom;
    std::vector<Address> address;
    std::optional<Gender> gender;
    std::optional<DateTime> birth_date;
    std::vector<Attachment> photo;
    std::vector<PractitionerQualification> qualification;
    std::vector<CodeableConcept> communication;
};

} // namespace fhir
