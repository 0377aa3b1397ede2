// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/errors.hpp"

#include "tests/adapters/bars/world.hpp"

using namespace tests::bars;
using adapters::bars::Interaction;
using fhir::ErrorKind;

namespace
{

Response refusal(unsigned status, const std::string& code, const std::string& issue)
{
    Response response;
    response.status = status;
    response.body.append(R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" +
                         issue + R"(","details":{"coding":[{"code":")" + code + R"("}]}}]})");
    return response;
}

struct Row
{
    unsigned status;
    const char* code;
    const char* issue;
    Interaction interaction;
    ErrorKind kind;
    bool effect = false;
};

} // namespace

TEST(BarsErrors, EveryRowOfTheTableHasItsKind)
{
    using enum Interaction;
    using enum ErrorKind;
    for (const Row& row :
         std::vector<Row>{{400, "REC_BAD_REQUEST", "invariant", book, supplier_error},
                          {400, "REC_BAD_REQUEST", "not-supported", book, not_supported_by_practice},
                          {401, "REC_UNAUTHORIZED", "forbidden", book, organisation_not_allowed},
                          {401, "SEND_UNAUTHORIZED", "expired", search_slots, access_denied},
                          {403, "REC_FORBIDDEN", "security", book, access_denied},
                          {404, "REC_NOT_FOUND", "not-found", book, slot_unknown},
                          {404, "REC_NOT_FOUND", "not-found", cancel, appointment_not_found},
                          {404, "REC_NOT_FOUND", "not-found", read_appointment, appointment_not_found},
                          {404, "REC_NOT_FOUND", "not-found", search_slots, supplier_error},
                          {404, "NOT_FOUND", "multiple-matches", book, supplier_error},
                          {405, "REC_METHOD_NOT_ALLOWED", "not-supported", book, not_supported_by_practice},
                          {406, "REC_NOT_ACCEPTABLE", "processing", search_slots, not_supported_by_practice},
                          {408, "REC_TIMEOUT", "timeout", search_slots, supplier_timeout},
                          {408, "REC_TIMEOUT", "timeout", book, outcome_unknown, true},
                          {409, "REC_CONFLICT", "conflict", book, slot_unavailable},
                          {409, "REC_CONFLICT", "conflict", cancel, not_cancellable},
                          {415, "REC_UNSUPPORTED_MEDIA_TYPE", "not-supported", book, supplier_error},
                          {422, "REC_UNPROCESSABLE_ENTITY", "too-costly", search_slots, too_costly},
                          {422, "REC_UNPROCESSABLE_ENTITY", "not-supported", book, not_supported_by_practice},
                          {422, "REC_UNPROCESSABLE_ENTITY", "processing", book, invariant},
                          {422, "REC_UNPROCESSABLE_ENTITY", "processing", cancel, not_cancellable},
                          {425, "REC_TOO_EARLY", "duplicate", book, outcome_unknown, true},
                          {429, "REC_TOO_MANY_REQUESTS", "throttled", book, throttled},
                          {500, "REC_SERVER_ERROR", "exception", search_slots, supplier_error},
                          {500, "REC_SERVER_ERROR", "exception", book, outcome_unknown, true},
                          {501, "REC_NOT_IMPLEMENTED", "not-supported", book, not_supported_by_practice},
                          {503, "REC_UNAVAILABLE", "transient", book, supplier_unavailable},
                          {503, "REC_SERVICE_UNAVAILABLE", "transient", search_slots, supplier_unavailable},
                          {504, "TIMEOUT", "timeout", book, outcome_unknown, true}}) {
        const auto error =
            adapters::bars::error_of(refusal(row.status, row.code, row.issue), row.interaction);
        EXPECT_EQ(error.kind(), row.kind) << row.status << " " << row.code << " " << row.issue;
        EXPECT_EQ(error.effect_possible(), row.effect) << row.status << " " << row.code;
        EXPECT_FALSE(error.advice().empty()) << row.status;
    }
}

TEST(BarsErrors, ARefusalOfAMessageWithoutAnOutcomeIsNoAnswer)
{
    for (const unsigned status : {400U, 404U, 409U, 422U, 503U}) {
        Response bare;
        bare.status = status;
        EXPECT_TRUE(adapters::bars::error_of(bare, Interaction::book).effect_possible()) << status;
        EXPECT_FALSE(adapters::bars::error_of(bare, Interaction::search_slots).effect_possible()) << status;
    }
}

TEST(BarsErrors, TheReceiversCodeIsKeptAndNothingElseOfItsWords)
{
    EXPECT_EQ(
        adapters::bars::error_of(refusal(409, "REC_CONFLICT", "conflict"), Interaction::book).supplier_code(),
        "409 REC_CONFLICT-conflict");
    EXPECT_EQ(
        adapters::bars::error_of(refusal(409, "9990312079", "conflict"), Interaction::book).supplier_code(),
        "409");
}
