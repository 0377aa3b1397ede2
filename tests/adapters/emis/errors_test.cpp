// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/errors.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <vector>

namespace tests
{

using namespace adapters::emis;
using enum fhir::ErrorKind;
using fhir::ErrorKind;

namespace
{

fhir::rest::Response reply(unsigned status, std::string_view body)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body.append(body);
    return response;
}

/// Newer generation: 4xx, code, a message that says nothing.
std::string modern(int code)
{
    return R"({"ErrorReference":"3d0e7c51","Message":"The request could not be completed.","InternalResponseCode":)" +
           std::to_string(code) + "}";
}

/// Older generation: 500, a code that says nothing, the meaning in a text.
std::string legacy(const std::string& text, int code = -1002)
{
    return R"({"InternalResponseCode":)" + std::to_string(code) +
           R"(,"InternalResponseMethod":"Any","Exceptions":[{"IsRootException":true,"CallStack":null,"Message":")" +
           text + R"("}]})";
}

struct Row
{
    Operation operation;
    unsigned status;
    std::string body;
    ErrorKind kind;
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << operation_name(row.operation) << " " << row.status << " " << row.body;
}

} // namespace

class EmisErrorTable : public testing::TestWithParam<Row>
{};

TEST_P(EmisErrorTable, ARefusalIsReadAsItsRowSays)
{
    const auto& row = GetParam();
    const auto error = refusal(row.operation, reply(row.status, row.body));
    EXPECT_EQ(error.kind(), row.kind) << error.sentence();
    EXPECT_EQ(error.effect_possible(), row.kind == outcome_unknown);
    EXPECT_EQ(error.supplier_code().substr(0, 3), std::to_string(row.status));
}

const std::vector<Row>& rows()
{
    static const std::vector<Row> all{
        // Sessions.
        Row{Operation::slots, 401, "", session_lost},
        Row{Operation::book, 400, "Missing or invalid EndUserSessionId", session_lost},
        Row{Operation::log_in, 400, "Missing or invalid EndUserSessionId", session_lost},
        Row{Operation::log_in, 403, modern(0), link_invalid},
        Row{Operation::log_in, 400, modern(0), link_invalid},
        Row{Operation::log_in, 500, legacy("x. Actual account status is 'NotRegistered'", -1030),
            link_invalid},
        // Services switched off.
        Row{Operation::slots, 403, "", service_disabled},
        Row{Operation::book, 500, modern(-1030), service_disabled},
        Row{Operation::list, 500, legacy("Services Access violation for user"), service_disabled},
        Row{Operation::link, 500, legacy("Patient Facing Services are not enabled by this practice"),
            service_disabled},
        Row{Operation::link, 500, legacy("The API v2 is not enabled at this practice"), service_disabled},
        Row{Operation::demographics, 500, legacy("x. Actual access level is 'Restricted'", -1030),
            access_denied},
        // Booking, both generations.
        Row{Operation::book, 409, modern(0), slot_unavailable},
        Row{Operation::book, 404, "", slot_unavailable},
        Row{Operation::book, 404, modern(-1151), slot_unavailable},
        Row{Operation::book, 500, legacy("Appointment not found"), slot_unavailable},
        Row{Operation::book, 400, modern(-1152), slot_in_past},
        Row{Operation::book, 500, legacy("Appointment cannot be booked in the past"), slot_in_past},
        Row{Operation::book, 400, modern(-1153), outside_booking_window},
        Row{Operation::book, 400, modern(-1154), outside_booking_window},
        Row{Operation::book, 400, modern(-1156), booking_limit},
        Row{Operation::book, 500, legacy("Maximum booked appointments is limited to 3 for this user"),
            booking_limit},
        Row{Operation::book, 400, modern(-1014), phone_required},
        Row{Operation::book, 500, legacy("Telephone/mobile number required for telephone appointments"),
            phone_required},
        Row{Operation::book, 400, R"({"Message":"No","InternalResponseCode":"-1152"})", slot_in_past},
        // Cancelling.
        Row{Operation::cancel, 409, modern(0), not_cancellable},
        Row{Operation::cancel, 404, modern(0), appointment_not_found},
        Row{Operation::cancel, 500, legacy("Appointment not found"), appointment_not_found},
        Row{Operation::cancel, 400, modern(0), not_cancellable},
        Row{Operation::cancel, 500, legacy("Past appointments cannot be cancelled"), not_cancellable},
        // Messages and prescriptions.
        Row{Operation::request_prescription, 400, modern(-1455), outside_booking_window},
        Row{Operation::request_prescription, 502, "", outcome_unknown},
        Row{Operation::send_message, 500, modern(-9999), outcome_unknown},
        Row{Operation::send_message, 400, modern(0), supplier_error},
        Row{Operation::messages, 500, modern(-9999), supplier_error},
        // Linking.
        Row{Operation::link, 409, modern(0), already_linked},
        Row{Operation::link, 400, modern(-1108), already_linked},
        Row{Operation::link, 500, legacy("Registered online user is already linked"), already_linked},
        Row{Operation::link, 404, modern(-1104), link_invalid},
        Row{Operation::link, 404, modern(0), link_invalid},
        Row{Operation::link, 500, legacy("No registered online user found for given linkage details"),
            link_invalid},
        Row{Operation::link, 400, modern(-1105), link_invalid},
        Row{Operation::link, 500, legacy("Invalid linkage details"), link_invalid},
        Row{Operation::link, 400, R"({"Message":"The request is invalid.","ModelState":{}})", link_invalid},
        Row{Operation::link, 400, modern(-1106), demographics_mismatch},
        Row{Operation::link, 500, legacy("No match found for given demographics"), demographics_mismatch},
        Row{Operation::link, 400, modern(-1001), practice_unknown},
        Row{Operation::look_up_linkage_key, 400, modern(-1001), practice_unknown},
        Row{Operation::create_linkage_key, 400, modern(-1107), link_invalid},
        Row{Operation::create_linkage_key, 400, modern(-1401), practice_not_live},
        Row{Operation::look_up_linkage_key, 400, modern(-1552), patient_inactive},
        Row{Operation::create_linkage_key, 400, modern(-1553), patient_ineligible},
        Row{Operation::create_linkage_key, 404, modern(-1551), patient_not_found},
        Row{Operation::create_linkage_key, 404, modern(0), patient_not_found},
        Row{Operation::create_linkage_key, 409, modern(-1110), already_linked},
        Row{Operation::create_linkage_key, 409, modern(0), already_linked},
        // The supplier itself.
        Row{Operation::slots, 503, "busy", supplier_unavailable},
        Row{Operation::book, 503, "", supplier_unavailable},
        Row{Operation::slots, 429, "", supplier_unavailable},
        Row{Operation::slots, 500, modern(-9999), supplier_error},
        Row{Operation::slots, 502, "<html>bad gateway</html>", supplier_error},
        Row{Operation::slots, 302, "", supplier_error},
        Row{Operation::book, 500, legacy("Something new"), outcome_unknown},
        Row{Operation::cancel, 504, "", outcome_unknown}, Row{Operation::book, 418, "", supplier_error},
        Row{Operation::create_linkage_key, 500, modern(-9999), supplier_error}};
    return all;
}

