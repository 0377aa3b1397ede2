// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Agreements, areas and valves outside the practices file: the same keys, the same checks, as JSON.
namespace gateway::settings
{

struct RawTable;

/// The key by which tables of that kind are told apart: `id`, `ods`, `practice`; empty of any other kind.
std::string_view key_of_kind(std::string_view kind);
/// Nothing about its values is checked here.
policy::PolicyTable to_policy_table(const RawTable& table);
/// What a TOML file holds of them. `value_invalid`: the file is no TOML, or holds something else.
fhir::Result<std::vector<policy::PolicyTable>> read_policy_file(std::string_view text,
                                                                const std::string& name);

/// All tables together, with the federations of the settings. `value_invalid`: everything that is wrong with
/// them, in one sentence after the other.
fhir::Result<policy::Agreed> read_agreed(const Settings& settings,
                                         const std::vector<policy::PolicyTable>& tables);
/// What is configured of the types of organisations, of clients and of GP Connect consumers.
policy::OrganisationTypes organisation_types(const Settings& settings);
/// References to practices and areas that are not there.
std::vector<std::string> dangling(const Settings& settings, const policy::Agreed& agreed);

} // namespace gateway::settings
