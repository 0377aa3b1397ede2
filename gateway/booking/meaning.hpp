// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"

namespace gateway::booking
{

/// Refuses what would change the meaning of an appointment in a way nobody here understands: implicit rules
/// and modifier extensions (FHIR R4 resource.html#implicitRules, extensibility.html#modifierExtension), and
/// an extension that says nothing (ext-1).
fhir::Result<void> check_meaning(const fhir::Appointment& wanted);

} // namespace gateway::booking
