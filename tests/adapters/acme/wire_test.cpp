// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/acme/data_file.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tests
{

namespace acme = adapters::acme;
using adapters::upstream::Effect;
using fhir::ErrorKind;

namespace
{

fhir::codec::Document parsed(std::string_view json)
{
    return fhir::codec::Document::parse(json).value();
}

fhir::Error failure(unsigned status, const std::string& body, Effect effect)
{
    fhir::rest::Response answer;
    answer.status = status;
    answer.headers.set("Content-Type", "application/json");
    answer.body.append(body);
    return acme::read_answer(answer, effect).error();
}

template <class T>
void expect_malformed(const fhir::Result<T>& result, const std::string& of)
{
    ASSERT_FALSE(result) << of;
    EXPECT_EQ(result.error().kind(), ErrorKind::supplier_malformed) << of;
}

} // namespace

TEST(AcmeWire, APatientIsNamedInAHeaderAndNeverInAUrl)
{
    for (const auto& request :
         {acme::patient_request(imogen), acme::appointments_request(imogen),
          acme::book_request(imogen, "880011", "Cough"), acme::cancel_request(imogen, "700001", "Better")}) {
        EXPECT_EQ(request.headers.get("Acme-Patient"), "9990312079") << request.target;
        EXPECT_EQ(request.target.find("9990312079"), std::string::npos) << request.target;
    }
}

TEST(AcmeWire, AWindowIsSentInUtc)
{
    const auto request = acme::slots_request({at("2026-06-15T08:00:00Z"), at("2026-06-16T08:00:00Z")});
    EXPECT_EQ(request.target, "slots?from=2026-06-15T08:00:00Z&to=2026-06-16T08:00:00Z");
}

TEST(AcmeWire, BookingsAndCancellationsArePostedAsJson)
{
    const auto booking = acme::book_request(imogen, "880011", "Blood \"pressure\"");
    EXPECT_EQ(booking.method, "POST");
    EXPECT_EQ(booking.target, "appointments");
    EXPECT_EQ(booking.body, R"({"slot":"880011","reason":"Blood \"pressure\""})");
    const auto cancellation = acme::cancel_request(imogen, "700001", "Better");
    EXPECT_EQ(cancellation.target, "cancellations");
    EXPECT_EQ(cancellation.body, R"({"appointment":"700001","reason":"Better"})");
}

TEST(AcmeWire, SlotsWithoutAnIdOrWithUnusableTimesAreCountedAndLeftOut)
{
    const auto wire = acme::read_slots(acme_reply("slots.json")).value();
    ASSERT_EQ(wire.slots.size(), 4U);
    EXPECT_EQ(wire.unusable, 5U);
    EXPECT_EQ(wire.slots[1].kind, "GP face to face");
    EXPECT_EQ(wire.slots[3].time.start, at("2026-06-15T09:00:00Z"));
    EXPECT_TRUE(wire.slots[3].clinician.empty());
}

TEST(AcmeWire, AppointmentsAreReadAllOrNotAtAll)
{
    const auto wire = acme::read_appointments(acme_reply("appointments.json")).value();
    ASSERT_EQ(wire.size(), 2U);
    EXPECT_EQ(wire[0].id, "700002");
    EXPECT_EQ(wire[0].slot.id, "880012");
    EXPECT_TRUE(wire[1].attended);
    for (const auto* row : {"1", "{}", R"({"id":"1","slot":"2"})",
                            R"({"slot":"2","start":"2026-11-24T09:10:00Z","end":"2026-11-24T09:20:00Z"})"})
        expect_malformed(acme::read_appointments(parsed(R"({"appointments":[)" + std::string(row) + "]}")),
                         row);
}

TEST(AcmeWire, SomebodyElsesRecordIsMalformed)
{
    EXPECT_EQ(acme::read_patient(acme_reply("patient.json"), imogen)->family, "Tarrowby");
    expect_malformed(
        acme::read_patient(acme_reply("patient.json"), *fhir::NhsNumber::parse(synthetic_nhs_number(500))),
        "another's");
}

TEST(AcmeWire, ABookingWithoutAnIdMayHaveBeenMade)
{
    EXPECT_EQ(acme::read_booked(acme_reply("booked.json")), "700001");
    const auto none = acme::read_booked(parsed(R"({"appointment":7})"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind(), ErrorKind::outcome_unknown);
}

TEST(AcmeWire, ErrorsInsideTwoHundredAreRefusals)
{
    const std::vector<std::pair<std::string, ErrorKind>> rows{
        {"no_such_patient", ErrorKind::patient_not_found},
        {"no_such_slot", ErrorKind::slot_unknown},
        {"slot_taken", ErrorKind::slot_unavailable},
        {"slot_past", ErrorKind::slot_in_past},
        {"reason_too_long", ErrorKind::text_too_long},
        {"no_such_appointment", ErrorKind::appointment_not_found},
        {"appointment_past", ErrorKind::not_cancellable},
        {"never_heard_of", ErrorKind::supplier_error}};
    for (const auto& [code, kind] : rows) {
        const auto error = failure(200, R"({"error":")" + code + R"("})", Effect::write);
        EXPECT_EQ(error.kind(), kind) << code;
        EXPECT_EQ(error.supplier_code(), code);
        EXPECT_FALSE(error.effect_possible()) << code;
    }
}

TEST(AcmeWire, WordsOfTheSupplierAreNotKept)
{
    const auto error = failure(200, R"({"error":"Imogen Tarrowby is not known"})", Effect::read);
    EXPECT_EQ(error.supplier_code(), "unknown code");
    EXPECT_EQ(error.sentence().find("Tarrowby"), std::string::npos);
}

TEST(AcmeWire, StatusesAreReadsFailedAndWritesRefusedOrUnknown)
{
    struct Row
    {
        unsigned status;
        ErrorKind read, write;
    };
    for (const auto& row : {Row{400, ErrorKind::supplier_error, ErrorKind::supplier_error},
                            Row{401, ErrorKind::supplier_error, ErrorKind::supplier_error},
                            Row{429, ErrorKind::supplier_unavailable, ErrorKind::supplier_unavailable},
                            Row{500, ErrorKind::supplier_error, ErrorKind::outcome_unknown},
                            Row{503, ErrorKind::supplier_unavailable, ErrorKind::supplier_unavailable}}) {
        EXPECT_EQ(failure(row.status, "{}", Effect::read).kind(), row.read) << row.status;
        EXPECT_EQ(failure(row.status, "{}", Effect::write).kind(), row.write) << row.status;
    }
}

TEST(AcmeWire, BadRepliesAreMalformedToReadersAndLeaveAWriteUnknown)
{
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(APPTGW_SOURCE_DIR) +
                                                                 "/tests/adapters/acme/data/bad")) {
        const auto name = "bad/" + entry.path().filename().string();
        ++files;
        auto answer = acme::read_answer(acme_answer(name), Effect::read);
        if (!answer) {
            expect_malformed(answer, name);
            EXPECT_EQ(acme::read_answer(acme_answer(name), Effect::write).error().kind(),
                      ErrorKind::outcome_unknown);
            continue;
        }
        expect_malformed(acme::read_appointments(*answer), name);
        expect_malformed(acme::read_patient(*answer, imogen), name);
        EXPECT_FALSE(acme::read_booked(*answer)) << name;
        expect_malformed(acme::read_slots(std::move(*answer)), name);
    }
    EXPECT_EQ(files, 11U);
}

} // namespace tests
