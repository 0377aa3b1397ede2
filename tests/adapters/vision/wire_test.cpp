// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/wire.hpp"
#include "tests/adapters/vision/data_file.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace vision = adapters::vision;
namespace xml = adapters::xml;
using fhir::ErrorKind;
using vision::Service;

namespace
{

vision::Frame frame()
{
    return {"2f9a0e76-1b5e-4b52-a7b5-0c6ce9b1d101", fhir::parse_local_time("2026-06-12T18:20:00").value(),
            *fhir::OdsCode::parse("Z90003"), "fedgw001", vision::Account{"310227", "kx7Qm2vT9dLs"}};
}

xml::Document document(const std::string& content)
{
    return xml::read("<visionResponse xmlns='urn:vision'><serviceContent>" + content +
                     "</serviceContent></visionResponse>")
        .value();
}

std::string header_text(const std::string& credentials)
{
    return "<vision:serviceHeader><vision:id>2f9a0e76-1b5e-4b52-a7b5-0c6ce9b1d101</vision:id>"
           "<vision:creationTime>2026-06-12T18:20:00</vision:creationTime><vision:target>"
           "<vision:nationalCode>Z90003</vision:nationalCode></vision:target>" +
           credentials + "</vision:serviceHeader>";
}

const std::string provider = "<vision:opsReference><vision:provider>fedgw001</vision:provider>"
                             "<vision:accountId>fedgw001</vision:accountId></vision:opsReference>";

} // namespace

TEST(VisionWire, ARequestHasItsPartsInTheOrderOfTheWire)
{
    EXPECT_EQ(vision::request_element(Service::configuration, frame(), {}).str(),
              "<vision:visionRequest xmlns:vision=\"urn:vision\"><vision:serviceDefinition>"
              "<vision:name>VOS.GetConfiguration</vision:name><vision:version>2.3.0</vision:version>"
              "</vision:serviceDefinition>" +
                  header_text("<vision:credentials><vision:rosuAccountId>310227</vision:rosuAccountId>"
                              "<vision:apiKey>kx7Qm2vT9dLs</vision:apiKey></vision:credentials>" +
                              provider) +
                  "<vision:serviceContent /></vision:visionRequest>");
}

TEST(VisionWire, LinkingNamesTheProviderInItsContentAndHasNoCredentials)
{
    auto unlinked = frame();
    unlinked.account.reset();
    const auto contents =
        vision::link_contents({"Stannage", std::chrono::year(1958) / 7 / 21}, {"310227", "Hb4tWq8z"});
    const auto text = vision::request_element(Service::link, unlinked, contents).str();
    EXPECT_NE(text.find(header_text("")), std::string::npos);
    EXPECT_NE(text.find("<vision:register><vision:rosuAccountId>310227</vision:rosuAccountId>"
                        "<vision:rosuAccountLinkageKey>Hb4tWq8z</vision:rosuAccountLinkageKey>"
                        "<vision:surname>Stannage</vision:surname><vision:dob>1958-07-21</vision:dob>" +
                        provider + "</vision:register>"),
              std::string::npos);
}

TEST(VisionWire, ASearchAsksForWholeDaysOfEveryClinicianAtTheKnownPlaces)
{
    const vision::WireDays days{std::chrono::year(2026) / 6 / 15, std::chrono::year(2026) / 6 / 28};
    auto contents = vision::slots_contents({2, 50}, {"2", "3"}, days);
    contents.insert(contents.begin(), vision::text_element("patientId", "5127"));
    const auto text = vision::request_element(Service::slots, frame(), contents).str();
    EXPECT_NE(
        text.find("<vision:vos><vision:patientId>5127</vision:patientId>"
                  "<vision:pageInformationRequired>false</vision:pageInformationRequired>"
                  "<vision:page><vision:number>2</vision:number><vision:slotsPerPage>50</vision:slotsPerPage>"
                  "</vision:page><vision:owners><vision:owner>ALL</vision:owner></vision:owners>"
                  "<vision:locations><vision:location>2</vision:location><vision:location>3</vision:location>"
                  "</vision:locations><vision:dateRange><vision:from>2026-06-15</vision:from>"
                  "<vision:to>2026-06-28</vision:to></vision:dateRange><vision:am>true</vision:am>"
                  "<vision:pm>true</vision:pm></vision:vos>"),
        std::string::npos);
}

