// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "gateway/policy/directory.hpp"

#include <memory>

namespace gateway::policy
{

/// A practice's system that does not know the patient, whoever it is: what an organisation meets from which
/// the patient is hidden. Questions go to the real system about nobody, so that answer, errors and time are
/// those of an unknown patient; nothing about the patient is asked. What would write (`book`,
/// `register_patient`) only asks, and is refused. Calls about appointments that stand (`cancel`, `amend`,
/// `read_appointment`) are the real system's.
std::shared_ptr<adapters::Adapter> make_stranger_adapter(std::shared_ptr<adapters::Adapter> system);

/// The practice with such a system in the place of its own.
std::shared_ptr<const Practice> without_patient(const std::shared_ptr<const Practice>& practice);

/// The number that stands for nobody: of the range that is never given to a patient, with a right check
/// digit.
const fhir::NhsNumber& number_of_nobody();

} // namespace gateway::policy
