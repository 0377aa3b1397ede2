// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using fhir::ErrorKind;
using tests::Clinic;
using tests::FakeAdapter;
using Fault = FakeAdapter::Fault;

namespace
{

class Booking : public testing::Test
{
protected:
    Clinic clinic;
    FakeAdapter& practice = *clinic.adapter;
};

TEST_F(Booking, IsAnsweredAsVersionOneWithThePracticesKey)
{
    const auto booked = clinic.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_TRUE(booked->created);
    EXPECT_FALSE(booked->unresolved);
    const fhir::Appointment& appointment = booked->appointment.resource;
    EXPECT_EQ(booked->appointment.version, 1);
    EXPECT_EQ(appointment.meta->version_id, "1");
    EXPECT_EQ(appointment.meta->last_updated, clinic.clock.now());
    EXPECT_EQ(appointment.meta->source->text, "https://apptgw.example/provider/A10001");
    EXPECT_EQ(appointment.status, AppointmentStatus::booked);
    EXPECT_EQ(fhir::identifier_value(appointment.identifier,
                                     "https://apptgw.example/id/provider-appointment/A10001"),
              "A1");
    EXPECT_EQ(appointment.minutes_duration->value, 10);
    EXPECT_TRUE(fhir::is_uuid(*appointment.id));
    EXPECT_TRUE(fhir::find_extension(appointment.extension, booking_organisation_url));
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
    EXPECT_TRUE(clinic.search.shows_taken(Clinic::slot_id(1)));
}

/// Between two looks somebody else books the slot, and the practice's next book does not list it any more.
TEST_F(Booking, OfASlotThatIsBookedWhileItIsLookedUpIsRefusedAsTaken)
{
    clinic.search.before_slot = [&] {
        clinic.search.before_slot = nullptr;
        boost::asio::io_context other(1);
        gateway::store::NewIntent claim;
        claim.intent.id = claim.intent.appointment = "other";
        claim.intent.practice = "A10001";
        claim.slots = {Clinic::slot_id(1)};
        (void)tests::run(other, clinic.store->begin(std::move(claim)));
        clinic.search.forget(Clinic::slot_id(1));
    };
    const auto refused = clinic.book();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::slot_unavailable) << refused.error().sentence();
}

TEST_F(Booking, TellsThePracticeWhoWhatAndWhere)
{
    auto wanted = Clinic::with_demographics(Clinic::wanted());
    wanted.comment = "Side door";
    ASSERT_TRUE(clinic.book(wanted));
    EXPECT_EQ(practice.last_booking.description, "Ear pain");
    EXPECT_EQ(practice.last_booking.comment, "Side door");
    EXPECT_EQ(practice.last_booking.patient.number().digits(), "9990000018");
    EXPECT_EQ(practice.last_booking.slots.at(0).supplier_key, "key-1");
    EXPECT_EQ(practice.last_booking.provenance.organisation_ods, "HUB01");
    EXPECT_EQ(practice.last_booking.provenance.request_id, "request");
    EXPECT_EQ(practice.last_booking.created, clinic.clock.now());
}

fhir::Schedule surgery()
{
    fhir::Schedule schedule;
    schedule.id = "A10001.s1";
    schedule.actor = {fhir::reference_to("Practitioner/A10001.dr1", "Dr A Invented"),
                      fhir::reference_to("PractitionerRole/A10001.rol1"),
                      fhir::reference_to("Location/A10001.main"),
                      fhir::reference_to("HealthcareService/A10001.gp")};
    return schedule;
}

std::vector<std::string> actors_of(const fhir::Appointment& appointment)
{
    std::vector<std::string> actors;
    for (const fhir::AppointmentParticipant& participant : appointment.participant)
        actors.push_back(participant.actor->reference.value_or("logical"));
    return actors;
}

TEST_F(Booking, NamesLocationAndPractitionerOfTheSchedule)
{
    clinic.search.offer(Clinic::slot(1), surgery());
    const auto booked = clinic.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(actors_of(booked->appointment.resource),
              (std::vector<std::string>{"logical", "Practitioner/A10001.dr1", "Location/A10001.main"}));
    for (const std::string search : {"location=A10001.main", "practitioner=Practitioner/A10001.dr1"}) {
        const auto equals = search.find('=');
        const auto query = fhir::search::parse_appointment_query(
            {{search.substr(0, equals), search.substr(equals + 1)}}, fhir::search::Handling::strict, nullptr);
        ASSERT_TRUE(query) << search;
        EXPECT_EQ(tests::run(*clinic.context, clinic.service->search(tests::hub(), *query, 10))->size(), 1u)
            << search;
    }
}

