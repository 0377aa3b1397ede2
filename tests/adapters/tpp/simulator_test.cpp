// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/tpp.hpp"
#include "adapters/tpp/wire.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace tpp = adapters::tpp;
using namespace std::chrono_literals;
using tpp::Operation;

namespace
{

/// One practice's system, asked in its own words.
class TppSimulator : public testing::Test
{
protected:
    TppSimulator() { start(practice_seed()); }

    void start(adapters::simulation::PracticeSeed seed)
    {
        seed_ = std::move(seed);
        simulator_ = tpp::make_simulator(seed_, clock_, random_);
        log_in(0);
    }

    void log_in(std::size_t n)
    {
        const auto account =
            tpp::Account::parse(simulator_->link_credential(seed_.patients[n].nhs_number)).value();
        common_ = {"0197a2b0-0000-7000-8000-000000000001", *fhir::OdsCode::parse(seed_.ods), "", "", ""};
        const auto response = simulator_->handle(tpp::make_request(
            Operation::authenticate, common_, tpp::log_in_attributes(account), application()));
        const auto login = tpp::read_login(adapters::xml::read(response.body.view()).value()).value();
        common_.suid = response.headers.get("suid");
        common_.patient_id = login.patient_id;
        common_.online_user_id = login.online_user_id;
    }

    tpp::Application application() const
    {
        return {"FederationGateway", "1.0", simulator_->client_settings().at("provider_id"), "Server"};
    }

    fhir::rest::Request request(Operation operation, const tpp::Attributes& own = {}) const
    {
        return tpp::make_request(operation, common_, own, application());
    }

    /// The reply's element, or the code of the error; never anything but HTTP 200.
    std::string verdict(const fhir::rest::Request& asked)
    {
        const auto response = simulator_->handle(asked);
        EXPECT_EQ(response.status, 200U);
        const auto xml = adapters::xml::read(response.body.view());
        if (!xml)
            return "not XML";
        const auto root = xml->root();
        return std::string(root.name() == "Error" ? root.attribute("errorCode") : root.name());
    }

    std::string verdict(Operation operation, const tpp::Attributes& own = {})
    {
        return verdict(request(operation, own));
    }

    /// By the wall clock of 24 November, when local time is UTC.
    tpp::Attributes booking(const std::string& session, const std::string& start, const std::string& end)
    {
        return {{"sessionId", session}, {"startDate", start}, {"endDate", end}};
    }
    tpp::Attributes first_slot()
    {
        return booking("0000000000005501", "2026-11-24T09:00:00+00:00", "2026-11-24T09:10:00+00:00");
    }

    std::vector<tpp::WireAppointment> listed(bool future)
    {
        const auto response = simulator_->handle(request(Operation::view, tpp::view_attributes(future)));
        return tpp::read_appointments(adapters::xml::read(response.body.view()).value()).value();
    }

    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<adapters::simulation::Simulator> simulator_;
    tpp::Common common_{"", *fhir::OdsCode::parse("Z90001"), "", "", ""};
};

} // namespace

TEST_F(TppSimulator, HeaderAndElementMustNameTheSameOperation)
{
    auto asked = request(Operation::view, tpp::view_attributes(true));
    asked.headers.set("type", "ListSlots");
    EXPECT_EQ(verdict(asked), "0000");
    asked.headers.set("type", "Nothing");
    EXPECT_EQ(verdict(asked), "0000");
    asked.headers.remove("type");
    EXPECT_EQ(verdict(asked), "0000");
}

TEST_F(TppSimulator, WhatIsNotXmlIsRefused)
{
    auto asked = request(Operation::messages);
    for (const auto* body :
         {"", "{}", "<RequestSystmOnlineMessages", "<!DOCTYPE a><RequestSystmOnlineMessages />"}) {
        asked.body = body;
        EXPECT_EQ(verdict(asked), "0000") << body;
    }
}

TEST_F(TppSimulator, OrderOfAttributesAndFormOfTheElementDoNotMatter)
{
    auto asked = request(Operation::view);
    asked.body = "<ViewAppointments futureAppointments='Y' onlineUserId='" + common_.online_user_id +
                 "' patientId='" + common_.patient_id +
                 "' unitId='Z90001' uuid='u' apiVersion='1'></ViewAppointments>";
    EXPECT_EQ(verdict(asked), "ViewAppointmentsReply");
}

