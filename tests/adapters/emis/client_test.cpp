// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/emis.hpp"
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "adapters/upstream/deadline.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include <cctype>
#include <functional>
#include <map>
#include <memory>

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::Fault;
using adapters::simulation::SimulatorHost;
using fhir::ErrorKind;

namespace
{

/// Counts what passes, and pauses before each call as a network would.
class CountingUpstream : public adapters::upstream::Upstream
{
public:
    explicit CountingUpstream(SimulatorHost& host) : inner_(host, "/pfs/") {}

    adapters::Awaitable<fhir::Result<fhir::rest::Response>> send(adapters::upstream::Call call) override
    {
        ++calls[call.operation];
        co_await adapters::pause(1ms);
        auto answer = co_await inner_.send(std::move(call));
        co_return answer;
    }

    std::map<std::string, int> calls;

private:
    adapters::simulation::SimulatedUpstream inner_;
};

} // namespace

class EmisClient : public testing::Test
{
protected:
    void start(std::map<std::string, std::string> options = {}, bool phones_known = true)
    {
        seed_ = practice_seed();
        for (auto& person : seed_.patients)
            if (!phones_known)
                person.phone.clear();
        seed_.options = std::move(options);
        simulate();
    }

    void simulate()
    {
        host_ = std::make_unique<SimulatorHost>(
            [&](const adapters::Clock& clock) {
                return adapters::emis::make_simulator(seed_, clock, random_);
            },
            clock_, random_);
        upstream_ = std::make_unique<CountingUpstream>(*host_);
        settings_ = host_->simulator().client_settings();
        make_adapter();
    }

    void make_adapter()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                settings_, 500ms, 500ms};
        adapter_ = adapters::emis::make_adapter(practice, *upstream_, clock_, random_);
    }

    adapters::PatientContext patient(std::size_t n = 0) const
    {
        auto context = patient_context(seed_.patients[n]);
        context.link =
            adapters::PatientLink{host_->simulator().link_credential(seed_.patients[n].nhs_number)};
        return context;
    }

    adapters::FindSlots query() const
    {
        return {{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt};
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(query())); }

    adapters::BookAppointment booking(const std::string& key, std::string description = "Cough",
                                      std::string phone = {})
    {
        adapters::BookAppointment booking{hub_provenance(), patient(),   {}, std::move(description), "",
                                          std::move(phone), clock_.now()};
        const auto found = find();
        if (found)
            for (const auto& each : found->slots)
                if (each->supplier_key().starts_with(key))
                    booking.slots.push_back(each->offered());
        return booking;
    }

    ErrorKind refused(adapters::BookAppointment wanted)
    {
        const auto booked = run(adapter_->book(std::move(wanted)));
        return booked ? ErrorKind::not_implemented : booked.error().kind();
    }

    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<SimulatorHost> host_;
    std::unique_ptr<CountingUpstream> upstream_;
    std::map<std::string, std::string> settings_;
    std::unique_ptr<adapters::Adapter> adapter_;
};

TEST_F(EmisClient, OneLogInServesManySearches)
{
    start();
    ASSERT_TRUE(find());
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["log_in"], 1);
    EXPECT_EQ(upstream_->calls["practice_settings"], 1);
    EXPECT_EQ(upstream_->calls["find_slots"], 2);
}

TEST_F(EmisClient, SearchesAtTheSameTimeShareOneLogIn)
{
    using namespace boost::asio::experimental::awaitable_operators;
    start();
    const auto several = [](adapters::Adapter& adapter,
                            adapters::FindSlots query) -> adapters::Awaitable<std::vector<std::size_t>> {
        auto first = adapter.find_slots(query);
        auto second = adapter.find_slots(query);
        auto found = co_await (std::move(first) && std::move(second));
        std::vector<std::size_t> sizes;
        sizes.push_back(std::get<0>(found) ? std::get<0>(found)->slots.size() : 0);
        sizes.push_back(std::get<1>(found) ? std::get<1>(found)->slots.size() : 0);
        co_return sizes;
    };
    EXPECT_EQ(run(several(*adapter_, query())), (std::vector<std::size_t>{42, 42}));
    EXPECT_EQ(upstream_->calls["log_in"], 1);
}

