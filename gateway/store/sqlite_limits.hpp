// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/store/records.hpp"

#include <optional>

namespace gateway::store
{

class Database;

/// The first of the limits that the wanted claims would exceed, looked at in the transaction that makes them.
std::optional<Begun> check_limits(Database& database, const NewIntent& wanted);

} // namespace gateway::store
