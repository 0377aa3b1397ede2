// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_outcome.hpp"
#include "fhir/outcome/error.hpp"

#include <span>
#include <string>
#include <string_view>

namespace fhir
{

/// CodeSystem of the detail codes in the catalogue, below the origin of the public base. Every function here
/// takes it.
std::string outcome_code_system(std::string_view public_base);

/// One issue: issue code and detail code from the catalogue, `details.text` the sentence and the advice,
/// `expression` the path, `diagnostics` who must act. Supplier codes stay out of it.
OperationOutcomeIssue to_issue(const Error& error, std::string_view code_system,
                               IssueSeverity severity = IssueSeverity::error);

OperationOutcome to_operation_outcome(const Error& error, std::string_view code_system);
/// Several errors of one request, in order; an empty list gives one `internal` issue, as an outcome must have
/// one.
OperationOutcome to_operation_outcome(std::span<const Error> errors, std::string_view code_system);
/// The answer is still given, with something left out or doubtful: a practice that did not answer, an ignored
/// parameter.
OperationOutcome to_warning(const Error& error, std::string_view code_system);
OperationOutcome to_warning(std::span<const Error> errors, std::string_view code_system);
/// All is well; `text` says what was done.
OperationOutcome to_information(std::string_view text);

} // namespace fhir
