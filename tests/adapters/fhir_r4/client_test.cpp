// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

#include "fhir/model/id.hpp"

#include <set>

using namespace tests::fhir_r4;
using fhir::ErrorKind;
using tests::hub_provenance;
using tests::run;
using Fault = adapters::simulation::Fault::Kind;

TEST(FhirR4Client, FindsTheSamePlacesAndPeopleWithAndWithoutIncludes)
{
    World with, without({{"includes", "no"}});
    const auto a = with.find();
    const auto b = without.find();
    ASSERT_TRUE(a);
    ASSERT_TRUE(b);
    EXPECT_EQ(a->slots.size(), 42U);
    EXPECT_EQ(b->slots.size(), 42U);
    EXPECT_EQ(b->schedules.size(), a->schedules.size());
    EXPECT_EQ(b->practitioners.size(), a->practitioners.size());
    EXPECT_EQ(b->practitioner_roles.size(), 3U);
    EXPECT_EQ(b->locations.size(), 2U);
    EXPECT_EQ(b->healthcare_services.size(), 1U);
    EXPECT_EQ(b->organizations.size(), 1U);
    EXPECT_TRUE(b->warnings.empty());
}

TEST(FhirR4Client, AServerThatIncludesEverythingIsAskedOnceForASearch)
{
    World world;
    ASSERT_TRUE(world.find());
    world.between.calls.clear();
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.between.calls.size(), 1U);
}

TEST(FhirR4Client, AnAnswerThatComesAgainIsTheSameAndAChangedOneIsNot)
{
    World world;
    const auto first = world.find();
    const auto second = world.find();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(second->slots, first->slots);
    EXPECT_EQ(second->schedules.size(), first->schedules.size());
    ASSERT_TRUE(world.host.simulator().reception_takes("880011"));
    const auto third = world.find();
    ASSERT_TRUE(third);
    EXPECT_EQ(third->slots.size(), 41U);
}

TEST(FhirR4Client, AsksForWhatTheServerCanDoOnceInAQuarterOfAnHour)
{
    World world;
    ASSERT_TRUE(world.find());
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.sent("GET", "metadata").size(), 1U);
    world.clock.advance(std::chrono::minutes(15));
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.sent("GET", "metadata").size(), 2U);
}

TEST(FhirR4Client, LeavesIncludesAwayWhereThePracticeSaysSo)
{
    World world({}, {{"includes", "no"}});
    const auto found = world.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->practitioners.size(), 3U);
    for (const auto& call : world.between.calls)
        EXPECT_EQ(call.target.find("_include"), std::string::npos);
}

TEST(FhirR4Client, SendsTheSlotFilterOfThePractice)
{
    World world({}, {{"slot_filter", "schedule=Schedule/sch-5503"}});
    const auto found = world.find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->slots.size(), 12U);
}

TEST(FhirR4Client, BooksOnConditionWhereTheServerHasIt)
{
    World world;
    ASSERT_TRUE(world.book());
    const auto sent = world.sent("POST", "Appointment");
    ASSERT_EQ(sent.size(), 1U);
    const auto body = fhir::codec::parse_json(sent[0].body);
    ASSERT_TRUE(body);
    EXPECT_EQ(sent[0].headers.get("If-None-Exist"),
              "identifier=https://apptgw.example/id/booking%7C" +
                  std::string(adapters::view_at(*body, {"identifier", "value"})));
}

TEST(FhirR4Client, BooksWithASearchableIdentifierWhereItHasNot)
{
    World world({{"conditional_create", "no"}});
    const auto booked = world.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto sent = world.sent("POST", "Appointment");
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_FALSE(sent[0].headers.has("If-None-Exist"));
    const auto name =
        fhir::identifier_value(booked->appointment.identifier, "https://apptgw.example/id/booking");
    ASSERT_TRUE(name);
    EXPECT_TRUE(fhir::is_uuid(*name));
}

TEST(FhirR4Client, ALostBookingIsKnownAgainByItsIdentifier)
{
    World world({{"conditional_create", "no"}});
    auto order = world.order({"880011"});
    world.fault(Fault::drop_after, {}, true);
    const auto lost = run(world.adapter->book(order));
    ASSERT_EQ(kind(lost), ErrorKind::outcome_unknown);
    world.host.set_faults({});
    const auto body = fhir::codec::parse_json(world.sent("POST", "Appointment").at(0).body);
    const auto listed = world.list();
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(
        fhir::identifier_value(listed->front().appointment.identifier, "https://apptgw.example/id/booking"),
        adapters::view_at(*body, {"identifier", "value"}));
    EXPECT_EQ(world.sent("POST", "Appointment").size() - world.sent("POST", "Appointment/_search").size(),
              1U);
}

