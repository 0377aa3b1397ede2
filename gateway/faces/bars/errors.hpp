// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/operation_outcome.hpp"
#include "fhir/outcome/error.hpp"

#include <string_view>

namespace gateway::faces::bars
{

/// How a failure looks to a sender. The catalogue gives each kind its BaRS code; what belongs to the codes
/// stands here. 403 is never answered and 503 only where the status says it all: the proxy writes bodies of
/// its own over both.
struct Refusal
{
    unsigned status;
    std::string_view code;  ///< `REC_CONFLICT`
    std::string_view issue; ///< FHIR issue-type, one of those that go with the code
    std::string_view display;
};

/// The same message has been processed before: for senders that is success. The first answer is not given
/// again, as the standard has it; the booking can be read.
fhir::Error already_processed();

Refusal refusal_of(const fhir::Error& error);
fhir::OperationOutcome outcome_of(const fhir::Error& error);
/// Beside an answer: nothing was found, a practice is missing.
fhir::OperationOutcome note_of(std::string_view text, fhir::IssueSeverity severity);

} // namespace gateway::faces::bars
