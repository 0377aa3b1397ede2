// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/gpconnect/surgery.hpp"

namespace
{

using namespace tests::gpc;

Reply retrieve(Surgery& surgery, const std::string& patient, const std::string& query)
{
    return surgery.get("Patient/" + patient + "/Appointment?" + query, "rest:search:patient_appointments-1");
}

class GpConnectRetrieve : public testing::TestWithParam<std::string_view>
{
protected:
    Surgery surgery{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectRetrieve,
                         testing::Values("gpconnect", "tpp", "vision", "microtest", "fhir_r4", "emis"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(GpConnectRetrieve, BookedAndCancelledAppointmentsOfTheDaysAreShown)
{
    const auto first = surgery.booked({0});
    const auto second = surgery.booked({3});
    auto cancelled = second;
    cancelled.set("status", "cancelled");
    member(cancelled, "extension")
        .items()
        .push_back(JsonValue::object({{"url", "https://fhir.nhs.uk/STU3/StructureDefinition/"
                                              "Extension-GPConnect-AppointmentCancellationReason-1"},
                                      {"valueString", "Recovered"}}));
    ASSERT_EQ(surgery.cancel(text_at(second, "id"), cancelled).outcome(), "200");
    const auto id = surgery.patient();
    const auto reply = retrieve(surgery, id, "start=ge2026-11-23&start=le2026-11-24");
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    const auto found = reply.entries("Appointment");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(text_at(found[0], "status"), "booked");
    EXPECT_EQ(text_at(found[1], "status"), "cancelled");
    EXPECT_TRUE(
        retrieve(surgery, id, "start=ge2026-11-25&start=le2026-11-30").entries("Appointment").empty());
    EXPECT_EQ(
        retrieve(surgery, surgery.patient(1), "start=ge2026-11-23&start=le2026-11-30").body.find("entry"),
        nullptr);
}

TEST_P(GpConnectRetrieve, OneOfTodayIsShownAndReadableUntilMidnight)
{
    const auto booked = surgery.booked({0});
    const auto id = surgery.patient();
    surgery.clock.set(tests::at("2026-11-24T23:59:00Z"));
    EXPECT_EQ(retrieve(surgery, id, "start=ge2026-11-24&start=le2026-11-24").entries("Appointment").size(),
              1u);
    EXPECT_EQ(surgery.get("Appointment/" + text_at(booked, "id"), "rest:read:appointment-1").outcome(),
              "200");
    surgery.clock.set(tests::at("2026-11-25T00:01:00Z"));
    EXPECT_EQ(surgery.get("Appointment/" + text_at(booked, "id"), "rest:read:appointment-1").outcome(),
              "422 INVALID_RESOURCE");
}

TEST(GpConnectRetrieveRules, EachWrongRangeIsAWrongParameter)
{
    Surgery surgery;
    const auto id = surgery.patient();
    for (const std::string query :
         {"", "start=ge2026-11-24", "start=le2026-11-24", "start=ge2026-11-24&start=ge2026-11-25",
          "start=le2026-11-24&start=le2026-11-25", "start=2026-11-24&start=2026-11-25",
          "start=gt2026-11-24&start=lt2026-11-25", "start=ge2026-11-24T09:00:00%2B00:00&start=le2026-11-25",
          "start=ge2026-11&start=le2026-11-25", "start=ge2026-11-22&start=le2026-11-25",
          "start=ge2026-11-20&start=le2026-11-21", "start=ge2026-11-25&start=le2026-11-24",
          "start=ge2026-11-24&start=le2026-11-25&start=le2026-11-26", "start=ge&start=le"})
        EXPECT_EQ(retrieve(surgery, id, query).outcome(), "422 INVALID_PARAMETER") << query;
}

TEST(GpConnectRetrieveRules, AnUnknownPatientIsNotFound)
{
    Surgery surgery;
    for (const std::string id : {"unknown", "pt-00000000000000000000000000", "a_b"})
        EXPECT_EQ(retrieve(surgery, id, "start=ge2026-11-24&start=le2026-11-25").outcome(),
                  "404 PATIENT_NOT_FOUND");
}

TEST(GpConnectRetrieveRules, AnUnknownAppointmentIsNotFound)
{
    Surgery surgery;
    EXPECT_EQ(surgery.get("Appointment/unknown", "rest:read:appointment-1").outcome(), "404 NO_RECORD_FOUND");
}

} // namespace
