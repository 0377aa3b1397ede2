// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/text_scan.hpp"

#include <string>
#include <string_view>

/// Code systems that STU3 names by another URL than R4: HL7's own tables, and those of GP Connect.
namespace fhir::stu3
{

/// What STU3 calls a code system of R4; any other as it is. Lives as long as both arguments.
std::string_view code_system_of_r4(std::string_view system, TextFill& scratch);
/// What R4 calls a code system of STU3; any other as it is.
std::string r4_code_system(std::string_view system);

} // namespace fhir::stu3
