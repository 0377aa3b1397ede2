// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/operation_outcome.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "fhir/rest/message.hpp"

namespace fhir
{

namespace
{

std::string_view who(Remedy remedy)
{
    switch (remedy) {
    case Remedy::caller:
        return "To be put right by the caller.";
    case Remedy::user:
        return "To be put right by the user, with the patient.";
    case Remedy::practice:
        return "To be put right by the practice.";
    case Remedy::supplier:
        return "To be put right by the supplier of the practice's system.";
    case Remedy::operator_:
        return "To be put right by whoever runs the gateway.";
    case Remedy::wait:
        return "Nothing to be put right; ask again later.";
    }
    return {};
}

OperationOutcome outcome_of(std::span<const Error> errors, std::string_view code_system,
                            IssueSeverity severity)
{
    OperationOutcome outcome;
    for (const Error& error : errors)
        outcome.issue.push_back(to_issue(error, code_system, severity));
    if (outcome.issue.empty())
        outcome.issue.push_back(to_issue(Error(ErrorKind::internal), code_system));
    return outcome;
}

} // namespace

std::string outcome_code_system(std::string_view public_base)
{
    return std::string(rest::origin_of(public_base)) + "/fhir/CodeSystem/outcome";
}

OperationOutcomeIssue to_issue(const Error& error, std::string_view code_system, IssueSeverity severity)
{
    const CatalogueRow& row = catalogue_row(error.kind());
    OperationOutcomeIssue issue;
    issue.severity = severity;
    issue.code = Code(std::string(row.issue_code));
    issue.details = concept_of(code_system, row.code, row.sentence);
    issue.details->text = error.advice().empty() ? error.sentence() : error.sentence() + " " + error.advice();
    issue.diagnostics = std::string(who(error.remedy()));
    if (!error.path().empty())
        issue.expression.push_back(error.path());
    return issue;
}

OperationOutcome to_operation_outcome(const Error& error, std::string_view code_system)
{
    return outcome_of({&error, 1}, code_system, IssueSeverity::error);
}

OperationOutcome to_operation_outcome(std::span<const Error> errors, std::string_view code_system)
{
    return outcome_of(errors, code_system, IssueSeverity::error);
}

OperationOutcome to_warning(const Error& error, std::string_view code_system)
{
    return outcome_of({&error, 1}, code_system, IssueSeverity::warning);
}

OperationOutcome to_warning(std::span<const Error> errors, std::string_view code_system)
{
    return outcome_of(errors, code_system, IssueSeverity::warning);
}

OperationOutcome to_information(std::string_view text)
{
    OperationOutcomeIssue issue;
    issue.severity = IssueSeverity::information;
    issue.code = Code("informational");
    issue.details = concept_text(text);
    OperationOutcome outcome;
    outcome.issue.push_back(std::move(issue));
    return outcome;
}

} // namespace fhir
