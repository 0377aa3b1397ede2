// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/outcome/error.hpp"

#include <map>
#include <string>

namespace gateway::cli
{

/// What a visitor needs to know of the running sandbox; the same facts as sandbox.json.
struct DemoFacts
{
    std::string fhir_base;
    std::string control_base; ///< `https://localhost:…/control`
    std::string ca_file;
    std::string token;
    std::string client_name;
    std::string patient_nhs_number;
    std::string patient_name;
    fhir::Instant now{};
    std::map<std::string, std::pair<std::string, std::string>> practices; ///< ODS code -> name, system
};

/// The main errand as an outside client over TLS: one search over all practices, one booking, and the
/// practice's own book afterwards, printed as tables on stdout. The error says what went wrong.
fhir::Result<void> show_demo(const DemoFacts& facts);

} // namespace gateway::cli
