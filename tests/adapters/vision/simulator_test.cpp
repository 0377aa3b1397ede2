// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/envelope.hpp"
#include "adapters/vision/errors.hpp"
#include "adapters/vision/vision.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace vision = adapters::vision;
namespace xml = adapters::xml;
using namespace std::chrono_literals;
using vision::Service;
using vision::text_element;

namespace
{

/// One practice's system, asked in its own words.
class VisionSimulator : public testing::Test
{
protected:
    VisionSimulator() { start({}); }

    void start(std::map<std::string, std::string> options)
    {
        seed_ = practice_seed();
        seed_.options = std::move(options);
        simulator_ = vision::make_simulator(seed_, clock_, random_);
        settings_ = simulator_->client_settings();
        account_ = vision::Account::parse(simulator_->link_credential(seed_.patients[0].nhs_number)).value();
        const auto reply = xml::read(send(Service::configuration, {}).body.view()).value();
        patient_id_ = vision::read_configuration(reply).value().patient_id;
    }

    xml::NewElement element(Service service, vision::Contents contents) const
    {
        if (service != Service::configuration && service != Service::link && !patient_id_.empty())
            contents.insert(contents.begin(), text_element("patientId", patient_id_));
        const vision::Frame frame{"id", fhir::to_uk_local(clock_.now()), *fhir::OdsCode::parse(seed_.ods),
                                  settings_.at("provider_id"),
                                  service == Service::link ? std::nullopt : std::optional(account_)};
        return vision::request_element(service, frame, contents);
    }

    fhir::rest::Request request(Service service, const vision::Contents& contents)
    {
        const auto signer =
            vision::Signer::make(settings_.at("signing_key"), settings_.at("signing_certificate")).value();
        fhir::rest::Request request;
        request.method = "POST";
        request.target = "/";
        request.headers.set("Content-Type", "text/xml; charset=utf-8");
        request.body =
            vision::sealed(element(service, contents), settings_.at("user_name"), signer, clock_, random_)
                .value();
        return request;
    }

    fhir::rest::Response send(Service service, const vision::Contents& contents)
    {
        return simulator_->handle(request(service, contents));
    }

    /// `ok`, or the code the supplier refused with.
    std::string verdict(Service service, const fhir::rest::Request& asked)
    {
        const auto read = vision::read_answer({service, {}, {}}, simulator_->handle(asked));
        return read ? "ok" : read.error().supplier_code();
    }
    std::string verdict(Service service, const vision::Contents& contents)
    {
        return verdict(service, request(service, contents));
    }

    std::vector<std::string> slot_ids(vision::WirePage page, const char* from, const char* to,
                                      std::vector<std::string> locations = {"1", "2"})
    {
        const vision::WireDays days{fhir::parse_date(from).value(), fhir::parse_date(to).value()};
        const auto response = send(Service::slots, vision::slots_contents(page, locations, days));
        const auto slots = vision::read_slots(xml::read(response.body.view()).value()).value();
        std::vector<std::string> ids;
        for (const auto& slot : slots.slots)
            ids.emplace_back(slot.id);
        return ids;
    }

    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    std::unique_ptr<adapters::simulation::Simulator> simulator_;
    std::map<std::string, std::string> settings_;
    vision::Account account_;
    std::string patient_id_;
};

vision::Contents slot(const std::string& id)
{
    return {text_element("slotId", id)};
}

vision::Contents cancellation(const std::string& id, const std::string& reason)
{
    return {text_element("slotId", id), text_element("reasonId", reason)};
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto found = text.find(from);
    EXPECT_NE(found, std::string::npos) << from;
    return found == std::string::npos ? text : text.replace(found, from.size(), to);
}

} // namespace

TEST_F(VisionSimulator, AHeaderThatIsNotAsItMustBeIsRefusedBeforeAnythingElse)
{
    auto asked = request(Service::appointments, {});
    asked.body = replaced(asked.body, settings_.at("user_name"), "somebody");
    EXPECT_EQ(verdict(Service::appointments, asked), "fault/InvalidSecurity");
    asked = request(Service::appointments, {});
    clock_.advance(21min);
    EXPECT_EQ(verdict(Service::appointments, asked), "fault/InvalidSecurity");
}

