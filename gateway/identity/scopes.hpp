// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/identity/caller.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// What is both wanted and allowed, never more than either.
std::vector<Scope> narrowed(const std::vector<Scope>& wanted, const std::vector<Scope>& allowed);

/// Without those of patients, which only an issuer that has seen the patient may give.
std::vector<Scope> of_systems(std::vector<Scope> scopes);

/// As a token would hold it: `system/Appointment.c`.
std::string scope_name(Permission permission, std::string_view type);

} // namespace gateway::identity
