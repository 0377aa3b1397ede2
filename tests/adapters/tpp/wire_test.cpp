// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/tpp/data_file.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace tpp = adapters::tpp;
using fhir::ErrorKind;

namespace
{

fhir::LocalTime local(const char* text)
{
    return fhir::parse_local_time(text).value();
}

tpp::Common common()
{
    return {"0197a2b0-0000-7000-8000-000000000001", *fhir::OdsCode::parse("Z90001"), "sd", "p1", "u1"};
}

const tpp::Application application{"FederationGateway", "1.0", "c41f", "Server"};

fhir::rest::Request request(tpp::Operation operation, const tpp::Attributes& own = {})
{
    return tpp::make_request(operation, common(), own, application);
}

} // namespace

TEST(TppWire, ARequestNamesItsOperationTwiceAndThePatient)
{
    const auto sent = request(tpp::Operation::view, tpp::view_attributes(true));
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.target, "");
    EXPECT_EQ(sent.headers.get("type"), "ViewAppointments");
    EXPECT_EQ(sent.headers.get("suid"), "sd");
    EXPECT_EQ(sent.headers.get("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_EQ(sent.body, R"(<?xml version="1.0" encoding="utf-8"?><ViewAppointments apiVersion="1" )"
                         R"(uuid="0197a2b0-0000-7000-8000-000000000001" unitId="Z90001" patientId="p1" )"
                         R"(onlineUserId="u1" futureAppointments="Y" />)");
}

TEST(TppWire, ALogInIntroducesTheApplicationAsTheAccountsProvider)
{
    auto before = common();
    before.suid = before.patient_id = before.online_user_id = "";
    const auto sent = tpp::make_request(tpp::Operation::authenticate, before,
                                        tpp::log_in_attributes({"700", "secret", "other"}), application);
    EXPECT_FALSE(sent.headers.has("suid"));
    const auto read = adapters::xml::read(sent.body).value();
    const auto root = read.root();
    EXPECT_EQ(root.attribute("accountId"), "700");
    EXPECT_EQ(root.attribute("passphrase"), "secret");
    EXPECT_EQ(root.attribute("unitId"), "Z90001");
    EXPECT_FALSE(sent.body.find("patientId") != std::string::npos);
    EXPECT_EQ(root.child("Application").attribute("providerId"), "other");
    EXPECT_EQ(root.child("Application").attribute("deviceType"), "Server");
}

TEST(TppWire, LinkingNamesTheOrganisationInsteadOfTheUnit)
{
    const auto sent = request(tpp::Operation::link,
                              tpp::create_account_attributes({"Tarrowby", *fhir::parse_date("1984-03-09")},
                                                             *fhir::NhsNumber::parse("9990312079")));
    const auto read = adapters::xml::read(sent.body).value();
    const auto root = read.root();
    EXPECT_EQ(root.attribute("organisationCode"), "Z90001");
    EXPECT_EQ(root.attribute("unitId"), "");
    EXPECT_EQ(root.attribute("dateOfBirth"), "1984-03-09T00:00:00");
    EXPECT_EQ(root.attribute("nhsNumber"), "9990312079");
}

TEST(TppWire, TimesCarryFalseZoneMarksOfTwoKinds)
{
    const auto nine_twenty = local("2026-06-15T09:20:00");
    EXPECT_EQ(tpp::false_zulu(nine_twenty), "2026-06-15T09:20:00.0Z");
    EXPECT_EQ(tpp::false_offset(nine_twenty), "2026-06-15T09:20:00+00:00");
    for (const auto* text : {"2026-06-15T09:20:00.0Z", "2026-06-15T09:20:00+00:00", "2026-06-15T09:20:00"})
        EXPECT_EQ(tpp::read_time(text), nine_twenty) << text;
    for (const auto* text : {"", "2026-06-15", "2026-06-15 09:20:00", "2026-13-15T09:20:00.0Z", "soon"})
        EXPECT_FALSE(tpp::read_time(text)) << text;
}

TEST(TppWire, ABookingWithoutAReasonSendsNoNotes)
{
    const tpp::WireBooking booking{"a1", local("2026-06-15T09:20:00"), local("2026-06-15T09:30:00"), ""};
    const auto sent = request(tpp::Operation::book, tpp::booking_attributes(booking));
    EXPECT_EQ(sent.body.find("notes"), std::string::npos);
    EXPECT_NE(sent.body.find(R"(startDate="2026-06-15T09:20:00+00:00" endDate="2026-06-15T09:30:00+00:00")"),
              std::string::npos);
}

TEST(TppWire, ALogInIsReadWithItsPersonAlone)
{
    const auto login = tpp::read_login(tpp_xml("login.xml"));
    ASSERT_TRUE(login);
    EXPECT_EQ(login->patient_id, "5d1c000000000000");
    EXPECT_EQ(login->online_user_id, "5d1c000000000000");
    EXPECT_EQ(login->person.nhs_number, fhir::NhsNumber::parse("9990312079"));
    EXPECT_TRUE(login->self_access);
}

