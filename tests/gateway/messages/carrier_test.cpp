// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/messages/messages_fixture.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/notify/signature.hpp"

#include <fstream>
#include <iterator>

namespace tests::messages
{

using How = Sent::How;

TEST_F(MessagesTest, APatientWhoIsBookedIsToldWhenAndWhereAndNothingClinical)
{
    book("a");
    rounds();
    ASSERT_EQ(box_.mails.size(), 1U);
    const Mail& mail = box_.mails[0];
    EXPECT_EQ(mail.to, "pat@example.org");
    EXPECT_EQ(mail.id, "email-patients-1@gateway.example.net");
    EXPECT_EQ(mail.subject, "Your appointment on Tuesday 24 November 2026");
    for (const char* said : {"Tuesday 24 November 2026", "09:00", "Larkhill Surgery", "01632 960123"})
        EXPECT_NE(mail.text.find(said), std::string::npos) << said;
    for (const char* never : {"Ear pain", "9990000018", "HUB01"})
        EXPECT_EQ((mail.subject + mail.text).find(never), std::string::npos) << never;
    EXPECT_EQ(deliveries(), Words{"1 done"});
}

TEST_F(MessagesTest, TimesAreThoseOfUkClocks)
{
    clock_.set(*fhir::parse_instant("2026-06-14T10:00:00Z"));
    book("a");
    move("a", *fhir::parse_instant("2026-06-15T08:20:00Z"));
    rounds();
    ASSERT_EQ(box_.mails.size(), 1U);
    EXPECT_NE(box_.mails[0].text.find("Time: 09:20\n"), std::string::npos) << box_.mails[0].text;
}

TEST_F(MessagesTest, ACancellationAndAMoveAreTold)
{
    book("a");
    rounds();
    sent();
    move("a", FakeClock::default_start + hours(49));
    rounds();
    EXPECT_EQ(sent(), Words{"pat@example.org: Your appointment has moved to Wednesday 25 November 2026"});
    cancel("a");
    rounds();
    EXPECT_EQ(sent(), Words{"pat@example.org: Your appointment on Wednesday 25 November 2026 is cancelled"});
}

TEST_F(MessagesTest, AMoveToAnotherAppointmentIsOneMessage)
{
    const auto moved = [](const std::string& id, const char* words) {
        return resource(R"({"value":"pat@example.org"})",
                        R"(,"supportingInformation":[{"reference":"Appointment/)" + id + R"(","display":")" +
                            words + "\"}]");
    };
    book("a");
    rounds();
    sent();
    book("b", moved("a", "Moved from this appointment"));
    change("a", [&](store::AppointmentRecord& record) {
        record.status = "cancelled";
        record.resource = moved("b", "Moved to this appointment");
    });
    rounds();
    EXPECT_EQ(sent(), Words{"pat@example.org: Your appointment has moved to Tuesday 24 November 2026"});
}

TEST_F(MessagesTest, AChangeOfWordsIsNoMessage)
{
    book("a");
    rounds();
    sent();
    change("a", [](store::AppointmentRecord& record) {
        record.resource = resource(R"({"value":"pat@example.org"})", R"(,"comment":"x")");
    });
    rounds();
    EXPECT_EQ(sent(), Words());
    EXPECT_EQ(deliveries().size(), 1U);
}

TEST_F(MessagesTest, WhatDoesNotHoldAnyMoreIsNotTold)
{
    clock_.set(FakeClock::default_start + hours(14)); // 22:00
    book("a");
    rounds();
    cancel("a");
    rounds();
    EXPECT_EQ(sent(), Words()) << "it is night";
    clock_.set(FakeClock::default_start + hours(24));
    rounds();
    EXPECT_EQ(sent(), Words{"pat@example.org: Your appointment on Tuesday 24 November 2026 is cancelled"});
    EXPECT_EQ(deliveries(), (Words{"1 cancelled superseded", "2 done"}));
}

TEST_F(MessagesTest, QuietHoursAreWaitedForAndAPastAppointmentIsNotWrittenAbout)
{
    clock_.set(FakeClock::default_start + hours(13)); // 21:00
    book("a");
    book("b");
    move("b", FakeClock::default_start + hours(23));
    rounds();
    clock_.set(FakeClock::default_start + hours(24) - minutes(1));
    rounds();
    EXPECT_EQ(sent(), Words());
    clock_.advance(minutes(1));
    rounds();
    EXPECT_EQ(sent().size(), 1U);
    EXPECT_EQ(deliveries(), (Words{"1 done", "2 cancelled superseded", "3 cancelled past"}));
}

TEST_F(MessagesTest, WhoWantsNoMessagesGetsNone)
{
    decided("no-messages");
    book("a");
    rounds();
    EXPECT_EQ(sent(), Words());
    EXPECT_EQ(deliveries(), Words{"1 cancelled opted_out"});
}

