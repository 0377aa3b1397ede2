// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/slot.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_slot;

// One service category.
constexpr auto stu3_slot_elements = joined(
    domain_base,
    elements(element<"identifier", &Slot::identifier>(in_summary),
             first_element<"serviceCategory", &Slot::service_category>(in_summary),
             element<"serviceType", &Slot::service_type>(in_summary),
             element<"specialty", &Slot::specialty>(in_summary),
             element<"appointmentType", &Slot::appointment_type>(in_summary),
             element<"schedule", &Slot::schedule>(in_summary), element<"status", &Slot::status>(in_summary),
             element<"start", &Slot::start>(in_summary), element<"end", &Slot::end>(in_summary),
             element<"overbooked", &Slot::overbooked>(), element<"comment", &Slot::comment>()));
constinit const TypeInfo stu3_slot = resource_type<Slot>("Slot", stu3_slot_elements);

} // namespace fhir::schema
