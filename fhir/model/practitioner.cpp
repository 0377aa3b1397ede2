// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/practitioner.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto practitioner_qualification_elements =
    joined(backbone_base, elements(element<"identifier", &PractitionerQualification::identifier>(),
                                   element<"code", &PractitionerQualification::code>(),
                                   element<"period", &PractitionerQualification::period>(),
                                   element<"issuer", &PractitionerQualification::issuer>()));
template <>
constinit const TypeInfo TypeOf<PractitionerQualification>::info = complex_type<PractitionerQualification>(
    "Practitioner.qualification", practitioner_qualification_elements);

constexpr auto practitioner_elements = joined(
    domain_base, elements(element<"identifier", &Practitioner::identifier>(in_summary),
                          element<"active", &Practitioner::active>(in_summary),
                          element<"name", &Practitioner::name>(in_summary),
                          element<"telecom", &Practitioner::telecom>(in_summary),
                          element<"address", &Practitioner::address>(in_summary),
                          element<"gender", &Practitioner::gender>(in_summary),
                          element<"birthDate", &Practitioner::birth_date>(&partial_date_type, in_summary),
                          element<"photo", &Practitioner::photo>(),
                          element<"qualification", &Practitioner::qualification>(),
                          element<"communication", &Practitioner::communication>()));
template <>
constinit const TypeInfo TypeOf<Practitioner>::info =
    resource_type<Practitioner>("Practitioner", practitioner_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Practitioner::declaration()
{
    return schema::TypeOf<Practitioner>::info;
}

} // namespace fhir
