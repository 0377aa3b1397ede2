// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/json_tree.hpp"
#include "fhir/bars/headers.hpp"

#include <string>
#include <string_view>

/// The objects that a sender puts in header fields (fhir/bars/headers.hpp).
namespace adapters::bars::standard
{

using namespace fhir::bars;

JsonValue target_object(std::string_view service_id);
JsonValue organisation_object(std::string_view ods, std::string_view name);
JsonValue software_object(std::string_view system, std::string_view id, std::string_view version);
JsonValue practitioner_object(std::string_view sds_user_id);

} // namespace adapters::bars::standard
