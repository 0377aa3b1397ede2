// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/xml_bodies.hpp"

#include "fhir/codec/format.hpp"

namespace gateway::faces
{

using namespace fhir::codec;

fhir::Result<std::string> json_of_xml(std::string_view xml)
{
    const auto resource = read_resource(xml, r4_xml);
    if (!resource)
        return std::unexpected(resource.error());
    return to_text(*resource, r4_json);
}

std::string xml_of_json(std::string_view json, bool pretty)
{
    // Pages are as large as they are allowed to be, and nothing that was accepted is refused here.
    const ReadOptions own{.unknown = Unknown::ignore, .max_depth = 100, .max_bytes = json.size()};
    const auto resource = read_resource(json, r4_json, own);
    WriteOptions options;
    options.pretty = pretty;
    return resource ? to_text(*resource, r4_xml, options) : std::string();
}

} // namespace gateway::faces