TEST(VisionWire, EveryServiceIsKnownByItsName)
{
    for (const auto service : {Service::configuration, Service::demographics, Service::slots, Service::book,
                               Service::appointments, Service::cancel, Service::link}) {
        EXPECT_EQ(vision::service_of(vision::wire_name(service)), service);
        const bool changes =
            service == Service::book || service == Service::cancel || service == Service::link;
        EXPECT_EQ(vision::changes_state(service), changes);
    }
    EXPECT_FALSE(vision::service_of("VONREP.GetHistory"));
}

TEST(VisionWire, ACredentialIsAnAccountAndItsKey)
{
    EXPECT_EQ((vision::Account{"310227", "k|y"}.text()), "310227|k|y");
    const auto account = vision::Account::parse("310227|k|y").value();
    EXPECT_EQ(account.account_id, "310227");
    EXPECT_EQ(account.api_key, "k|y");
    for (const auto* text : {"", "310227", "|key", "310227|"})
        EXPECT_FALSE(vision::Account::parse(text)) << text;
}

TEST(VisionWire, AConfigurationIsRead)
{
    const auto read = vision::read_configuration(vision_reply("configuration.xml")).value();
    EXPECT_EQ(read.patient_id, "5127");
    ASSERT_TRUE(read.nhs_number);
    EXPECT_EQ(read.nhs_number->digits(), "9990577048");
    EXPECT_TRUE(read.appointments_enabled);
    EXPECT_EQ(read.guidance, "Choose the nurse for dressings.");
    EXPECT_EQ(read.locations, (std::vector<std::string>{"2", "3"}));
    EXPECT_EQ(read.genders.at("AOKE"), "SEX002");
}

TEST(VisionWire, AnAccountWithTwoNhsNumbersHasNone)
{
    const auto with = [](const std::string& numbers) {
        const auto reply = document("<configuration><account><patientId>1</patientId>" + numbers +
                                    "</account></configuration>");
        return vision::read_configuration(reply).value().nhs_number;
    };
    const auto number = [](const std::string& type, const std::string& digits) {
        return "<patientNumber><numberType>" + type + "</numberType><number>" + digits +
               "</number></patientNumber>";
    };
    EXPECT_TRUE(with(number("CHI", "x") + number("NHS", " 999 057 7048 ")));
    EXPECT_TRUE(with(number("NHS", "9990577048") + number("NHS", "9990577048")));
    EXPECT_FALSE(with(number("NHS", "9990577048") + number("NHS", "9990312079")));
    EXPECT_FALSE(with(number("NHS", "9990577049")));
    EXPECT_FALSE(with(""));
}

TEST(VisionWire, AppointmentsAreOnUnlessTheyAreSaidToBeOff)
{
    const auto enabled = [](const std::string& appointments) {
        const auto reply = document("<configuration><account><patientId>1</patientId></account>" +
                                    appointments + "</configuration>");
        return vision::read_configuration(reply).value().appointments_enabled;
    };
    EXPECT_TRUE(enabled(""));
    EXPECT_TRUE(enabled("<appointments><enabled> true </enabled></appointments>"));
    EXPECT_FALSE(enabled("<appointments><enabled> false </enabled></appointments>"));
}

TEST(VisionWire, SlotsAndTheirReferencesAreRead)
{
    const auto read = vision::read_slots(vision_reply("slots.xml")).value();
    ASSERT_EQ(read.slots.size(), 2U);
    EXPECT_EQ(read.slots[1].id, "20655");
    EXPECT_EQ(read.slots[1].start(), fhir::parse_local_time("2026-06-16T14:00:00"));
    EXPECT_EQ(read.slots[1].length(), std::chrono::minutes(20));
    EXPECT_EQ(read.references.owners.at("NLUN"), "Nurse Niall Lunt");
    EXPECT_EQ(read.references.types.at("11"), "Routine");
    EXPECT_EQ(read.references.sessions.at("72"), "Treatment room");
    EXPECT_EQ(read.references.locations.at("3"), "Harbour Branch");
}

TEST(VisionWire, ALengthThatIsNoNumberOfMinutesIsNone)
{
    for (const auto* text : {"", "a while", "10 minutes", "0", "-5", "1441", "10.5", "99999999999"}) {
        vision::WireSlot slot;
        slot.duration = text;
        EXPECT_FALSE(slot.length()) << text;
    }
}

