// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/slot.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_slot;

constexpr auto slot_elements = joined(
    domain_base,
    elements(element<"identifier", &Slot::identifier>(in_summary),
             element<"serviceCategory", &Slot::service_category>(in_summary),
             element<"serviceType", &Slot::service_type>(in_summary),
             element<"specialty", &Slot::specialty>(in_summary),
             element<"appointmentType", &Slot::appointment_type>(in_summary),
             element<"schedule", &Slot::schedule>(in_summary), element<"status", &Slot::status>(in_summary),
             element<"start", &Slot::start>(in_summary), element<"end", &Slot::end>(in_summary),
             element<"overbooked", &Slot::overbooked>(), element<"comment", &Slot::comment>()));
template <>
constinit const TypeInfo TypeOf<Slot>::info = resource_type<Slot>("Slot", slot_elements, &stu3_slot);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Slot::declaration()
{
    return schema::TypeOf<Slot>::info;
}

} // namespace fhir