TEST(TppWire, ALogInThatLacksWhatAllElseNeedsIsMalformed)
{
    for (const auto* body :
         {"<AuthenticateReply />", "<AuthenticateReply onlineUserId='1' />",
          "<AuthenticateReply><User><Person patientId='1' /></User></AuthenticateReply>"}) {
        const auto login = tpp::read_login(adapters::xml::read(body).value());
        ASSERT_FALSE(login) << body;
        EXPECT_EQ(login.error().kind(), ErrorKind::supplier_malformed);
    }
}

TEST(TppWire, ARegistrationWithoutThePersonIsNoSelfAccess)
{
    const auto login = tpp::read_login(
        adapters::xml::read(
            "<R onlineUserId='1'><User><Person patientId='1' /></User><Registration><PatientAccess "
            "patientId='2' /></Registration></R>")
            .value());
    ASSERT_TRUE(login);
    EXPECT_FALSE(login->self_access);
}

TEST(TppWire, APersonIsReadWithTheHomeAddress)
{
    const auto person = tpp::read_person(tpp_xml("person.xml"));
    ASSERT_TRUE(person);
    EXPECT_EQ(person->name, "Ms Imogen Tarrowby");
    EXPECT_EQ(person->birth_date, fhir::parse_date("1984-03-09"));
    EXPECT_EQ(person->address, "14 Fold Green, Brackenfold, ZZ99 3AD");
    EXPECT_FALSE(tpp::read_person(adapters::xml::read("<PatientSelectedReply />").value()));
}

TEST(TppWire, SessionsAreReadWithTheirSlotsAndTheNamelessOneIsNamedInAWarning)
{
    const auto slots = tpp::read_slots(tpp_xml("slots.xml"));
    ASSERT_TRUE(slots);
    EXPECT_EQ(slots->bookable_days, 28);
    ASSERT_EQ(slots->clinics.size(), 3U);
    EXPECT_EQ(slots->clinics[0].type, "Morning surgery");
    EXPECT_EQ(slots->clinics[0].slots.size(), 6U);
    EXPECT_EQ(slots->clinics[1].location, "Fold Green & Wharf");
    EXPECT_TRUE(slots->clinics[2].slots.empty());
    EXPECT_EQ(slots->warnings.size(), 1U);
    const auto slot = tpp::read_slot(slots->clinics[0].slots[1]);
    EXPECT_EQ(slot.start, local("2026-06-15T09:30:00"));
    EXPECT_EQ(slot.end, local("2026-06-15T09:40:00"));
    EXPECT_EQ(slot.type, "GP appointment");
}

TEST(TppWire, ANumberOfDaysThatIsNoneIsNotRead)
{
    for (const auto* days : {"", "x", "-1", "28x", "99999999999"})
        EXPECT_FALSE(
            tpp::read_slots(adapters::xml::read("<R bookableDays='" + std::string(days) + "'/>").value())
                ->bookable_days)
            << days;
}

TEST(TppWire, AppointmentsAreReadWithWhateverIsTold)
{
    const auto appointments = tpp::read_appointments(tpp_xml("appointments.xml")).value();
    ASSERT_EQ(appointments.size(), 3U);
    EXPECT_EQ(appointments[1].id, "c07d000000000000");
    EXPECT_EQ(appointments[1].start, local("2026-06-15T09:20:00"));
    EXPECT_FALSE(appointments[2].end);
}

TEST(TppWire, TheRestIsRead)
{
    EXPECT_EQ(tpp::read_guidance(tpp_xml("messages.xml")), "Come five minutes early.");
    EXPECT_TRUE(tpp::appointments_switched_off(tpp_xml("services.xml")));
    EXPECT_FALSE(tpp::appointments_switched_off(tpp_xml("messages.xml")));
    const auto linkage = tpp::read_linkage(tpp_xml("linkage.xml"));
    ASSERT_TRUE(linkage);
    EXPECT_EQ(linkage->passphrase_to_link, "Kd8mVq2");
    EXPECT_FALSE(tpp::read_linkage(adapters::xml::read("<LinkAccountReply />").value()));
    EXPECT_EQ(tpp::read_wire_error(tpp_xml("error.xml")).code, "1103");
}

TEST(TppWire, AnAccountIsItsTextAndBack)
{
    const tpp::Account account{"700418825", "abc|def==", "c41f"};
    const auto parsed = tpp::Account::parse(account.text());
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->account_id, account.account_id);
    EXPECT_EQ(parsed->passphrase, account.passphrase);
    EXPECT_EQ(parsed->provider_id, account.provider_id);
    for (const auto* text : {"", "700", "700|c41f", "|c41f|x", "700|c41f|"})
        EXPECT_FALSE(tpp::Account::parse(text)) << text;
}

} // namespace tests
