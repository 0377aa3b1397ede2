// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/settings/settings.hpp"

#include <string>
#include <vector>

namespace gateway::cli
{

/// Opens every file the settings name as `serve` would (certificates, keys, key sets) without listening,
/// connecting or writing anything. One sentence for each thing wrong; none when all is well.
std::vector<std::string> check_files(const settings::Settings& settings);

/// What the settings amount to, for whoever is about to start the gateway: listeners, practices, federations,
/// clients. Several lines.
std::string describe(const settings::Settings& settings);

} // namespace gateway::cli
