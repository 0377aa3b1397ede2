// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/errors.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/outcome/catalogue.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;

/// A code of the standard's list, and the issue types that go with it; the first is taken for any other.
struct CodeRow
{
    unsigned status;
    std::string_view code;
    std::array<std::string_view, 6> issues;
    std::string_view display;
};

// BaRS Core, error handling, and CodeSystem http-error-codes 1.0.0, which lacks 425 and 429.
constexpr std::array<CodeRow, 15> codes{{
    {400,
     "REC_BAD_REQUEST",
     {"invalid", "required", "value", "invariant", "not-supported", "structure"},
     "400: The Receiver was unable to process the request."},
    {401,
     "REC_UNAUTHORIZED",
     {"security", "forbidden"},
     "401: The Receiver deemed you unauthorized to make this request."},
    {404, "REC_NOT_FOUND", {"not-found"}, "404: The Receiver was unable to find the specified resource."},
    {405, "REC_METHOD_NOT_ALLOWED", {"not-supported"}, "405: The Receiver doesnt allow this method."},
    {406,
     "REC_NOT_ACCEPTABLE",
     {"processing"},
     "406: Message had an incorrect content type defined for a response."},
    {408, "REC_TIMEOUT", {"timeout"}, "408: The request timed out to the receiver."},
    {409, "REC_CONFLICT", {"conflict", "duplicate"}, "409: The Receiver identified a conflict."},
    {415, "REC_UNSUPPORTED_MEDIA_TYPE", {"not-supported"}, "415: The request is in an unsupported format."},
    {422,
     "REC_UNPROCESSABLE_ENTITY",
     {"processing", "too-costly", "not-supported"},
     "422: Message was not malformed but deemed unprocessable by the Receiver."},
    {425, "REC_TOO_EARLY", {"duplicate"}, {}},
    {429, "REC_TOO_MANY_REQUESTS", {"throttled"}, {}},
    {500,
     "REC_SERVER_ERROR",
     {"exception", "no-store", "transient"},
     "500: The Receiver has encountered an error processing the request."},
    {501, "REC_NOT_IMPLEMENTED", {"not-supported"}, "501: The Request was not recognized by the Receiver."},
    {503, "REC_UNAVAILABLE", {"transient"}, "503: The Receiver is currently unavailable."},
    {500, {}, {"exception"}, {}},
}};

const CodeRow& row_of(std::string_view code)
{
    const auto found = std::ranges::find(codes, code, &CodeRow::code);
    return found == codes.end() ? codes.back() : *found;
}

/// What the standard says otherwise than the catalogue says for all faces.
std::string_view issue_for(const fhir::Error& error)
{
    const bool of_id = error.path() == "http.X-Request-Id" || error.path() == "http.X-Correlation-Id";
    if (error.kind() == ErrorKind::value_invalid && of_id)
        return "invalid";
    if (error.kind() == ErrorKind::duplicate_key_other_body)
        return "invariant";
    return fhir::catalogue_row(error.kind()).issue_code;
}

fhir::OperationOutcome with_profile()
{
    fhir::OperationOutcome outcome;
    outcome.meta.emplace().profile.emplace_back(std::string(fhir::bars::profile::uk_core) +
                                                "OperationOutcome");
    return outcome;
}

} // namespace

fhir::Error already_processed()
{
    // Of all kinds this one is answered 409 `duplicate`.
    return fhir::Error(ErrorKind::already_linked, "This message has already been processed.",
                       "http.X-Request-Id")
        .advise("Look for the appointment with GET Appointment?patient:identifier=.", fhir::Remedy::caller);
}

Refusal refusal_of(const fhir::Error& error)
{
    const CodeRow& row = row_of(fhir::catalogue_row(error.kind()).bars_code);
    const auto wanted = issue_for(error);
    const bool fits = std::ranges::find(row.issues, wanted) != row.issues.end();
    return {row.status, row.code, fits ? wanted : row.issues.front(), row.display};
}

fhir::OperationOutcome outcome_of(const fhir::Error& error)
{
    const Refusal refusal = refusal_of(error);
    fhir::OperationOutcomeIssue issue;
    issue.code = fhir::Code(std::string(refusal.issue));
    issue.details = fhir::concept_of(fhir::bars::system::error, refusal.code, refusal.display);
    issue.diagnostics = error.advice().empty() ? error.sentence() : error.sentence() + " " + error.advice();
    if (!error.path().empty())
        issue.expression.push_back(error.path());
    auto outcome = with_profile();
    outcome.issue.push_back(std::move(issue));
    return outcome;
}

fhir::OperationOutcome note_of(std::string_view text, fhir::IssueSeverity severity)
{
    fhir::OperationOutcomeIssue issue;
    issue.severity = severity;
    issue.code = severity == fhir::IssueSeverity::information ? "informational" : "incomplete";
    issue.diagnostics = std::string(text);
    auto outcome = with_profile();
    outcome.issue.push_back(std::move(issue));
    return outcome;
}

} // namespace gateway::faces::bars
