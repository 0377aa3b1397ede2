// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/parameters.hpp"
#include "gateway/booking/withdrawal.hpp"

#include <string_view>

namespace gateway::faces::r4
{

/// How far a withdrawal has come, and what became of each appointment.
fhir::Parameters to_parameters(const booking::Withdrawal& withdrawal, std::string_view code_system);

} // namespace gateway::faces::r4
