// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/errors.hpp"

#include "tests/adapters/fhir_r4/world.hpp"

using namespace tests::fhir_r4;
using fhir::ErrorKind;
using r4::Interaction;

namespace
{

std::string outcome_body(const std::string& code)
{
    return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" + code + R"("}]})";
}

struct ErrorRow
{
    unsigned status;
    std::string code;
    Interaction interaction;
    ErrorKind kind;
};

fhir::Error error_in(const ErrorRow& row)
{
    return r4::error_of(answer(row.status, outcome_body(row.code)), row.interaction);
}

} // namespace

TEST(FhirR4Errors, EachStatusAndIssueTypeHasItsKind)
{
    using enum ErrorKind;
    using enum Interaction;
    for (const auto& row : {
             ErrorRow{400, "structure", search_slots, supplier_error},
             ErrorRow{400, "not-supported", search_slots, supplier_error},
             ErrorRow{400, "invalid", create_appointment, supplier_error},
             ErrorRow{401, "login", search_slots, access_denied},
             ErrorRow{401, "expired", create_appointment, access_denied},
             ErrorRow{403, "forbidden", search_slots, access_denied},
             ErrorRow{403, "suppressed", search_slots, organisation_not_allowed},
             ErrorRow{404, "not-found", read_metadata, supplier_error},
             ErrorRow{404, "not-found", read_appointment, appointment_not_found},
             ErrorRow{404, "not-found", cancel_appointment, appointment_not_found},
             ErrorRow{404, "not-found", amend_appointment, appointment_not_found},
             ErrorRow{404, "not-found", create_appointment, slot_unknown},
             ErrorRow{404, "not-found", read_slot, slot_unknown},
             ErrorRow{404, "not-found", search_appointments, patient_not_found},
             ErrorRow{404, "not-found", search_directory, not_found},
             ErrorRow{404, "not-supported", search_slots, not_supported_by_practice},
             ErrorRow{405, "not-supported", cancel_appointment, not_supported_by_practice},
             ErrorRow{501, "not-supported", create_appointment, not_supported_by_practice},
             ErrorRow{406, "not-supported", search_slots, supplier_error},
             ErrorRow{415, "not-supported", create_appointment, supplier_error},
             ErrorRow{409, "conflict", create_appointment, slot_unavailable},
             ErrorRow{409, "duplicate", create_appointment, slot_unavailable},
             ErrorRow{409, "conflict", cancel_appointment, version_conflict},
             ErrorRow{409, "conflict", amend_appointment, version_conflict},
             ErrorRow{409, "conflict", search_slots, supplier_error},
             ErrorRow{410, "deleted", read_appointment, appointment_not_found},
             ErrorRow{410, "processing", search_slots, supplier_error},
             ErrorRow{410, "deleted", create_appointment, slot_unknown},
             ErrorRow{412, "conflict", cancel_appointment, version_conflict},
             ErrorRow{412, "multiple-matches", create_appointment, supplier_error},
             ErrorRow{412, "conflict", search_slots, supplier_error},
             ErrorRow{413, "too-long", create_appointment, supplier_error},
             ErrorRow{422, "conflict", create_appointment, slot_unavailable},
             ErrorRow{422, "duplicate", create_appointment, slot_unavailable},
             ErrorRow{422, "lock-error", create_appointment, slot_unavailable},
             ErrorRow{422, "not-found", create_appointment, slot_unknown},
             ErrorRow{422, "deleted", create_appointment, slot_unknown},
             ErrorRow{422, "business-rule", create_appointment, invariant},
             ErrorRow{422, "business-rule", cancel_appointment, not_cancellable},
             ErrorRow{422, "processing", amend_appointment, not_amendable},
             ErrorRow{422, "processing", search_slots, supplier_error},
             ErrorRow{429, "throttled", create_appointment, throttled},
             ErrorRow{500, "exception", search_slots, supplier_error},
             ErrorRow{502, "transient", search_slots, supplier_unavailable},
             ErrorRow{503, "transient", search_slots, supplier_unavailable},
             ErrorRow{504, "timeout", read_appointment, supplier_unavailable},
             ErrorRow{500, "exception", create_appointment, outcome_unknown},
             ErrorRow{503, "transient", cancel_appointment, outcome_unknown},
             ErrorRow{504, "timeout", amend_appointment, outcome_unknown},
         }) {
        const auto error = error_in(row);
        EXPECT_EQ(error.kind(), row.kind) << row.status << " " << row.code << ": " << error.sentence();
        EXPECT_EQ(error.effect_possible(), row.kind == outcome_unknown) << row.status << " " << row.code;
        EXPECT_EQ(error.supplier_code(), std::to_string(row.status) + " " + row.code);
    }
}

TEST(FhirR4Errors, AWriteRefusedByNobodyOfFhirIsUnknown)
{
    for (const unsigned status : {302U, 400U, 403U, 404U, 409U, 422U}) {
        const auto error = r4::error_of(answer(status, "<html>Blocked</html>", "text/html"),
                                        Interaction::create_appointment);
        EXPECT_EQ(error.kind(), ErrorKind::outcome_unknown) << status;
        EXPECT_TRUE(error.effect_possible()) << status;
    }
}

TEST(FhirR4Errors, AReadRefusedByNobodyOfFhirIsReadByItsStatus)
{
    using enum Interaction;
    EXPECT_EQ(r4::error_of(answer(503, "", ""), search_slots).kind(), ErrorKind::supplier_unavailable);
    EXPECT_EQ(r4::error_of(answer(403, "", ""), search_slots).kind(), ErrorKind::access_denied);
    EXPECT_EQ(r4::error_of(answer(302, "", ""), search_slots).kind(), ErrorKind::supplier_error);
}

TEST(FhirR4Errors, WhatCannotBeReadIsMalformedAndLeavesAWriteOpen)
{
    const auto read = r4::unreadable(Interaction::search_slots, "no Bundle");
    EXPECT_EQ(read.kind(), ErrorKind::supplier_malformed);
    EXPECT_FALSE(read.effect_possible());
    for (const auto interaction :
         {Interaction::create_appointment, Interaction::amend_appointment, Interaction::cancel_appointment}) {
        const auto write = r4::unreadable(interaction, "no Appointment");
        EXPECT_EQ(write.kind(), ErrorKind::outcome_unknown);
        EXPECT_TRUE(write.effect_possible());
        EXPECT_EQ(write.supplier_code(), "no Appointment");
    }
}

TEST(FhirR4Errors, WhatIsAnsweredBeforeAnythingIsBegunHasNoEffect)
{
    for (const unsigned status : {401U, 429U, 501U})
        EXPECT_FALSE(r4::error_of(answer(status, "", ""), Interaction::create_appointment).effect_possible())
            << status;
    auto serviced = answer(503, outcome_body("transient"));
    serviced.headers.set("Retry-After", "7");
    const auto error = r4::error_of(serviced, Interaction::create_appointment);
    EXPECT_EQ(error.kind(), ErrorKind::supplier_unavailable);
    EXPECT_FALSE(error.effect_possible());
    EXPECT_EQ(error.retry_after(), std::chrono::seconds(7));
}

TEST(FhirR4Errors, TheFirstErrorOfAnOutcomeCountsNotItsWarnings)
{
    const auto error = r4::error_of(
        answer(422, R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"not-found"},
                       {"severity":"error","code":"conflict"},{"severity":"error","code":"not-found"}]})"),
        Interaction::create_appointment);
    EXPECT_EQ(error.kind(), ErrorKind::slot_unavailable);
}