TEST_F(VisionSimulator, TheAllowedSkewAndTheCheckItselfAreOptions)
{
    start({{"skew_seconds", "0"}});
    auto asked = request(Service::appointments, {});
    clock_.advance(15min);
    EXPECT_EQ(verdict(Service::appointments, asked), "fault/InvalidSecurity");
    start({{"verify", "off"}});
    asked.body = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>" +
                 element(Service::appointments, {}).str() + "</s:Body></s:Envelope>";
    EXPECT_EQ(verdict(Service::appointments, asked), "ok");
}

TEST_F(VisionSimulator, RequestsOfAnotherFormAreRefused)
{
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"<vision:version>2.0.0", "<vision:version>1.9.0"},
        {"VOAPP.GetExistingAppointments", "VOAPP.GetPastAppointments"},
        {"<vision:id>id</vision:id>", ""},
        {"<vision:provider>", "<vision:provider>x"},
        {"visionRequest xmlns:vision=\"urn:vision\"", "visionRequest xmlns:vision=\"urn:other\""},
    };
    for (const auto& [from, to] : changes) {
        auto asked = request(Service::appointments, {});
        asked.body = replaced(asked.body, from, to);
        EXPECT_EQ(verdict(Service::appointments, asked), "fault/INVALID_REQUEST") << from;
    }
    auto asked = request(Service::appointments, {});
    asked.method = "GET";
    EXPECT_EQ(verdict(Service::appointments, asked), "fault/INVALID_REQUEST");
    asked = request(Service::appointments, {});
    asked.headers.set("Content-Type", "application/soap+xml");
    EXPECT_EQ(verdict(Service::appointments, asked), "fault/INVALID_REQUEST");
}

TEST_F(VisionSimulator, AccountKeyPracticeAndPatientMustBelongTogether)
{
    const auto with = [&](const std::string& from, const std::string& to) {
        auto asked = request(Service::appointments, {});
        asked.body = replaced(asked.body, from, to);
        return verdict(Service::appointments, asked);
    };
    EXPECT_EQ(with("<vision:apiKey>", "<vision:apiKey>x"), "200/-30");
    EXPECT_EQ(with("<vision:rosuAccountId>", "<vision:rosuAccountId>9"), "200/-30");
    EXPECT_EQ(with("<vision:nationalCode>Z90001", "<vision:nationalCode>Z90002"), "200/-30");
    EXPECT_EQ(with("<vision:patientId>", "<vision:patientId>9"), "200/-31");
}

TEST_F(VisionSimulator, PagesAreStableAndInOrderOfTime)
{
    const auto all = slot_ids({1, 1000}, "2026-11-24", "2026-11-26");
    EXPECT_EQ(all.size(), 42U);
    std::vector<std::string> together;
    for (int page = 1; page <= 5; ++page)
        for (auto& id : slot_ids({page, 10}, "2026-11-24", "2026-11-26"))
            together.push_back(id);
    EXPECT_EQ(together, all);
    EXPECT_EQ(slot_ids({6, 10}, "2026-11-24", "2026-11-26").size(), 0U);
}

TEST_F(VisionSimulator, DatesAreInclusiveAndPlacesAreHonoured)
{
    EXPECT_EQ(slot_ids({1, 1000}, "2026-11-24", "2026-11-24").size(), 24U);
    EXPECT_EQ(slot_ids({1, 1000}, "2026-11-25", "2026-11-25").size(), 12U);
    EXPECT_EQ(slot_ids({1, 1000}, "2026-11-24", "2026-11-26", {"2"}).size(), 12U);
    EXPECT_EQ(slot_ids({1, 1000}, "2026-11-24", "2026-11-26", {"7"}).size(), 0U);
    EXPECT_EQ(slot_ids({1, 1000}, "2026-11-27", "2026-12-24").size(), 0U);
}

TEST_F(VisionSimulator, ASearchWithoutPageOrDatesIsRefused)
{
    const vision::WireDays days{std::chrono::year(2026) / 11 / 24, std::chrono::year(2026) / 11 / 24};
    EXPECT_EQ(verdict(Service::slots, vision::slots_contents({0, 10}, {}, days)), "200/-31");
    EXPECT_EQ(verdict(Service::slots, vision::slots_contents({1, 0}, {}, days)), "200/-31");
    EXPECT_EQ(verdict(Service::slots, vision::slots_contents({1, 1001}, {}, days)), "200/-31");
    EXPECT_EQ(verdict(Service::slots, vision::Contents()), "200/-31");
}

