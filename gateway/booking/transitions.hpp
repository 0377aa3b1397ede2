// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"

#include <span>

/// The state machine of Appointment.status, as far as consumers move it. Everything else is the practice's.
namespace gateway::booking
{

/// The statuses to which a consumer may move an appointment of that status; empty: none.
std::span<const fhir::AppointmentStatus> transitions_from(fhir::AppointmentStatus from);

/// `transition_not_allowed` with what is allowed instead. Staying in a status is no transition, but for one
/// that is final.
fhir::Result<void> check_transition(fhir::AppointmentStatus from, fhir::AppointmentStatus to);

/// Whether an appointment can come to be in that status: `transition_not_allowed`.
fhir::Result<void> check_first_status(fhir::AppointmentStatus status);

} // namespace gateway::booking
