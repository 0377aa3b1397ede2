// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/tree.hpp"
#include "fhir/model/patient.hpp"

#include <vector>

/// STU3 data types that R4 has unchanged, read leniently into the model's structs and written back.
namespace adapters::gpconnect::wire
{

std::vector<fhir::Identifier> read_identifiers(const Node& resource);
std::vector<fhir::HumanName> read_names(const Node& resource);
std::vector<fhir::ContactPoint> read_telecom(const Node& resource);
std::optional<fhir::Address> read_address(const Node& address);
std::vector<fhir::Address> read_addresses(const Node& resource);
/// Of an array the first; nothing without a code.
std::optional<fhir::Coding> read_coding(const Node* coding);
std::optional<fhir::Gender> read_gender(const Node& resource);
std::optional<fhir::Period> read_period(const Node* period);

JsonValue write_name(const fhir::HumanName& name);
JsonValue write_telecom(const fhir::ContactPoint& point);
JsonValue write_address(const fhir::Address& address);
std::string_view gender_code(fhir::Gender gender);

} // namespace adapters::gpconnect::wire
