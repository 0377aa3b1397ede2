// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class IssueSeverity
{
    fatal,
    error,
    warning,
    information
};

struct OperationOutcomeIssue : BackboneElement
{
    IssueSeverity severity = IssueSeverity::error;
    Code code;
    std::optional<CodeableConcept> details;
    std::optional<std::string> diagnostics;
    std::vector<std::string> location;
    std::vector<std::string> expression;
};

struct OperationOutcome : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::vector<OperationOutcomeIssue> issue; ///< at least one
};

} // namespace fhir
