// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/operation_outcome.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

constexpr auto operation_outcome_issue_elements =
    joined(backbone_base, elements(element<"severity", &OperationOutcomeIssue::severity>(in_summary),
                                   element<"code", &OperationOutcomeIssue::code>(in_summary),
                                   element<"details", &OperationOutcomeIssue::details>(in_summary),
                                   element<"diagnostics", &OperationOutcomeIssue::diagnostics>(in_summary),
                                   element<"location", &OperationOutcomeIssue::location>(in_summary),
                                   element<"expression", &OperationOutcomeIssue::expression>(in_summary)));
template <>
constinit const TypeInfo TypeOf<OperationOutcomeIssue>::info =
    complex_type<OperationOutcomeIssue>("OperationOutcome.issue", operation_outcome_issue_elements);

constexpr auto operation_outcome_elements =
    joined(domain_base, elements(element<"issue", &OperationOutcome::issue>(at_least_one | in_summary)));
template <>
constinit const TypeInfo TypeOf<OperationOutcome>::info =
    resource_type<OperationOutcome>("OperationOutcome", operation_outcome_elements);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& OperationOutcome::declaration()
{
    return schema::TypeOf<OperationOutcome>::info;
}

} // namespace fhir
