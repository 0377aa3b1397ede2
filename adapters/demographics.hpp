// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"

#include <string>
#include <vector>

/// Whether a consumer and a practice mean the same person. A consumer's details are compared, never written
/// over the practice's.
namespace adapters
{

/// Names of the details that differ; empty when nothing that both hold does. Case, blanks in names, a year
/// given without its day, and details that one side lacks do not count.
std::vector<std::string> differences(const fhir::Patient& given, const fhir::Patient& held);

/// `demographics_mismatch`, naming the details but none of their values.
fhir::Error demographics_differ(const std::vector<std::string>& what);

} // namespace adapters
