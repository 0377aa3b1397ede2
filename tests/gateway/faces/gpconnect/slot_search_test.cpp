// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/profiles.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

#include <algorithm>
#include <set>

namespace
{

using namespace tests::gpc;

struct WindowRow
{
    std::string query;
    std::string outcome;
};

const std::string fixed = "&status=free&_include=Slot:schedule";

TEST(GpConnectSlots, WindowsAndParametersAreCheckedOneByOne)
{
    Surgery surgery;
    const std::string bad = "400 BAD_REQUEST", wrong = "422 INVALID_PARAMETER", fine = "200";
    const WindowRow rows[] = {
        {"start=ge2026-11-24&end=le2026-11-24" + fixed, fine},
        {"start=ge2026-11-24&end=le2026-11-25" + fixed, fine},
        {"start=ge2026-11-24&end=le2026-12-08" + fixed, fine},
        {"start=ge2026-11-24&end=le2026-12-09" + fixed, wrong},
        {"start=ge2026-11-24&end=le2026-11-23" + fixed, wrong},
        {"start=ge2026-10-01&end=le2026-10-05" + fixed, fine}, // past windows are allowed
        {"start=ge2026-11-24T09:00:00%2B00:00&end=le2026-11-24T10:00:00%2B00:00" + fixed, fine},
        {"start=ge2026-11-24T09:00:00+00:00&end=le2026-11-25" + fixed, fine},
        {"start=ge2026-11-24T09:00:00Z&end=le2026-11-25" + fixed, fine},
        {"start=ge2026-11-24T09:00:00%2B01:00&end=le2026-11-25" + fixed, wrong}, // winter
        {"start=ge2026-10-24T09:00:00%2B01:00&end=le2026-10-26T09:00:00%2B00:00" + fixed, fine},
        {"start=ge2026-10-26T09:00:00%2B01:00&end=le2026-10-27" + fixed, wrong},
        {"start=ge2027-03-27T09:00:00%2B00:00&end=le2027-03-29T09:00:00%2B01:00" + fixed, fine},
        {"start=ge2026-11-24T09:00:00&end=le2026-11-25" + fixed, wrong},
        {"start=ge2026-11-24T09:00&end=le2026-11-25" + fixed, wrong},
        {"start=ge2026-11&end=le2026-11-25" + fixed, wrong},
        {"start=ge2026&end=le2026-11-25" + fixed, wrong},
        {"start=ge&end=le2026-11-25" + fixed, wrong},
        {"start=&end=le2026-11-25" + fixed, wrong},
        {"start=geyesterday&end=le2026-11-25" + fixed, wrong},
        {"start=ge2026-02-30&end=le2026-03-01" + fixed, wrong},
        {"start=2026-11-24&end=le2026-11-25" + fixed, wrong},
        {"start=le2026-11-24&end=ge2026-11-25" + fixed, wrong},
        {"start=gt2026-11-24&end=lt2026-11-25" + fixed, wrong},
        {"start=ge2026-11-24&end=ge2026-11-25" + fixed, wrong},
        {"end=le2026-11-25" + fixed, bad},
        {"start=ge2026-11-24" + fixed, bad},
        {"start=ge2026-11-24&end=le2026-11-25&_include=Slot:schedule", bad},
        {"start=ge2026-11-24&end=le2026-11-25&status=free", bad},
        {"start=ge2026-11-24&start=ge2026-11-25&end=le2026-11-26" + fixed, bad},
        {"start=ge2026-11-24&end=le2026-11-25&end=le2026-11-26" + fixed, bad},
        {"start=ge2026-11-24&end=le2026-11-25&status=busy&_include=Slot:schedule", wrong},
        {"start=ge2026-11-24&end=le2026-11-25&status=&_include=Slot:schedule", wrong},
        {"Start=ge2026-11-24&end=le2026-11-25" + fixed, bad}, // names are case-sensitive
        {"start=ge2026-11-24&end=le2026-11-25&_count=1&_sort=start&shoe=9" + fixed, fine},
        {"start=ge2026-11-24&end=le2026-11-25&status=free&_include=Slot%3Aschedule", fine},
        {"start=ge2026-11-24&end=le2026-11-25&_include%3Arecurse=Schedule%3Aactor%3ALocation" + fixed, fine},
        {"start=ge2026-11-24&end=le2026-11-25&searchFilter=https://example.org/x%7C1" + fixed, fine},
    };
    for (const WindowRow& row : rows)
        EXPECT_EQ(surgery.get("Slot?" + row.query, "rest:search:slot-1").outcome(), row.outcome) << row.query;
}

class GpConnectSlotsAt : public testing::TestWithParam<Conversation>
{};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectSlotsAt,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"tpp"}, Conversation{"tpp", Format::xml},
                                         Conversation{"vision"}, Conversation{"microtest"},
                                         Conversation{"fhir_r4", Format::xml}, Conversation{"emis"}),
                         name_of);

