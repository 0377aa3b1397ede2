// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/consents.hpp"

/// What may be recorded of a patient's decision, by whom.
namespace gateway::policy
{

/// Errors with paths of FHIR's Consent: `required`, `value_invalid`, `invariant`, `organisation_not_allowed`.
fhir::Result<void> check_consent(const ConsentChange& change, const Directory& directory);

/// What stays as it was: another decision is another consent. Errors: `transition_not_allowed`,
/// `not_amendable`.
fhir::Result<void> check_same_decision(const Consent& before, const Consent& wanted);

} // namespace gateway::policy
