// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/patient.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>

/// Whether a consumer and a practice mean the same person. A consumer's details are compared, never written
/// over the practice's.
namespace adapters
{

/// What suppliers compare when a patient is linked.
struct Applicant
{
    std::string surname;
    fhir::Date birth_date{};
};
/// `demographics_required` when the family name or a whole birth date is missing.
fhir::Result<Applicant> applicant_of(const std::optional<fhir::Patient>& patient);

/// `demographics_mismatch` when details differ that both hold, naming them but none of their values. Case,
/// blanks in names, a year given without its day, and details that one side lacks do not count.
std::optional<fhir::Error> mismatch(const std::optional<fhir::Patient>& given, const fhir::Patient& held);

} // namespace adapters
