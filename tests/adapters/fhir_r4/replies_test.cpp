// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

// What a server must not get away with: answers about something else, links that lead away, broken bodies.

using namespace tests::fhir_r4;
using fhir::ErrorKind;
using tests::hub_provenance;
using tests::run;

namespace
{

using Spoil = std::function<void(const Request&, Response&)>;

/// Spoils answers to one kind of request.
Spoil only(std::string method, std::string target, std::function<void(Response&)> change)
{
    return [=](const Request& request, Response& response) {
        if (request.method == method && request.target.starts_with(target))
            change(response);
    };
}

Spoil replacing(std::string method, std::string target, std::string from, std::string to)
{
    return only(std::move(method), std::move(target),
                [=](Response& response) { substitute(response, from, to); });
}

void expect_unknown_outcome(const fhir::Result<adapters::SupplierAppointment>& result, const std::string& why)
{
    ASSERT_FALSE(result) << why;
    EXPECT_EQ(result.error().kind(), ErrorKind::outcome_unknown) << why;
    EXPECT_TRUE(result.error().effect_possible()) << why;
}

const std::vector<std::string> broken_bodies = {
    "",
    "null",
    "[]",
    "7",
    "{",
    R"({"resourceType":"Bundle"})",
    R"({"resourceType":"Bundle","type":"batch"})",
    R"({"resourceType":"Patient","id":"x"})",
    R"({"resourceType":"Bundle","type":"searchset","entry":[)",
    R"({"resourceType":"Bundle","resourceType":"Bundle","type":"searchset"})",
    "\xff\xfe{}",
    "<Bundle/>"};

} // namespace

TEST(FhirR4Replies, ASearchAnsweredWithSomethingElseIsMalformed)
{
    for (const auto& body : broken_bodies) {
        World world;
        world.between.spoil = only("GET", "Slot", [&](Response& response) { response = answer(200, body); });
        EXPECT_EQ(kind(world.find()), ErrorKind::supplier_malformed) << body;
    }
}

TEST(FhirR4Replies, ABrokenListIsMalformedAndNeverAnEmptyOne)
{
    for (const auto& body : broken_bodies) {
        World world;
        ASSERT_TRUE(world.book());
        world.between.spoil =
            only("POST", "Appointment/_search", [&](Response& response) { response = answer(200, body); });
        EXPECT_EQ(kind(world.list()), ErrorKind::supplier_malformed) << body;
    }
}

TEST(FhirR4Replies, AnEmptySearchsetIsNoError)
{
    World world;
    world.between.spoil = only("GET", "Slot", [](Response& response) {
        response = answer(200, R"({"resourceType":"Bundle","type":"searchset","total":0})");
    });
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->slots.empty());
    EXPECT_TRUE(found->warnings.empty());
}

TEST(FhirR4Replies, ANextLinkToAnotherHostIsNotFollowed)
{
    World world;
    world.between.spoil = only("GET", "Slot", [](Response& response) {
        substitute(response, R"("link":[)",
                   R"("link":[{"relation":"next","url":"https://evil.example/fhir/R4/Slot?_page=2"},)");
    });
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 42U);
    ASSERT_EQ(found->warnings.size(), 1U);
    for (const auto& call : world.between.calls)
        EXPECT_EQ(call.target.find("evil"), std::string::npos);
}