TEST_F(Booking, KeepsTheLocationAndPractitionerThatTheConsumerNamed)
{
    clinic.search.offer(Clinic::slot(1), surgery());
    auto wanted = Clinic::wanted();
    fhir::AppointmentParticipant room;
    room.actor = fhir::reference_to("https://apptgw.example/fhir/R4/Location/A10001.main");
    wanted.participant.push_back(room);
    fhir::AppointmentParticipant clinician;
    clinician.actor.emplace();
    clinician.actor->type = fhir::Uri("Practitioner");
    clinician.actor->display = "Dr A Invented";
    wanted.participant.push_back(clinician);
    const auto booked = clinic.book(wanted);
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(booked->appointment.resource.participant.size(), 3u);
}

TEST_F(Booking, IsWrittenDownBeforeThePracticeHearsOfIt)
{
    std::size_t open = 0;
    practice.on_write = [&] {
        boost::asio::io_context other(1);
        open = tests::run(other, clinic.store->intents_in(gateway::store::IntentState::sent, 10))->size();
    };
    ASSERT_TRUE(clinic.book());
    EXPECT_EQ(open, 1u);
}

TEST_F(Booking, TwoHundredForOneSlotBookExactlyOne)
{
    clinic.never_give_up();
    std::map<int, int> tally;
    for (int i = 0; i < 200; ++i)
        boost::asio::co_spawn(*clinic.context,
                              clinic.service->book(Clinic::from(), Clinic::wanted(), std::nullopt),
                              [&](std::exception_ptr failure, const Clinic::Outcome& outcome) {
                                  ASSERT_FALSE(failure);
                                  if (!outcome) {
                                      EXPECT_EQ(outcome.error().kind(), ErrorKind::slot_unavailable);
                                  }
                                  ++tally[outcome.has_value()];
                              });
    clinic.context->run();
    EXPECT_EQ(tally[true], 1);
    EXPECT_EQ(tally[false], 199);
    EXPECT_EQ(practice.books, 1);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(Booking, ASlotThePracticeGaveAwayIsFreeForNobodyAndLeavesNoTrace)
{
    practice.write_faults = {Fault::refuse};
    const auto refused = clinic.book();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_TRUE(clinic.search.shows_taken(Clinic::slot_id(1)));
    EXPECT_TRUE(tests::run(*clinic.context, clinic.service->search(tests::hub(), {}, 10))->empty());
    EXPECT_TRUE(clinic.book());
}

TEST_F(Booking, OwnEarlierBookingOfThePatientIsNamed)
{
    const auto first = clinic.book();
    ASSERT_TRUE(first);
    const auto again = clinic.book();
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().sentence().find("Appointment/" + *first->appointment.resource.id),
              std::string::npos);
    const auto other = clinic.book(Clinic::wanted(1, "9990000026"));
    EXPECT_EQ(other.error().sentence().find("Appointment/"), std::string::npos);
    const auto stranger = clinic.book(Clinic::wanted(), Clinic::from("", "hash", "HUB02"));
    EXPECT_EQ(stranger.error().sentence().find("Appointment/"), std::string::npos);
}

TEST_F(Booking, UnknownSlotPracticeAndForeignFederationAreToldApartOnlyWhereAllowed)
{
    EXPECT_EQ(clinic.book(Clinic::wanted(99)).error().kind(), ErrorKind::slot_unknown);
    auto nowhere = Clinic::wanted();
    nowhere.slot = {fhir::reference_to("Slot/Z00000.1")};
    EXPECT_EQ(clinic.book(nowhere).error().kind(), ErrorKind::slot_unknown);
    EXPECT_EQ(clinic.book(Clinic::wanted(), Clinic::from("", "hash", "XX999")).error().kind(),
              ErrorKind::organisation_not_allowed);
    EXPECT_EQ(practice.books, 0);
}

TEST_F(Booking, AnInvalidRequestReachesNeitherStoreNorPractice)
{
    auto wrong = Clinic::wanted();
    wrong.end = *wrong.end + std::chrono::minutes(5);
    EXPECT_EQ(clinic.book(wrong, Clinic::from("key")).error().kind(), ErrorKind::invariant);
    EXPECT_EQ(practice.books, 0);
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("key")));
}

