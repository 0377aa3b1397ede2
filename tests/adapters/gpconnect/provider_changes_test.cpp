// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;

namespace
{

/// A provider with one booking, and that booking as its consumer would send it back.
class GpConnectChange : public testing::Test
{
protected:
    GpConnectChange()
    {
        auto body = booking();
        body.set("comment", "Ring the bell");
        held = json(provider.send(Interaction::create_appointment, "Appointment", text(body)));
    }

    fhir::rest::Response put(Interaction interaction, const JsonValue& body, const char* if_match = "W/\"1\"")
    {
        auto request =
            provider.request(interaction, "Appointment/" + adapters::text_of(held, "id"), text(body));
        if (*if_match != '\0')
            request.headers.set("If-Match", if_match);
        return provider.send(request);
    }
    std::string amend(const JsonValue& body) { return verdict(put(Interaction::update_appointment, body)); }
    std::string cancel(const JsonValue& body) { return verdict(put(Interaction::cancel_appointment, body)); }
    JsonValue with(std::string_view name, JsonValue value) const
    {
        auto body = held;
        body.set(name, std::move(value));
        return body;
    }
    JsonValue cancelled(const char* reason = "Patient recovered",
                        std::string_view url = gpc::names::cancellation_reason) const
    {
        auto body = with("status", "cancelled");
        body.find("extension")
            ->items()
            .push_back(JsonValue::object({{"url", JsonValue(url)}, {"valueString", JsonValue(reason)}}));
        return body;
    }

    Provider provider;
    JsonValue held;
};

} // namespace

TEST_F(GpConnectChange, AmendsDescriptionAndComment)
{
    auto body = with("description", "Ear pain, three days");
    body.set("comment", "New comment");
    auto amended = put(Interaction::update_appointment, body);
    ASSERT_EQ(amended.status, 200U);
    EXPECT_EQ(amended.headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(adapters::text_of(json(amended), "description"), "Ear pain, three days");
    EXPECT_EQ(adapters::text_of(json(amended), "comment"), "New comment");
}

TEST_F(GpConnectChange, AmendWithoutCommentRemovesIt)
{
    auto body = held;
    body.remove("comment");
    EXPECT_EQ(json(put(Interaction::update_appointment, body)).find("comment"), nullptr);
}

TEST_F(GpConnectChange, AmendOfAnythingElseIsRefused)
{
    EXPECT_EQ(amend(with("start", "2026-11-24T18:40:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("end", "2026-11-24T18:50:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("id", "other")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("status", "arrived")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("priority", 3)), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("minutesDuration", 30)), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("serviceType", JsonValue::array({JsonValue::object({{"text", "Other"}})}))),
              "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("slot", JsonValue::array({gpc::reference_tree("Slot", "90412")}))),
              "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("created", "2026-11-22T08:00:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("reason", JsonValue::array())), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("colour", "red")), "422 INVALID_RESOURCE");
    EXPECT_EQ(amend(with("description", std::string(101, 'x'))), "422 INVALID_RESOURCE");
    auto organisation = held;
    organisation.find("contained")->items()[0].set("name", "Another hub");
    EXPECT_EQ(amend(organisation), "422 INVALID_RESOURCE");
    auto patient = held;
    patient.find("participant")->items()[0].set("actor", gpc::reference_tree("Patient", "pt-2002"));
    EXPECT_EQ(amend(patient), "422 INVALID_RESOURCE");
}

TEST_F(GpConnectChange, WhatIsLeftOutCountsAsUnchanged)
{
    auto body = held;
    for (std::string_view name : {"minutesDuration", "serviceCategory", "serviceType", "slot", "created"})
        body.remove(name);
    body.find("participant")->items().pop_back();
    EXPECT_EQ(amend(body), "200");
}

TEST_F(GpConnectChange, CancellationReasonDoesNotBelongInAnAmendment)
{
    auto body = cancelled();
    body.set("status", "booked");
    EXPECT_EQ(amend(body), "422 INVALID_RESOURCE");
}

TEST_F(GpConnectChange, StaleVersionIsAConstraintViolation)
{
    EXPECT_EQ(verdict(put(Interaction::update_appointment, held, "W/\"7\"")),
              "409 FHIR_CONSTRAINT_VIOLATION");
    EXPECT_EQ(verdict(put(Interaction::cancel_appointment, cancelled(), "W/\"7\"")),
              "409 FHIR_CONSTRAINT_VIOLATION");
    EXPECT_EQ(put(Interaction::update_appointment, held, "").status, 200U);
}

TEST_F(GpConnectChange, UnknownAppointmentIsNeverCreated)
{
    EXPECT_EQ(verdict(provider.send(Interaction::update_appointment, "Appointment/nothing", text(held))),
              "404 NO_RECORD_FOUND");
}