TEST_P(GpConnectSlotsAt, ABundleHoldsSlotsTheirSchedulesAndTheOrganisationAndNothingThatIsBarred)
{
    Surgery surgery(GetParam().system, GetParam().format);
    const auto reply = surgery.slots();
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    EXPECT_EQ(reply.at("type"), "searchset");
    EXPECT_EQ(reply.at("meta/profile/0"),
              "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Searchset-Bundle-1");
    for (const auto barred : {"total", "link", "fullUrl", "specialty", "comment", "appointmentType"})
        EXPECT_EQ(reply.text.find("\"" + std::string(barred) + "\""), std::string::npos) << barred;
    EXPECT_EQ(reply.entries("Organization").size(), 1u);
    EXPECT_TRUE(reply.entries("Practitioner").empty());
    EXPECT_TRUE(reply.entries("Location").empty());
    std::set<std::string> schedules, named;
    for (const auto& schedule : reply.entries("Schedule"))
        schedules.insert("Schedule/" + text_at(schedule, "id"));
    ASSERT_FALSE(reply.entries("Slot").empty());
    for (const auto& slot : reply.entries("Slot")) {
        named.insert(text_at(slot, "schedule/reference"));
        EXPECT_EQ(text_at(slot, "status"), "free");
        EXPECT_FALSE(text_at(slot, "serviceType/0/text").empty());
        EXPECT_TRUE(text_at(slot, "start").ends_with("+00:00"));
        EXPECT_FALSE(text_at(slot, "meta/versionId").empty());
    }
    EXPECT_EQ(schedules, named);
}

TEST_P(GpConnectSlotsAt, WhatSchedulesNameComesOnlyWhenItIsAskedFor)
{
    Surgery surgery(GetParam().system, GetParam().format);
    const auto reply =
        surgery.slots("ge2026-11-24", "le2026-11-27",
                      "&_include:recurse=Schedule:actor:Practitioner&_include:recurse="
                      "Schedule:actor:Location&_include:recurse=Location:managingOrganization");
    ASSERT_EQ(reply.outcome(), "200");
    std::set<std::string> sent, named;
    for (const auto type : {"Practitioner", "Location"})
        for (const auto& resource : reply.entries(type))
            EXPECT_TRUE(sent.insert(std::string(type) + "/" + text_at(resource, "id")).second);
    for (const auto& schedule : reply.entries("Schedule")) {
        EXPECT_TRUE(text_at(schedule, "actor/0/reference").starts_with("Location/"));
        EXPECT_TRUE(text_at(schedule, "actor/2").empty());
        EXPECT_FALSE(text_at(schedule, "planningHorizon/start").empty());
        for (const auto& actor : schedule.find("actor")->items())
            named.insert(text_at(actor, "reference"));
    }
    EXPECT_EQ(sent, named);
    for (const auto& location : reply.entries("Location"))
        EXPECT_EQ(text_at(location, "managingOrganization/reference"),
                  "Organization/" + text_at(reply.entries("Organization").front(), "id"));
}

TEST_P(GpConnectSlotsAt, OnlyWhatEndsInTheWindowIsShown)
{
    Surgery surgery(GetParam().system, GetParam().format);
    const auto reply = surgery.slots("ge2026-11-24T09:00:00%2B00:00", "le2026-11-24T09:25:00%2B00:00");
    ASSERT_EQ(reply.outcome(), "200");
    EXPECT_EQ(reply.entries("Slot").size(), 2u);
}

TEST_P(GpConnectSlotsAt, AWindowWithoutSlotsGivesAnEmptyBundle)
{
    Surgery surgery(GetParam().system, GetParam().format);
    const auto reply = surgery.slots("ge2026-11-28", "le2026-11-29");
    ASSERT_EQ(reply.outcome(), "200");
    EXPECT_EQ(reply.body.find("entry"), nullptr);
}

TEST_P(GpConnectSlotsAt, APracticeThatDoesNotAnswerIsAnInternalError)
{
    Surgery surgery(GetParam().system, GetParam().format);
    adapters::simulation::Fault fault;
    fault.kind = adapters::simulation::Fault::Kind::drop_before;
    surgery.host().set_faults({fault});
    const auto reply = surgery.slots();
    EXPECT_EQ(reply.outcome(), "500 INTERNAL_SERVER_ERROR");
    EXPECT_FALSE(reply.at("issue/0/diagnostics").empty());
}

