// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/data_file.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tests
{

namespace tpp = adapters::tpp;
using enum fhir::ErrorKind;
using tpp::Operation;

namespace
{

struct CodeRow
{
    Operation operation;
    std::string code;
    fhir::ErrorKind kind;
    std::string path;
};

const std::vector<Operation> all_operations = {Operation::authenticate,
                                               Operation::select_patient,
                                               Operation::service_accesses,
                                               Operation::slots,
                                               Operation::messages,
                                               Operation::book,
                                               Operation::view,
                                               Operation::cancel,
                                               Operation::log_off,
                                               Operation::link,
                                               Operation::message_recipients,
                                               Operation::messages_view,
                                               Operation::create_message,
                                               Operation::repeat_medication,
                                               Operation::request_medication};

/// Their outcome must be found out where the answer does not tell it.
bool leaves_doubt(Operation operation)
{
    return operation == Operation::book || operation == Operation::cancel ||
           operation == Operation::create_message || operation == Operation::request_medication;
}

tpp::Common asked()
{
    return {"0197a2b0-0000-7000-8000-000000000016", *fhir::OdsCode::parse("Z90001"), "sd", "5d1c000000000000",
            "5d1c000000000000"};
}

fhir::rest::Response xml_response(std::string_view body)
{
    fhir::rest::Response response;
    response.headers.set("Content-Type", "text/xml; charset=utf-8");
    response.body.append(body);
    return response;
}

fhir::Error error_of(Operation operation, const fhir::rest::Response& response)
{
    const auto answer = tpp::read_answer(operation, asked(), response);
    return answer ? fhir::Error(not_implemented) : answer.error();
}

fhir::rest::Response error_reply(const std::string& code)
{
    return xml_response("<Error errorCode=\"" + code + "\" userFriendlyMessage=\"x\" />");
}

} // namespace

TEST(TppErrors, ACodeMeansWhatItsOperationMakesOfIt)
{
    const std::vector<CodeRow> rows = {
        {Operation::slots, "3", session_lost, ""},
        {Operation::book, "3", session_lost, ""},
        {Operation::authenticate, "3", link_invalid, ""},
        {Operation::authenticate, "9", link_invalid, ""},
        {Operation::slots, "6", service_disabled, ""},
        {Operation::book, "6", service_disabled, ""},
        {Operation::book, "5", slot_in_past, "Appointment.slot[0]"},
        {Operation::book, "7", booking_limit, ""},
        {Operation::book, "1102", slot_unavailable, "Appointment.slot[0]"},
        {Operation::book, "1103", slot_unavailable, "Appointment.slot[0]"},
        {Operation::cancel, "5", not_cancellable, "Appointment"},
        {Operation::cancel, "40", not_cancellable, "Appointment"},
        {Operation::link, "5", supplier_error, ""},
        {Operation::link, "6", link_invalid, ""},
        {Operation::link, "8", link_invalid, ""},
        {Operation::request_medication, "1", outside_booking_window, ""},
        {Operation::slots, "0", supplier_unavailable, ""},
        {Operation::slots, "0000", supplier_error, ""},
        {Operation::slots, "5", supplier_error, ""},
        {Operation::slots, "1103", supplier_error, ""},
        {Operation::cancel, "7", supplier_error, ""},
    };
    std::set<std::size_t> reached;
    for (const auto& row : rows) {
        if (const auto decided = tpp::deciding_row(row.operation, row.code))
            reached.insert(*decided);
        const auto error = error_of(row.operation, error_reply(row.code));
        EXPECT_EQ(error.kind(), row.kind) << tpp::wire_name(row.operation) << " " << row.code;
        EXPECT_EQ(error.path(), row.path) << tpp::wire_name(row.operation) << " " << row.code;
        EXPECT_FALSE(error.effect_possible());
        EXPECT_TRUE(error.supplier_code().ends_with(row.code));
    }
    EXPECT_EQ(reached.size(), tpp::error_row_count()) << "a row of the table has no case";
}

TEST(TppErrors, OnlyCodesThatNoRowKnowsAreUnclassified)
{
    EXPECT_TRUE(tpp::is_unclassified(error_of(Operation::book, error_reply("0000"))));
    EXPECT_TRUE(tpp::is_unclassified(error_of(Operation::cancel, error_reply("77"))));
    EXPECT_FALSE(tpp::is_unclassified(error_of(Operation::book, error_reply("1103"))));
    EXPECT_FALSE(tpp::is_unclassified(error_of(Operation::link, error_reply("5"))));
}

TEST(TppErrors, TooLateToCancelAndAWrongProviderIdSayWhoMustAct)
{
    const auto late = error_of(Operation::cancel, error_reply("40"));
    EXPECT_NE(late.sentence(), fhir::Error(not_cancellable).sentence());
    EXPECT_EQ(late.remedy(), fhir::Remedy::user);
    EXPECT_EQ(error_of(Operation::link, error_reply("5")).remedy(), fhir::Remedy::operator_);
}

TEST(TppErrors, TheSuppliersWordsReachNoSentence)
{
    const auto error = error_of(Operation::book, xml_response("<Error errorCode=\"6\" "
                                                              "userFriendlyMessage=\"Imogen Tarrowby\" />"));
    EXPECT_EQ(error.sentence().find("Tarrowby"), std::string::npos);
    EXPECT_EQ(error.supplier_code().find("Tarrowby"), std::string::npos);
}

TEST(TppErrors, BusyStatusesAreUnavailableWithAWaitAndNoEffect)
{
    for (const unsigned status : {429U, 503U})
        for (const auto operation : all_operations) {
            fhir::rest::Response response;
            response.status = status;
            const auto error = error_of(operation, response);
            EXPECT_EQ(error.kind(), supplier_unavailable);
            EXPECT_TRUE(error.retry_after());
            EXPECT_FALSE(error.effect_possible());
        }
}

TEST(TppErrors, AWaitTheSupplierNamesIsKept)
{
    fhir::rest::Response response;
    response.status = 503;
    response.headers.set("Retry-After", "17");
    EXPECT_EQ(error_of(Operation::slots, response).retry_after(), std::chrono::seconds(17));
    response.headers.set("Retry-After", "soon");
    EXPECT_EQ(error_of(Operation::slots, response).retry_after(), std::chrono::seconds(5));
}

TEST(TppErrors, AServerErrorOrAnotherSuccessLeavesBookingAndCancellationUnknown)
{
    for (const unsigned status : {500U, 502U, 204U, 302U})
        for (const auto operation : all_operations) {
            fhir::rest::Response response;
            response.status = status;
            const auto error = error_of(operation, response);
            const bool write = leaves_doubt(operation);
            EXPECT_EQ(error.kind(), write ? outcome_unknown : supplier_error) << tpp::wire_name(operation);
            EXPECT_EQ(error.effect_possible(), write);
        }
}

TEST(TppErrors, ARefusalByStatusHasNoEffect)
{
    fhir::rest::Response response;
    response.status = 400;
    EXPECT_EQ(error_of(Operation::book, response).kind(), supplier_error);
    EXPECT_FALSE(error_of(Operation::book, response).effect_possible());
}

TEST(TppErrors, WhatCannotBeUnderstoodIsMalformedAndForWritesUnknown)
{
    auto html = xml_response(tpp_data("booked.xml"));
    html.headers.set("Content-Type", "text/html");
    const std::vector<fhir::rest::Response> replies = {html, xml_response(""), xml_response("Service"),
                                                       xml_response("<BookAppointmentReply"),
                                                       xml_response(tpp_data("messages.xml"))};
    for (const auto& reply : replies) {
        EXPECT_EQ(error_of(Operation::view, reply).kind(), supplier_malformed);
        EXPECT_EQ(error_of(Operation::book, reply).kind(), outcome_unknown);
        EXPECT_TRUE(error_of(Operation::book, reply).effect_possible());
    }
}

TEST(TppErrors, TheReplyToThisRequestPasses)
{
    EXPECT_TRUE(tpp::read_answer(Operation::book, asked(), xml_response(tpp_data("booked.xml"))));
    EXPECT_TRUE(tpp::read_answer(Operation::log_off, asked(), xml_response("<LogOffReply />")));
    auto other_type = xml_response(tpp_data("booked.xml"));
    other_type.headers.set("Content-Type", "application/xml");
    EXPECT_TRUE(tpp::read_answer(Operation::book, asked(), other_type));
    // A log-in asks for nobody yet.
    const tpp::Common nobody{
        "0197a2b0-0000-7000-8000-000000000011", *fhir::OdsCode::parse("Z90001"), {}, {}, {}};
    EXPECT_TRUE(tpp::read_answer(Operation::authenticate, nobody, xml_response(tpp_data("login.xml"))));
}

TEST(TppErrors, AReplyToAnotherRequestOrAboutAnotherPatientIsRefused)
{
    for (const auto* body :
         {"<ViewAppointmentsReply uuid='other' />", "<ViewAppointmentsReply patientId='other' />",
          "<ViewAppointmentsReply onlineUserId='other' />"})
        EXPECT_EQ(error_of(Operation::view, xml_response(body)).kind(), supplier_malformed) << body;
}

TEST(TppErrors, ALostAnswerToALinkIsNoUnknownBooking)
{
    const auto lost = fhir::Error(supplier_timeout).effect_is_possible();
    EXPECT_EQ(tpp::settle_later(Operation::link, lost).kind(), supplier_timeout);
    EXPECT_FALSE(tpp::settle_later(Operation::link, lost).effect_possible());
    EXPECT_EQ(tpp::settle_later(Operation::cancel, lost).kind(), outcome_unknown);
}

} // namespace tests