TEST_F(Booking, SeveralSlotsNeedASystemThatBooksThem)
{
    auto both = Clinic::wanted();
    both.slot.push_back(fhir::reference_to("Slot/" + Clinic::slot_id(2)));
    both.end = Clinic::slot(2).slot.end;
    EXPECT_EQ(clinic.book(both).error().kind(), ErrorKind::not_supported_by_practice);
    practice.can.multi_slot = true;
    ASSERT_TRUE(clinic.book(both));
    EXPECT_EQ(practice.last_booking.slots.size(), 2u);
    EXPECT_EQ(clinic.book(Clinic::wanted(2)).error().kind(), ErrorKind::slot_unavailable);
}

// ---- links and registration
// ------------------------------------------------------------------------------------------

class LinkedBooking : public Booking
{
protected:
    LinkedBooking() { practice.can.needs_patient_link = true; }
};

TEST_F(LinkedBooking, AsksForDetailsWhenThePatientIsNotLinked)
{
    const auto refused = clinic.book();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::demographics_required);
    EXPECT_NE(refused.error().advice().find("birthDate"), std::string::npos);
    EXPECT_EQ(practice.books, 0);
}

TEST_F(LinkedBooking, LinksOnceAndKeepsTheLink)
{
    ASSERT_TRUE(clinic.book(Clinic::with_demographics(Clinic::wanted(1))));
    ASSERT_TRUE(clinic.book(Clinic::wanted(2)));
    EXPECT_EQ(practice.links, 1);
    EXPECT_EQ(practice.last_booking.patient.link->credential, "link-1");
}

TEST_F(LinkedBooking, ALinkThatThePracticeRefusesIsMadeAnew)
{
    (void)tests::run(*clinic.context, clinic.store->save_patient_links({{"A10001", "9990000018", "stale"}}));
    practice.required_link = "link-1";
    ASSERT_TRUE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
    EXPECT_EQ(practice.links, 1);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 1);
}

TEST_F(LinkedBooking, AWithdrawnLinkWithoutDetailsAsksForThem)
{
    (void)tests::run(*clinic.context, clinic.store->save_patient_links({{"A10001", "9990000018", "stale"}}));
    practice.required_link = "link-1";
    const auto refused = clinic.book(Clinic::wanted());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::link_invalid);
    EXPECT_NE(refused.error().advice().find("birthDate"), std::string::npos);
    EXPECT_EQ(practice.links, 0);
    EXPECT_EQ(practice.standing(Clinic::slot_id(1)), 0);
}

TEST_F(LinkedBooking, AFailedLinkFreesTheSlot)
{
    practice.link_error = fhir::Error(ErrorKind::demographics_mismatch);
    EXPECT_EQ(clinic.book(Clinic::with_demographics(Clinic::wanted())).error().kind(),
              ErrorKind::demographics_mismatch);
    EXPECT_EQ(practice.books, 0);
    practice.link_error.reset();
    EXPECT_TRUE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
}

TEST_F(LinkedBooking, OtherDetailsAtThePracticeCallForATaskOfItsTeam)
{
    practice.link_error = fhir::Error(ErrorKind::demographics_mismatch);
    EXPECT_FALSE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
    const auto wanted = *tests::run(*clinic.context, clinic.store->wanted_tasks(10));
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].kind, "patient-match-review");
    EXPECT_TRUE(*tests::run(*clinic.context, clinic.store->intent(wanted[0].intent)))
        << "who it was is read from the intent";
    practice.link_error = fhir::Error(ErrorKind::link_invalid);
    EXPECT_FALSE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
    EXPECT_EQ(tests::run(*clinic.context, clinic.store->wanted_tasks(10))->size(), 1U);
}

/// A misspelt name must not cost the patient a link that cannot be made again.
TEST_F(LinkedBooking, ABookingRefusedOverThePatientsDetailsKeepsTheLink)
{
    practice.write_faults = {Fault::refuse};
    practice.refusal = fhir::Error(ErrorKind::demographics_mismatch);
    EXPECT_EQ(clinic.book(Clinic::with_demographics(Clinic::wanted())).error().kind(),
              ErrorKind::demographics_mismatch);
    EXPECT_TRUE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
    EXPECT_EQ(practice.links, 1);
}

