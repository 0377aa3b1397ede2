// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"

#include <string_view>
#include <vector>

namespace tests
{

/// What the contract is held against: every registered system, and the example, which never ships.
const std::vector<adapters::SupplierSystem>& systems_under_contract();
const adapters::SupplierSystem& system_under_contract(std::string_view name);

} // namespace tests
