// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The JSON objects that BaRS carries in header fields, in Base64. They look like FHIR and are not: in
/// Device, `deviceName` and `version` are objects.
namespace fhir::bars
{

/// RFC 4648 section 4, padded.
std::string encode_header(const codec::JsonValue& object);
/// Also unpadded and URL-safe; nothing for what is no JSON object or beyond 16 KiB.
std::optional<codec::JsonValue> decode_header(std::string_view field);

/// The service id of a target header; empty when it names none.
std::string target_service(std::string_view field);

/// `1` of `1.1.0`, of `application/fhir+json; version=1.1.0`; 1 where no version is given, 0 for what is
/// none.
int major_of(std::string_view version);
int accepted_major(std::string_view media_type);

} // namespace fhir::bars
