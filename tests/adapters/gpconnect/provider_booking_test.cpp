// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;

namespace
{

std::string book(const JsonValue& body, std::map<std::string, std::string> options = {})
{
    Provider provider(std::move(options));
    return verdict(provider.send(Interaction::create_appointment, "Appointment", text(body)));
}

JsonValue with(std::string_view name, JsonValue value)
{
    auto body = booking();
    body.set(name, std::move(value));
    return body;
}

JsonValue with_slots(std::initializer_list<const char*> slots, const char* end)
{
    JsonValue references = JsonValue::array();
    for (const auto* slot : slots)
        references.items().push_back(gpc::reference_tree("Slot", slot));
    auto body = with("slot", std::move(references));
    body.set("end", end);
    return body;
}

JsonValue without_organisation(std::string_view name)
{
    auto body = booking();
    body.find("contained")->items()[0].remove(name);
    return body;
}

} // namespace

TEST(GpConnectBooking, IsMadeWithLocationAndETag)
{
    Provider provider;
    auto made = provider.send(Interaction::create_appointment, "Appointment", text(booking()));
    ASSERT_EQ(made.status, 201U);
    EXPECT_EQ(made.headers.get("ETag"), "W/\"1\"");
    const auto id = adapters::text_of(json(made), "id");
    EXPECT_EQ(made.headers.get("Location"),
              "https://gpsystem.example.nhs.uk/Z98101/STU3/1/gpconnect/Appointment/" + id + "/_history/1");
    EXPECT_EQ(adapters::text_at(json(made), {"serviceType", "text"}), "Type 512");
    EXPECT_EQ(json(made).find("minutesDuration")->integer(), 10);
    EXPECT_EQ(provider.row("90411").status, "booked");
    EXPECT_EQ(provider.row("90411").nhs_number, orla);
}

TEST(GpConnectBooking, MinimalAnswerHasNoBody)
{
    Provider provider;
    auto request = provider.request(Interaction::create_appointment, "Appointment", text(booking()));
    request.headers.set("Prefer", "return=minimal");
    auto made = provider.send(request);
    EXPECT_EQ(made.status, 201U);
    EXPECT_TRUE(made.body.empty());
    EXPECT_TRUE(made.headers.has("Location"));
}

TEST(GpConnectBooking, EachMandatoryElementIsNeeded)
{
    for (std::string_view name : {"meta", "contained", "extension", "status", "description", "start", "end",
                                  "slot", "created", "participant"}) {
        auto body = booking();
        body.remove(name);
        EXPECT_EQ(book(body), "422 INVALID_RESOURCE") << name;
    }
    for (std::string_view name : {"id", "meta", "identifier", "name", "telecom"})
        EXPECT_EQ(book(without_organisation(name)), "422 INVALID_RESOURCE") << name;
    EXPECT_EQ(book(without_organisation("type")), "201");
}

