// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/patient.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_patient;

constexpr auto patient_contact_elements = joined(
    backbone_base,
    elements(element<"relationship", &PatientContact::relationship>(),
             element<"name", &PatientContact::name>(), element<"telecom", &PatientContact::telecom>(),
             element<"address", &PatientContact::address>(), element<"gender", &PatientContact::gender>(),
             element<"organization", &PatientContact::organization>(),
             element<"period", &PatientContact::period>()));
template <>
constinit const TypeInfo TypeOf<PatientContact>::info =
    complex_type<PatientContact>("Patient.contact", patient_contact_elements);

constexpr auto patient_communication_elements =
    joined(backbone_base, elements(element<"language", &PatientCommunication::language>(),
                                   element<"preferred", &PatientCommunication::preferred>()));
template <>
constinit const TypeInfo TypeOf<PatientCommunication>::info =
    complex_type<PatientCommunication>("Patient.communication", patient_communication_elements);

constexpr auto patient_link_elements =
    joined(backbone_base, elements(element<"other", &PatientLink::other>(in_summary),
                                   element<"type", &PatientLink::type>(in_summary)));
template <>
constinit const TypeInfo TypeOf<PatientLink>::info =
    complex_type<PatientLink>("Patient.link", patient_link_elements);

constexpr std::array<ChoiceInfo, 2> deceased_names = {
    choice<"deceasedBoolean", decltype(Patient::deceased), 1>(),
    choice<"deceasedDateTime", decltype(Patient::deceased), 2>(),
};
constexpr ChoiceSet deceased_set = choice_set<&Patient::deceased>(deceased_names);

constexpr std::array<ChoiceInfo, 2> multiple_birth_names = {
    choice<"multipleBirthBoolean", decltype(Patient::multiple_birth), 1>(),
    choice<"multipleBirthInteger", decltype(Patient::multiple_birth), 2>(),
};
constexpr ChoiceSet multiple_birth_set = choice_set<&Patient::multiple_birth>(multiple_birth_names);

constexpr auto patient_elements = joined(
    domain_base,
    elements(element<"identifier", &Patient::identifier>(in_summary),
             element<"active", &Patient::active>(in_summary), element<"name", &Patient::name>(in_summary),
             element<"telecom", &Patient::telecom>(in_summary),
             element<"gender", &Patient::gender>(in_summary),
             element<"birthDate", &Patient::birth_date>(&partial_date_type, in_summary),
             choice_element<"deceased", &Patient::deceased>(deceased_set, in_summary),
             element<"address", &Patient::address>(in_summary),
             element<"maritalStatus", &Patient::marital_status>(),
             choice_element<"multipleBirth", &Patient::multiple_birth>(multiple_birth_set),
             element<"photo", &Patient::photo>(), element<"contact", &Patient::contact>(),
             element<"communication", &Patient::communication>(),
             element<"generalPractitioner", &Patient::general_practitioner>(),
             element<"managingOrganization", &Patient::managing_organization>(in_summary),
             element<"link", &Patient::link>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Patient>::info =
    resource_type<Patient>("Patient", patient_elements, &stu3_patient);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Patient::declaration()
{
    return schema::TypeOf<Patient>::info;
}

} // namespace fhir
