// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>

/// Whether an Appointment that is put back differs from the one that is held only where it may: GP Connect
/// 1.2.7, amend and cancel. Both in the form of this face.
namespace gateway::faces::gpconnect
{

/// Only description and comment may differ. Times compare as moments, lists without their order.
Checked<void> check_amendment(const fhir::Appointment& sent, const fhir::Appointment& held);

/// Only the status and the reason may differ; description and comment may be left out. The reason.
Checked<std::string> check_cancellation(const fhir::Appointment& sent, const fhir::Appointment& held);

} // namespace gateway::faces::gpconnect
