// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/bars/message.hpp"

#include <string_view>
#include <vector>

namespace gateway::faces::bars
{

/// CarePlans and Encounters of a message that could be read: rules look at their status alone, and the
/// message is kept whole.
std::vector<Unmodelled> unmodelled_in_json(std::string_view body);
std::vector<Unmodelled> unmodelled_in_xml(std::string_view body);

} // namespace gateway::faces::bars
