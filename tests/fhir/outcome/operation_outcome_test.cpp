// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/operation_outcome.hpp"

#include "fhir/codec/json.hpp"

#include <gtest/gtest.h>

namespace
{

using namespace fhir;

const std::string code_system = outcome_code_system("https://gateway.example.net:8443/fhir/R4");

TEST(ToOperationOutcome, SaysWhatWhereAndWhatToDo)
{
    Error error(ErrorKind::slot_unavailable, "The slot has just been taken.", "Appointment.slot[0]");
    error.from_supplier("-1151");
    EXPECT_EQ(
        codec::to_json(to_operation_outcome(error, code_system)),
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"conflict","details":{"coding":[)"
        R"({"system":"https://gateway.example.net:8443/fhir/CodeSystem/outcome","code":"slot-unavailable",)"
        R"("display":"The slot has just been taken."}],)"
        R"("text":"The slot has just been taken. Search again and offer the patient another slot."},)"
        R"("diagnostics":"To be put right by the user, with the patient.","expression":["Appointment.slot[0]"]}]})");
}

TEST(ToOperationOutcome, SeveralErrorsBecomeSeveralIssues)
{
    const std::vector<Error> errors{Error(ErrorKind::required), Error(ErrorKind::invariant)};
    const auto outcome = to_operation_outcome(errors, code_system);
    ASSERT_EQ(outcome.issue.size(), 2u);
    EXPECT_EQ(outcome.issue[1].code.text, "invariant");
    EXPECT_TRUE(outcome.issue[0].expression.empty());
}

TEST(ToOperationOutcome, NoErrorAtAllIsStillAnOutcome)
{
    const auto outcome = to_operation_outcome(std::span<const Error>{}, code_system);
    ASSERT_EQ(outcome.issue.size(), 1u);
    EXPECT_EQ(outcome.issue[0].code.text, "exception");
}

TEST(ToWarning, HasTheSeverityOfAWarning)
{
    const auto outcome = to_warning(Error(ErrorKind::supplier_timeout), code_system);
    EXPECT_EQ(outcome.issue[0].severity, IssueSeverity::warning);
    EXPECT_EQ(outcome.issue[0].code.text, "timeout");
}

TEST(ToInformation, CarriesItsText)
{
    const auto outcome = to_information("All done.");
    EXPECT_EQ(outcome.issue[0].severity, IssueSeverity::information);
    EXPECT_EQ(outcome.issue[0].details->text, "All done.");
}

} // namespace
