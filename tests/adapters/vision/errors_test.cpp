// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/errors.hpp"
#include "adapters/vision/linkage.hpp"
#include "tests/adapters/vision/data_file.hpp"

#include <gtest/gtest.h>

#include <set>

#include <filesystem>

namespace tests
{

namespace vision = adapters::vision;
using enum fhir::ErrorKind;
using vision::Service;

namespace
{

const std::vector<Service> all_services = {Service::configuration, Service::demographics, Service::slots,
                                           Service::book,          Service::appointments, Service::cancel,
                                           Service::link};

fhir::rest::Response xml_response(std::string_view body, unsigned status = 200)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/xml; charset=utf-8");
    response.body.append(body);
    return response;
}

fhir::rest::Response status_response(unsigned status)
{
    fhir::rest::Response response;
    response.status = status;
    return response;
}

fhir::Result<adapters::xml::Document> answer(Service service, const fhir::rest::Response& response)
{
    return vision::read_answer({service, "5127", "20655"}, response);
}

fhir::Error error_of(Service service, const fhir::rest::Response& response)
{
    const auto read = answer(service, response);
    return read ? fhir::Error(not_implemented) : read.error();
}

/// As the wire has it, blanks and all.
fhir::rest::Response failure(const std::string& code, const std::string& description = "x")
{
    return xml_response("<v:visionResponse xmlns:v='urn:vision'><v:serviceHeader><v:outcome>"
                        "<v:successful>false</v:successful><v:error><v:code>\n " +
                        code + " </v:code><v:description>" + description +
                        "   </v:description></v:error></v:outcome></v:serviceHeader></v:visionResponse>");
}

bool writes(Service service)
{
    return service == Service::book || service == Service::cancel;
}

struct CodeRow
{
    Service service;
    std::string code;
    fhir::ErrorKind kind;
    std::string path;
    fhir::Remedy remedy;
};

} // namespace

TEST(VisionErrors, ACodeMeansWhatItsServiceMakesOfIt)
{
    using enum fhir::Remedy;
    const std::vector<CodeRow> rows = {
        {Service::book, "-21", slot_unavailable, "Appointment.slot[0]", user},
        {Service::book, "-25", booking_limit, "", user},
        {Service::cancel, "-21", appointment_not_found, "Appointment", user},
        {Service::link, "-33", demographics_mismatch, "", user},
        {Service::link, "-31", value_invalid, "", user},
        {Service::link, "-2", already_linked, "", practice},
        {Service::link, "-15", supplier_unavailable, "", wait},
        {Service::book, "-15", supplier_unavailable, "", wait},
        {Service::slots, "-35", service_disabled, "", practice},
        {Service::book, "-35", service_disabled, "", practice},
        {Service::slots, "-30", link_invalid, "", practice},
        {Service::cancel, "-30", link_invalid, "", practice},
        {Service::slots, "-31", supplier_error, "", operator_},
        {Service::book, "-31", supplier_error, "", operator_},
        {Service::slots, "-100", supplier_error, "", supplier},
        {Service::configuration, "9999", supplier_error, "", supplier},
        {Service::slots, "-21", supplier_error, "", supplier},
        {Service::slots, "-33", supplier_error, "", supplier},
    };
    std::set<std::size_t> reached;
    for (const auto& row : rows) {
        if (const auto decided = vision::deciding_row(row.service, row.code))
            reached.insert(*decided);
        const auto error = error_of(row.service, failure(row.code));
        const auto what = std::string(vision::wire_name(row.service)) + " " + row.code;
        EXPECT_EQ(error.kind(), row.kind) << what;
        EXPECT_EQ(error.path(), row.path) << what;
        EXPECT_EQ(error.remedy(), row.remedy) << what;
        EXPECT_FALSE(error.effect_possible()) << what;
        EXPECT_TRUE(error.supplier_code().ends_with(row.code)) << what;
    }
    EXPECT_EQ(reached.size(), vision::error_row_count()) << "a row of the table has no case";
}

TEST(VisionErrors, ALockedRecordAndALostConnectionSayWhenToAskAgain)
{
    EXPECT_EQ(error_of(Service::link, failure("-15")).retry_after(), std::chrono::seconds(60));
    const auto lost = error_of(Service::slots, failure("-100", "No connection to an external service"));
    EXPECT_EQ(lost.kind(), supplier_unavailable);
    EXPECT_TRUE(lost.retry_after());
}

TEST(VisionErrors, TheCatchAllAndUnknownCodesAreAmbiguous)
{
    for (const auto* code : {"-100", "9999", "-1000", ""})
        EXPECT_TRUE(vision::is_ambiguous(error_of(Service::book, failure(code)))) << code;
    EXPECT_TRUE(vision::is_ambiguous(
        error_of(Service::book, failure("-100", "No connection to an external service"))));
    for (const auto* code : {"-21", "-25", "-15", "-30", "-35", "-31"})
        EXPECT_FALSE(vision::is_ambiguous(error_of(Service::book, failure(code)))) << code;
}

