// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/format.hpp"

#include "fhir/schema/schema.hpp"

namespace fhir::codec
{

namespace
{

Error no_xml_yet()
{
    return Error(ErrorKind::malformed, "XML cannot be read here.", {});
}

} // namespace

std::string_view media_type(Format format)
{
    return format == Format::json ? "application/fhir+json" : "application/fhir+xml";
}

Result<AnyResource> read_resource(std::string_view bytes, Encoding encoding, ReadOptions options,
                                  ReadReport* report)
{
    options.release = encoding.release;
    if (encoding.format == Format::xml)
        return std::unexpected(no_xml_yet());
    return read_any(bytes, options, report);
}

std::optional<Error> read_into(const schema::TypeInfo& type, void* resource, std::string_view bytes,
                               Encoding encoding, ReadOptions options, ReadReport* report)
{
    options.release = encoding.release;
    if (encoding.format == Format::xml)
        return no_xml_yet();
    return read_into(type, resource, bytes, options, report);
}

void write_resource(const schema::TypeInfo& type, const void* resource, Encoding encoding,
                    rest::OutBuffer& out, WriteOptions options)
{
    options.release = encoding.release;
    write_resource(type, resource, out, options);
}

void write(const AnyResource& resource, Encoding encoding, rest::OutBuffer& out, WriteOptions options)
{
    if (!resource.empty())
        write_resource(resource.type(), resource.address(), encoding, out, std::move(options));
}

} // namespace fhir::codec
