// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"
#include "fhir/model/instant.hpp"
#include "gateway/faces/context.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces::r4
{

/// One version of one resource, ready to send.
struct Version
{
    std::string json;    ///< compact
    std::string version; ///< meta.versionId
    fhir::Instant last_modified{};
};

/// `W/"3"`.
std::string etag(std::string_view version);

/// What a read may carry besides format: `_summary` and `_elements`. `unknown_parameter` for anything else,
/// unless lenient.
fhir::Result<fhir::codec::WriteOptions> read_options(const Context& context);
/// `scope_missing` unless the access token allows this with resources of this type: for what a request turns
/// out to need beyond the permission of its route.
fhir::Result<void> require_scope(const Context& context, identity::Permission permission,
                                 std::string_view type);
/// For a request that takes no parameter besides `_format` and `_pretty`: `unknown_parameter` when it has
/// one, unless lenient.
fhir::Result<void> no_parameters(const Context& context);
/// The same resource with fewer elements, or as it was when all are wanted.
fhir::Result<std::string> reduced(std::string json, const fhir::codec::WriteOptions& options);
fhir::codec::WriteOptions options_of(const fhir::search::Paging& paging);

/// A read: ETag, Last-Modified, and 304 when the caller has this version (If-None-Match before
/// If-Modified-Since, RFC 9110 13.2.2).
fhir::Result<Answer> read_answer(const Context& context, Version version);

/// The version in If-Match. Errors: `if_match_required`, `value_invalid`.
fhir::Result<std::int64_t> if_match(const Context& context);

/// SHA-256 (hexadecimal) over method, path and a canonical body: what an Idempotency-Key is bound to.
std::string request_hash(const Context& context, std::string_view canonical_body);

} // namespace gateway::faces::r4
