// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/response_head.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <ctime>

namespace gateway::http
{
namespace
{

using fhir::rest::equal_ignoring_case;

bool is_ours(std::string_view name)
{
    return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ||
           equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Date");
}

/// A value from elsewhere must not start a field of its own.
void append_value(std::string& out, std::string_view value)
{
    const auto start = out.size();
    out.append(value);
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ");
    append_value(out, value);
    out.append("\r\n");
}

std::string format_date(std::time_t now)
{
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return std::string(text.data(), length);
}

} // namespace

const std::string& http_date()
{
    thread_local std::time_t made_at = 0;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now != made_at) {
        text = format_date(now);
        made_at = now;
    }
    return text;
}

bool may_have_body(unsigned status)
{
    return status >= 200 && status != 204 && status != 304;
}

std::string render_head(const fhir::rest::Response& response, const Framing& framing)
{
    std::string head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    const auto reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
    head.append(reason.data(), reason.size()).append("\r\n");
    append_field(head, "Date", http_date());
    for (const auto& [name, value] : response.headers.fields()) {
        if (!is_ours(name))
            append_field(head, name, value);
    }
    if (may_have_body(response.status))
        append_field(head, "Content-Length", std::to_string(response.body.size()));
    if (!framing.keep_alive)
        head.append("Connection: close\r\n");
    else if (framing.http_1_0)
        head.append("Connection: keep-alive\r\n");
    head.append("\r\n");
    return head;
}

} // namespace gateway::http
