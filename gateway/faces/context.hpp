// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/message.hpp"
#include "fhir/search/values.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/faces/negotiation.hpp"
#include "gateway/faces/page_sizes.hpp"
#include "gateway/faces/routes.hpp"
#include "gateway/identity/caller.hpp"
#include "gateway/observability/trace.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::faces
{

/// `Cache-Control: no-cache`: the answer is to come from the source.
bool asks_for_source(const fhir::rest::Request& request);

/// Everything a handler knows of one request. Filled step by step by the face, in the order of its list of
/// steps.
struct Context
{
    fhir::rest::Request request;
    std::string base_url; ///< public, without a slash at the end
    PageSizes pages;

    observability::RequestIds ids;

    Destination destination;
    std::optional<identity::Caller> caller; ///< set where the route asks for a permission

    /// Query string, then form body, decoded, in order; without `_format` and `_pretty`.
    std::vector<fhir::search::RawParameter> parameters;
    std::string_view content_type = fhir_json;
    bool pretty = false;
    Preferences prefer;
    mutable Audited audited; ///< the one thing that handlers write to
    bool recorded = false;   ///< refused by a limit, and its burst has been written down already

    bool fresh() const { return asks_for_source(request); }
    /// First value of that parameter, nothing when absent.
    std::optional<std::string_view> parameter(std::string_view name) const;
    /// `[base]/Slot`.
    std::string url(std::string_view path) const { return base_url + "/" + std::string(path); }
};

/// What a handler gives back. The face adds what all answers share.
struct Answer
{
    unsigned status = 200;
    fhir::rest::Headers headers;
    fhir::rest::OutBuffer
        body; ///< one FHIR resource as compact JSON, in whatever format it is sent; empty: none
    /// The request failed, yet the headers above hold (outcome unknown: where to ask again).
    std::optional<fhir::Error> failure;
    bool written = false;   ///< a create, update or patch: `Prefer: return=` decides the body
    bool cacheable = false; ///< holds no patient, no slot: not marked `no-store`
    bool whole = false;     ///< not FHIR (token endpoint, health): body and media type stay as they are
};

/// Reads query string and form body, and settles the media type of the answer. Errors: `value_invalid`,
/// `not_acceptable`.
fhir::Result<void> read_parameters(Context& context);

} // namespace gateway::faces
