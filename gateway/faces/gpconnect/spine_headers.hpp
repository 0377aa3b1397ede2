// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/message.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <string>

namespace gateway::faces::gpconnect
{

/// The headers of the Spine Secure Proxy (GP Connect 1.2.7). They name systems for the audit; they grant
/// nothing.
struct SpineHeaders
{
    std::string trace_id;       ///< Ssp-TraceID
    std::string from;           ///< Ssp-From: ASID of the consumer
    std::string to;             ///< Ssp-To: ASID of the practice
    std::string interaction_id; ///< Ssp-InteractionID
};

/// BAD_REQUEST where one is missing, blank, sent twice or longer than any id; or where Ssp-To names another
/// practice than `practice_asid` (empty: any).
Checked<SpineHeaders> read_spine_headers(const fhir::rest::Headers& headers, std::string_view practice_asid);

} // namespace gateway::faces::gpconnect
