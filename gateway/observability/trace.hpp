// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "fhir/rest/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::observability
{

/// W3C Trace Context (level 1): which distributed trace a request belongs to.
struct TraceContext
{
    std::string trace_id; ///< 32 lower-case hexadecimal digits, not all zero
    std::string span_id;  ///< 16 lower-case hexadecimal digits, not all zero
    bool sampled = false;
    bool operator==(const TraceContext&) const = default;
};

/// Strict for version 00; later versions are read as far as 00 goes, version ff is refused.
std::optional<TraceContext> parse_traceparent(std::string_view header);
std::string to_traceparent(const TraceContext& context);
TraceContext new_trace(adapters::Random& random);
/// The same trace, a new span of ours.
TraceContext child_of(const TraceContext& parent, adapters::Random& random);

/// Whether a caller's own id may be logged and echoed: 1 to 64 of `A-Za-z0-9-._:`.
bool is_acceptable_id(std::string_view id);

/// The ids of one request: the caller's where acceptable, otherwise minted here.
struct RequestIds
{
    std::string request_id;     ///< `X-Request-Id`, a new UUID when absent or unacceptable
    std::string correlation_id; ///< `X-Correlation-Id`, the request id when absent or unacceptable
    TraceContext trace;         ///< our own span; of the caller's trace when `traceparent` is valid
};

RequestIds request_ids(const fhir::rest::Request& request, const adapters::Clock& clock,
                       adapters::Random& random);

} // namespace gateway::observability
