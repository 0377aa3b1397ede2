// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/bundle_outcome.hpp"

#include "fhir/outcome/operation_outcome.hpp"

namespace gateway::search
{

namespace
{

fhir::OperationOutcomeIssue warning(const fhir::Error& error, const std::string& sentence,
                                    std::string_view code_system)
{
    auto issue = fhir::to_issue(error, code_system, fhir::IssueSeverity::warning);
    issue.details->text = sentence;
    issue.diagnostics.reset();
    return issue;
}

/// A sentence of the supplier's side does not always say which practice it is about.
std::string about(const MissingPractice& practice)
{
    const std::string& sentence = practice.error.sentence();
    const bool named = sentence.find(practice.ods.text()) != std::string::npos;
    const std::string start = named ? "" : practice.ods.text() + " " + practice.name + ": ";
    return start + sentence + " Its slots are missing.";
}

} // namespace

fhir::OperationOutcome outcome_of(const std::vector<MissingPractice>& missing,
                                  const std::vector<fhir::Error>& warnings, std::string_view code_system)
{
    fhir::OperationOutcome outcome;
    for (const MissingPractice& practice : missing) {
        auto issue = warning(practice.error, about(practice), code_system);
        issue.expression.clear(); // of the question to the practice, not of this search
        issue.diagnostics = "source=" + practice.ods.text();
        outcome.issue.push_back(std::move(issue));
    }
    for (const fhir::Error& ignored : warnings) {
        outcome.issue.push_back(warning(ignored, ignored.sentence() + " It was left out.", code_system));
    }
    return outcome;
}

fhir::OperationOutcome outcome_of(const SlotResult& result, std::string_view code_system)
{
    return outcome_of(result.missing, result.warnings, code_system);
}

} // namespace gateway::search