TEST_F(EmisClient, ALogInThatFailsFailsEveryoneWhoWaitsAndIsTriedAnewLater)
{
    start();
    Fault fault;
    fault.kind = Fault::Kind::unavailable;
    fault.path_contains = "sessions";
    host_->set_faults({fault});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_EQ(upstream_->calls["log_in"], 0);
    host_->set_faults({});
    EXPECT_TRUE(find());
}

TEST_F(EmisClient, ACancelledLogInLeavesNobodyWaiting)
{
    start();
    Fault fault;
    fault.kind = Fault::Kind::hang;
    fault.times = 1;
    host_->set_faults({fault});
    const auto given_up = run(adapters::within(20ms, adapter_->find_slots(query())));
    ASSERT_FALSE(given_up);
    EXPECT_EQ(given_up.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_TRUE(find());
}

TEST_F(EmisClient, AnIdleSessionIsRenewedInBothWaysTheSupplierRefusesIt)
{
    for (const auto* expiry : {"401", "text"}) {
        start({{"expiry", expiry}, {"session_minutes", "20"}});
        ASSERT_TRUE(find());
        clock_.advance(21min);
        ASSERT_TRUE(find()) << expiry;
        EXPECT_EQ(upstream_->calls["log_in"], 2) << expiry;
    }
}

TEST_F(EmisClient, ASessionLostTwiceIsReported)
{
    start();
    ASSERT_TRUE(find());
    Fault stale;
    stale.kind = Fault::Kind::stale_session;
    stale.path_contains = "appointmentslots";
    host_->set_faults({stale});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::session_lost);
}

TEST_F(EmisClient, SettingsAreKeptForFiveMinutes)
{
    start();
    ASSERT_TRUE(run(adapter_->practice_settings(hub_provenance())));
    clock_.advance(4min);
    ASSERT_TRUE(run(adapter_->practice_settings(hub_provenance())));
    EXPECT_EQ(upstream_->calls["practice_settings"], 1);
    clock_.advance(2min);
    ASSERT_TRUE(run(adapter_->practice_settings(hub_provenance())));
    EXPECT_EQ(upstream_->calls["practice_settings"], 2);
}

TEST_F(EmisClient, ASearchWithoutSettingsAnswersWithAWarning)
{
    start();
    Fault fault;
    fault.kind = Fault::Kind::server_error;
    fault.path_contains = "settings";
    host_->set_faults({fault});
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_EQ(found->warnings.size(), 1U);
}

TEST_F(EmisClient, SlotsWithoutMetadataOrMetadataWithoutSlotsIsAFailedSearch)
{
    for (const auto* path : {"appointmentslots/meta", "appointmentslots?"}) {
        start();
        Fault fault;
        fault.kind = Fault::Kind::hang;
        fault.path_contains = path;
        host_->set_faults({fault});
        const auto found = find();
        ASSERT_FALSE(found) << path;
        EXPECT_EQ(found.error().kind(), ErrorKind::supplier_timeout) << path;
    }
}

TEST_F(EmisClient, SearchingNeedsAServiceAccount)
{
    start();
    settings_.erase("search_identity");
    make_adapter();
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    auto with_identity = query();
    with_identity.search_identity = patient().link;
    EXPECT_TRUE(run(adapter_->find_slots(with_identity)));
}

TEST_F(EmisClient, TheServiceAccountCannotBook)
{
    start();
    auto wanted = booking("880011");
    wanted.patient.link = adapters::PatientLink{settings_["search_identity"]};
    EXPECT_EQ(refused(wanted), ErrorKind::service_disabled);
}

TEST_F(EmisClient, AWrongApplicationIdIsServiceDisabled)
{
    start();
    settings_["application_id"] = "somebody-else";
    make_adapter();
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::service_disabled);
}

