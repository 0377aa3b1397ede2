// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"

namespace gateway::faces::bars
{

/// Brings what the guide and its published samples write otherwise than FHIR R4 into R4's form:
/// `cancellationReason`; a participant's status under its actor, or missing.
void make_readable(fhir::codec::JsonValue& bundle);

} // namespace gateway::faces::bars
