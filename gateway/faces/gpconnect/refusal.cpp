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
    return {code_of(error.kind()), diagnostics_of(error), 0, error.retry_after()};
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
    const fhir::stu3::SpineRow& row = fhir::stu3::spine_row(refusal.code);
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