TEST_F(EmisClient, ARevokedLinkIsSaidToBeInvalid)
{
    start();
    auto context = patient();
    context.link = adapters::PatientLink{"00000000-0000-0000-0000-000000000000"};
    const auto found = run(adapter_->find_patient({hub_provenance(), context}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
}

TEST_F(EmisClient, ALinkOfSomebodyElseOpensNoRecord)
{
    start();
    auto context = patient(0);
    context.link = patient(1).link;
    const auto found = run(adapter_->find_patient({hub_provenance(), context}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
}

TEST_F(EmisClient, WithoutALinkNothingIsSent)
{
    start();
    auto wanted = booking("880011");
    upstream_->calls.clear();
    wanted.patient.link.reset();
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
    EXPECT_TRUE(upstream_->calls.empty());
}

TEST_F(EmisClient, ReasonRulesAreKeptBeforeAnythingIsSent)
{
    start({{"booking_reason", "mandatory"}});
    EXPECT_EQ(refused(booking("880011", "")), ErrorKind::reason_required);
    start({{"booking_reason", "not_requested"}});
    EXPECT_EQ(refused(booking("880011", "Cough")), ErrorKind::reason_not_allowed);
    EXPECT_EQ(upstream_->calls["book"], 0);
    EXPECT_TRUE(run(adapter_->book(booking("880011", ""))));
}

TEST_F(EmisClient, TextsThatDoNotFitAreRefusedBeforeAnythingIsSent)
{
    start();
    EXPECT_EQ(refused(booking("880011", std::string(151, 'x'))), ErrorKind::text_too_long);
    auto commented = booking("880011");
    commented.comment = "Bring the inhaler";
    EXPECT_EQ(refused(commented), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(upstream_->calls["book"], 0);
    std::string accents;
    for (int i = 0; i < 150; ++i)
        accents += "\xc3\xa9"; // 150 characters in 300 bytes
    EXPECT_TRUE(run(adapter_->book(booking("880011", accents))));
}

TEST_F(EmisClient, ATelephoneSlotWithoutANumberIsBookedWithTheOneThePracticeHolds)
{
    start();
    ASSERT_TRUE(run(adapter_->book(booking("880101"))));
    EXPECT_EQ(upstream_->calls["find_patient"], 1);
}

TEST_F(EmisClient, ATelephoneSlotWithoutAnyKnownNumberIsRefusedBeforeAnythingIsSent)
{
    start({}, false);
    EXPECT_EQ(refused(booking("880101")), ErrorKind::phone_required);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(EmisClient, TheSuppliersRulesComeBackInBothGenerationsOfErrors)
{
    for (const auto* errors : {"modern", "legacy"}) {
        start({{"errors", errors}, {"booking_limit", "1"}});
        ASSERT_TRUE(run(adapter_->book(booking("880011")))) << errors;
        EXPECT_EQ(refused(booking("880201")), ErrorKind::booking_limit) << errors;

        start({{"errors", errors}});
        const auto late = booking("880011");
        auto unknown = late;
        unknown.slots[0].supplier_key = "123";
        EXPECT_EQ(refused(unknown), ErrorKind::slot_unavailable) << errors;
        const auto held = run(adapter_->book(booking("880012")));
        ASSERT_TRUE(held);
        clock_.set(at("2026-11-24T11:00:00Z"));
        EXPECT_EQ(refused(late), ErrorKind::slot_in_past) << errors;
        const auto cancelled =
            run(adapter_->cancel({hub_provenance(), patient(), *held, "Unable to attend"}));
        ASSERT_FALSE(cancelled);
        EXPECT_EQ(cancelled.error().kind(), ErrorKind::not_cancellable) << errors;
        clock_.set(FakeClock::default_start);
    }
}

TEST_F(EmisClient, SlotsBeyondThePracticesWindowAreNeitherShownNorBooked)
{
    start();
    const auto wanted = booking("880301");
    seed_.options["window_days"] = "2";
    simulate();
    EXPECT_EQ(refused(wanted), ErrorKind::outside_booking_window);
    EXPECT_TRUE(booking("880301").slots.empty());
}

/// EMIS answers 409 to both; the difference matters to whoever sits in front of the screen.
TEST_F(EmisClient, APatientWhoIsElsewhereAtThatTimeIsToldFromASlotThatIsTaken)
{
    start();
    seed_.sessions[2].slots[0] = seed_slot(880201, at("2026-11-24T09:05:00Z"), 15min);
    simulate();
    ASSERT_TRUE(run(adapter_->book(booking("880011")))); // 09:00 to 09:10

    const auto elsewhere = run(adapter_->book(booking("880201")));
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().kind(), ErrorKind::patient_has_appointment);
    EXPECT_EQ(elsewhere.error().supplier_code(), "409/0");

    auto someone_else = booking("880013");
    ASSERT_TRUE(host_->simulator().reception_takes("880013"));
    const auto taken = run(adapter_->book(someone_else));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind(), ErrorKind::slot_unavailable);
    EXPECT_EQ(taken.error().path(), "Appointment.slot[0]");
    EXPECT_EQ(upstream_->calls["list_appointments"], 2);
}

TEST_F(EmisClient, AConflictThatTheListCannotExplainNamesBothPossibilities)
{
    for (const auto kind : {Fault::Kind::unavailable, Fault::Kind::hang}) {
        start();
        const auto wanted = booking("880011");
        ASSERT_TRUE(host_->simulator().reception_takes("880011"));
        Fault fault;
        fault.kind = kind;
        fault.method = "GET";
        fault.path_contains = "appointments?";
        host_->set_faults({fault});
        const auto answer = run(adapter_->book(wanted));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind(), ErrorKind::slot_unavailable);
        EXPECT_FALSE(answer.error().effect_possible());
        EXPECT_NE(answer.error().sentence().find("just been taken, or the patient already has"),
                  std::string::npos);
        EXPECT_NE(answer.error().advice().find("if the slot is still offered"), std::string::npos);
    }
}

TEST_F(EmisClient, ARecordThatDoesNotComeStopsABookingInGoodTime)
{
    start();
    const auto wanted = booking("880011");
    Fault fault;
    fault.kind = Fault::Kind::hang;
    fault.path_contains = "demographics";
    host_->set_faults({fault});
    const auto began = std::chrono::steady_clock::now();
    const auto answer = run(adapter_->book(wanted));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::supplier_timeout);
    EXPECT_FALSE(answer.error().effect_possible());
    EXPECT_LT(std::chrono::steady_clock::now() - began, 450ms) << "the whole limit of a write is 500 ms";
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(EmisClient, AnAppointmentThatEndsWhenTheNextBeginsIsNoConflict)
{
    start();
    ASSERT_TRUE(run(adapter_->book(booking("880011"))));
    EXPECT_TRUE(run(adapter_->book(booking("880012"))));
}

TEST_F(EmisClient, DetailsThatDifferStopABooking)
{
    const std::vector<std::pair<std::string, std::function<void(fhir::Patient&)>>> cases{
        {"family name", [](fhir::Patient& patient) { patient.name[0].family = "Otherby"; }},
        {"given name", [](fhir::Patient& patient) { patient.name[0].given[0] = "Other"; }},
        {"birth date",
         [](fhir::Patient& patient) { patient.birth_date = fhir::parse_date_time("1901-01-01"); }},
        {"gender", [](fhir::Patient& patient) { patient.gender = fhir::Gender::other; }}};
    for (const auto& [what, change] : cases) {
        start();
        auto wanted = booking("880011");
        change(*wanted.patient.demographics);
        const auto booked = run(adapter_->book(wanted));
        ASSERT_FALSE(booked) << what;
        EXPECT_EQ(booked.error().kind(), ErrorKind::demographics_mismatch) << what;
        EXPECT_NE(booked.error().sentence().find(what), std::string::npos) << booked.error().sentence();
        EXPECT_EQ(booked.error().sentence().find("Other"), std::string::npos) << "a name in a sentence";
        EXPECT_EQ(upstream_->calls["book"], 0) << what;
    }
}

TEST_F(EmisClient, DetailsThatAgreeOrAreNotGivenDoNotStopABooking)
{
    start();
    auto wanted = booking("880011");
    auto& name = wanted.patient.demographics->name[0];
    for (char& letter : *name.family)
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    wanted.patient.demographics->gender.reset();
    EXPECT_TRUE(run(adapter_->book(wanted)));
    wanted = booking("880013");
    wanted.patient.demographics.reset();
    upstream_->calls.clear();
    EXPECT_TRUE(run(adapter_->book(wanted)));
    EXPECT_EQ(upstream_->calls["find_patient"], 0);
}

/// A new link is kept only once it has shown the patient's record, and EMIS makes no second one.
TEST_F(EmisClient, DetailsThatDifferDoNotHideTheRecordFromItsLink)
{
    start();
    auto context = patient();
    context.demographics->name[0].given[0] = "Other";
    EXPECT_TRUE(run(adapter_->find_patient({hub_provenance(), context})));
}

TEST_F(EmisClient, ALinkOfSomebodyElseBooksNothing)
{
    start();
    auto wanted = booking("880011");
    wanted.patient.link = patient(1).link;
    EXPECT_EQ(refused(wanted), ErrorKind::link_invalid);
    EXPECT_EQ(upstream_->calls["book"], 0);
}

TEST_F(EmisClient, SwitchedOffAppointmentsAreSaidToBeOff)
{
    start({{"appointments", "off"}});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::service_disabled);
    const auto settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->appointments_enabled);
}

TEST_F(EmisClient, StandingOfTheAccountIsTold)
{
    const auto number = practice_seed().patients[0].nhs_number;
    const std::vector<std::pair<std::string, ErrorKind>> cases{{"not_registered", ErrorKind::link_invalid},
                                                               {"restricted", ErrorKind::access_denied}};
    for (const auto& [option, kind] : cases) {
        start({{option, number}});
        const auto found = run(adapter_->find_patient({hub_provenance(), patient()}));
        ASSERT_FALSE(found) << option;
        EXPECT_EQ(found.error().kind(), kind) << option;
    }
    start({{"appointments_off", number}});
    EXPECT_EQ(refused(booking("880011")), ErrorKind::service_disabled);
}

TEST_F(EmisClient, OddDataOfAPracticeCostsOnlyItsOwnRows)
{
    start({{"null_slot_type", "880011"},
           {"bad_end", "880012"},
           {"unknown_session", "880013"},
           {"duplicate_session", "5502"},
           {"without_clinician", "5503"},
           {"two_clinicians", "5504"}});
    const auto found = find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->slots.size(), 41U);
    EXPECT_EQ(found->schedules.size(), 5U);
    EXPECT_EQ(found->warnings.size(), 2U);
}