TEST_F(GpConnectChange, PastAppointmentsStayAsTheyAre)
{
    provider.clock.set(at("2026-11-24T18:31:00Z"));
    EXPECT_EQ(amend(held), "422 INVALID_RESOURCE");
    EXPECT_EQ(cancel(cancelled()), "422 INVALID_RESOURCE");
}

TEST_F(GpConnectChange, CancelKeepsTheReasonAndFreesTheSlotAtOnce)
{
    auto answer = put(Interaction::cancel_appointment, cancelled());
    ASSERT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.headers.get("ETag"), "W/\"2\"");
    EXPECT_EQ(adapters::text_of(json(answer), "status"), "cancelled");
    EXPECT_EQ(adapters::text_of(*adapters::extension_of(json(answer), gpc::names::cancellation_reason),
                                "valueString"),
              "Patient recovered");
    EXPECT_EQ(provider.row("90411").status, "free");
    EXPECT_EQ(provider.send(Interaction::create_appointment, "Appointment", text(booking())).status, 201U);
}

TEST_F(GpConnectChange, CancelChangesNothingElse)
{
    auto comment = cancelled();
    comment.set("comment", "Changed");
    EXPECT_EQ(cancel(comment), "422 INVALID_RESOURCE");
    auto description = cancelled();
    description.set("description", "Changed");
    EXPECT_EQ(cancel(description), "422 INVALID_RESOURCE");
    auto type = cancelled();
    type.set("appointmentType", JsonValue::object({{"text", "x"}}));
    EXPECT_EQ(cancel(type), "422 INVALID_RESOURCE");
    auto shorter = cancelled();
    shorter.remove("comment");
    shorter.remove("description");
    EXPECT_EQ(cancel(shorter), "200");
}

TEST_F(GpConnectChange, CancelNeedsAReason)
{
    EXPECT_EQ(cancel(cancelled(" ")), "422 INVALID_PARAMETER");
    EXPECT_EQ(cancel(with("status", "cancelled")), "422 INVALID_RESOURCE");
    EXPECT_EQ(cancel(cancelled("Gone", "https://example.org/reason")), "422 INVALID_RESOURCE");
    auto booked = cancelled();
    booked.set("status", "booked");
    EXPECT_EQ(cancel(booked), "422 INVALID_RESOURCE");
}

TEST_F(GpConnectChange, CancelledAppointmentsCannotBeChangedAgain)
{
    ASSERT_EQ(cancel(cancelled()), "200");
    EXPECT_EQ(verdict(put(Interaction::cancel_appointment, cancelled(), "W/\"2\"")), "422 INVALID_RESOURCE");
    EXPECT_EQ(verdict(put(Interaction::update_appointment, held, "W/\"2\"")), "422 INVALID_RESOURCE");
}

TEST_F(GpConnectChange, TodaysAppointmentIsReadUntilMidnight)
{
    const auto target = "Appointment/" + adapters::text_of(held, "id");
    provider.clock.set(at("2026-11-24T23:59:00Z"));
    EXPECT_EQ(provider.send(Interaction::read_appointment, target).status, 200U);
    provider.clock.set(at("2026-11-25T00:00:00Z"));
    EXPECT_EQ(verdict(provider.send(Interaction::read_appointment, target)), "422 INVALID_RESOURCE");
    EXPECT_EQ(verdict(provider.send(Interaction::read_appointment, "Appointment/nothing")),
              "404 NO_RECORD_FOUND");
}

TEST_F(GpConnectChange, RetrieveListsCancelledAndPracticeMadeAppointments)
{
    ASSERT_EQ(cancel(cancelled()), "200");
    const auto list = [&](const char* patient, const char* dates) {
        return provider.send(Interaction::search_patient_appointments,
                             std::string("Patient/") + patient + "/Appointment" + dates);
    };
    EXPECT_EQ(entries(list("pt-2001", "?start=ge2026-11-23&start=le2026-11-30"), "Appointment"), 1U);
    EXPECT_EQ(entries(list("pt-2002", "?start=ge2026-11-24&start=le2026-11-24"), "Appointment"), 1U);
    EXPECT_EQ(entries(list("pt-2002", "?start=ge2026-11-25&start=le2026-11-30"), "Appointment"), 0U);
    for (const auto* dates :
         {"?start=ge2026-11-23", "?start=ge2026-11-23&start=ge2026-11-24",
          "?start=le2026-11-23&start=le2026-11-24", "?start=2026-11-23&start=le2026-11-24",
          "?start=ge2026-11-23T00:00:00%2B00:00&start=le2026-11-24", "?start=ge2026-11&start=le2026-12",
          "?start=ge2026-11-22&start=le2026-11-24", "?start=ge2026-11-25&start=le2026-11-24"})
        EXPECT_EQ(verdict(list("pt-2001", dates)), "422 INVALID_PARAMETER") << dates;
    EXPECT_EQ(verdict(list("nobody", "?start=ge2026-11-23&start=le2026-11-30")), "404 PATIENT_NOT_FOUND");
}
