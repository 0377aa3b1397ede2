// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/sessions.hpp"

namespace adapters::emis
{

/// Obtains a patient's access identity: a linkage key (new, or looked up when the patient has an account and
/// a verification token is configured), then the link itself. A link made but lost on its way back can only
/// be made good by the practice.
Awaitable<fhir::Result<PatientLink>> link_patient(Sessions& sessions, fhir::OdsCode practice,
                                                  std::string verification_token, FindPatient query,
                                                  Budget budget);

} // namespace adapters::emis
