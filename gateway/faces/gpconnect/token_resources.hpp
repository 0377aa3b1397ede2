// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>

namespace gateway::faces::gpconnect
{

/// Who the three resources in a token say is behind a call.
struct TokenPeople
{
    std::string practitioner_id;
    std::string user_name;
    std::string sds_user_id;  ///< empty for `UNK`
    std::string organisation; ///< ODS code
};

/// Reads requesting_device, requesting_organization and requesting_practitioner, which must be valid STU3
/// resources of their types: INVALID_RESOURCE. An organisation without a known ODS system is BAD_REQUEST.
Checked<TokenPeople> read_token_resources(const fhir::codec::JsonValue& payload);

} // namespace gateway::faces::gpconnect
