// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/settings/settings.hpp"

#include <string>

namespace gateway::cli
{

/// `apptgw store rotate-key`: how far it is goes to standard error; what to do next is the answer.
fhir::Result<std::string> rotate_key(const settings::StoreSettings& store, const std::string& new_key_file);

} // namespace gateway::cli
