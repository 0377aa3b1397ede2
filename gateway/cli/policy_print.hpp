// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"

#include <string>
#include <string_view>

/// What the management listener answers of policy, for people and for spreadsheets.
namespace gateway::cli
{

std::string practices_table(const fhir::codec::JsonValue& answer);
std::string practice_text(const fhir::codec::JsonValue& practice);
std::string agreements_table(const fhir::codec::JsonValue& answer);
/// RFC 4180, with a head line. What a spreadsheet would take for a formula is made a text.
std::string agreements_csv(const fhir::codec::JsonValue& answer);
std::string history_text(const fhir::codec::JsonValue& answer);
std::string slot_types_table(const fhir::codec::JsonValue& answer, bool unmapped_only);
std::string slot_types_csv(const fhir::codec::JsonValue& answer, bool unmapped_only);
/// The sentences of an OperationOutcome, or the text itself.
std::string sentences_of_outcome(std::string_view body);
std::string csv_cell(std::string_view text);

} // namespace gateway::cli
