// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/availability.hpp"

#include "fhir/schema/declare_availability.hpp"

namespace fhir::schema
{

constexpr auto available_time_elements =
    joined(backbone_base, elements(element<"daysOfWeek", &AvailableTime::days_of_week>(),
                                   element<"allDay", &AvailableTime::all_day>(),
                                   element<"availableStartTime", &AvailableTime::available_start_time>(),
                                   element<"availableEndTime", &AvailableTime::available_end_time>()));
template <>
constinit const TypeInfo TypeOf<AvailableTime>::info =
    complex_type<AvailableTime>("availableTime", available_time_elements);

constexpr auto not_available_elements =
    joined(backbone_base, elements(element<"description", &NotAvailable::description>(),
                                   element<"during", &NotAvailable::during>()));
template <>
constinit const TypeInfo TypeOf<NotAvailable>::info =
    complex_type<NotAvailable>("notAvailable", not_available_elements);

} // namespace fhir::schema
