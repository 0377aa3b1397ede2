// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <string>

namespace gateway::cli
{

/// One request to a gateway, waited for at most ten seconds. `origin` is `https://HOST[:PORT]/`; `ca_file`:
/// PEM of who signed its certificate, empty for the system store. The error says why it cannot be reached;
/// `name` is what its files are called in it.
fhir::Result<fhir::rest::Response> call_once(const std::string& origin, const std::string& ca_file,
                                             const std::string& name, fhir::rest::Request request);

} // namespace gateway::cli
