// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/bundle_outcome.hpp"

#include "fhir/outcome/catalogue.hpp"

namespace gateway::search
{

namespace
{

fhir::OperationOutcomeIssue warning(const fhir::Error& error, std::string sentence)
{
    fhir::OperationOutcomeIssue issue;
    issue.severity = fhir::IssueSeverity::warning;
    issue.code = fhir::Code(std::string(fhir::catalogue_row(error.kind()).issue_code));
    issue.details = fhir::concept_text(sentence);
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
                                  const std::vector<fhir::Error>& warnings)
{
    fhir::OperationOutcome outcome;
    for (const MissingPractice& practice : missing) {
        auto issue = warning(practice.error, about(practice));
        issue.diagnostics = "source=" + practice.ods.text();
        outcome.issue.push_back(std::move(issue));
    }
    for (const fhir::Error& ignored : warnings) {
        auto issue = warning(ignored, ignored.sentence() + " It was left out.");
        if (!ignored.path().empty())
            issue.expression = {ignored.path()};
        outcome.issue.push_back(std::move(issue));
    }
    return outcome;
}

fhir::OperationOutcome outcome_of(const SlotResult& result)
{
    return outcome_of(result.missing, result.warnings);
}

} // namespace gateway::search
