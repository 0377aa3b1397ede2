// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/gpconnect/surgery.hpp"

namespace
{

using namespace tests::gpc;

Reply retrieve(Surgery& surgery, const std::string& patient, const std::string& query)
{
    return surgery.get("Patient/" + patient + "/Appointment?" + query, "rest:search:patient_appointments-1");
}

/// With the status and the reason of a cancellation.
JsonValue cancelled_by_hub(JsonValue appointment)
{
    appointment.set("status", "cancelled");
    JsonValue& extensions = member(appointment, "extension");
    if (extensions.is_null())
        extensions = JsonValue::array();
    extensions.items().push_back(
        JsonValue::object({{"url", "https://fhir.nhs.uk/STU3/StructureDefinition/"
                                   "Extension-GPConnect-AppointmentCancellationReason-1"},
                           {"valueString", "Recovered"}}));
    return appointment;
}

class GpConnectRetrieve : public testing::TestWithParam<Conversation>
{
protected:
    Surgery surgery{GetParam().system, GetParam().format};
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectRetrieve,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"tpp"}, Conversation{"tpp", Format::xml},
                                         Conversation{"vision"}, Conversation{"microtest"},
                                         Conversation{"fhir_r4", Format::xml}, Conversation{"emis"}),
                         name_of);

TEST_P(GpConnectRetrieve, BookedAndCancelledAppointmentsOfTheDaysAreShown)
{
    const auto first = surgery.booked({0});
    const auto second = surgery.booked({3});
    ASSERT_EQ(surgery.cancel(text_at(second, "id"), cancelled_by_hub(second)).outcome(), "200");
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

TEST(GpConnectRetrieveNative, WhatThePracticeMadeItselfIsShownReadAndCancelledLikeAnyOther)
{
    for (const std::string_view system : {"gpconnect", "vision", "emis", "fhir_r4"}) {
        Surgery surgery(system, Format::json, {}, [](adapters::simulation::PracticeSeed& seed) {
            seed.sessions[0].slots[2].booked_by = seed.patients[0].nhs_number;
        });
        const auto query = "start=ge2026-11-23&start=le2026-11-30";
        const auto id = surgery.patient();
        const auto found = retrieve(surgery, id, query).entries("Appointment");
        ASSERT_EQ(found.size(), 1u) << system;
        EXPECT_EQ(text_at(found[0], "start"), "2026-11-24T09:20:00+00:00");
        EXPECT_EQ(text_at(found[0], "participant/0/actor/reference"), "Patient/" + id);
        EXPECT_EQ(retrieve(surgery, id, query).entries("Appointment"), found) << "not twice, " << system;
        const auto own = text_at(found[0], "id");
        EXPECT_EQ(surgery.get("Appointment/" + own, "rest:read:appointment-1").body, found[0]) << system;
        const auto reply = surgery.cancel(own, cancelled_by_hub(found[0]));
        EXPECT_EQ(reply.outcome(), "200") << system << reply.text;
    }
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
