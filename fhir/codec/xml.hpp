// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"

#include <optional>
#include <string_view>

/// XML, both ways, driven by the same declarations as JSON. Callers use format.hpp.
///
/// No DTD, no entities but XML's own, no processing instructions; elements in the namespace of FHIR and in
/// the order of the standard. Narrative is dropped on reading, its XHTML is written as text. A value of a
/// type without a struct (OtherValue) can neither be read nor written.
namespace fhir::codec
{

inline constexpr std::string_view fhir_space = "http://hl7.org/fhir";

Result<AnyResource> read_any_xml(std::string_view xml, const ReadOptions& options, ReadReport* report);
/// `resource` must be a default value of that type; the error, if any.
std::optional<Error> read_xml_into(const schema::TypeInfo& type, void* resource, std::string_view xml,
                                   const ReadOptions& options, ReadReport* report);

/// As write_resource does in JSON, `_summary` and `_elements` included.
void write_resource_xml(const schema::TypeInfo& type, const void* resource, rest::OutBuffer& out,
                        const WriteOptions& options);

} // namespace fhir::codec