TEST(FhirR4Replies, HalfAListIsAnError)
{
    World world;
    ASSERT_TRUE(world.book());
    world.between.spoil = only("POST", "Appointment/_search", [](Response& response) {
        substitute(response, R"("link":[)", R"("link":[{"relation":"next","url":"https://evil.example/"},)");
    });
    EXPECT_EQ(kind(world.list()), ErrorKind::supplier_malformed);
}

TEST(FhirR4Replies, SlotsThatTheServerCountsButDoesNotSendAreWarnedOf)
{
    World world;
    world.between.spoil = only("GET", "Slot", [](Response& response) {
        substitute(response, R"("total":42)", R"("total":43)");
    });
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_EQ(found->warnings.size(), 1U);
}

TEST(FhirR4Replies, ALinkThatLeadsBackEndsTheSearch)
{
    World world;
    world.between.spoil = only("GET", "Slot", [](Response& response) {
        substitute(
            response, R"("link":[)",
            R"("link":[{"relation":"next","url":"https://fhir.example/Z90001/fhir/R4/Slot?status=free"},)");
    });
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(world.sent("GET", "Slot?status=free").size(), 2U);
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_FALSE(found->warnings.empty());
}

TEST(FhirR4Replies, ASearchWithoutEndIsLeft)
{
    World world;
    int page = 0;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("Slot") || request.target.starts_with("?_page"))
            response = answer(
                200, R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":")" +
                         std::string(root) + "?_page=x" + std::to_string(++page) + R"("}]})");
    };
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(page, 100);
    EXPECT_FALSE(found->warnings.empty());
}

TEST(FhirR4Replies, ABookingAnsweredWithAnotherOneIsUnknown)
{
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"Patient/pt-2001", "Patient/pt-2002"},
             {"Slot/880011", "Slot/880012"},
             {"2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z"},
             {R"("resourceType":"Appointment")", R"("resourceType":"Patient")"},
             {R"("id":"ap-4001")", R"("id":"")"},
             {R"("status":"booked")", R"("status":"cancelled")"},
             {R"("status":"booked")", R"("status":"perhaps")"}}) {
        World world;
        auto order = world.order({"880011"});
        world.between.spoil = replacing("POST", "Appointment", from, to);
        expect_unknown_outcome(run(world.adapter->book(order)), to);
    }
}

TEST(FhirR4Replies, ABookingAnsweredWithNeitherBodyNorUsableLocationIsUnknown)
{
    for (const char* location : {"", "https://evil.example/fhir/R4/Appointment/ap-1", "Slot/880011",
                                 "https://fhir.example/Z90001/fhir/R4/"}) {
        World world;
        auto order = world.order({"880011"});
        world.between.spoil = only("POST", "Appointment", [&](Response& response) {
            response.body.clear();
            response.headers.set("Location", location);
        });
        expect_unknown_outcome(run(world.adapter->book(order)), location);
    }
}

TEST(FhirR4Replies, ASlotOrderOfTheServersOwnIsTheSameBooking)
{
    World world;
    auto order = world.order({"880011", "880012"});
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.method != "POST" || request.target != "Appointment")
            return;
        substitute(response, "Slot/880011", "Slot/XX");
        substitute(response, "Slot/880012", "Slot/880011");
        substitute(response, "Slot/XX", "Slot/880012");
    };
    EXPECT_TRUE(run(world.adapter->book(order)));
}

TEST(FhirR4Replies, AReadAnsweredWithAnotherIdIsMalformed)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    world.between.spoil = replacing("GET", "Appointment/", R"("id":"ap-4001")", R"("id":"ap-4002")");
    EXPECT_EQ(kind(world.read(booked->key)), ErrorKind::supplier_malformed);
    EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::supplier_malformed);
    EXPECT_EQ(world.row("880011").status, "booked");
}

TEST(FhirR4Replies, AReadAnsweredWithAnotherPatientsDataShowsNothing)
{
    for (const char* whose : {"Patient/pt-2002", "https://other.example/Patient/pt-2001", "Location/loc-1"}) {
        World world;
        const auto booked = world.book();
        ASSERT_TRUE(booked);
        world.between.spoil = replacing("GET", "Appointment/", "Patient/pt-2001", whose);
        EXPECT_EQ(kind(world.read(booked->key)), ErrorKind::appointment_not_found) << whose;
        EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::appointment_not_found) << whose;
    }
}

