// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/clock.hpp"
#include "adapters/simulation/simulator.hpp"
#include "adapters/upstream/upstream.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace adapters
{

/// What the directory knows of one practice, as far as its adapter needs it. Supplier-specific settings are
/// named strings, checked by `SupplierSystem::check`.
struct PracticeConfig
{
    fhir::OdsCode ods;
    std::string name;
    std::map<std::string, std::string> settings;
    std::chrono::milliseconds read_limit{3000};
    std::chrono::milliseconds write_limit{8000};
    /// Scheme and host of the gateway's public base: `<this>/id/provider-slot/<ODS>` and the like name the
    /// systems of what a practice numbers itself.
    std::string identifier_base = "https://apptgw.example";
};

/// One supported supplier setting, for check-config and the documentation.
struct SettingKey
{
    std::string_view name;
    std::string_view meaning;
    bool required;
    bool secret;
};

/// One supported kind of supplier system. `registry.cpp` holds the only list.
struct SupplierSystem
{
    std::string_view name; ///< `emis`, `gpconnect`: the value of `system` in the practices file
    std::string_view title;
    std::span<const SettingKey> settings;
    Capabilities capabilities;
    std::unique_ptr<Adapter> (*make_adapter)(const PracticeConfig& practice, upstream::Upstream& upstream,
                                             const Clock& clock, Random& random);
    std::unique_ptr<simulation::Simulator> (*make_simulator)(const simulation::PracticeSeed& seed,
                                                             const Clock& clock, Random& random);
    /// Where its simulator serves, after `https://host/<ODS>`: the end of the base URL that its clients are
    /// given.
    std::string_view simulator_path = "/";
};

std::span<const SupplierSystem> supplier_systems();
/// nullptr for an unknown name.
const SupplierSystem* find_supplier_system(std::string_view name);

} // namespace adapters
