// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/stu3/names.hpp"

namespace gateway::faces::gpconnect
{

namespace names = fhir::stu3::names;

} // namespace gateway::faces::gpconnect
