// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::http
{

/// What a listener lets in (hardening: B1 to B12). Everything that two parsers could read differently is
/// refused.
struct RequestPolicy
{
    std::size_t max_header_bytes = 16384;
    std::size_t max_header_fields = 64;
    std::size_t max_target_bytes = 16384;
    std::size_t max_body_bytes = 1 << 20;
    bool delete_may_have_body = false;
    std::vector<std::string> host_names; ///< lower case, without port; empty: any valid name
};

/// What the head of a request says, once it has been let in.
struct RequestHead
{
    fhir::rest::Request request; ///< method, target in origin form and headers; no body yet
    std::uint64_t content_length = 0;
    bool chunked = false;
    bool keep_alive = true;
    bool http_1_0 = false; ///< keep-alive must then be said aloud
    bool expects_continue = false;

    bool has_body() const { return chunked || content_length > 0; }
};

/// `head`: the raw bytes up to and including the blank line. Pure. Every refusal ends the connection.
fhir::Result<RequestHead> check_head(std::string_view head, const RequestPolicy& policy);

/// For bytes whose blank line has not arrived yet: whether they are too many already.
fhir::Result<void> check_unfinished_head(std::string_view bytes, const RequestPolicy& policy);

} // namespace gateway::http