INSTANTIATE_TEST_SUITE_P(Rows, EmisErrorTable, testing::ValuesIn(rows()));

TEST(EmisErrors, EveryRowOfTheTableHasACase)
{
    std::set<std::size_t> reached;
    for (const auto& row : rows())
        if (const auto decided = deciding_row(row.operation, reply(row.status, row.body)))
            reached.insert(*decided);
    for (std::size_t row = 0; row < error_row_count(); ++row)
        EXPECT_TRUE(reached.contains(row)) << "row " << row;
}

TEST(EmisErrors, AWholeMessageIsNotFoundInsideALongerOne)
{
    const auto error = refusal(Operation::cancel, reply(500, legacy("Appointment not found in the archive")));
    EXPECT_EQ(error.kind(), outcome_unknown);
}

TEST(EmisErrors, RetryAfterIsPassedOnAndOtherwiseSupplied)
{
    auto told = reply(503, "");
    told.headers.set("Retry-After", "17");
    EXPECT_EQ(refusal(Operation::slots, told).retry_after(), std::chrono::seconds(17));
    told.headers.set("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT");
    EXPECT_EQ(refusal(Operation::slots, told).retry_after(), std::chrono::seconds(5));
}

TEST(EmisErrors, ErrorBodiesOfEveryShapeAreRead)
{
    EXPECT_EQ(read_wire_error(modern(-1151)).code, 1151);
    EXPECT_EQ(read_wire_error(R"({"InternalResponseCode":"-1151"})").code, 1151);
    for (const auto* code : {R"("many")", R"("1151x")", "true", "[1151]", "1151.5"})
        EXPECT_EQ(read_wire_error(std::string(R"({"InternalResponseCode":)") + code + "}").code, 0) << code;
    EXPECT_EQ(read_wire_error(R"({"InternalResponseCode":-9223372036854775808})").code, 0);
    EXPECT_EQ(read_wire_error(legacy("text")).texts, std::vector<std::string>{"text"});
    EXPECT_EQ(read_wire_error(" bare ").texts, std::vector<std::string>{"bare"});
    EXPECT_TRUE(read_wire_error(std::string(5000, 'x')).texts.empty());
}

TEST(EmisErrors, AWriteSettledLaterKeepsTheSuppliersCode)
{
    const auto lost = fhir::Error(supplier_timeout).effect_is_possible();
    EXPECT_EQ(settle_later(Operation::book, lost).supplier_code(), "no answer");
    EXPECT_EQ(settle_later(Operation::book, fhir::Error(lost).from_supplier("502/0")).supplier_code(),
              "502/0");
    EXPECT_EQ(settle_later(Operation::link, lost).kind(), supplier_timeout);
    EXPECT_FALSE(settle_later(Operation::link, lost).effect_possible());
}

TEST(EmisErrors, NoSentenceRepeatsWhatTheSupplierSaid)
{
    const auto error = refusal(Operation::demographics, reply(500, legacy("Imogen Tarrowby is unwell")));
    EXPECT_EQ(error.sentence().find("Imogen"), std::string::npos);
    EXPECT_EQ(error.supplier_code().find("Imogen"), std::string::npos);
}

TEST(EmisErrors, OnlyJsonIsTakenForJson)
{
    auto response = reply(200, "{}");
    EXPECT_TRUE(json_body(response));
    response.headers.set("Content-Type", "APPLICATION/JSON");
    EXPECT_TRUE(json_body(response));
    for (const auto* type : {"text/html", "", "application/jsonp", "text/plain; application/json"}) {
        response.headers.set("Content-Type", type);
        ASSERT_FALSE(json_body(response)) << type;
        EXPECT_EQ(json_body(response).error().kind(), supplier_malformed);
    }
}

} // namespace tests