TEST_F(MessagesTest, NobodyWritesToWhoeverHasASensitiveRecord)
{
    decided("sensitive");
    book("a");
    rounds();
    EXPECT_EQ(deliveries(), Words{"1 cancelled opted_out"});
}

TEST_F(MessagesTest, WhoDoesNotWantAnOrganisationToKnowIsToldAllTheSame)
{
    decided("dissent");
    book("a");
    rounds();
    EXPECT_EQ(sent().size(), 1U);
}

TEST_F(MessagesTest, WithoutAnAddressThereIsNoMessage)
{
    book("a", resource(R"({"system":"phone","value":"01632 960999"})"));
    rounds();
    EXPECT_EQ(deliveries(), Words{"1 cancelled no_address"});
}

TEST_F(MessagesTest, AnAddressStandsNowhereInTheClear)
{
    book("a");
    box_.answers = {{How::failed, "unreachable"}};
    rounds();
    for (const char* part : {"", "-wal"}) {
        std::ifstream file(database_.path() + part, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        EXPECT_EQ(bytes.find("pat@example.org"), std::string::npos);
        EXPECT_EQ(bytes.find("9990000018"), std::string::npos);
    }
}

TEST_F(MessagesTest, AServerThatIsDownIsTriedAgainUnderTheSameNumber)
{
    book("a");
    box_.answers = {{How::failed, "unreachable"}, {How::failed, "timeout"}};
    rounds();
    EXPECT_EQ(deliveries(), Words{"1 due unreachable"});
    clock_.advance(std::chrono::seconds(1));
    rounds();
    clock_.advance(std::chrono::seconds(1));
    rounds();
    EXPECT_EQ(box_.mails.size(), 2U) << "the second pause is longer";
    clock_.advance(std::chrono::seconds(1));
    rounds();
    ASSERT_EQ(box_.mails.size(), 3U);
    EXPECT_EQ(box_.mails[0].id, box_.mails[2].id);
    EXPECT_EQ(deliveries(), Words{"1 done"});
    EXPECT_TRUE(dead_.empty());
}

TEST_F(MessagesTest, AnAddressThatIsRefusedKeepsNobodyElseWaitingAndIsGivenUp)
{
    book("a");
    book("b");
    box_.answers = {{How::refused, "smtp_550"}};
    rounds();
    EXPECT_EQ(deliveries(), (Words{"1 due smtp_550", "2 done"}));
    for (int i = 0; i < 4; ++i) {
        box_.answers = {{How::refused, "smtp_550"}};
        clock_.advance(minutes(1));
        rounds();
    }
    EXPECT_EQ(deliveries(), (Words{"1 dead smtp_550", "2 done"}));
    ASSERT_EQ(dead_.size(), 1U);
    EXPECT_EQ(dead_[0].subscription, "email-patients");
    EXPECT_EQ(dead_[0].client, "");
    EXPECT_EQ(dead_[0].organisation, "HUB01");
    EXPECT_EQ(dead_[0].first, 1);
}

TEST_F(MessagesTest, AfterADayOfFailuresAMessageIsGivenUpAndLaterOnesAreNot)
{
    book("a");
    box_.answers = {{How::failed, "unreachable"}};
    rounds();
    move("a", FakeClock::default_start + hours(265));
    rounds();
    clock_.advance(hours(24));
    box_.answers = {{How::failed, "unreachable"}};
    rounds();
    clock_.advance(minutes(10));
    rounds();
    EXPECT_EQ(deliveries(), (Words{"1 cancelled superseded", "2 dead unreachable"}));
    ASSERT_EQ(dead_.size(), 1U);
    cancel("a");
    rounds();
    EXPECT_EQ(deliveries().back(), "3 done") << "the channel goes on";
}

TEST_F(MessagesTest, OperatorsHoldReplayAndCancelThem)
{
    gateway::notify::OutboxOffice office({*store_, clock_});
    const auto order = [&](gateway::notify::Order what, std::optional<std::int64_t> number) {
        return must(office.carry_out({what, std::string(patient_emails), number, "A. Jones", "to see"}));
    };
    order(gateway::notify::Order::hold, std::nullopt);
    book("a");
    rounds();
    EXPECT_EQ(sent(), Words());
    order(gateway::notify::Order::release, std::nullopt);
    rounds();
    EXPECT_EQ(box_.mails.size(), 1U);
    order(gateway::notify::Order::replay, 1);
    rounds();
    ASSERT_EQ(box_.mails.size(), 2U);
    EXPECT_EQ(box_.mails[0].id, box_.mails[1].id);
    EXPECT_EQ(must(office.channels()).size(), 2U) << "patients and teams";
}

TEST_F(MessagesTest, ATeamIsToldOfATaskThatBecomesItsOwnWithoutThePatient)
{
    task("t1");
    task("t2", "Nurses");
    rounds();
    ASSERT_EQ(box_.mails.size(), 2U);
    EXPECT_EQ(box_.mails[0].to, "hub@example.org");
    EXPECT_EQ(box_.mails[1].to, "nurses@example.org");
    EXPECT_EQ(box_.mails[1].subject, "A task for Nurses");
    EXPECT_NE(box_.mails[0].text.find("Due: Monday 23 November 2026, 12:00\n"), std::string::npos)
        << box_.mails[0].text;
    EXPECT_EQ(box_.mails[0].text.find("9990000018"), std::string::npos);
}

TEST_F(MessagesTest, ATeamIsToldWhatIsOverdueAlsoAtNight)
{
    auto record = task("t1");
    rounds();
    sent();
    clock_.set(FakeClock::default_start + hours(16));
    record.version = 1;
    record.rung = 1;
    record.priority = 1;
    must(store_->change_task({record, {}, {}}));
    rounds();
    EXPECT_EQ(sent(), Words{"hub@example.org: Overdue: a task of Reception"});
}

TEST_F(MessagesTest, ATaskThatHasEndedOrIsSomebodyElsesIsNotWrittenAbout)
{
    auto record = task("t1");
    record.version = 1;
    record.status = "completed";
    record.open = false;
    must(store_->change_task({record, {}, {}}));
    task("t2");
    settings_.teams.clear();
    start();
    rounds();
    EXPECT_EQ(deliveries(team_emails), (Words{"1 cancelled ended", "2 cancelled no_address"}));
}

TEST_F(MessagesTest, WhatIsSwitchedOffSendsNothingLater)
{
    clock_.set(FakeClock::default_start + hours(14));
    book("a");
    rounds();
    settings_.email.to_patients = false;
    start();
    book("b");
    rounds();
    settings_.email.to_patients = true;
    start();
    clock_.set(FakeClock::default_start + hours(24));
    rounds();
    EXPECT_EQ(sent(), Words());
    EXPECT_EQ(deliveries(), Words{"1 cancelled"});
}

TEST_F(MessagesTest, OnesOwnWordsTakeThePlaceOfOurs)
{
    settings_.texts = {{About::booked, Medium::email, "Termin {date}", "{place}, {time}"}};
    start();
    book("a");
    rounds();
    ASSERT_EQ(box_.mails.size(), 1U);
    EXPECT_EQ(box_.mails[0].subject, "Termin Tuesday 24 November 2026");
    EXPECT_EQ(box_.mails[0].text, "Larkhill Surgery, 09:00");
}

TEST_F(MessagesTest, ATextMessageGoesToWhoHasNoEmailAddressAndIsSigned)
{
    settings_.sms = {"https://sms.example.org/send?x=1", "", "", "a-secret-of-the-hook"};
    start();
    book("a", resource(R"({"system":"phone","value":"07700 900123"})"));
    book("b", resource(R"({"value":"pat@example.org"},{"value":"07700 900123"})"));
    rounds();
    ASSERT_EQ(texts_.size(), 1U);
    const auto& request = texts_[0];
    EXPECT_EQ(request.target, "/send?x=1");
    EXPECT_EQ(request.headers.get("Apptgw-Delivery"), "sms-patients-1");
    EXPECT_EQ(request.headers.get("Apptgw-Signature"),
              gateway::notify::signed_with("a-secret-of-the-hook", request.body, clock_.now()));
    const auto body = *fhir::codec::parse_json(request.body);
    EXPECT_EQ(body.find("to")->text(), "+447700900123");
    EXPECT_EQ(body.find("text")->text(),
              "Your appointment: Tuesday 24 November 2026, 09:00, Larkhill Surgery. To "
              "change or cancel it, call 01632 960123.");
    EXPECT_EQ(deliveries(patient_texts), (Words{"1 done", "2 cancelled has_email"}));
    EXPECT_EQ(sent().size(), 1U);
}

TEST_F(MessagesTest, EachMessageToAPatientIsOnRecordWithoutItsAddress)
{
    book("a");
    rounds();
    ASSERT_EQ(recorded_.notes.size(), 1U);
    const auto& record = recorded_.notes[0].record;
    EXPECT_EQ(record.via + ": " + record.action, "messages: e-mail the patient");
    EXPECT_EQ(record.type + "/" + record.id, "Appointment/a");
    EXPECT_EQ(recorded_.notes[0].patient, "9990000018") << "kept as a keyed hash";
    recorded_.broken = true;
    book("b");
    sent();
    rounds();
    EXPECT_EQ(sent(), Words()) << "nothing leaves that cannot be recorded";
    EXPECT_EQ(deliveries().back(), "2 due");
}

} // namespace tests::messages
