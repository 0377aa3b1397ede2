// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/identity/caller.hpp"

#include <string_view>

namespace gateway::booking
{

/// Behind any origin: the extension (valueString) of an Appointment by which somebody with the right to do so
/// books against a window, an embargo, a quota or a valve, and says why. The appointment keeps it.
inline constexpr std::string_view override_reason_path = "/fhir/StructureDefinition/override-reason";

bool names_override(const fhir::Appointment& appointment);
/// Whether rules are to be overridden. `organisation_not_allowed` without the right, `reason_required`
/// without a reason, `text_too_long`.
fhir::Result<bool> check_override(const fhir::Appointment& wanted, const identity::Caller& caller);
/// A reason holds for one booking, not for what becomes of it.
void forget_override(fhir::Appointment& appointment);

} // namespace gateway::booking
