// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gateway::slot_types
{

/// What a practice's words for a slot are likely to mean; empty where they do not say. For a person to
/// confirm, never applied by itself.
struct Suggestion
{
    std::string_view category, channel, role; ///< codes

    bool any() const { return !category.empty() || !channel.empty() || !role.empty(); }
};

Suggestion suggest(std::string_view name);

} // namespace gateway::slot_types