TEST(FhirR4Client, TwoBookingsHaveTwoIdentifiers)
{
    World world;
    const auto first = world.book({"880011"});
    const auto second = world.book({"880012"});
    ASSERT_TRUE(first && second);
    EXPECT_NE(fhir::identifier_value(first->appointment.identifier, "https://apptgw.example/id/booking"),
              fhir::identifier_value(second->appointment.identifier, "https://apptgw.example/id/booking"));
}

TEST(FhirR4Client, AdjacentSlotsAreOneAppointment)
{
    World world;
    const auto booked = world.book({"880012", "880011"});
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->appointment.slot.size(), 2U);
    EXPECT_EQ(world.row("880011").status, "booked");
    EXPECT_EQ(world.row("880012").status, "booked");
    ASSERT_TRUE(world.cancel(*booked));
    EXPECT_EQ(world.row("880012").status, "free");
}

TEST(FhirR4Client, AServerThatTakesOneSlotIsNotAskedForTwo)
{
    World world({{"multi_slot", "no"}});
    EXPECT_FALSE(world.adapter->capabilities().multi_slot);
    EXPECT_EQ(kind(world.book({"880011", "880012"})), ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(world.sent("POST", "Appointment").empty());
}

TEST(FhirR4Client, AnswersWithoutABodyAreEnough)
{
    for (const char* patch : {"yes", "no"}) {
        World world({{"return", "minimal"}, {"patch", patch}});
        const auto booked = world.book();
        ASSERT_TRUE(booked) << booked.error().sentence();
        EXPECT_EQ(booked->key, "ap-4001");
        const auto amended = world.amend(*booked, "Asthma review", "");
        ASSERT_TRUE(amended) << amended.error().sentence();
        EXPECT_EQ(amended->appointment.description, "Asthma review");
        const auto cancelled = world.cancel(*amended);
        ASSERT_TRUE(cancelled) << cancelled.error().sentence();
        EXPECT_EQ(cancelled->appointment.status, fhir::AppointmentStatus::cancelled);
    }
}

TEST(FhirR4Client, CancelsByPatchWhereOfferedElseByUpdate)
{
    for (const auto& [option, method] : std::map<std::string, std::string>{{"yes", "PATCH"}, {"no", "PUT"}}) {
        World world({{"patch", option}});
        const auto booked = world.book();
        ASSERT_TRUE(booked);
        ASSERT_TRUE(world.cancel(*booked));
        const auto sent = world.sent(method, "Appointment/ap-4001");
        ASSERT_EQ(sent.size(), 1U) << method;
        EXPECT_EQ(sent[0].headers.get("If-Match"), "W/\"1\"");
        EXPECT_EQ(world.row("880011").last_cancelled, "Recovered");
    }
}

TEST(FhirR4Client, AServerThatChangesNothingSaysSoPlainly)
{
    World world({{"patch", "no"}, {"update", "no"}});
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(kind(world.amend(*booked, "x", "")), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(world.row("880011").status, "booked");
}

TEST(FhirR4Client, AServerThatBooksNothingSaysSoInItsSettingsAndToABooking)
{
    World world({{"create", "no"}});
    const auto settings = run(world.adapter->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->appointments_enabled);
    EXPECT_EQ(kind(world.book()), ErrorKind::not_supported_by_practice);
}

TEST(FhirR4Client, AServerWithoutPatientSearchSaysSo)
{
    World world({{"lookup", "no"}});
    EXPECT_EQ(kind(run(world.adapter->find_patient({hub_provenance(), world.patient()}))),
              ErrorKind::not_supported_by_practice);
    EXPECT_EQ(kind(world.list()), ErrorKind::not_supported_by_practice);
}

TEST(FhirR4Client, AnotherFhirVersionIsRefusedBeforeAnythingIsAsked)
{
    World world({{"fhir_version", "5.0.0"}});
    EXPECT_EQ(kind(world.find()), ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(world.sent("GET", "Slot").empty());
}

TEST(FhirR4Client, NoUrlHoldsAnNhsNumber)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    ASSERT_TRUE(world.list());
    ASSERT_TRUE(world.cancel(*booked));
    for (const auto& call : world.between.calls)
        EXPECT_EQ(call.target.find(world.seed.patients[0].nhs_number), std::string::npos) << call.method;
}

TEST(FhirR4Client, SearchesByUrlWhereTheServerWantsIt)
{
    World world({}, {{"search_by", "get"}});
    ASSERT_TRUE(world.book());
    const auto listed = world.list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    EXPECT_EQ(listed->size(), 1U);
    EXPECT_TRUE(world.sent("POST", "Patient/_search").empty());
    EXPECT_FALSE(world.sent("GET", "Patient?identifier=").empty());
}

TEST(FhirR4Client, PatientsWhoseIdIsTheirNumberAreBookedAndListedWithoutShowingIt)
{
    World world({{"patient_ids", "nhs_number"}});
    const auto booked = world.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto number = world.seed.patients[0].nhs_number;
    for (const auto& participant : booked->appointment.participant)
        EXPECT_EQ(participant.actor->reference->find(number), std::string::npos);
    const auto found = run(world.adapter->find_patient({hub_provenance(), world.patient()}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id->find(number), std::string::npos);
    EXPECT_EQ(world.list()->size(), 1U);
    EXPECT_TRUE(world.read(booked->key));
    EXPECT_TRUE(world.cancel(*booked));
}

TEST(FhirR4Client, DetailsThatDifferStopABookingBeforeItIsSent)
{
    World world;
    auto order = world.order({"880011"});
    order.patient.demographics->name.at(0).family = "Somebody";
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::demographics_mismatch);
    EXPECT_TRUE(world.sent("POST", "Appointment").empty());
}

TEST(FhirR4Client, AnInactivePatientIsNotBooked)
{
    World world({{"inactive", tests::practice_seed().patients[0].nhs_number}});
    EXPECT_EQ(kind(world.book()), ErrorKind::patient_inactive);
    EXPECT_EQ(world.row("880011").status, "free");
}

TEST(FhirR4Client, AppointmentsOfAPatientWhoHasLeftAreStillListedReadAndCancelled)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.target.starts_with("Patient/"))
            substitute(response, R"("active":true)", R"("active":false)");
    };
    EXPECT_EQ(kind(run(world.adapter->find_patient({hub_provenance(), world.patient()}))),
              ErrorKind::patient_inactive);
    const auto listed = world.list();
    ASSERT_TRUE(listed) << listed.error().sentence();
    EXPECT_EQ(listed->size(), 1U);
    EXPECT_TRUE(world.read(booked->key));
    EXPECT_TRUE(world.cancel(*booked));
}

