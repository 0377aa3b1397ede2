// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class Gender
{
    male,
    female,
    other,
    unknown
};
enum class PatientLinkType
{
    replaced_by,
    replaces,
    refer,
    seealso
};

struct PatientContact : BackboneElement
{
    std::vector<CodeableConcept> relationship;
    std::optional<HumanName> name;
    std::vector<ContactPoint> telecom;
    std::optional<Address> address;
    std::optional<Gender> gender;
    std::optional<Reference> organization;
    std::optional<Period> period;
};

struct PatientCommunication : BackboneElement
{
    CodeableConcept language;
    std::optional<bool> preferred;
};

struct PatientLink : BackboneElement
{
    Reference other;
    PatientLinkType type = PatientLinkType::refer;
};

struct Patient : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<Identifier> identifier;
    std::optional<bool> active;
    std::vector<HumanName> name;
    std::vector<ContactPoint> telecom;
    std::optional<Gender> gender;
    std::optional<DateTime> birth_date; ///< FHIR `date`: year, month or day precision
    std::variant<std::monostate, bool, DateTime> deceased;
    std::vector<Address> address;
    std::optional<CodeableConcept> marital_status;
    std::variant<std::monostate, bool, std::int32_t> multiple_birth;
    std::vector<Attachment> photo;
    std::vector<PatientContact> contact;
    std::vector<PatientCommunication> communication;
    std::vector<Reference> general_practitioner;
    std::optional<Reference> managing_organization;
    std::vector<PatientLink> link;
};

} // namespace fhir
