// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/patient.hpp"
#include "gateway/faces/r4/operation_call.hpp"

#include <optional>
#include <string>

namespace gateway::faces::r4
{

/// Whom an operation names, by `patient-reference`, `patient-id` or `patient-resource`.
struct PatientParameter
{
    fhir::AppointmentParticipant participant;
    std::optional<fhir::Patient> details; ///< to be contained; the participant refers to it
    std::string path;                     ///< of the parameter
};

/// Nothing when none is named. Errors: `value_invalid`, `invariant` when several are.
fhir::Result<std::optional<PatientParameter>> patient_of(const OperationCall& call);

/// Puts the patient where one is still to be named. `invariant` when another is named there already.
fhir::Result<void> name_patient(fhir::Appointment& appointment, const PatientParameter& patient);

} // namespace gateway::faces::r4
