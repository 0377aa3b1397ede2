// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

/// What FHIR suppliers' error tables are written in.
namespace adapters
{

/// A write whose answer says nothing sure about its effect.
fhir::Error unknown_outcome(std::string supplier_code);
fhir::Error refused(fhir::ErrorKind kind, std::string sentence, std::string advice, fhir::Remedy who);
/// The request itself was wrong: for an operator to report.
fhir::Error our_fault();

} // namespace adapters
