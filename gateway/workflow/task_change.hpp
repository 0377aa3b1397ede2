// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/task.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/workflow/task_status.hpp"

#include <optional>
#include <string>

/// The pure checks of a change.
namespace gateway::workflow
{

/// The task as it would be: the stored one with what these parties may change, taken from `wanted`: status
/// and its reasons, new notes; the owner also the team and the outputs. What the gateway keeps itself (meta,
/// lastModified, executionPeriod) is passed over. Errors: `transition_not_allowed`; `required` at
/// `Task.statusReason` or `Task.performerType`; `not_amendable` at whatever else differs.
fhir::Result<fhir::Task> changed_task(const fhir::Task& stored, const fhir::Task& wanted, Parties who);

/// Whether `wanted` names another organisation as its owner.
bool is_handed_on(const fhir::Task& stored, const fhir::Task& wanted);
/// The task as the other organisation gets it: asked for anew, with the team and the reason that `wanted`
/// says; `owner` is left for the caller to fill in. Errors: as above; `required` without a reason.
fhir::Result<fhir::Task> handed_task(const fhir::Task& stored, const fhir::Task& wanted, Parties who);
/// The words of a reason; empty when there are none.
std::string words_of(const std::optional<fhir::CodeableConcept>& reason);

/// Into another status. Errors: `transition_not_allowed`, `required`.
fhir::Result<void> check_status(const fhir::Task& stored, const fhir::Task& next, Parties who);

} // namespace gateway::workflow
