// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/contract/systems.hpp"

#include "adapters/acme/acme.hpp"

#include <algorithm>

namespace tests
{

const std::vector<adapters::SupplierSystem>& systems_under_contract()
{
    static const auto systems = [] {
        const auto registered = adapters::supplier_systems();
        std::vector<adapters::SupplierSystem> all(registered.begin(), registered.end());
        all.push_back(adapters::acme::supplier_system());
        return all;
    }();
    return systems;
}

const adapters::SupplierSystem& system_under_contract(std::string_view name)
{
    return *std::ranges::find(systems_under_contract(), name, &adapters::SupplierSystem::name);
}

} // namespace tests
