// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/compose.hpp"

#include "adapters/fhir_r4/queries.hpp"
#include "tests/adapters/fhir_r4/world.hpp"

using namespace tests::fhir_r4;
using fhir::ErrorKind;
using tests::at;

namespace
{

adapters::OfferedSlot keyed(const std::string& slot, const char* start, const char* end,
                            const char* schedule = "sch-1", const char* type = "In-person/Routine")
{
    return {{}, r4::write_slot_key({slot, start, end, schedule, type, {"Practitioner/p-1"}})};
}

constexpr const char* nine = "2026-11-24T09:00:00Z";
constexpr const char* ten_past = "2026-11-24T09:10:00Z";
constexpr const char* twenty_past = "2026-11-24T09:20:00Z";

} // namespace

TEST(FhirR4Compose, SlotsAreSentInOrderOfTime)
{
    const auto slots = r4::check_slots({keyed("b", ten_past, twenty_past), keyed("a", nine, ten_past)});
    ASSERT_TRUE(slots);
    EXPECT_EQ(slots->at(0).slot, "a");
    EXPECT_EQ(slots->at(1).slot, "b");
}

TEST(FhirR4Compose, SlotsThatDoNotBelongTogetherAreRefused)
{
    const auto first = keyed("a", nine, ten_past);
    for (const auto& second :
         {keyed("b", twenty_past, "2026-11-24T09:30:00Z"), keyed("b", ten_past, twenty_past, "sch-2"),
          keyed("b", ten_past, twenty_past, "sch-1", "Telephone/Routine"), keyed("a", nine, ten_past)})
        EXPECT_EQ(kind(r4::check_slots({first, second})), ErrorKind::slots_not_adjacent)
            << second.supplier_key;
    EXPECT_EQ(kind(r4::check_slots({})), ErrorKind::required);
    const auto strange = r4::check_slots({first, {{}, "999"}});
    EXPECT_EQ(kind(strange), ErrorKind::slot_unknown);
    EXPECT_EQ(strange.error().path(), "Appointment.slot[1]");
}

TEST(FhirR4Compose, ABookingHoldsWhatR4AndUkCoreWant)
{
    adapters::BookAppointment order{tests::hub_provenance(),
                                    tests::patient_context(tests::practice_seed().patients[0]),
                                    {keyed("a", nine, ten_past)},
                                    "Review",
                                    "Bring inhaler",
                                    "01632960114",
                                    at("2026-11-23T08:00:00Z")};
    const auto tree =
        r4::compose_booking(order, *r4::check_slots(order.slots), *r4::booking_text(order), "pt-1",
                            adapters::identifier_tree("https://apptgw.example/id/booking", "b-1"));
    const auto read = fhir::codec::Document::parse(text(tree));
    ASSERT_TRUE(read);
    EXPECT_EQ(adapters::view_of(tree, "status"), "booked");
    EXPECT_EQ(adapters::view_of(tree, "start"), nine);
    EXPECT_EQ(adapters::view_of(tree, "comment"), "Bring inhaler\nRing 01632960114");
    EXPECT_EQ(adapters::view_at(tree, {"slot", "reference"}), "Slot/a");
    EXPECT_EQ(adapters::view_at(tree, {"identifier", "value"}), "b-1");
    EXPECT_EQ(adapters::view_at(tree, {"contained", "identifier", "value"}), "Z9H01");
    EXPECT_EQ(adapters::items_of(tree, "participant").size(), 2U);
    EXPECT_EQ(text(tree).find(order.patient.number().digits()), std::string::npos);
}

TEST(FhirR4Compose, EmptyTextsAreNotSent)
{
    adapters::BookAppointment order{tests::hub_provenance(),
                                    tests::patient_context(tests::practice_seed().patients[0]),
                                    {keyed("a", nine, ten_past)},
                                    " ",
                                    "",
                                    "",
                                    {}};
    const auto tree =
        r4::compose_booking(order, *r4::check_slots(order.slots), *r4::booking_text(order), "pt-1", {});
    EXPECT_EQ(tree.find("description"), nullptr);
    EXPECT_EQ(tree.find("comment"), nullptr);
}

