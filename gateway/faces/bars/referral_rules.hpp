// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/service_request.hpp"
#include "gateway/faces/bars/message.hpp"

namespace gateway::faces::bars
{

/// The ServiceRequest that the message is about.
const fhir::ServiceRequest& referral_of(const Message& message);

/// Event, reason and status of a referral message, with what the standard says of its CarePlan and Encounter.
/// Errors: `invariant`; `required` for feedback that does not say on which message.
fhir::Result<void> check_referral_workflow(const Message& message, Purpose purpose);

} // namespace gateway::faces::bars