TEST(GpConnectSlots, EverybodyWhoHoldsASessionIsNamedAndOnePlace)
{
    adapters::FoundSlots found;
    fhir::Schedule schedule;
    schedule.id = "Z90001.s1";
    for (const auto actor : {"Practitioner/Z90001.dr1", "PractitionerRole/Z90001.rol2", "Location/Z90001.l1",
                             "Location/Z90001.l2", "Practitioner/Z90001.dr1"})
        schedule.actor.push_back(fhir::reference_to(actor));
    fhir::PractitionerRole role;
    role.id = "Z90001.rol2";
    role.practitioner = fhir::reference_to("Practitioner/Z90001.dr2");
    fhir::Location first;
    first.id = "Z90001.l1";
    found.schedules.emplace_back(schedule);
    found.practitioner_roles.emplace_back(role);
    found.locations.emplace_back(first);
    const gateway::search::Book book(*fhir::OdsCode::parse("Z90001"), {}, {}, std::move(found),
                                     "https://gateway.example.net/fhir/R4");
    const auto shown = gateway::faces::gpconnect::to_profile(schedule, book, fhir::Interval{});
    std::vector<std::string> actors;
    for (const auto& each : shown.actor)
        actors.push_back(each.reference.value_or(""));
    EXPECT_EQ(actors, (std::vector<std::string>{"Location/Z90001.l1", "Practitioner/Z90001.dr1",
                                                "Practitioner/Z90001.dr2"}));
}

TEST(GpConnectSlots, ChannelAndRoleStandFirstAmongTheExtensions)
{
    Surgery surgery;
    const auto reply = surgery.slots();
    EXPECT_EQ(text_at(reply.entries("Slot").front(), "extension/0/valueCode"), "In-person");
    EXPECT_EQ(text_at(reply.entries("Schedule").front(), "extension/0/valueCodeableConcept/coding/0/system"),
              "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1");
    EXPECT_TRUE(text_at(reply.entries("Schedule").front(), "extension/0/valueCodeableConcept/coding/0/code")
                    .starts_with("R"));
}

// ---- filters

std::size_t shown(Surgery& surgery, bool code, bool type)
{
    std::string filters;
    if (code)
        filters += "&searchFilter=https://fhir.nhs.uk/Id/ods-organization-code%7CZ9H01";
    if (type)
        filters +=
            "&searchFilter=https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1%7Curgent-care";
    return surgery.slots("ge2026-11-24", "le2026-11-27", filters).entries("Slot").size();
}

TEST(GpConnectSlots, AreAskedOfThePracticeAgainWhereTheConsumerWantsThemFresh)
{
    Surgery surgery;
    const auto before = surgery.slots().entries("Slot").size();
    const auto book = surgery.host().book();
    const auto free = std::ranges::find_if(book, [&](const auto& row) {
        return row.status == "free" && row.start > surgery.clock.now() + std::chrono::days(1);
    });
    ASSERT_NE(free, book.end());
    ASSERT_TRUE(surgery.host().simulator().reception_takes(free->slot_key));
    EXPECT_EQ(surgery.slots().entries("Slot").size(), before) << "known, and young enough";
    const auto fresh =
        surgery.get("Slot?status=free&start=ge2026-11-24&end=le2026-11-27&_include=Slot:schedule",
                    "rest:search:slot-1", {{"Cache-Control", "no-cache"}});
    EXPECT_EQ(fresh.entries("Slot").size(), before - 1);
}

TEST(GpConnectFilters, RestrictedSlotsAreShownToWhoeverTheyAreFor)
{
    Surgery surgery("gpconnect", Format::json,
                    {{"session.5502.types", "urgent-care"},
                     {"session.5503.organisations", "Z9H01"},
                     {"session.5504.types", "urgent-care"},
                     {"session.5504.organisations", "Z9H01"}});
    EXPECT_EQ(shown(surgery, false, false), 18u);
    EXPECT_EQ(shown(surgery, false, true), 24u);
    EXPECT_EQ(shown(surgery, true, false), 30u);
    EXPECT_EQ(shown(surgery, true, true), 42u);
}

TEST(GpConnectFilters, ACodeThatIsNotTheConsumersOwnShowsNothingMore)
{
    Surgery surgery("gpconnect", Format::json, {{"session.5503.organisations", "Z9H02"}});
    const auto other = surgery.slots("ge2026-11-24", "le2026-11-27",
                                     "&searchFilter=https://fhir.nhs.uk/Id/ods-organization-code%7CZ9H02");
    EXPECT_EQ(other.entries("Slot").size(), 30u);
}

} // namespace
