// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"

#include <optional>

/// Languages of a patient: Patient.communication in R4, the extension NHSCommunication in GP Connect.
namespace fhir::stu3
{

/// Every extension that names a language becomes a `communication`; that an interpreter is required is said
/// of the patient.
void languages_to_r4(Patient& patient);
/// Nothing when no language is known.
std::optional<Patient> languages_to_stu3(const Patient& patient);

} // namespace fhir::stu3