TEST(FhirR4Compose, TextsBeyondTheLimitsAreRefusedWithTheirPath)
{
    adapters::BookAppointment order{tests::hub_provenance(),
                                    tests::patient_context(tests::practice_seed().patients[0]),
                                    {},
                                    std::string(1001, 'x'),
                                    "",
                                    "",
                                    {}};
    EXPECT_EQ(r4::booking_text(order).error().path(), "Appointment.description");
    order.description = "x";
    order.comment = std::string(1995, 'x');
    EXPECT_TRUE(r4::booking_text(order));
    order.phone = "01632960114"; // it has to fit as well
    EXPECT_EQ(r4::booking_text(order).error().path(), "Appointment.comment");
}

TEST(FhirR4Compose, APatchTouchesOnlyWhatChanges)
{
    const auto held = booking();
    const auto cancel = r4::changing_patch(held, r4::changes_for_cancel("Recovered"));
    EXPECT_EQ(text(cancel), R"([{"op":"replace","path":"/status","value":"cancelled"},)"
                            R"({"op":"add","path":"/cancelationReason","value":{"text":"Recovered"}}])");
    const auto amend = r4::changing_patch(held, r4::changes_for_amend({"Asthma review", ""}));
    EXPECT_EQ(text(amend), R"([{"op":"replace","path":"/description","value":"Asthma review"}])");
}

TEST(FhirR4Compose, APatchAndAnUpdateComeToTheSame)
{
    auto held = booking();
    held.set("comment", "Ring 01632960114");
    for (const auto& changes : {r4::changes_for_cancel("Recovered"), r4::changes_for_cancel(""),
                                r4::changes_for_amend({"New", "Newer"}), r4::changes_for_amend({"", ""})}) {
        const auto patched = fhir::codec::apply_json_patch(held, r4::changing_patch(held, changes));
        ASSERT_TRUE(patched);
        EXPECT_EQ(text(*patched), text(r4::changed_tree(held, changes)));
    }
}

TEST(FhirR4Queries, OnlyKnownParametersAndListedIncludesAreSent)
{
    const fhir::Interval window{at(nine), at("2026-11-25T00:00:00Z")};
    r4::Abilities can;
    EXPECT_EQ(r4::slot_query(window, can, ""), "Slot?status=free&start=ge2026-11-24T08:59:00Z&start="
                                               "lt2026-11-25T00:01:00Z&_count=500");
    can.slot.parameters.emplace({std::string("start")});
    can.slot.includes.emplace({std::string("Slot:schedule")});
    EXPECT_EQ(
        r4::slot_query(window, can, "schedule.actor=Location/12"),
        "Slot?start=ge2026-11-24T08:59:00Z&start=lt2026-11-25T00:01:00Z&_include=Slot:schedule&_count=500"
        "&schedule.actor=Location/12");
    can.further_includes = {"Schedule:actor"};
    EXPECT_NE(r4::slot_query(window, can, "").find("_include:iterate=Schedule:actor"), std::string::npos);
}

TEST(FhirR4Queries, IdsAreAskedForByTypeAndInFifties)
{
    std::vector<r4::LocalReference> wanted{{"Location", "l-1"}};
    for (int i = 0; i < 101; ++i)
        wanted.push_back({"Schedule", "s" + std::to_string(i)});
    const auto queries = r4::id_queries(wanted);
    ASSERT_EQ(queries.size(), 4U);
    EXPECT_EQ(queries[0], "Location?_id=l-1&_count=500");
    EXPECT_EQ(queries[3], "Schedule?_id=s100&_count=500");
    EXPECT_TRUE(r4::id_queries({}).empty());
}
