// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/task.hpp"

#include <string>

namespace gateway::workflow
{

/// Name of the first element that is not the same; empty when all are. What the gateway keeps itself (meta,
/// narrative, lastModified, executionPeriod) is taken to be the same.
std::string first_difference(const fhir::Task& left, const fhir::Task& right);

} // namespace gateway::workflow