TEST(FhirR4Client, SomebodyElsesAppointmentIsNeitherShownNorChanged)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    EXPECT_EQ(kind(world.read(booked->key, 1)), ErrorKind::appointment_not_found);
    auto bare = *booked; // as stored by somebody who knows no more than the key
    bare.appointment.participant.clear();
    EXPECT_EQ(kind(world.cancel(bare, 1)), ErrorKind::appointment_not_found);
    EXPECT_EQ(world.row("880011").status, "booked");
    EXPECT_TRUE(world.cancel(bare, 0));
}

TEST(FhirR4Client, AKeyThatIsNoIdIsNotAskedFor)
{
    World world;
    EXPECT_EQ(kind(world.read("../Patient/pt-2001")), ErrorKind::appointment_not_found);
    EXPECT_EQ(kind(world.read("")), ErrorKind::appointment_not_found);
    EXPECT_TRUE(world.sent("GET", "Appointment/").empty());
}

TEST(FhirR4Client, WhatReceptionCancelledIsNotCancellable)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    ASSERT_TRUE(world.host.simulator().reception_cancels("880011"));
    EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::not_cancellable);
    EXPECT_EQ(kind(world.amend(*booked, "x", "")), ErrorKind::not_amendable);
}

TEST(FhirR4Client, AChangeThatCameBetweenIsAConflict)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.method == "GET" && request.target.starts_with("Appointment/"))
            response.headers.set("ETag", "W/\"0\"");
    };
    EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::version_conflict);
    EXPECT_EQ(world.row("880011").status, "booked");
}

TEST(FhirR4Client, TheVersionInTheBodyStandsInForAMissingETag)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    world.between.spoil = [](const Request&, Response& response) { response.headers.remove("ETag"); };
    EXPECT_TRUE(world.cancel(*booked));
}

TEST(FhirR4Client, ATokenIsRenewedOnceAndThenTheRefusalStands)
{
    World world;
    ASSERT_TRUE(world.find());
    world.host.simulator().expire_sessions();
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.sent("POST", "auth/token").size(), 2U);
    world.between.spoil = [](const Request& request, Response& response) {
        if (request.target.starts_with("Slot"))
            response = answer(
                401, R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login"}]})");
    };
    EXPECT_EQ(kind(world.find()), ErrorKind::access_denied);
    EXPECT_EQ(world.sent("POST", "auth/token").size(), 3U);
}

TEST(FhirR4Client, WrongCredentialsAreTheOperatorsToCorrect)
{
    World world({}, {{"client_secret", "wrong"}});
    const auto found = world.find();
    ASSERT_EQ(kind(found), ErrorKind::access_denied);
    EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
    EXPECT_EQ(found.error().supplier_code(), "token 401 invalid_client");
}

