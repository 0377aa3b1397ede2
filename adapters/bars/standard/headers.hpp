// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/json_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The JSON objects that BaRS carries in header fields, in Base64. They look like FHIR and are not: in
/// Device, `deviceName` and `version` are objects.
namespace adapters::bars::standard
{

/// RFC 4648 section 4, padded.
std::string encode_header(const JsonValue& object);
/// Also unpadded and URL-safe; nothing for what is no JSON object or beyond 16 KiB.
std::optional<JsonValue> decode_header(std::string_view field);

JsonValue target_object(std::string_view service_id);
JsonValue organisation_object(std::string_view ods, std::string_view name);
JsonValue software_object(std::string_view system, std::string_view id, std::string_view version);
JsonValue practitioner_object(std::string_view sds_user_id);

/// The service id of a target header; empty when it names none.
std::string target_service(std::string_view field);

/// `1` of `1.1.0`, of `application/fhir+json; version=1.1.0`; 1 where no version is given, 0 for what is
/// none.
int major_of(std::string_view version);
int accepted_major(std::string_view media_type);

} // namespace adapters::bars::standard
