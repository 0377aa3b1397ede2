// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/parameters.hpp"
#include "fhir/model/patient.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

namespace gateway::faces::gpconnect
{

struct Registration
{
    fhir::NhsNumber number;
    fhir::Patient patient;
};

/// The one parameter `registerPatient` of the operation, with what GP Connect 1.2.7 lets a consumer send and
/// nothing else: INVALID_RESOURCE.
Checked<Registration> read_registration(const fhir::Parameters& parameters);

/// What became of a registration in the words of the operation.
Refusal registration_refusal(const fhir::Error& error);

} // namespace gateway::faces::gpconnect
