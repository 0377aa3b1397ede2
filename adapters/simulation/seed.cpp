// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/seed.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::simulation
{

std::optional<std::int64_t> Options::number(const std::string& name) const
{
    const auto value = text(name);
    std::int64_t number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    return parsed.ec == std::errc() ? std::optional(number) : std::nullopt;
}

std::string Options::text(const std::string& name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
}

bool Options::lists(const std::string& name, std::string_view item) const
{
    return !item.empty() && ("," + text(name) + ",").find("," + std::string(item) + ",") != std::string::npos;
}

bool switch_appointments(PracticeSeed& practice, bool on, std::string_view off)
{
    std::string& option = practice.options["appointments"];
    const bool were_on = option != off;
    option = on ? std::string_view() : off;
    return were_on;
}

const SeedClinician* clinician_of(const PracticeSeed& seed, const SeedSession& session)
{
    const auto found = std::ranges::find(seed.clinicians, session.clinician, &SeedClinician::key);
    return found == seed.clinicians.end() ? nullptr : &*found;
}

const SeedLocation* location_of(const PracticeSeed& seed, const SeedSession& session)
{
    const auto found = std::ranges::find(seed.locations, session.location, &SeedLocation::key);
    return found == seed.locations.end() ? nullptr : &*found;
}

} // namespace adapters::simulation
