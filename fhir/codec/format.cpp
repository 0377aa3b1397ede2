// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"

#include "fhir/codec/xml.hpp"
#include "fhir/schema/schema.hpp"

namespace fhir::codec
{

std::string_view media_type(Format format)
{
    return format == Format::json ? "application/fhir+json" : "application/fhir+xml";
}

Result<AnyResource> read_resource(std::string_view bytes, Encoding encoding, ReadOptions options,
                                  ReadReport* report)
{
    options.release = encoding.release;
    return encoding.format == Format::json ? read_any(bytes, options, report)
                                           : read_any_xml(bytes, options, report);
}

std::optional<Error> read_into(const schema::TypeInfo& type, void* resource, std::string_view bytes,
                               Encoding encoding, ReadOptions options, ReadReport* report)
{
    options.release = encoding.release;
    return encoding.format == Format::json ? read_into(type, resource, bytes, options, report)
                                           : read_xml_into(type, resource, bytes, options, report);
}

void write_resource(const schema::TypeInfo& type, const void* resource, Encoding encoding,
                    rest::OutBuffer& out, WriteOptions options)
{
    options.release = encoding.release;
    if (encoding.format == Format::json)
        write_resource(type, resource, out, options);
    else
        write_resource_xml(type, resource, out, options);
}

void write(const AnyResource& resource, Encoding encoding, rest::OutBuffer& out, WriteOptions options)
{
    if (!resource.empty())
        write_resource(resource.type(), resource.address(), encoding, out, std::move(options));
}

} // namespace fhir::codec
