// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/tree.hpp"
#include "fhir/model/patient.hpp"

#include <vector>

/// STU3 data types that R4 has unchanged, read leniently into the model's structs and written back.
namespace adapters::gpconnect::wire
{

std::vector<fhir::Identifier> read_identifiers(const JsonValue& resource);
std::vector<fhir::HumanName> read_names(const JsonValue& resource);
std::vector<fhir::ContactPoint> read_telecom(const JsonValue& resource);
std::optional<fhir::Address> read_address(const JsonValue& address);
std::vector<fhir::Address> read_addresses(const JsonValue& resource);
/// Of an array the first; nothing without a code.
std::optional<fhir::Coding> read_coding(const JsonValue* coding);
std::optional<fhir::Gender> read_gender(const JsonValue& resource);
std::optional<fhir::Period> read_period(const JsonValue* period);

JsonValue write_name(const fhir::HumanName& name);
JsonValue write_telecom(const fhir::ContactPoint& point);
JsonValue write_address(const fhir::Address& address);
std::string_view gender_code(fhir::Gender gender);

} // namespace adapters::gpconnect::wire
