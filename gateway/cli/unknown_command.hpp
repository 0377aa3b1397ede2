// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "gateway/settings/settings.hpp"

#include <string>

namespace gateway::cli
{

struct UnknownOptions
{
    std::string url;     ///< of the management listener; empty: as the settings say
    std::string ca_file; ///< PEM of who signed its certificate; empty: system store
    bool json = false;
    bool all = false; ///< also what the gateway still settles by itself

    // Of `resolve`.
    std::string intent, as, reason, by, practice_key;
    bool override_read_back = false;
};

/// `apptgw unknown list`: what a person must look into, as a table or JSON. The text ends with a line break.
fhir::Result<std::string> list_unknown(const UnknownOptions& options, const settings::Settings& settings);

/// `apptgw unknown resolve`: says what the practice's book holds, and tells what became of the intent.
fhir::Result<std::string> resolve_unknown(const UnknownOptions& options, const settings::Settings& settings,
                                          const adapters::Clock& clock, adapters::Random& random);

/// The table of what `GET /unknown` answered.
fhir::Result<std::string> unknown_table(std::string_view json, bool all);

} // namespace gateway::cli
