// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "fhir/rest/message.hpp"

#include <string>
#include <string_view>

/// What simulators of systems that speak JSON read requests and write answers with.
namespace adapters::simulation
{

fhir::rest::Response json_reply(unsigned status, const fhir::codec::JsonValue& body);
/// The same of JSON that is written already.
fhir::rest::Response written_json_reply(unsigned status, std::string_view json);
/// Whether the request says that its body is JSON.
bool says_json(const fhir::rest::Request& request);
/// A member of the request's body that is a text; empty when there is none.
std::string body_text(const fhir::rest::Request& request, std::string_view member);
/// The first parameter of that name; empty when there is none.
std::string query_text(const fhir::rest::Request& request, std::string_view name);

} // namespace adapters::simulation