TEST(FhirR4Errors, WhatAServerWritesIntoACodeDoesNotReachTheLog)
{
    const auto error = error_in({400, "Imogen Tarrowby 9990312071", Interaction::search_patients, {}});
    EXPECT_EQ(error.supplier_code(), "400");
}

TEST(FhirR4Errors, ARetryAfterThatIsNoNumberGivesTheUsualDelay)
{
    for (const char* text : {"", "soon", "-1", "999999", "Sun, 06 Nov 1994 08:49:37 GMT"}) {
        auto busy = answer(429, outcome_body("throttled"));
        busy.headers.set("Retry-After", text);
        EXPECT_EQ(r4::error_of(busy, Interaction::search_slots).retry_after(), std::chrono::seconds(5))
            << text;
    }
}

TEST(FhirR4Errors, ALostWriteIsUnknownALostReadIsNot)
{
    fhir::Error lost(ErrorKind::supplier_timeout);
    lost.effect_is_possible();
    EXPECT_EQ(r4::error_of(lost, Interaction::cancel_appointment).kind(), ErrorKind::outcome_unknown);
    EXPECT_EQ(r4::error_of(fhir::Error(ErrorKind::supplier_timeout), Interaction::search_slots).kind(),
              ErrorKind::supplier_timeout);
    EXPECT_EQ(
        r4::error_of(fhir::Error(ErrorKind::supplier_unavailable), Interaction::create_appointment).kind(),
        ErrorKind::supplier_unavailable);
}