TEST_F(LinkedBooking, ALinkThatOpensAnotherRecordIsNeitherUsedNorKept)
{
    practice.can.find_patient = practice.links_open_another_record = true;
    const auto refused = clinic.book(Clinic::with_demographics(Clinic::wanted()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::link_invalid);
    EXPECT_EQ(practice.books, 0);
    const auto kept = tests::run(*clinic.context, clinic.store->patient_link("A10001", "9990000018"));
    ASSERT_TRUE(kept);
    EXPECT_FALSE(*kept);
}

TEST_F(LinkedBooking, APatientLinkedElsewhereCanBeBookedWithTheSameKeyOnceThePracticeHasResetTheAccount)
{
    practice.link_error = fhir::Error(ErrorKind::already_linked);
    const auto wanted = Clinic::with_demographics(Clinic::wanted());
    const auto refused = clinic.book(wanted, Clinic::from("key"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::already_linked);
    EXPECT_NE(refused.error().advice().find("practice"), std::string::npos);
    practice.link_error.reset();
    EXPECT_TRUE(clinic.book(wanted, Clinic::from("key")));
}

TEST_F(LinkedBooking, AnUnclearLinkIsNoUnclearBooking)
{
    fhir::Error unclear(ErrorKind::supplier_error);
    unclear.effect_is_possible();
    practice.link_error = unclear;
    const auto refused = clinic.book(Clinic::with_demographics(Clinic::wanted()));
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().effect_possible());
    EXPECT_TRUE(clinic.worklist().empty());
}

TEST_F(Booking, APatientUnknownToThePracticeIsRegisteredWhereThatIsPossible)
{
    practice.unknown_patients = {"9990000018"};
    EXPECT_EQ(clinic.book(Clinic::with_demographics(Clinic::wanted())).error().kind(),
              ErrorKind::patient_not_found);
    practice.can.register_patient = true;
    EXPECT_EQ(clinic.book().error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(practice.registrations, 0);
    EXPECT_TRUE(clinic.book(Clinic::with_demographics(Clinic::wanted())));
    EXPECT_EQ(practice.registrations, 1);
}

// ---- idempotency and conditional create
// --------------------------------------------------------------------------------

std::string shown(const Clinic::Outcome& outcome)
{
    return outcome ? fhir::codec::to_json(outcome->appointment.resource) : outcome.error().sentence();
}

TEST_F(Booking, TheSameKeyAHundredTimesInParallelBooksOnceWithIdenticalAnswers)
{
    clinic.never_give_up();
    std::map<std::string, int> answers;
    int fresh = 0;
    for (int i = 0; i < 100; ++i)
        boost::asio::co_spawn(*clinic.context,
                              clinic.service->book(Clinic::from("key"), Clinic::wanted(), std::nullopt),
                              [&](std::exception_ptr failure, const Clinic::Outcome& outcome) {
                                  ASSERT_FALSE(failure);
                                  ASSERT_TRUE(outcome) << outcome.error().sentence();
                                  EXPECT_TRUE(outcome->created);
                                  fresh += !outcome->replayed;
                                  ++answers[shown(outcome)];
                              });
    clinic.context->run();
    EXPECT_EQ(practice.books, 1);
    EXPECT_EQ(answers.size(), 1u);
    EXPECT_EQ(fresh, 1);
}

TEST_F(Booking, AReplayIsTheFirstAnswerAlsoAfterChangesAndRestarts)
{
    const auto first = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(first);
    ASSERT_TRUE(clinic.cancel(first->appointment));
    clinic.restart();
    const auto again = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_TRUE(again->created);
    EXPECT_EQ(shown(again), shown(first));
}

TEST_F(Booking, TheSameKeyWithAnotherBodyIsRefused)
{
    ASSERT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("key", "one")));
    EXPECT_EQ(clinic.book(Clinic::wanted(2), Clinic::from("key", "two")).error().kind(),
              ErrorKind::duplicate_key_other_body);
    EXPECT_EQ(practice.books, 1);
}

TEST_F(Booking, ARefusalOfThePracticeIsReplayedAndAPassingFailureIsNot)
{
    practice.refusal = fhir::Error(ErrorKind::booking_limit);
    practice.write_faults = {Fault::refuse};
    const auto refused = clinic.book(Clinic::wanted(), Clinic::from("key"));
    EXPECT_EQ(refused.error().kind(), ErrorKind::booking_limit);
    const auto again = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::booking_limit);
    EXPECT_EQ(again.error().advice(), refused.error().advice());
    EXPECT_EQ(practice.books, 1);

    practice.refusal = fhir::Error(ErrorKind::supplier_unavailable);
    practice.write_faults = {Fault::refuse};
    EXPECT_EQ(clinic.book(Clinic::wanted(), Clinic::from("other")).error().kind(),
              ErrorKind::supplier_unavailable);
    EXPECT_TRUE(clinic.book(Clinic::wanted(), Clinic::from("other")));
}

