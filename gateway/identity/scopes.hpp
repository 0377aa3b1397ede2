// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/caller.hpp"

#include <vector>

namespace gateway::identity
{

/// What is both wanted and allowed, never more than either.
std::vector<Scope> narrowed(const std::vector<Scope>& wanted, const std::vector<Scope>& allowed);

} // namespace gateway::identity
