// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>

/// Handlers read and write JSON; who speaks XML is translated for at the edge.
namespace gateway::faces
{

/// A request's resource in JSON. Errors: those of reading, each with its path.
fhir::Result<std::string> json_of_xml(std::string_view xml);
/// An answer of ours, which is valid, in XML.
std::string xml_of_json(std::string_view json, bool pretty);

} // namespace gateway::faces
