// SPDX-License-Identifier: Apache-2.0
#include "fhir/stu3/spine_codes.hpp"

#include <algorithm>
#include <array>

namespace fhir::stu3
{

namespace
{

// GP Connect 1.2.7, error handling; UNSUPPORTED_MEDIA_TYPE of the later guides.
constexpr std::array spine_rows{
    SpineRow{"INTERNAL_SERVER_ERROR", 500, "processing", "Unexpected internal server error"},
    SpineRow{"BAD_REQUEST", 400, "invalid", "Bad request"},
    SpineRow{"INVALID_IDENTIFIER_SYSTEM", 400, "value", "Invalid identifier system"},
    SpineRow{"INVALID_IDENTIFIER_VALUE", 400, "value", "Invalid identifier value"},
    SpineRow{"INVALID_NHS_NUMBER", 400, "value", "Invalid NHS number"},
    SpineRow{"INVALID_PATIENT_DEMOGRAPHICS", 400, "business-rule", "Invalid patient demographics"},
    SpineRow{"ACCESS_DENIED", 403, "forbidden", "Access has been denied to process this request"},
    SpineRow{"NO_PATIENT_CONSENT", 403, "forbidden", "Patient has not provided consent to share data"},
    SpineRow{"NO_ORGANISATION_CONSENT", 403, "forbidden",
             "Organisation has not provided consent to share data"},
    SpineRow{"PATIENT_NOT_FOUND", 404, "not-found", "Patient not found"},
    SpineRow{"PRACTITIONER_NOT_FOUND", 404, "not-found", "Practitioner not found"},
    SpineRow{"ORGANISATION_NOT_FOUND", 404, "not-found", "Organisation not found"},
    SpineRow{"NO_RECORD_FOUND", 404, "not-found", "No record found"},
    SpineRow{"DUPLICATE_REJECTED", 409, "duplicate", "Create would lead to creation of a duplicate resource"},
    SpineRow{"FHIR_CONSTRAINT_VIOLATION", 409, "conflict", "FHIR constraint violated"},
    SpineRow{"UNSUPPORTED_MEDIA_TYPE", 415, "not-supported", "Unsupported media type"},
    SpineRow{"INVALID_RESOURCE", 422, "invalid", "Invalid validation of resource"},
    SpineRow{"INVALID_PARAMETER", 422, "invalid", "Invalid parameter"},
    SpineRow{"REFERENCE_NOT_FOUND", 422, "invalid", "Reference not found"},
    SpineRow{"NOT_IMPLEMENTED", 501, "not-supported", "Not implemented"},
};

} // namespace

const SpineRow& spine_row(std::string_view code)
{
    const auto found = std::ranges::find(spine_rows, code, &SpineRow::code);
    return found == spine_rows.end() ? spine_rows.front() : *found;
}

} // namespace fhir::stu3
