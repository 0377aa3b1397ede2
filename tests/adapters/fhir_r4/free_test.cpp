// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

#include <algorithm>

/// Servers that take any valid Appointment, do not mark slots, or compare times loosely.
using namespace tests::fhir_r4;
using fhir::ErrorKind;

namespace
{

/// What a request for that path is answered with from now on.
void answer_instead(World& world, std::string path, Response reply)
{
    world.between.spoil = [path = std::move(path), reply = std::move(reply)](const Request& request,
                                                                             Response& response) {
        if (request.target.starts_with(path))
            response = reply;
    };
}

/// Slot 880011 as the server sends it, but for one text.
fhir::Result<adapters::SupplierAppointment> book_when_slot_reads(World& world, std::string from,
                                                                 std::string to)
{
    auto order = world.order({"880011"});
    world.between.spoil = [=](const Request& request, Response& response) {
        if (request.target.starts_with("Slot/"))
            substitute(response, from, to);
    };
    return tests::run(world.adapter->book(std::move(order)));
}

constexpr const char* appointments =
    R"({"resourceType":"Bundle","type":"searchset","entry":[
        {"resource":{"resourceType":"Appointment","id":"a1","status":"fulfilled","participant":[],
                     "slot":[{"reference":"Slot/880011"}]}},
        {"resource":{"resourceType":"Appointment","id":"a2","status":"cancelled","participant":[],
                     "slot":[{"reference":"Slot/880012"}]}}]})";

bool has_slot(const fhir::Result<adapters::FoundSlots>& found, std::string_view id)
{
    return std::ranges::any_of(found->slots, [&](const auto& each) { return each->id() == id; });
}

} // namespace

TEST(FhirR4Free, ASlotThatIsNoLongerFreeIsNotBookedThoughTheServerWouldTakeIt)
{
    for (const auto& [from, to] :
         {std::pair(R"("status":"free")", R"("status":"busy")"),
          std::pair(R"("start":"2026-11-24T09:00:00Z")", R"("start":"2026-11-24T09:05:00Z")"),
          std::pair(R"("end":"2026-11-24T09:10:00Z")", R"("end":"2026-11-24T09:20:00Z")")}) {
        World world;
        const auto booked = book_when_slot_reads(world, from, to);
        ASSERT_EQ(kind(booked), ErrorKind::slot_unavailable) << to;
        EXPECT_EQ(booked.error().path(), "Appointment.slot[0]");
        EXPECT_TRUE(world.sent("POST", "Appointment").empty());
    }
}

TEST(FhirR4Free, ASlotThatThePracticeHasTakenAwayIsUnknown)
{
    World world;
    auto order = world.order({"880011"});
    answer_instead(world, "Slot/", answer(404, R"({"resourceType":"OperationOutcome","issue":[]})"));
    EXPECT_EQ(kind(tests::run(world.adapter->book(order))), ErrorKind::slot_unknown);
    answer_instead(world, "Slot/", answer(200, R"({"resourceType":"Basic","id":"880011"})"));
    EXPECT_EQ(kind(tests::run(world.adapter->book(order))), ErrorKind::supplier_malformed);
    EXPECT_TRUE(world.sent("POST", "Appointment").empty());
}

TEST(FhirR4Free, EverySlotOfABookingIsLookedAtOnce)
{
    World world;
    ASSERT_TRUE(world.book({"880011", "880012"}));
    EXPECT_EQ(world.sent("GET", "Slot/").size(), 2U);
}

TEST(FhirR4Free, AServerThatDoesNotLetSlotsBeReadIsBookedWithoutALook)
{
    World world;
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.target == "metadata")
            substitute(response, R"({"code":"read"},{"code":"search-type"}])", R"({"code":"search-type"}])");
    };
    ASSERT_TRUE(world.book());
    EXPECT_TRUE(world.sent("GET", "Slot/").empty());
}

TEST(FhirR4Free, WhereSlotsAreNotMarkedThoseWithAStandingAppointmentAreNotOffered)
{
    World world({}, {{"keeps_slots", "no"}});
    answer_instead(world, "Appointment?date=", answer(200, appointments));
    const auto found = world.find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_FALSE(has_slot(found, "Z90001.880011"));
    EXPECT_TRUE(has_slot(found, "Z90001.880012"));
}

TEST(FhirR4Free, WhereSlotsAreNotMarkedAnAnswerThatComesAgainIsReadAnew)
{
    World world({}, {{"keeps_slots", "no"}});
    answer_instead(world,
                   "Appointment?date=", answer(200, R"({"resourceType":"Bundle","type":"searchset"})"));
    ASSERT_TRUE(has_slot(world.find(), "Z90001.880011"));
    answer_instead(world, "Appointment?date=", answer(200, appointments));
    EXPECT_FALSE(has_slot(world.find(), "Z90001.880011"));
}

TEST(FhirR4Free, WhereSlotsAreNotMarkedASlotWithAnAppointmentIsNotBooked)
{
    World world({}, {{"keeps_slots", "no"}});
    answer_instead(world,
                   "Appointment?date=", answer(200, R"({"resourceType":"Bundle","type":"searchset"})"));
    auto order = world.order({"880012", "880011"});
    answer_instead(world, "Appointment?date=", answer(200, appointments));
    const auto booked = tests::run(world.adapter->book(order));
    ASSERT_EQ(kind(booked), ErrorKind::slot_unavailable);
    EXPECT_EQ(booked.error().path(), "Appointment.slot[0]");
    EXPECT_TRUE(world.sent("POST", "Appointment").empty());
}

TEST(FhirR4Free, WhereSlotsAreNotMarkedHalfAListOfAppointmentsIsNotTrusted)
{
    World world({}, {{"keeps_slots", "no"}});
    answer_instead(world, "Appointment?date=", answer(200, R"({"resourceType":"Bundle","type":"searchset",
                                   "link":[{"relation":"next","url":"https://elsewhere.example/next"}]})"));
    EXPECT_EQ(kind(world.find()), ErrorKind::supplier_malformed);
}

TEST(FhirR4Free, WhereSlotsAreNotMarkedAndAppointmentsNotSearchableThePracticeIsNotSupported)
{
    World world({}, {{"keeps_slots", "no"}});
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.target == "metadata")
            substitute(response, R"("name":"date")", R"("name":"day")");
    };
    EXPECT_EQ(kind(world.find()), ErrorKind::not_supported_by_practice);
}

TEST(FhirR4Free, AppointmentsOnTheBoundsOfAWindowAreFoundAtServersThatCompareLoosely)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    const auto list = [&](fhir::Interval window) {
        return tests::run(
            world.adapter->list_appointments({tests::hub_provenance(), world.patient(), window}));
    };
    const fhir::Interval exact{*booked->appointment.start, *booked->appointment.end};
    world.between.calls.clear();
    ASSERT_EQ(list(exact)->size(), 1U);
    const auto sent = world.sent("POST", "Appointment/_search");
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_NE(sent[0].body.find("date=ge2026-11-23T09:00:00Z&date=lt2026-11-25T09:10:00Z"), std::string::npos)
        << sent[0].body;
    // What is asked for beyond the window is not given out.
    EXPECT_TRUE(list({exact.end, exact.end + std::chrono::minutes(10)})->empty());
}
