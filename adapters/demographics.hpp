// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>

/// Whether a consumer and a practice mean the same person. A consumer's details are compared, never written
/// over the practice's.
namespace adapters
{

/// `demographics_mismatch` when details differ that both hold, naming them but none of their values. Case,
/// blanks in names, a year given without its day, and details that one side lacks do not count.
std::optional<fhir::Error> mismatch(const std::optional<fhir::Patient>& given, const fhir::Patient& held);

} // namespace adapters