TEST_F(Booking, ARepeatDuringALongFirstRequestIsToldToWait)
{
    clinic.settings.duplicate_wait = std::chrono::milliseconds(20);
    clinic.restart();
    practice.write_faults = {Fault::hang_before};
    practice.read_faults = {Fault::hang_before};
    std::optional<ErrorKind> second;
    practice.on_write = [&] {
        boost::asio::co_spawn(
            *clinic.context, clinic.service->book(Clinic::from("key"), Clinic::wanted(), std::nullopt),
            [&](std::exception_ptr, const Clinic::Outcome& outcome) { second = outcome.error().kind(); });
    };
    const auto first = clinic.book(Clinic::wanted(), Clinic::from("key"));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->unresolved);
    EXPECT_EQ(second, ErrorKind::duplicate_in_flight);
}

TEST_F(Booking, ACallerWhoWaitsLessIsAnsweredSooner)
{
    clinic.settings.read_back_limit = std::chrono::milliseconds(100);
    clinic.never_give_up();
    practice.write_faults = {Fault::hang_before};
    practice.read_faults = {Fault::hang_before};
    auto caller = Clinic::from("key");
    caller.answer_within = std::chrono::milliseconds(400);
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = clinic.book(Clinic::wanted(), std::move(caller));
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->unresolved);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::minutes(1));
}

TEST_F(Booking, ConditionalCreateIsUniqueAcrossParallelRequests)
{
    clinic.never_give_up();
    auto wanted = Clinic::wanted();
    wanted.identifier = {fhir::identifier_of("https://hub.example/id", "7")};
    const fhir::search::TokenValue condition{"https://hub.example/id", "7", false};
    std::map<std::string, int> ids;
    int created = 0;
    for (int i = 0; i < 50; ++i)
        boost::asio::co_spawn(*clinic.context, clinic.service->book(Clinic::from(), wanted, condition),
                              [&](std::exception_ptr failure, const Clinic::Outcome& outcome) {
                                  ASSERT_FALSE(failure);
                                  ASSERT_TRUE(outcome) << outcome.error().sentence();
                                  created += outcome->created;
                                  ++ids[*outcome->appointment.resource.id];
                              });
    clinic.context->run();
    EXPECT_EQ(practice.books, 1);
    EXPECT_EQ(created, 1);
    EXPECT_EQ(ids.size(), 1u);
}

TEST_F(Booking, ConditionalCreateMatchesAnEarlierPlainCreateOfTheSameOrganisationOnly)
{
    auto wanted = Clinic::wanted();
    wanted.identifier = {fhir::identifier_of("https://hub.example/id", "7")};
    const fhir::search::TokenValue condition{"https://hub.example/id", "7", false};
    const auto first = clinic.book(wanted);
    ASSERT_TRUE(first);
    const auto second = clinic.book(wanted, Clinic::from(), condition);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->created);
    EXPECT_EQ(second->appointment.resource.id, first->appointment.resource.id);
    EXPECT_EQ(clinic.book(wanted, Clinic::from("", "hash", "HUB02"), condition).error().kind(),
              ErrorKind::slot_unavailable);
}

// ---- visibility
// ---------------------------------------------------------------------------------------------------------

TEST_F(Booking, IsSeenByTheOrganisationThatBookedAndByThePracticeOnly)
{
    const auto booked = clinic.book();
    ASSERT_TRUE(booked);
    const std::string id = *booked->appointment.resource.id;
    const auto sees = [&](const std::string& ods) {
        const auto caller = tests::hub(ods);
        const bool read = tests::run(*clinic.context, clinic.service->read(caller, id)).has_value();
        const bool version =
            tests::run(*clinic.context, clinic.service->read_version(caller, id, 1)).has_value();
        const bool history = tests::run(*clinic.context, clinic.service->history(caller, id)).has_value();
        const bool found = !tests::run(*clinic.context, clinic.service->search(caller, {}, 10))->empty();
        EXPECT_EQ(read, version);
        EXPECT_EQ(read, history);
        EXPECT_EQ(read, found);
        return read;
    };
    EXPECT_TRUE(sees("HUB01"));
    EXPECT_TRUE(sees("A10001"));
    EXPECT_FALSE(sees("HUB02"));
    EXPECT_EQ(
        clinic.update(booked->appointment, booked->appointment.resource, Clinic::from("", "hash", "HUB02"))
            .error()
            .kind(),
        ErrorKind::not_found);
}

} // namespace
