// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/settings/settings.hpp"

#include <string>

namespace gateway::cli
{

/// Where a running gateway's management listener is.
struct ManagementListener
{
    std::string url;     ///< empty: as the settings say
    std::string ca_file; ///< PEM of who signed its certificate; empty: system store
};

/// `request.target` is relative: `unknown`. Errors only where nothing answered.
fhir::Result<fhir::rest::Response> call_management(const ManagementListener& listener,
                                                   const settings::Settings& settings,
                                                   fhir::rest::Request request);
/// Adds the proof that an operator speaks. The error says why the signing key cannot be used.
fhir::Result<void> prove_operator(fhir::rest::Request& request, const settings::Settings& settings,
                                  const std::string& name, const adapters::Clock& clock,
                                  adapters::Random& random);

} // namespace gateway::cli
