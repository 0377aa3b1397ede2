// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/task.hpp"

#include <string_view>

/// The state machine of Task.status (FHIR R4 task.html#statemachine, narrowed to who may do what).
namespace gateway::workflow
{

/// Who asks for a change: the organisation that holds the task, the one that asked for it, or one that is
/// both.
struct Parties
{
    bool owner = false;
    bool requester = false;
};

/// No change follows.
bool is_end(fhir::TaskStatus status);
bool may_become(fhir::TaskStatus from, fhir::TaskStatus to, Parties who);
/// A statusReason must say why.
bool needs_reason(fhir::TaskStatus status);

/// FHIR code.
std::string_view code_of(fhir::TaskStatus status);

} // namespace gateway::workflow
