// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/request_policy.hpp"

#include "adapters/transport/http_head.hpp"
#include "gateway/http/target_policy.hpp"

#include <algorithm>
#include <array>

namespace gateway::http
{
namespace
{

using adapters::transport::Head;
using adapters::transport::HeadField;
using fhir::ErrorKind;
using fhir::fail;
using fhir::Result;
using fhir::rest::equal_ignoring_case;

constexpr std::array<std::string_view, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

/// Fields that decide framing, routing, identity or effect: two of them would be read differently by two
/// parties.
constexpr std::array<std::string_view, 8> single_fields{"Host",         "Content-Length", "Transfer-Encoding",
                                                        "Content-Type", "Authorization",  "Expect",
                                                        "X-Request-ID", "Idempotency-Key"};

struct StartLine
{
    std::string_view method;
    std::string_view target;
    bool http_1_0 = false;
};

Result<StartLine> split_start_line(std::string_view line, const RequestPolicy& policy)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return fail(ErrorKind::malformed, "The request line is not method, target and version.");
    StartLine start{line.substr(0, first), line.substr(first + 1, last - first - 1)};
    const auto version = line.substr(last + 1);
    if (!adapters::transport::is_token(start.method) || (version != "HTTP/1.1" && version != "HTTP/1.0"))
        return fail(ErrorKind::malformed, "The request line is not method, target and HTTP/1.1.");
    if (std::ranges::find(methods, start.method) == methods.end())
        return fail(ErrorKind::method_unknown);
    if (start.target.size() > policy.max_target_bytes)
        return fail(ErrorKind::uri_too_long);
    start.http_1_0 = version == "HTTP/1.0";
    return start;
}

Result<void> check_repetition(const Head& head)
{
    for (const std::string_view name : single_fields) {
        if (head.count(name) > 1)
            return fail(ErrorKind::malformed, "The header field " + std::string(name) + " is given twice.",
                        "http." + std::string(name));
    }
    return {};
}

Result<std::string_view> check_host(const Head& head, const RequestPolicy& policy)
{
    const HeadField* host = head.find("Host");
    const std::string name = host == nullptr ? std::string() : host_name(host->value);
    if (name.empty())
        return fail(ErrorKind::malformed, "The request has no valid Host header.", "http.Host");
    const bool known =
        policy.host_names.empty() || std::ranges::find(policy.host_names, name) != policy.host_names.end();
    if (!known)
        return fail(ErrorKind::malformed, "The Host header names a host that is not served here.",
                    "http.Host");
    return host->value;
}

/// RFC 9112 section 6: what says how long the body is, in the one form that leaves no doubt.
Result<void> read_framing(const Head& head, RequestHead& out)
{
    const HeadField* coding = head.find("Transfer-Encoding");
    const HeadField* length = head.find("Content-Length");
    if (coding != nullptr) {
        if (length != nullptr)
            return fail(ErrorKind::malformed, "Transfer-Encoding and Content-Length contradict each other.",
                        "http.Transfer-Encoding");
        if (out.http_1_0 || !equal_ignoring_case(coding->value, "chunked"))
            return fail(ErrorKind::malformed, "Transfer-Encoding may only be 'chunked'.",
                        "http.Transfer-Encoding");
        out.chunked = true;
    }
    if (length != nullptr && !adapters::transport::parse_length(length->value, out.content_length))
        return fail(ErrorKind::malformed, "Content-Length is not one number.", "http.Content-Length");
    return {};
}

Result<void> check_body(const RequestHead& head, const RequestPolicy& policy)
{
    const std::string& method = head.request.method;
    const bool forbidden =
        method == "GET" || method == "HEAD" || (method == "DELETE" && !policy.delete_may_have_body);
    if (forbidden && head.has_body())
        return fail(ErrorKind::malformed, "A " + method + " request must not have a body.");
    if (head.content_length > policy.max_body_bytes)
        return fail(ErrorKind::body_too_large);
    return {};
}

bool lists(std::string_view value, std::string_view option)
{
    while (!value.empty()) {
        const auto end = std::min(value.find(','), value.size());
        auto item = value.substr(0, end);
        while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
            item.remove_prefix(1);
        while (!item.empty() && (item.back() == ' ' || item.back() == '\t'))
            item.remove_suffix(1);
        if (equal_ignoring_case(item, option))
            return true;
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return false;
}

void read_connection(const Head& head, RequestHead& out)
{
    bool close = false;
    bool keep = false;
    for (const HeadField& field : head.fields) {
        if (!equal_ignoring_case(field.name, "Connection"))
            continue;
        close = close || lists(field.value, "close");
        keep = keep || lists(field.value, "keep-alive");
    }
    out.keep_alive = !close && (keep || !out.http_1_0);
}

Result<void> read_expectation(const Head& head, RequestHead& out)
{
    const HeadField* expect = head.find("Expect");
    if (expect == nullptr)
        return {};
    if (!equal_ignoring_case(expect->value, "100-continue"))
        return fail(ErrorKind::expectation_failed);
    out.expects_continue = !out.http_1_0;
    return {};
}

Result<void> check_rest(const Head& head, const RequestPolicy& policy, RequestHead& out)
{
    auto framing = read_framing(head, out);
    if (!framing)
        return framing;
    auto body = check_body(out, policy);
    if (!body)
        return body;
    read_connection(head, out);
    return read_expectation(head, out);
}

/// The address is looked at first: its advice differs.
Result<void> check_size(std::string_view bytes, const RequestPolicy& policy)
{
    constexpr std::size_t longest_rest_of_line = 32; // method, blanks and version
    const std::size_t first_line = std::min(bytes.find('\n'), bytes.size());
    if (first_line > policy.max_target_bytes + longest_rest_of_line)
        return fail(ErrorKind::uri_too_long);
    if (bytes.size() > policy.max_header_bytes)
        return fail(ErrorKind::headers_too_large);
    return {};
}

} // namespace

Result<RequestHead> check_head(std::string_view bytes, const RequestPolicy& policy)
{
    if (auto fits = check_size(bytes, policy); !fits)
        return std::unexpected(fits.error());
    const auto head = adapters::transport::split_head(bytes, {policy.max_header_fields, true});
    if (!head)
        return std::unexpected(head.error());
    const auto start = split_start_line(head->start_line, policy);
    if (!start)
        return std::unexpected(start.error());
    auto repetition = check_repetition(*head);
    if (!repetition)
        return std::unexpected(repetition.error());
    const auto host = check_host(*head, policy);
    if (!host)
        return std::unexpected(host.error());
    auto target = check_target(start->target, *host);
    if (!target)
        return std::unexpected(target.error());

    RequestHead out;
    out.request.method = start->method;
    out.request.target = std::move(*target);
    out.http_1_0 = start->http_1_0;
    auto rest = check_rest(*head, policy, out);
    if (!rest)
        return std::unexpected(rest.error());
    for (const HeadField& field : head->fields)
        out.request.headers.add(std::string(field.name), std::string(field.value));
    return out;
}

Result<void> check_unfinished_head(std::string_view bytes, const RequestPolicy& policy)
{
    return check_size(bytes, policy);
}

} // namespace gateway::http
