// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/message.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/faces/gpconnect/audit_token.hpp"
#include "gateway/faces/gpconnect/format.hpp"
#include "gateway/faces/gpconnect/interactions.hpp"
#include "gateway/faces/gpconnect/spine_headers.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/observability/trace.hpp"
#include "gateway/policy/directory.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gateway::faces::gpconnect
{

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Everything a handler knows of one request. Filled step by step by the face, in the order of its list.
struct Call
{
    fhir::rest::Request request;
    observability::RequestIds ids;
    fhir::Instant now{};

    Place place;
    std::shared_ptr<const policy::Practice> practice;
    SpineHeaders spine;
    std::optional<identity::Caller> consumer; ///< proved by the client certificate
    const Interaction* interaction = nullptr;
    std::string id;   ///< captured from the path
    AuditToken token; ///< what the token says; no proof
    Format answer = Format::json;
    Format body = Format::json;
    Parameters parameters;   ///< decoded, in order; without `_format`
    mutable Audited audited; ///< the one thing that handlers write to
    bool recorded = false;   ///< refused by a limit, and its burst has been written down already
    std::string base_url;    ///< of the practice, without a slash at the end

    const std::string& ods() const { return practice->ods.text(); }
    /// All values of that parameter; names are case-sensitive.
    std::vector<std::string> values(std::string_view name) const;
};

/// What a handler gives back. The face adds what all answers share.
struct Reply
{
    unsigned status = 200;
    fhir::rest::OutBuffer body; ///< in the format of the answer
    std::string version;        ///< of a single resource: becomes the ETag
    std::string location;       ///< of what was created
    std::optional<fhir::Instant> last_modified;
    bool written = false; ///< `Prefer: return=minimal` leaves the body out
};

} // namespace gateway::faces::gpconnect