TEST(GpConnectBooking, ForbiddenAndUnknownElementsAreRefused)
{
    for (std::string_view name : {"id", "reason", "specialty", "appointmentType", "indication",
                                  "supportingInformation", "incomingReferral", "requestedPeriod", "colour"})
        EXPECT_EQ(book(with(name, "x")), "422 INVALID_RESOURCE") << name;
    auto body = booking();
    body.find("extension")
        ->items()
        .push_back(JsonValue::object({{"url", "https://example.org/x"}, {"valueString", "x"}}));
    EXPECT_EQ(book(body), "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, OptionalElementsMustAgree)
{
    EXPECT_EQ(book(with("minutesDuration", 10)), "201");
    EXPECT_EQ(book(with("minutesDuration", 20)), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with("serviceType", JsonValue::array({JsonValue::object({{"text", "Anything"}})}))),
              "201");
    for (const auto& [channel, expected] :
         {std::pair{"In-person", "201"}, std::pair{"Video", "422 INVALID_RESOURCE"}}) {
        auto body = booking();
        body.find("extension")
            ->items()
            .push_back(JsonValue::object(
                {{"url", JsonValue(gpc::names::delivery_channel)}, {"valueCode", JsonValue(channel)}}));
        EXPECT_EQ(book(body), expected) << channel;
    }
    EXPECT_EQ(book(with("identifier", JsonValue::array({JsonValue::object({{"value", "1"}})}))),
              "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, TextLimitsCountCharactersNotBytes)
{
    const auto e_acute = [](std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i)
            out += "\xC3\xA9";
        return out;
    };
    EXPECT_EQ(book(with("description", e_acute(100))), "201");
    EXPECT_EQ(book(with("description", e_acute(101))), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with("comment", e_acute(500))), "201");
    EXPECT_EQ(book(with("comment", e_acute(501))), "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, TakenSlotIsADuplicate)
{
    Provider provider;
    ASSERT_EQ(provider.send(Interaction::create_appointment, "Appointment", text(booking())).status, 201U);
    auto second = provider.send(Interaction::create_appointment, "Appointment", text(booking()));
    EXPECT_EQ(verdict(second), "409 DUPLICATE_REJECTED");
    EXPECT_EQ(adapters::text_at(json(second), {"issue", "code"}), "duplicate");
    EXPECT_EQ(provider.row("90411").times_booked, 1U);
}

TEST(GpConnectBooking, AdjacentSlotsOfOneScheduleOnly)
{
    EXPECT_EQ(book(with_slots({"90411", "90412"}, "2026-11-24T18:50:00+00:00")), "201");
    EXPECT_EQ(book(with_slots({"90412", "90411"}, "2026-11-24T18:50:00+00:00")), "201");
    EXPECT_EQ(book(with_slots({"90411", "90413"}, "2026-11-24T19:00:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with_slots({"90411", "90412", "90472"}, "2026-11-24T19:00:00+00:00")),
              "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, UnknownAndAbsoluteReferencesAreRefused)
{
    EXPECT_EQ(book(with_slots({"hello"}, "2026-11-24T18:40:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with_slots({"90461"}, "2026-11-24T18:40:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with_slots({"hello"}, "2026-11-24T18:40:00+00:00"), {{"errors", "specification"}}),
              "422 REFERENCE_NOT_FOUND");
    const auto absolute = JsonValue::object({{"reference", "https://gpsystem.example.nhs.uk/Slot/90411"}});
    EXPECT_EQ(book(with("slot", JsonValue::array({absolute}))), "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, ParticipantsMustBeThoseOfTheSchedule)
{
    const auto participant = [](const char* reference) {
        return JsonValue::object(
            {{"actor", JsonValue::object({{"reference", reference}})}, {"status", "accepted"}});
    };
    const auto people = [&](std::initializer_list<const char*> references) {
        JsonValue list = JsonValue::array();
        for (const auto* reference : references)
            list.items().push_back(participant(reference));
        return list;
    };
    EXPECT_EQ(book(with("participant", people({"Patient/pt-2001", "Location/loc-2"}))), "201");
    for (const auto& list :
         {people({"Patient/pt-2001"}), people({"Location/loc-2"}),
          people({"Patient/pt-2001", "Location/loc-1"}), people({"Patient/nobody", "Location/loc-2"}),
          people({"Patient/pt-2003", "Location/loc-2"}),
          people({"Patient/pt-2001", "Location/loc-2", "Practitioner/pr-34"}),
          people({"Patient/pt-2001", "Patient/pt-2002", "Location/loc-2"}),
          people({"Patient/pt-2001", "Location/loc-2", "Device/1"})})
        EXPECT_EQ(book(with("participant", list)), "422 INVALID_RESOURCE") << text(list);
}

TEST(GpConnectBooking, TimesMustBeTheSlotsToTheLetter)
{
    EXPECT_EQ(book(with("start", "2026-11-24T18:30:00Z")), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with("end", "2026-11-24T18:45:00+00:00")), "422 INVALID_RESOURCE");
    EXPECT_EQ(book(with("created", "2026-11-23")), "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, PastSlotsCannotBeBooked)
{
    Provider provider;
    provider.clock.set(at("2026-11-24T18:30:00Z"));
    EXPECT_EQ(verdict(provider.send(Interaction::create_appointment, "Appointment", text(booking()))),
              "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, RestrictedSlotsBindBookingToo)
{
    auto body = with_slots({"90431"}, "2026-11-25T10:10:00+00:00");
    body.set("start", "2026-11-25T10:00:00+00:00");
    EXPECT_EQ(book(body), "201");
    body.find("contained")->items()[0].remove("type");
    EXPECT_EQ(book(body), "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, BodiesThatAreNoAppointment)
{
    Provider provider;
    EXPECT_EQ(verdict(provider.send(Interaction::create_appointment, "Appointment", "<Appointment/>")),
              "400 BAD_REQUEST");
    EXPECT_EQ(
        verdict(provider.send(Interaction::create_appointment, "Appointment", R"({"resourceType":"Slot"})")),
        "422 INVALID_RESOURCE");
    EXPECT_EQ(verdict(provider.send(Interaction::create_appointment, "Appointment", "[]")),
              "422 INVALID_RESOURCE");
}

TEST(GpConnectBooking, OrganisationLimitIsKept)
{
    Provider provider({{"booking_limit", "1"}});
    ASSERT_EQ(provider.send(Interaction::create_appointment, "Appointment", text(booking())).status, 201U);
    auto next = with_slots({"90412"}, "2026-11-24T18:50:00+00:00");
    next.set("start", "2026-11-24T18:40:00+00:00");
    EXPECT_EQ(verdict(provider.send(Interaction::create_appointment, "Appointment", text(next))),
              "422 INVALID_RESOURCE");
}