TEST_F(VisionSimulator, OneCodeStandsForATakenSlotAndForSomebodyElsesAppointment)
{
    EXPECT_EQ(verdict(Service::book, slot("880011")), "ok");
    EXPECT_EQ(verdict(Service::book, slot("880011")), "200/-100");
    EXPECT_EQ(verdict(Service::book, slot("1")), "200/-21");
    EXPECT_EQ(verdict(Service::cancel, cancellation("880012", "CR1")), "200/-100");
    EXPECT_EQ(verdict(Service::cancel, cancellation("1", "CR1")), "200/-21");
    EXPECT_EQ(verdict(Service::cancel, cancellation("880011", "CR9")), "200/-31");
    EXPECT_EQ(verdict(Service::cancel, slot("880011")), "200/-31");
    EXPECT_EQ(verdict(Service::cancel, cancellation("880011", "CR2")), "ok");
}

TEST_F(VisionSimulator, ASlotOfThePastIsBookedAndACancellationTakenInsideTheCutOff)
{
    clock_.set(at("2026-11-24T09:05:00Z"));
    EXPECT_EQ(verdict(Service::book, slot("880011")), "ok");
    EXPECT_EQ(verdict(Service::cancel, cancellation("880011", "CR1")), "ok");
}

TEST_F(VisionSimulator, TheServiceAccountBooksNothing)
{
    account_ = vision::Account::parse(settings_.at("search_identity")).value();
    const auto reply = xml::read(send(Service::configuration, {}).body.view()).value();
    const auto configuration = vision::read_configuration(reply).value();
    EXPECT_FALSE(configuration.nhs_number);
    patient_id_ = configuration.patient_id;
    EXPECT_EQ(verdict(Service::book, slot("880011")), "200/-35");
    EXPECT_EQ(verdict(Service::appointments, vision::Contents()), "ok");
}

TEST_F(VisionSimulator, OnlyBookingsNameASlotAndOnlyBookingAndCancellationAreWrites)
{
    EXPECT_EQ(simulator_->requested_slot(request(Service::book, slot("880011"))), "880011");
    EXPECT_EQ(simulator_->requested_slot(request(Service::cancel, cancellation("880011", "CR1"))), "");
    EXPECT_TRUE(simulator_->is_write(request(Service::book, slot("880011"))));
    EXPECT_TRUE(simulator_->is_write(request(Service::cancel, cancellation("880011", "CR1"))));
    EXPECT_FALSE(simulator_->is_write(request(Service::appointments, {})));
    fhir::rest::Request garbage;
    garbage.body = "not XML";
    EXPECT_FALSE(simulator_->is_write(garbage));
    EXPECT_EQ(simulator_->requested_slot(garbage), "");
}

TEST_F(VisionSimulator, AnAppointmentThatReceptionMovesHasTheIdOfItsNewSlot)
{
    ASSERT_EQ(verdict(Service::book, slot("880011")), "ok");
    EXPECT_FALSE(simulator_->reception_moves("880012", "880013"));
    EXPECT_TRUE(simulator_->reception_moves("880011", "880013"));
    EXPECT_EQ(verdict(Service::cancel, cancellation("880011", "CR1")), "200/-100");
    EXPECT_EQ(verdict(Service::cancel, cancellation("880013", "CR1")), "ok");
}

TEST_F(VisionSimulator, ALinkageKeyIsAskedForAtThePracticesOwnPlace)
{
    fhir::rest::Request asked;
    asked.method = "GET";
    asked.target = "/organisations/Z90002/onlineservices/linkage?nhsNumber=" + seed_.patients[0].nhs_number;
    EXPECT_EQ(simulator_->handle(asked).status, 404U);
    asked.target = "/organisations/Z90001/onlineservices/linkage?nhsNumber=12";
    EXPECT_EQ(simulator_->handle(asked).status, 400U);
    asked.target = "/organisations/Z90001/onlineservices/linkage?nhsNumber=" + seed_.patients[0].nhs_number;
    const auto none = simulator_->handle(asked);
    EXPECT_EQ(none.status, 404U);
    EXPECT_NE(std::string(none.body.view()).find("V2210"), std::string::npos);
}

TEST_F(VisionSimulator, AResetForgetsBookingsAndLinks)
{
    ASSERT_EQ(verdict(Service::book, slot("880011")), "ok");
    simulator_->reset();
    for (const auto& row : simulator_->book())
        EXPECT_EQ(row.status, "free") << row.slot_key;
}

} // namespace tests
