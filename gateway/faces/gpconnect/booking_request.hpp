// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/organization.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>
#include <vector>

/// What an Appointment may hold when it is sent: GP Connect 1.2.7, book, amend and cancel an appointment.
namespace gateway::faces::gpconnect
{

/// What every sent Appointment has in common: nothing that the profile bars, no extension but the standard's
/// own, relative references, a description of 1 to 100 and a comment of up to 500 characters.
Checked<void> check_appointment(const fhir::Appointment& sent);

/// A new appointment whose own form is right.
struct BookingRequest
{
    std::vector<std::string> slots;                   ///< ids, in the order sent
    std::string patient, location, practitioner;      ///< ids; the last may be empty
    const fhir::Organization* organisation = nullptr; ///< contained in the request
    std::string organisation_ods;
    std::string organisation_type; ///< empty when none
    std::string organisation_phone;
};

/// check_appointment and the table for booking: each mandatory element, and the participants.
/// INVALID_RESOURCE.
Checked<BookingRequest> read_booking(const fhir::Appointment& sent);

} // namespace gateway::faces::gpconnect