TEST(VisionErrors, OnlyARefusedParameterAsksForTheConfigurationAnew)
{
    EXPECT_TRUE(vision::is_stale_patient_id(error_of(Service::slots, failure("-31"))));
    EXPECT_FALSE(vision::is_stale_patient_id(error_of(Service::slots, failure("-30"))));
}

TEST(VisionErrors, AFaultWhoseDetailTellsNothingIsAnyFault)
{
    for (const auto* detail : {"", "<detail />", "<detail><v:other xmlns:v='urn:vision' /></detail>"}) {
        const auto fault = xml_response(
            std::string("<s:Fault xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><faultcode>s:Server"
                        "</faultcode>") +
                detail + "</s:Fault>",
            500);
        EXPECT_EQ(error_of(Service::slots, fault).supplier_code(), "fault") << detail;
        EXPECT_EQ(error_of(Service::book, fault).kind(), outcome_unknown) << detail;
    }
}

TEST(VisionErrors, TheSuppliersWordsReachNoSentence)
{
    const auto error = error_of(Service::book, failure("-35", "Oriel Stannage"));
    EXPECT_EQ((error.sentence() + error.advice() + error.supplier_code()).find("Stannage"),
              std::string::npos);
}

TEST(VisionErrors, ARefusedHeaderOrFormIsOursAndHasNoEffect)
{
    for (const auto* file : {"fault_security.xml", "fault_request.xml"})
        for (const unsigned status : {200U, 500U})
            for (const auto service : all_services) {
                const auto error = error_of(service, xml_response(vision_data(file), status));
                EXPECT_EQ(error.kind(),
                          file == std::string_view("fault_security.xml") ? access_denied : supplier_error)
                    << file;
                EXPECT_EQ(error.remedy(), fhir::Remedy::operator_) << file;
                EXPECT_FALSE(error.effect_possible()) << file;
                EXPECT_TRUE(error.supplier_code().starts_with("fault/")) << file;
            }
}

TEST(VisionErrors, AnyOtherFaultLeavesBookingAndCancellationUnknown)
{
    const auto* fault = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault>"
                        "<faultcode>s:Server</faultcode></s:Fault></s:Body></s:Envelope>";
    for (const unsigned status : {200U, 500U})
        for (const auto service : all_services) {
            const auto error = error_of(service, xml_response(fault, status));
            EXPECT_EQ(error.kind(), writes(service) ? outcome_unknown : supplier_error);
            EXPECT_EQ(error.effect_possible(), writes(service));
        }
}

TEST(VisionErrors, BusyStatusesAreUnavailableWithAWaitAndNoEffect)
{
    for (const unsigned status : {429U, 503U})
        for (const auto service : all_services) {
            auto response = status_response(status);
            EXPECT_EQ(error_of(service, response).retry_after(), std::chrono::seconds(5));
            response.headers.set("Retry-After", "17");
            const auto error = error_of(service, response);
            EXPECT_EQ(error.kind(), supplier_unavailable);
            EXPECT_EQ(error.retry_after(), std::chrono::seconds(17));
            EXPECT_FALSE(error.effect_possible());
        }
}

TEST(VisionErrors, AServerErrorOrAnotherSuccessLeavesBookingAndCancellationUnknown)
{
    for (const unsigned status : {500U, 502U, 204U, 302U})
        for (const auto service : all_services) {
            const auto error = error_of(service, status_response(status));
            EXPECT_EQ(error.kind(), writes(service) ? outcome_unknown : supplier_error) << status;
            EXPECT_EQ(error.effect_possible(), writes(service)) << status;
        }
    EXPECT_FALSE(error_of(Service::book, status_response(400)).effect_possible());
}

TEST(VisionErrors, EveryReplyThatIsNoneToThisRequestIsMalformedAndForWritesUnknown)
{
    std::size_t seen = 0;
    const auto folder = std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/vision/data/bad";
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const auto reply = xml_response(vision_data("bad/" + file.path().filename().string()));
        EXPECT_EQ(error_of(Service::slots, reply).kind(), supplier_malformed) << file.path();
        EXPECT_EQ(error_of(Service::book, reply).kind(), outcome_unknown) << file.path();
        EXPECT_TRUE(error_of(Service::book, reply).effect_possible()) << file.path();
        ++seen;
    }
    EXPECT_EQ(seen, 12U);
}

TEST(VisionErrors, AnotherContentTypeIsMalformed)
{
    auto html = xml_response(vision_data("booked.xml"));
    html.headers.set("Content-Type", "text/html");
    EXPECT_EQ(error_of(Service::book, html).kind(), outcome_unknown);
    EXPECT_EQ(error_of(Service::slots, html).kind(), supplier_malformed);
}

TEST(VisionErrors, EitherTypeOfXmlIsTakenForXml)
{
    auto reply = xml_response(vision_data("slots.xml"));
    reply.headers.set("Content-Type", "application/xml; charset=utf-8");
    EXPECT_TRUE(answer(Service::slots, reply));
}