TEST(FhirR4Replies, ACancellationAnsweredWithSomethingElseIsUnknown)
{
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {R"("id":"ap-4001")", R"("id":"ap-4002")"},
             {"Patient/pt-2001", "Patient/pt-2002"},
             {R"("status":"cancelled")", R"("status":"booked")"},
             {R"("resourceType":"Appointment")", R"("resourceType":"Slot")"}}) {
        World world;
        const auto booked = world.book();
        ASSERT_TRUE(booked);
        world.between.spoil = replacing("PATCH", "Appointment/", from, to);
        expect_unknown_outcome(world.cancel(*booked), to);
    }
}

TEST(FhirR4Replies, AListThatHoldsOthersShowsOnlyWhoWasAskedFor)
{
    World world;
    ASSERT_TRUE(world.book({"880011"}));
    ASSERT_TRUE(world.book({"880012"}));
    world.between.spoil = only("POST", "Appointment/_search", [](Response& response) {
        std::string body(response.body.view());
        body.replace(body.find("Patient/pt-2001"), 15, "Patient/pt-2002");
        response = answer(200, body);
    });
    const auto listed = world.list();
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->size(), 1U);
}

TEST(FhirR4Replies, AListedAppointmentThatCannotBeReadIsAnError)
{
    World world;
    ASSERT_TRUE(world.book());
    world.between.spoil =
        replacing("POST", "Appointment/_search", R"("status":"booked")", R"("status":"perhaps")");
    EXPECT_EQ(kind(world.list()), ErrorKind::supplier_malformed);
}

TEST(FhirR4Replies, APatientWithAnotherNumberIsNobody)
{
    World world;
    world.between.spoil = replacing("POST", "Patient/_search", world.seed.patients[0].nhs_number,
                                    world.seed.patients[1].nhs_number);
    EXPECT_EQ(kind(run(world.adapter->find_patient({hub_provenance(), world.patient()}))),
              ErrorKind::patient_not_found);
}

TEST(FhirR4Replies, TwoPatientsWithOneNumberAreAmbiguousUnlessOneIsReplaced)
{
    World world;
    const auto doubled = [&](const std::string& more) {
        world.between.spoil = only("POST", "Patient/_search", [&](Response& response) {
            const std::string twin =
                R"("entry":[{"resource":{"resourceType":"Patient","id":"pt-9","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":")" +
                world.seed.patients[0].nhs_number + R"("}])" + more + "}},";
            substitute(response, R"("entry":[)", twin);
        });
        return run(world.adapter->find_patient({hub_provenance(), world.patient()}));
    };
    EXPECT_EQ(kind(doubled("")), ErrorKind::patient_ambiguous);
    EXPECT_TRUE(doubled(R"(,"link":[{"other":{"reference":"Patient/pt-2001"},"type":"replaced-by"}])"));
    EXPECT_TRUE(doubled(R"(,"active":false)"));
}

TEST(FhirR4Replies, APatientThatCannotBeReadIsMalformedAndNotUnknown)
{
    World world;
    world.between.spoil = replacing("POST", "Patient/_search", R"("gender":"female")", R"("gender":"?")");
    EXPECT_EQ(kind(run(world.adapter->find_patient({hub_provenance(), world.patient()}))),
              ErrorKind::supplier_malformed);
}

TEST(FhirR4Replies, PeopleWhoCannotBeFetchedCostTheirNamesNotTheSlots)
{
    World world({{"includes", "no"}});
    world.between.spoil =
        only("GET", "Practitioner?", [](Response& response) { response = answer(500, "", ""); });
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_TRUE(found->practitioners.empty());
    EXPECT_FALSE(found->warnings.empty());
}

TEST(FhirR4Replies, MorePagesThanMemoryAllowsAreNotRead)
{
    World world;
    const std::string padding(6 << 20, 'x');
    int page = 0;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("Slot") || request.target.starts_with("?_page"))
            response = answer(200, R"({"resourceType":"Bundle","type":"searchset","id":")" + padding +
                                       R"(","link":[{"relation":"next","url":")" + std::string(root) +
                                       "?_page=x" + std::to_string(++page) + R"("}]})");
    };
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(page, 6);
}
