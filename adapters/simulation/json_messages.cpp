// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/json_messages.hpp"

namespace adapters::simulation
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

Response json_reply(unsigned status, const JsonValue& body)
{
    return written_json_reply(status, fhir::codec::to_json(body));
}

Response written_json_reply(unsigned status, std::string_view json)
{
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.append(json);
    return response;
}

bool says_json(const Request& request)
{
    return request.headers.get("Content-Type").starts_with("application/json");
}

std::string body_text(const Request& request, std::string_view member)
{
    const auto body = fhir::codec::parse_json(request.body);
    const auto* value = body && body->is_object() ? body->find(member) : nullptr;
    return value && value->is_string() ? value->text() : std::string();
}

std::string query_text(const Request& request, std::string_view name)
{
    if (const auto pairs = fhir::rest::parse_query(request.query()))
        for (const auto& [key, value] : *pairs)
            if (key == name)
                return value;
    return {};
}

} // namespace adapters::simulation
