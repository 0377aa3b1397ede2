// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/gpconnect/call.hpp"

#include <string>
#include <string_view>

namespace gateway::faces::gpconnect
{

/// The value of the one `identifier` parameter, which must be of `system`: what searches for a patient, a
/// practitioner and an organisation have in common. BAD_REQUEST, INVALID_PARAMETER,
/// INVALID_IDENTIFIER_SYSTEM.
Checked<std::string> read_identifier(const Call& call, std::string_view system);

} // namespace gateway::faces::gpconnect
