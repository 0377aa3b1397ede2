// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/booking/service.hpp"

#include <string>
#include <string_view>

/// What a move makes of an appointment. Pure.
namespace gateway::booking
{

/// The old appointment as it will stand when the move is over, without the reference to the new one.
struct GivenUp
{
    fhir::Appointment next;
    std::string reason; ///< plain text for the practice
};

/// Errors: `transition_not_allowed`, `not_cancellable`, `not_amendable` with the slot that the appointment
/// has already.
fhir::Result<GivenUp> give_up(const fhir::Appointment& current, const Move& wanted,
                              const adapters::Capabilities& can, fhir::Instant now);

/// The appointment to be booked in its place: for the same patient and reason, by the same organisation; what
/// belonged to the old slot (times, place, clinician, kind of service) is left to the new one. Identifiers
/// stay with the old appointment. `start` and `end` are still the old ones.
fhir::Appointment successor_of(const fhir::Appointment& current, const Move& wanted);

/// The hold that the new appointment will be made of.
fhir::Appointment held_successor(fhir::Appointment hold, const fhir::Appointment& successor,
                                 const Move& wanted);

/// References the other half of a move in `supportingInformation`, the place that the FHIR R4 Appointment has
/// for it (R5 has `replaces`).
void refer_to_old(fhir::Appointment& appointment, std::string_view old_id);
void refer_to_new(fhir::Appointment& appointment, std::string_view new_id);

} // namespace gateway::booking
