// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/errors.hpp"
#include "adapters/refusals.hpp"
#include "tests/adapters/microtest/data_file.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tests
{

namespace microtest = adapters::microtest;
using enum fhir::ErrorKind;
using microtest::Operation;

namespace
{

struct StatusRow
{
    Operation operation;
    unsigned status;
    fhir::ErrorKind kind;
    std::string path;
};

const std::vector<Operation> all_operations = {
    Operation::demographics, Operation::slots,   Operation::book,          Operation::list,
    Operation::cancel,       Operation::courses, Operation::prescriptions, Operation::request_prescription};

fhir::rest::Response json_response(unsigned status, std::string_view body)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.append(body);
    return response;
}

fhir::Error error_of(Operation operation, const fhir::rest::Response& response)
{
    const auto checked = microtest::check_answer(operation, response);
    return checked ? fhir::Error(not_implemented) : checked.error();
}

fhir::Error error_of(Operation operation, unsigned status)
{
    return error_of(operation, json_response(status, R"({"Error":"Ms Tarrowby may not do this."})"));
}

} // namespace

TEST(MicrotestErrors, AStatusMeansWhatItsCallMakesOfIt)
{
    const std::vector<StatusRow> rows = {
        {Operation::demographics, 404, patient_not_found, ""},
        {Operation::list, 404, patient_not_found, ""},
        {Operation::book, 404, patient_not_found, ""},
        {Operation::slots, 404, link_invalid, ""},
        {Operation::book, 409, slot_unavailable, "Appointment.slot[0]"},
        {Operation::book, 400, required, "Appointment"},
        {Operation::courses, 404, patient_not_found, ""},
        {Operation::prescriptions, 404, patient_not_found, ""},
        {Operation::request_prescription, 404, patient_not_found, ""},
        {Operation::cancel, 404, not_cancellable, "Appointment"},
        {Operation::cancel, 409, not_cancellable, "Appointment"},
        {Operation::cancel, 400, not_cancellable, "Appointment"},
        {Operation::slots, 400, supplier_error, ""},
        {Operation::list, 409, supplier_error, ""},
        {Operation::demographics, 418, supplier_error, ""},
        {Operation::slots, 500, supplier_error, ""},
        {Operation::slots, 502, supplier_error, ""},
        {Operation::list, 302, supplier_error, ""},
    };
    std::set<std::size_t> reached;
    for (const auto& row : rows) {
        if (const auto decided = microtest::deciding_row(row.operation, row.status))
            reached.insert(*decided);
        const auto error = error_of(row.operation, row.status);
        EXPECT_EQ(error.kind(), row.kind) << operation_name(row.operation) << " " << row.status;
        EXPECT_EQ(error.path(), row.path) << operation_name(row.operation) << " " << row.status;
        EXPECT_EQ(error.supplier_code(), std::to_string(row.status));
        EXPECT_FALSE(error.effect_possible());
    }
    EXPECT_EQ(reached.size() + 4, microtest::error_row_count()) << "four more stand for every call";
}

TEST(MicrotestErrors, SomeStatusesMeanTheSameToEveryCallAndThatNothingWasDone)
{
    const std::vector<std::pair<unsigned, fhir::ErrorKind>> rows = {{401, supplier_error},
                                                                    {403, service_disabled},
                                                                    {429, supplier_unavailable},
                                                                    {503, supplier_unavailable}};
    for (const auto operation : all_operations)
        for (const auto& [status, kind] : rows) {
            const auto error = error_of(operation, status);
            EXPECT_EQ(error.kind(), kind) << operation_name(operation) << " " << status;
            EXPECT_FALSE(error.effect_possible()) << operation_name(operation) << " " << status;
        }
}

TEST(MicrotestErrors, ACallerWhoIsNotRecognisedIsForAnOperator)
{
    EXPECT_EQ(error_of(Operation::slots, 401).remedy(), fhir::Remedy::operator_);
    EXPECT_EQ(error_of(Operation::slots, 404).remedy(), fhir::Remedy::operator_);
}

