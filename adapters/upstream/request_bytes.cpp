// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/request_bytes.hpp"

#include "adapters/transport/http_head.hpp"

#include <algorithm>

namespace adapters::upstream
{
namespace
{

using fhir::rest::equal_ignoring_case;

bool is_ours(std::string_view name)
{
    return equal_ignoring_case(name, "Host") || equal_ignoring_case(name, "Connection") ||
           equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding");
}

bool breaks_out(std::string_view text, unsigned char lowest)
{
    return std::ranges::any_of(text, [lowest](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < lowest || byte == 0x7f;
    });
}

std::unexpected<fhir::Error> unsendable(std::string_view what)
{
    return fhir::fail(fhir::ErrorKind::internal, "A request to a practice's system was not sent: its " +
                                                     std::string(what) +
                                                     " holds characters that are not allowed there.");
}

} // namespace

fhir::Result<std::string> to_bytes(const fhir::rest::Request& request, const BaseUrl& base)
{
    const std::string target = base.join(request.target);
    if (!transport::is_token(request.method))
        return unsendable("method");
    if (breaks_out(target, 0x21))
        return unsendable("target");
    std::string bytes;
    bytes.reserve(512 + request.body.size());
    bytes.append(request.method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
    bytes.append(base.host_header).append("\r\n");
    for (const auto& [name, value] : request.headers.fields()) {
        if (is_ours(name))
            continue;
        if (!transport::is_token(name) || breaks_out(value, 0x20))
            return unsendable("header");
        bytes.append(name).append(": ").append(value).append("\r\n");
    }
    const bool announces = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                           request.method == "PATCH";
    if (announces)
        bytes.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    bytes.append("\r\n").append(request.body);
    return bytes;
}

} // namespace adapters::upstream
