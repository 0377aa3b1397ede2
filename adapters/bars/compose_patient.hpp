// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/json_tree.hpp"

namespace adapters::bars
{

/// A receiver need not know the patient: `demographics_required` without a family name and a birth date,
/// `phone_required` without a number to ring.
std::optional<fhir::Error> objection_to_patient(const PatientContext& patient, const std::string& phone);

/// The Patient of a message. `phone` comes before the numbers of the demographics. `number_status`: whether
/// the NHS number was verified, where the consumer does not say.
JsonValue patient_tree(const PatientContext& patient, const std::string& phone,
                       const std::string& number_status, fhir::Instant moment);

} // namespace adapters::bars