TEST(VisionWire, AppointmentsAndTheRulesOfThePracticeAreRead)
{
    const auto read = vision::read_appointments(vision_reply("appointments.xml")).value();
    ASSERT_EQ(read.upcoming.size(), 1U);
    EXPECT_EQ(read.upcoming[0].id, "20655");
    ASSERT_EQ(read.past.size(), 1U);
    EXPECT_EQ(read.past[0].id, "19007");
    EXPECT_TRUE(read.takes_reason);
    ASSERT_EQ(read.reasons.size(), 2U);
    EXPECT_EQ(read.reasons[1].id, "CR2");
    EXPECT_EQ(read.reasons[1].description, "Cannot attend");
    EXPECT_TRUE(read.reasons[0].is_default);
    EXPECT_FALSE(read.reasons[1].is_default);
    EXPECT_EQ(read.cutoff, std::chrono::minutes(60));
}

TEST(VisionWire, AnAppointmentWithoutAnIdSpoilsTheListRatherThanBeingOverlooked)
{
    for (const auto* list : {"slots", "pastAppointments"})
        for (const auto* id : {"", " id=''", " id='  '"}) {
            const std::string name(list);
            const auto body = "<bookedAppointmentsResponse><" + name + "><slot" + id +
                              "><dateTime>2026-06-16T14:00:00</dateTime></slot></" + name +
                              "></bookedAppointmentsResponse>";
            const auto read = vision::read_appointments(document(body.c_str()));
            ASSERT_FALSE(read) << body;
            EXPECT_EQ(read.error().kind(), fhir::ErrorKind::supplier_malformed) << body;
        }
}

TEST(VisionWire, RulesThatAreNotToldForbidNothing)
{
    const auto read = vision::read_appointments(document("<bookedAppointmentsResponse />")).value();
    EXPECT_TRUE(read.takes_reason);
    EXPECT_TRUE(read.reasons.empty());
    EXPECT_EQ(read.cutoff, std::chrono::minutes(0));
    const auto off = document("<bookedAppointmentsResponse><settings><bookingReason><add>false</add>"
                              "</bookingReason></settings></bookedAppointmentsResponse>");
    EXPECT_FALSE(vision::read_appointments(off).value().takes_reason);
}

TEST(VisionWire, DemographicsAreRead)
{
    const auto read = vision::read_demographics(vision_reply("demographics.xml")).value();
    EXPECT_EQ(read.surname, "STANNAGE");
    EXPECT_EQ(read.second_forename, "JUNE");
    EXPECT_EQ(read.birth_date, fhir::Date(std::chrono::year(1958) / 7 / 21));
    EXPECT_EQ(read.gender, "SEX002");
    EXPECT_EQ(read.lines, (std::vector<std::string>{"6", "SALTMARSH LANE"}));
    EXPECT_EQ(read.usual_gp, "Dr Ama Okereke");
}

TEST(VisionWire, EchoesAndAccountsAreRead)
{
    const auto echo = vision::read_echo(vision_reply("booked.xml"));
    EXPECT_EQ(echo.patient_id, "5127");
    EXPECT_EQ(echo.slot_id, "20655");
    EXPECT_EQ(vision::read_account(vision_reply("linked.xml")).value().text(), "310227|kx7Qm2vT9dLs");
}

TEST(VisionWire, ContentsThatAreMissingAreMalformed)
{
    const auto empty = document("");
    const std::vector<std::optional<fhir::Error>> errors = {
        vision::read_configuration(empty).error(), vision::read_demographics(empty).error(),
        vision::read_slots(empty).error(), vision::read_appointments(empty).error(),
        vision::read_account(empty).error()};
    for (const auto& error : errors)
        EXPECT_EQ(error->kind(), ErrorKind::supplier_malformed);
}

TEST(VisionWire, MarkupOfTheGuidanceGoesAndItsWordsStay)
{
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"<P>Choose the nurse.</P>", "Choose the nurse."},
        {"<P>One<BR>two<br/>three", "One two three"},
        {"Bold <B>words", "Bold words"},
        {"Ages < 5 or 3<4", "Ages < 5 or 3<4"},
        {"unclosed <a href='x", "unclosed"},
        {"Tea &amp; cake&nbsp;&lt;now&gt;", "Tea & cake <now>"},
        {"  blanks \n\t go ", "blanks go"},
        {"<!-- hidden -->shown", "shown"},
        {"", ""},
        {"<", "<"},
        {"caf\xC3\xA9 &eacute;", "caf\xC3\xA9 &eacute;"},
    };
    for (const auto& [html, text] : rows)
        EXPECT_EQ(vision::without_markup(html), text) << html;
}

} // namespace tests