TEST(VisionErrors, AQuestionAboutNobodyTakesAnyonesReply)
{
    EXPECT_TRUE(vision::read_answer({Service::book, "", ""}, xml_response(vision_data("booked.xml"))));
}

TEST(VisionErrors, RepliesPassWithAndWithoutEnvelope)
{
    EXPECT_TRUE(answer(Service::slots, xml_response(vision_data("slots.xml"))));
    EXPECT_TRUE(answer(Service::book, xml_response(vision_data("booked.xml"))));
    EXPECT_TRUE(answer(Service::cancel, xml_response(vision_data("cancelled.xml"))));
    EXPECT_TRUE(answer(Service::link, xml_response(vision_data("linked.xml"))));
}

TEST(VisionErrors, AMissingOutcomeIsSuccessWhereTheReplySaysWhatItIsAbout)
{
    const auto reply = [](const std::string& content) {
        return xml_response("<visionResponse xmlns='urn:vision'><serviceHeader /><serviceContent>" + content +
                            "</serviceContent></visionResponse>");
    };
    const auto about = reply("<appointment><patient id='5127'/><slot id='20655'/></appointment>");
    EXPECT_TRUE(answer(Service::book, about));
    EXPECT_TRUE(answer(Service::slots, reply("")));
    EXPECT_EQ(error_of(Service::book, reply("")).kind(), outcome_unknown);
    EXPECT_EQ(error_of(Service::cancel, reply("")).kind(), outcome_unknown);
}

TEST(VisionErrors, AnOutcomeInOtherWordsSaysNothingAboutAWrite)
{
    const auto reply = [](const std::string& outcome) {
        return xml_response(
            "<visionResponse xmlns='urn:vision'><serviceHeader><outcome><successful>" + outcome +
            "</successful></outcome></serviceHeader><serviceContent>" +
            "<appointment><slot id='20655'/></appointment></serviceContent></visionResponse>");
    };
    EXPECT_TRUE(answer(Service::book, reply("True")));
    EXPECT_EQ(error_of(Service::book, reply("FALSE")).kind(), supplier_error);
    EXPECT_EQ(error_of(Service::book, reply("perhaps")).kind(), outcome_unknown);
    EXPECT_TRUE(answer(Service::slots, reply("perhaps")));
}

TEST(VisionLinkage, RequestsCarryWhatTheServiceCompares)
{
    const auto patient = *fhir::NhsNumber::parse("9990577048");
    const auto path = vision::default_linkage_path(*fhir::OdsCode::parse("Z90003"));
    const auto made = vision::make_key_request(path, {"Stannage", std::chrono::year(1958) / 7 / 21}, patient);
    EXPECT_EQ(made.method, "POST");
    EXPECT_EQ(made.target, "organisations/Z90003/onlineservices/linkage");
    EXPECT_EQ(made.body, R"({"lastName":"Stannage","dateOfBirth":"1958-07-21","nhsNumber":"9990577048"})");
    EXPECT_EQ(vision::find_key_request(path, patient).target,
              "organisations/Z90003/onlineservices/linkage?nhsNumber=9990577048");
}

TEST(VisionLinkage, RepliesAreReadAndCodesTold)
{
    const auto reply = [](unsigned status, std::string_view body) {
        auto response = status_response(status);
        response.body.append(body);
        return vision::read_linkage(response);
    };
    const auto read = reply(201, R"({"odsCode":"Z90003","accountId":"310227","linkageKey":"Hb4tWq8z"})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->account_id, "310227");
    EXPECT_EQ(read->key, "Hb4tWq8z");
    const std::vector<std::tuple<unsigned, std::string, fhir::ErrorKind>> rows = {
        {400, R"({"error":{"code":"V4205"}})", nhs_number_invalid},
        {404, R"({"error":{"code":"V4205"}})", nhs_number_invalid},
        {404, R"({"error":{"code":"VY806"}})", patient_not_found},
        {404, R"({"code":"VY806"})", patient_not_found},
        {409, R"({"error":{"code":"V2214"}})", already_linked},
        {404, R"({"error":{"code":"V2210"}})", link_invalid},
        {404, R"({"error":{"code":"V9"}})", supplier_error},
        {500, "", supplier_error},
        {503, "busy", supplier_unavailable},
        {429, "", supplier_unavailable},
        {200, "", supplier_malformed},
        {200, "{}", supplier_malformed},
        {200, R"({"accountId":"310227"})", supplier_malformed},
    };
    for (const auto& [status, body, kind] : rows) {
        const auto refused = reply(status, body);
        ASSERT_FALSE(refused) << body;
        EXPECT_EQ(refused.error().kind(), kind) << body;
    }
    EXPECT_TRUE(vision::has_key_already(reply(409, R"({"error":{"code":"V2214"}})").error()));
    EXPECT_FALSE(vision::has_key_already(reply(404, R"({"error":{"code":"VY806"}})").error()));
}

} // namespace tests
