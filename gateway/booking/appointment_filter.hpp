// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/search/appointment_query.hpp"
#include "gateway/store/records.hpp"

/// An Appointment search in two parts: what the store can narrow by, and the rest on the resource.
namespace gateway::booking
{

/// Narrows by what has a column. Never leaves out a match; `matches` decides.
store::AppointmentFilter store_filter(const fhir::search::AppointmentQuery& query);

/// Whether everything the query asks for holds.
bool matches(const fhir::search::AppointmentQuery& query, const fhir::Appointment& appointment,
             fhir::Instant last_updated);

} // namespace gateway::booking
