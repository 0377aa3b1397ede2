// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gateway::observability
{
namespace
{

constexpr std::size_t traceparent_bytes = 55;

bool is_lower_hex(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_trace_number(std::string_view text)
{
    return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::uint64_t non_zero(adapters::Random& random)
{
    const std::uint64_t drawn = random.next();
    return drawn == 0 ? 1 : drawn;
}

} // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header)
{
    if (header.size() < traceparent_bytes || header[2] != '-' || header[35] != '-' || header[52] != '-')
        return std::nullopt;
    const std::string_view version = header.substr(0, 2);
    if (!is_lower_hex(version) || version == "ff")
        return std::nullopt;
    if (header.size() > traceparent_bytes && (version == "00" || header[traceparent_bytes] != '-'))
        return std::nullopt;
    const std::string_view trace = header.substr(3, 32), span = header.substr(36, 16),
                           flags = header.substr(53, 2);
    if (!is_trace_number(trace) || !is_trace_number(span) || !is_lower_hex(flags))
        return std::nullopt;
    const char low = flags[1];
    const int digit = low <= '9' ? low - '0' : low - 'a' + 10;
    return TraceContext{std::string(trace), std::string(span), (digit & 1) != 0};
}

std::string to_traceparent(const TraceContext& context)
{
    return fmt::format("00-{}-{}-{}", context.trace_id, context.span_id, context.sampled ? "01" : "00");
}

TraceContext new_trace(adapters::Random& random)
{
    const std::uint64_t high = random.next();
    const std::uint64_t low = non_zero(random);
    return {fmt::format("{:016x}{:016x}", high, low), fmt::format("{:016x}", non_zero(random)), false};
}

TraceContext child_of(const TraceContext& parent, adapters::Random& random)
{
    return {parent.trace_id, fmt::format("{:016x}", non_zero(random)), parent.sampled};
}

bool is_acceptable_id(std::string_view id)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == '_' || c == ':';
    };
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, allowed);
}

RequestIds request_ids(const fhir::rest::Request& request, const adapters::Clock& clock,
                       adapters::Random& random)
{
    RequestIds ids;
    const std::string_view sent = request.headers.get("X-Request-Id");
    const std::string_view correlation = request.headers.get("X-Correlation-Id");
    ids.request_id = is_acceptable_id(sent) ? std::string(sent) : adapters::new_uuid(clock, random);
    ids.correlation_id = is_acceptable_id(correlation) ? std::string(correlation) : ids.request_id;
    const auto parent = parse_traceparent(request.headers.get("traceparent"));
    ids.trace = parent ? child_of(*parent, random) : new_trace(random);
    return ids;
}

} // namespace gateway::observability