// ---- links
// ------------------------------------------------------------------------------------------------------------

TEST_F(EmisClient, ASecondLinkLooksTheKeyUpAndIsToldItExists)
{
    start();
    const adapters::FindPatient query{hub_provenance(), patient_context(seed_.patients[0])};
    ASSERT_TRUE(run(adapter_->link_patient(query)));
    const auto again = run(adapter_->link_patient(query));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind(), ErrorKind::already_linked);
    EXPECT_EQ(upstream_->calls["look_up_linkage_key"], 1);
}

TEST_F(EmisClient, AKeyLookedUpBeforeComesWithAConflictStatusAndIsStillAKey)
{
    start();
    adapters::FindPatient wrong{hub_provenance(), patient_context(seed_.patients[0])};
    wrong.patient.demographics->name[0].family = "Somebody";
    for (int i = 0; i < 3; ++i) { // key made; looked up; looked up again: 201, 201, 409
        const auto linked = run(adapter_->link_patient(wrong));
        ASSERT_FALSE(linked);
        EXPECT_EQ(linked.error().kind(), ErrorKind::demographics_mismatch);
    }
    EXPECT_TRUE(run(adapter_->link_patient({hub_provenance(), patient_context(seed_.patients[0])})));
}

TEST_F(EmisClient, LinkingNeedsSurnameAndWholeBirthDate)
{
    start();
    adapters::FindPatient query{hub_provenance(), patient_context(seed_.patients[0])};
    query.patient.demographics->birth_date = fhir::parse_date_time("1984-03");
    EXPECT_EQ(run(adapter_->link_patient(query)).error().path(), "Patient.birthDate");
    query.patient.demographics->name.clear();
    EXPECT_EQ(run(adapter_->link_patient(query)).error().path(), "Patient.name.family");
    query.patient.demographics.reset();
    EXPECT_EQ(run(adapter_->link_patient(query)).error().kind(), ErrorKind::demographics_required);
    EXPECT_TRUE(upstream_->calls.empty());
}

TEST_F(EmisClient, WhoMayNotBeLinkedIsToldWhy)
{
    const auto number = practice_seed().patients[0].nhs_number;
    const auto link = [&](std::size_t who) {
        const auto linked =
            run(adapter_->link_patient({hub_provenance(), patient_context(seed_.patients[who])}));
        return linked ? ErrorKind::not_implemented : linked.error().kind();
    };
    start({{"archived", number}});
    EXPECT_EQ(link(0), ErrorKind::patient_inactive);
    EXPECT_EQ(link(4), ErrorKind::patient_ineligible);
    start({{"live", "off"}});
    EXPECT_EQ(link(0), ErrorKind::practice_not_live);
}

} // namespace tests
