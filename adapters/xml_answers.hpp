// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/message.hpp"

#include <string>
#include <string_view>

/// What answers of systems that speak XML and tell their refusals inside HTTP 200 have in common.
namespace adapters::xml
{

/// `text/xml` or `application/xml`, whatever its parameters.
bool is_xml_type(std::string_view content_type);
/// Of a status other than 200. 429 and 503 say that nothing was done, and so does every other 4xx (assumed);
/// anything else, of a write, leaves its outcome unknown.
fhir::Error by_status(const fhir::rest::Response& response, bool write);
/// A 200 that cannot be understood says nothing sure about a write.
fhir::Error not_understood(std::string why, bool write);

} // namespace adapters::xml
