// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/simulator.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::simulation
{

/// A practice's switches by name (`PracticeSeed::options`); each simulator's README documents its own.
class Options
{
public:
    explicit Options(const PracticeSeed& seed) : values_(seed.options) {}

    bool is(const std::string& name, std::string_view value) const { return text(name) == value; }
    std::optional<std::int64_t> number(const std::string& name) const;
    std::string text(const std::string& name) const;
    /// Whether a comma-separated list holds the item.
    bool lists(const std::string& name, std::string_view item) const;

private:
    const std::map<std::string, std::string>& values_;
};

/// Switches the practice's appointments off (its option `appointments`, by the system's own word for it) or
/// on. Whether they were on before.
bool switch_appointments(PracticeSeed& practice, bool on, std::string_view off = "off");

/// Whom and where a session of the seed names; nullptr when it names nobody and no place.
const SeedClinician* clinician_of(const PracticeSeed& seed, const SeedSession& session);
const SeedLocation* location_of(const PracticeSeed& seed, const SeedSession& session);

} // namespace adapters::simulation
