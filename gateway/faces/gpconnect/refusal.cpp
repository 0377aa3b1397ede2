// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/refusal.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "gateway/faces/gpconnect/names.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

using fhir::ErrorKind;

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

/// Where the reference implementation and its suite say otherwise than the catalogue.
struct Exception
{
    ErrorKind kind;
    std::string_view code;
};
constexpr std::array exceptions{
    Exception{ErrorKind::slot_unknown, "INVALID_RESOURCE"},
    Exception{ErrorKind::too_deep, "INVALID_RESOURCE"},
    Exception{ErrorKind::not_supported_by_practice, "INVALID_RESOURCE"},
    Exception{ErrorKind::demographics_required, "INVALID_RESOURCE"},
    Exception{ErrorKind::duplicate_in_flight, "FHIR_CONSTRAINT_VIOLATION"},
};

std::string_view code_of(ErrorKind kind)
{
    const auto found = std::ranges::find(exceptions, kind, &Exception::kind);
    return found == exceptions.end() ? fhir::catalogue_row(kind).spine_code : found->code;
}

std::string diagnostics_of(const fhir::Error& error)
{
    if (error.kind() == ErrorKind::outcome_unknown)
        return "Outcome unknown: retrieve the patient's appointments before retrying.";
    std::string text = error.sentence();
    if (!error.path().empty())
        text = error.path() + ": " + text;
    return error.advice().empty() ? text : text + " " + error.advice();
}

} // namespace

const SpineRow& spine_row(std::string_view code)
{
    const auto found = std::ranges::find(spine_rows, code, &SpineRow::code);
    return found == spine_rows.end() ? spine_rows.front() : *found;
}

std::unexpected<Refusal> bad_request(std::string diagnostics)
{
    return std::unexpected(Refusal{"BAD_REQUEST", std::move(diagnostics)});
}

std::unexpected<Refusal> invalid_resource(std::string diagnostics)
{
    return std::unexpected(Refusal{"INVALID_RESOURCE", std::move(diagnostics)});
}

std::unexpected<Refusal> invalid_parameter(std::string diagnostics)
{
    return std::unexpected(Refusal{"INVALID_PARAMETER", std::move(diagnostics)});
}

std::unexpected<Refusal> not_found(std::string_view code, std::string diagnostics)
{
    return std::unexpected(Refusal{code, std::move(diagnostics)});
}

Refusal refusal_of(const fhir::Error& error)
{
    return {code_of(error.kind()), diagnostics_of(error)};
}

Refusal body_refusal(const fhir::Error& error)
{
    const auto& row = fhir::catalogue_row(error.kind());
    const bool callers_fault = row.http_status == 400 || row.http_status == 404;
    return {callers_fault ? std::string_view("INVALID_RESOURCE") : code_of(error.kind()),
            diagnostics_of(error)};
}

fhir::OperationOutcome to_outcome(const Refusal& refusal)
{
    const SpineRow& row = spine_row(refusal.code);
    fhir::OperationOutcome outcome;
    outcome.meta.emplace().profile.emplace_back(names::outcome_profile);
    fhir::OperationOutcomeIssue issue;
    issue.code = fhir::Code(std::string(row.issue));
    issue.details = fhir::concept_of(names::spine_code_system, row.code, row.display);
    issue.diagnostics = refusal.diagnostics;
    outcome.issue.push_back(std::move(issue));
    return outcome;
}

} // namespace gateway::faces::gpconnect
