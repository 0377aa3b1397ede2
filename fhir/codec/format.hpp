// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Resources in each form in which they are spoken: R4 and STU3, JSON and XML. One set of structs, which are
/// R4's; what STU3 says in another way is translated on the way in and out (fhir/stu3), and what it cannot
/// say is left out (fhir/stu3/README.md lists it).
namespace fhir::codec
{

enum class Format
{
    json,
    xml
};

struct Encoding
{
    Release release = Release::r4;
    Format format = Format::json;
    bool operator==(const Encoding&) const = default;
};

inline constexpr Encoding r4_json{Release::r4, Format::json};
inline constexpr Encoding r4_xml{Release::r4, Format::xml};
inline constexpr Encoding stu3_json{Release::stu3, Format::json};
inline constexpr Encoding stu3_xml{Release::stu3, Format::xml};

/// `application/fhir+json`, `application/fhir+xml`.
std::string_view media_type(Format format);

/// Reads one resource of any type that the release has. `options.release` counts for nothing here. Errors
/// are those of read_any, with the element's FHIRPath in that release: `Appointment.reason[0]`.
Result<AnyResource> read_resource(std::string_view bytes, Encoding encoding, ReadOptions options = {},
                                  ReadReport* report = nullptr);
/// `resource` must be a default value of that type; the error, if any.
std::optional<Error> read_into(const schema::TypeInfo& type, void* resource, std::string_view bytes,
                               Encoding encoding, ReadOptions options, ReadReport* report);

/// Reads one resource that must be a T.
template <class T>
Result<T> read(std::string_view bytes, Encoding encoding, ReadOptions options = {},
               ReadReport* report = nullptr)
{
    T resource{};
    if (auto error = read_into(T::declaration(), &resource, bytes, encoding, options, report))
        return std::unexpected(std::move(*error));
    return resource;
}

void write_resource(const schema::TypeInfo& type, const void* resource, Encoding encoding,
                    rest::OutBuffer& out, WriteOptions options);

template <class T>
void write(const T& resource, Encoding encoding, rest::OutBuffer& out, WriteOptions options = {})
{
    write_resource(T::declaration(), &resource, encoding, out, std::move(options));
}
/// An empty AnyResource writes nothing.
void write(const AnyResource& resource, Encoding encoding, rest::OutBuffer& out, WriteOptions options = {});

template <class T>
std::string to_text(const T& resource, Encoding encoding, WriteOptions options = {})
{
    rest::OutBuffer out;
    write(resource, encoding, out, std::move(options));
    return std::string(out.view());
}

} // namespace fhir::codec
