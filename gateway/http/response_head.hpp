// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/message.hpp"

#include <string>

namespace gateway::http
{

/// How the connection goes on, as the head must say it.
struct Framing
{
    bool keep_alive = true;
    bool http_1_0 = false;
};

/// Status line and fields with Date, Content-Length and Connection; ends with the blank line. Control
/// characters in values become blanks.
std::string render_head(const fhir::rest::Response& response, const Framing& framing);

/// 1xx, 204 and 304 never have a body (RFC 9110).
bool may_have_body(unsigned status);

/// The current time as an IMF-fixdate, made once a second per thread.
const std::string& http_date();

} // namespace gateway::http
