// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::messages
{

/// One address of the plain kind, nothing that a mail server could take for more.
bool is_email(std::string_view text);
/// A British mobile number as `+447…`, however it is written.
std::optional<std::string> mobile_number(std::string_view text);

} // namespace gateway::messages
