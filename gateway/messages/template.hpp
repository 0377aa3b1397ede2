// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::messages
{

/// What stands for a placeholder.
using Filling = std::vector<std::pair<std::string_view, std::string>>;

/// Nothing to object, or a sentence that names the placeholder which is not known, or the brace that has no
/// other. `known`: names without braces.
std::expected<void, std::string> check_template(std::string_view text,
                                                std::span<const std::string_view> known);
/// `{name}` becomes what stands for it; the rest stays. What is not in `filling` becomes nothing.
std::string filled(std::string_view text, const Filling& filling);

} // namespace gateway::messages