TEST(MicrotestErrors, AServerFaultOnAWriteIsUnknown)
{
    for (const auto operation : {Operation::book, Operation::cancel})
        for (const unsigned status : {100U, 500U, 502U, 504U, 302U}) {
            const auto error = error_of(operation, json_response(status, "\"\""));
            EXPECT_EQ(error.kind(), outcome_unknown) << status;
            EXPECT_TRUE(error.effect_possible()) << status;
        }
}

TEST(MicrotestErrors, BusyAnswersSayWhenToAskAgain)
{
    auto busy = json_response(503, "");
    EXPECT_EQ(error_of(Operation::slots, busy).retry_after(), std::chrono::seconds(5));
    busy.headers.set("Retry-After", "17");
    EXPECT_EQ(error_of(Operation::slots, busy).retry_after(), std::chrono::seconds(17));
    busy.headers.set("Retry-After", "tomorrow");
    EXPECT_EQ(error_of(Operation::slots, busy).retry_after(), std::chrono::seconds(5));
}

TEST(MicrotestErrors, NoWordOfTheSupplierIsKept)
{
    for (const auto operation : all_operations)
        for (const unsigned status : {200U, 400U, 401U, 403U, 404U, 409U, 500U, 503U}) {
            const auto error = error_of(operation, status);
            const auto said = error.sentence() + error.advice() + error.supplier_code();
            EXPECT_EQ(said.find("Tarrowby"), std::string::npos) << operation_name(operation) << status;
        }
}

TEST(MicrotestErrors, AReadMustBringJson)
{
    auto page = json_response(200, microtest_data("bad/html.txt"));
    page.headers.set("Content-Type", "text/html");
    for (const auto operation : {Operation::demographics, Operation::slots, Operation::list})
        EXPECT_EQ(error_of(operation, page).kind(), supplier_malformed);
    EXPECT_TRUE(microtest::check_answer(Operation::slots, json_response(200, "{}")));
}

TEST(MicrotestErrors, AWriteIsDoneWhenA2xxBringsASentenceOrNothing)
{
    fhir::rest::Response nothing;
    for (const auto operation : {Operation::book, Operation::cancel})
        for (const unsigned status : {200U, 201U, 202U, 204U}) {
            nothing.status = status;
            EXPECT_TRUE(microtest::check_answer(operation, nothing)) << status;
            EXPECT_TRUE(
                microtest::check_answer(operation, json_response(status, microtest_data("booked.json"))));
        }
}

TEST(MicrotestErrors, A2xxThatCannotBeUnderstoodLeavesAWriteOpen)
{
    auto page = json_response(200, microtest_data("bad/html.txt"));
    page.headers.set("Content-Type", "text/html");
    for (const auto operation : {Operation::book, Operation::cancel}) {
        EXPECT_EQ(error_of(operation, page).kind(), outcome_unknown);
        EXPECT_EQ(error_of(operation, json_response(201, "\"The appointm")).kind(), outcome_unknown);
        EXPECT_EQ(error_of(operation, json_response(200, microtest_data("error.json"))).kind(),
                  outcome_unknown);
    }
}

TEST(MicrotestErrors, OnlyAFailureThatMayHaveHadAnEffectIsSettledLater)
{
    const auto lost = adapters::settle_later(fhir::Error(supplier_timeout).effect_is_possible());
    EXPECT_EQ(lost.kind(), outcome_unknown);
    EXPECT_TRUE(lost.effect_possible());
    EXPECT_EQ(lost.supplier_code(), "no answer");
    EXPECT_EQ(adapters::settle_later(fhir::Error(supplier_error).from_supplier("502").effect_is_possible())
                  .supplier_code(),
              "502");
    EXPECT_EQ(adapters::settle_later(fhir::Error(supplier_timeout)).kind(), supplier_timeout);
}

TEST(MicrotestErrors, OnlyTwoRefusalsOfACancellationNeedTheList)
{
    EXPECT_TRUE(microtest::needs_the_list(error_of(Operation::cancel, 404)));
    EXPECT_TRUE(microtest::needs_the_list(error_of(Operation::cancel, 409)));
    EXPECT_FALSE(microtest::needs_the_list(error_of(Operation::cancel, 400)));
    EXPECT_FALSE(microtest::needs_the_list(error_of(Operation::cancel, 403)));
}

} // namespace tests
