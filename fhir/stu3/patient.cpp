// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/patient.hpp"

#include "fhir/schema/declare.hpp"
#include "fhir/stu3/communication.hpp"
#include "fhir/stu3/sent.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_patient;

template <>
const TypeInfo TypeOf<PatientContact>::info;
template <>
const TypeInfo TypeOf<PatientCommunication>::info;
template <>
const TypeInfo TypeOf<PatientLink>::info;

constexpr std::array<ChoiceInfo, 2> stu3_deceased_names = {
    choice<"deceasedBoolean", decltype(Patient::deceased), 1>(),
    choice<"deceasedDateTime", decltype(Patient::deceased), 2>(),
};
constexpr ChoiceSet stu3_deceased_set = choice_set<&Patient::deceased>(stu3_deceased_names);

constexpr std::array<ChoiceInfo, 2> stu3_multiple_birth_names = {
    choice<"multipleBirthBoolean", decltype(Patient::multiple_birth), 1>(),
    choice<"multipleBirthInteger", decltype(Patient::multiple_birth), 2>(),
};
constexpr ChoiceSet stu3_multiple_birth_set = choice_set<&Patient::multiple_birth>(stu3_multiple_birth_names);

// The elements are R4's but for `animal`, which no patient of a GP has. What differs is where languages
// stand.
constexpr auto stu3_patient_elements = joined(
    domain_base,
    elements(element<"identifier", &Patient::identifier>(in_summary),
             element<"active", &Patient::active>(in_summary), element<"name", &Patient::name>(in_summary),
             element<"telecom", &Patient::telecom>(in_summary),
             element<"gender", &Patient::gender>(in_summary),
             element<"birthDate", &Patient::birth_date>(&partial_date_type, in_summary),
             choice_element<"deceased", &Patient::deceased>(stu3_deceased_set, in_summary),
             element<"address", &Patient::address>(in_summary),
             element<"maritalStatus", &Patient::marital_status>(),
             choice_element<"multipleBirth", &Patient::multiple_birth>(stu3_multiple_birth_set),
             element<"photo", &Patient::photo>(), element<"contact", &Patient::contact>(),
             element<"communication", &Patient::communication>(),
             element<"generalPractitioner", &Patient::general_practitioner>(),
             element<"managingOrganization", &Patient::managing_organization>(in_summary),
             element<"link", &Patient::link>(in_summary)));
constinit const TypeInfo stu3_patient = {.name = "Patient",
                                         .kind = Kind::complex,
                                         .elements = stu3_patient_elements,
                                         .extras = extras_of<Patient>,
                                         .make = make_resource<Patient>,
                                         .received = stu3::received<Patient, stu3::languages_to_r4>,
                                         .sent = stu3::sent<Patient, stu3::languages_to_stu3>};

} // namespace fhir::schema