TEST(FhirR4Client, BooksWithASignedAssertionAndWithACertificateAlone)
{
    for (const char* auth : {"private_key_jwt", "none"}) {
        World world({{"auth", auth}});
        const auto booked = world.book();
        ASSERT_TRUE(booked) << auth << ": " << booked.error().sentence();
        EXPECT_TRUE(world.cancel(*booked)) << auth;
    }
}

TEST(FhirR4Client, ThereIsNoLink)
{
    World world;
    EXPECT_EQ(kind(run(world.adapter->link_patient({hub_provenance(), world.patient()}))),
              ErrorKind::not_supported_by_practice);
}

/// Whom the practice has never seen, with a number or without.
adapters::PatientContext stranger(bool numbered)
{
    auto patient = tests::patient_context({tests::synthetic_nhs_number(500), "Nettlebed", "Piers", "Mr",
                                           "male", fhir::parse_date("1990-01-02").value(), "", true});
    if (!numbered) {
        patient.nhs_number.reset();
        patient.demographics->identifier.clear();
    }
    return patient;
}

TEST(FhirR4Client, ANewcomerIsTakenOnWhereTheServerLetsThemBeMade)
{
    for (const bool numbered : {true, false}) {
        World world;
        auto order = world.order({"880011"});
        order.patient = stranger(numbered);
        EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::patient_not_found) << numbered;
        const auto made = run(world.adapter->register_patient({hub_provenance(), order.patient}));
        ASSERT_TRUE(made) << made.error().sentence();
        EXPECT_EQ(made->name.front().family, "Nettlebed");
        const auto booked = run(world.adapter->book(order));
        ASSERT_TRUE(booked) << booked.error().sentence();
        EXPECT_TRUE(run(world.adapter->cancel({hub_provenance(), order.patient, *booked, "Recovered"})));
    }
}

TEST(FhirR4Client, NobodyIsTakenOnWhereTheServerDoesNotOfferIt)
{
    World world({{"newcomers", "no"}});
    EXPECT_EQ(kind(run(world.adapter->register_patient({hub_provenance(), stranger(true)}))),
              ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(world.sent("POST", "Patient").size() == world.sent("POST", "Patient/_search").size());
}

TEST(FhirR4Client, WhoHasNoNumberIsTheOneWhoseDetailsAllAgree)
{
    const std::vector<std::pair<std::function<void(fhir::Patient&)>, std::optional<ErrorKind>>> rows{
        {[](fhir::Patient&) {}, std::nullopt},
        {[](fhir::Patient& patient) { patient.name[0].given = {"Somebody"}; }, ErrorKind::patient_not_found},
        {[](fhir::Patient& patient) { patient.name[0].family = "Somebody"; }, ErrorKind::patient_not_found},
        {[](fhir::Patient& patient) { patient.birth_date = fhir::parse_date_time("1901-01-01"); },
         ErrorKind::patient_not_found},
        {[](fhir::Patient& patient) { patient.gender = fhir::Gender::other; }, ErrorKind::patient_not_found},
        {[](fhir::Patient& patient) { patient.name[0].given.clear(); }, ErrorKind::demographics_required},
        {[](fhir::Patient& patient) { patient.birth_date.reset(); }, ErrorKind::demographics_required},
        {[](fhir::Patient& patient) { patient.name.clear(); }, ErrorKind::demographics_required},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        World world;
        auto order = world.order({"880011"});
        order.patient.nhs_number.reset();
        rows[i].first(*order.patient.demographics);
        const auto booked = run(world.adapter->book(order));
        const auto refused = booked ? std::nullopt : std::optional(booked.error().kind());
        EXPECT_EQ(refused, rows[i].second) << i;
    }
}

TEST(FhirR4Client, TwoWhoseDetailsAgreeAreNotToldApart)
{
    World world;
    auto twin = world.patient();
    twin.nhs_number.reset();
    twin.demographics->identifier.clear();
    ASSERT_EQ(kind(run(world.adapter->register_patient({hub_provenance(), twin}))),
              ErrorKind::patient_ambiguous);
    auto order = world.order({"880011"});
    order.patient = twin;
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::patient_ambiguous);
}

TEST(FhirR4Client, AnAmendmentTakesABlankCommentAwayAndLeavesTheDescription)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    EXPECT_EQ(world.row("880011").comment, "Ring 01632960114");
    ASSERT_TRUE(world.amend(*booked, "", ""));
    EXPECT_EQ(world.row("880011").comment, "");
    EXPECT_EQ(world.row("880011").description, "Review of inhaler");
}