TEST_F(TppSimulator, CommonAttributesAreChecked)
{
    auto asked = request(Operation::messages);
    asked.body.replace(asked.body.find("apiVersion=\"1\""), 14, "apiVersion=\"2\"");
    EXPECT_EQ(verdict(asked), "0000");
    common_.practice = *fhir::OdsCode::parse("Z90009");
    EXPECT_EQ(verdict(Operation::messages), "6");
    common_.practice = *fhir::OdsCode::parse("Z90001");
    common_.patient_id = "somebody";
    EXPECT_EQ(verdict(Operation::messages), "6");
}

TEST_F(TppSimulator, AMissingUnknownOrIdleSessionIsNotAuthenticated)
{
    const auto suid = common_.suid;
    for (const auto* other : {"", "other"}) {
        common_.suid = other;
        EXPECT_EQ(verdict(Operation::messages), "3");
    }
    common_.suid = suid;
    EXPECT_EQ(verdict(Operation::messages), "RequestSystmOnlineMessagesReply");
    clock_.advance(21min);
    EXPECT_EQ(verdict(Operation::messages), "3");
}

TEST_F(TppSimulator, ALogOffEndsTheSession)
{
    EXPECT_EQ(verdict(Operation::log_off), "LogoffReply");
    EXPECT_EQ(verdict(Operation::messages), "3");
}

TEST_F(TppSimulator, TheUuidIsEchoed)
{
    const auto response = simulator_->handle(request(Operation::messages));
    const auto reply = adapters::xml::read(response.body.view()).value();
    EXPECT_EQ(reply.root().attribute("uuid"), common_.uuid);
}

TEST_F(TppSimulator, ABookingTakesTheFalseOffsetAndNoOtherForm)
{
    const auto* session = "0000000000005501";
    for (const auto* start : {"2026-11-24T09:00:00.0Z", "2026-11-24T09:00:00", "2026-11-24T09:00:00+01:00"})
        EXPECT_EQ(verdict(Operation::book, booking(session, start, "2026-11-24T09:10:00+00:00")), "1102");
    EXPECT_EQ(verdict(Operation::book, first_slot()), "BookAppointmentReply");
}

TEST_F(TppSimulator, ATimeThatWasTurnedIntoUtcIsNoSlotInSummer)
{
    clock_.set(at("2026-06-15T07:00:00Z"));
    start(practice_seed({seed_slot(1, at("2026-06-16T08:20:00Z"), 10min)}));
    const auto* session = "0000000000005501";
    EXPECT_EQ(
        verdict(Operation::book, booking(session, "2026-06-16T08:20:00+00:00", "2026-06-16T08:30:00+00:00")),
        "1102");
    EXPECT_EQ(
        verdict(Operation::book, booking(session, "2026-06-16T09:20:00+00:00", "2026-06-16T09:30:00+00:00")),
        "BookAppointmentReply");
}

TEST_F(TppSimulator, ASlotIsBookedOnce)
{
    ASSERT_EQ(verdict(Operation::book, first_slot()), "BookAppointmentReply");
    log_in(1);
    EXPECT_EQ(verdict(Operation::book, first_slot()), "1103");
    EXPECT_EQ(
        verdict(Operation::book, booking("1", "2026-11-24T09:00:00+00:00", "2026-11-24T09:10:00+00:00")),
        "1102");
}

TEST_F(TppSimulator, TheLimitThePastAndTheSwitchAreKept)
{
    auto seed = practice_seed();
    seed.options = {{"booking_limit", "0"}};
    start(seed);
    EXPECT_EQ(verdict(Operation::book, first_slot()), "7");
    seed.options = {{"appointments", "off"}};
    start(seed);
    EXPECT_EQ(verdict(Operation::book, first_slot()), "6");
    EXPECT_EQ(verdict(Operation::slots, tpp::slots_attributes(fhir::to_uk_local(clock_.now()), 7)), "6");
    clock_.set(at("2026-11-24T09:00:00Z"));
    start(practice_seed());
    EXPECT_EQ(verdict(Operation::book, first_slot()), "5");
}

