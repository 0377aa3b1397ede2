// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_outcome.hpp"
#include "fhir/outcome/error.hpp"

#include <span>
#include <string>

namespace gateway::faces
{

/// An OperationOutcome with one issue per error, as compact JSON.
std::string outcome_json(std::span<const fhir::Error> errors,
                         fhir::IssueSeverity severity = fhir::IssueSeverity::error);

} // namespace gateway::faces