TEST_F(TppSimulator, TheServiceAccountSeesTheBookAndMayNotWriteInIt)
{
    const auto account = tpp::Account::parse(simulator_->client_settings().at("search_identity")).value();
    common_.suid = common_.patient_id = common_.online_user_id = "";
    const auto response =
        simulator_->handle(request(Operation::authenticate, tpp::log_in_attributes(account)));
    const auto login = tpp::read_login(adapters::xml::read(response.body.view()).value()).value();
    common_.suid = response.headers.get("suid");
    common_.patient_id = common_.online_user_id = login.patient_id;
    EXPECT_EQ(verdict(Operation::slots, tpp::slots_attributes(fhir::to_uk_local(clock_.now()), 7)),
              "ListSlotsReply");
    EXPECT_EQ(verdict(Operation::book, first_slot()), "6");
}

TEST_F(TppSimulator, AnAppointmentIsInOneListOfTwoByItsStart)
{
    ASSERT_EQ(verdict(Operation::book, first_slot()), "BookAppointmentReply");
    EXPECT_EQ(listed(true).size(), 1U);
    EXPECT_EQ(listed(false).size(), 0U);
    clock_.set(at("2026-11-24T09:00:00Z"));
    log_in(0);
    EXPECT_EQ(listed(true).size(), 0U);
    EXPECT_EQ(listed(false).size(), 1U);
    EXPECT_EQ(verdict(Operation::view, {{"futureAppointments", "maybe"}}), "0000");
}

TEST_F(TppSimulator, ACancellationFreesTheSlotUntilAnHourBefore)
{
    ASSERT_EQ(verdict(Operation::book, first_slot()), "BookAppointmentReply");
    const auto id = listed(true).at(0).id;
    log_in(1);
    EXPECT_EQ(verdict(Operation::cancel, tpp::cancel_attributes(id)), "9998"); // somebody else's
    clock_.set(at("2026-11-24T08:00:01Z"));
    log_in(0);
    EXPECT_EQ(verdict(Operation::cancel, tpp::cancel_attributes(id)), "40");
    clock_.set(at("2026-11-24T09:00:00Z"));
    log_in(0);
    EXPECT_EQ(verdict(Operation::cancel, tpp::cancel_attributes(id)), "5");
    clock_.set(at("2026-11-24T08:00:00Z"));
    log_in(0);
    EXPECT_EQ(verdict(Operation::cancel, tpp::cancel_attributes(id)), "CancelAppointmentReply");
    EXPECT_EQ(verdict(Operation::cancel, tpp::cancel_attributes(id)), "9998");
    EXPECT_EQ(verdict(Operation::book, first_slot()), "BookAppointmentReply");
}

TEST_F(TppSimulator, LogInAndLinkingWantTheRightApplication)
{
    const auto account =
        tpp::Account::parse(simulator_->link_credential(seed_.patients[0].nhs_number)).value();
    common_.suid = common_.patient_id = common_.online_user_id = "";
    const tpp::Application wrong{"FederationGateway", "1.0", "wrong", "Server"};
    auto other = account;
    other.provider_id = "wrong";
    EXPECT_EQ(verdict(Operation::authenticate, tpp::log_in_attributes(other)), "9");
    EXPECT_EQ(verdict(tpp::make_request(Operation::link, common_, {{"nhsNumber", "x"}}, wrong)), "5");
    EXPECT_EQ(verdict(Operation::link, {{"nhsNumber", "x"}}), "6");
}

TEST_F(TppSimulator, ReceptionTakesAndFreesBySlotName)
{
    const auto name = simulator_->book().front().slot_key;
    EXPECT_EQ(name, "0000000000005501-20261124T0900-10");
    EXPECT_TRUE(simulator_->reception_takes(name));
    EXPECT_FALSE(simulator_->reception_takes(name));
    EXPECT_EQ(verdict(Operation::book, first_slot()), "1103");
    EXPECT_TRUE(simulator_->reception_cancels(name));
    EXPECT_FALSE(simulator_->reception_cancels(name));
    EXPECT_FALSE(simulator_->reception_takes("nothing"));
    EXPECT_EQ(simulator_->requested_slot(request(Operation::book, first_slot())), name);
}

} // namespace tests
