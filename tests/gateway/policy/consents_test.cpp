// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/consents.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/memory_consents.hpp"

#include <gtest/gtest.h>

namespace tests::consents_cases
{

using namespace gateway::policy;
using fhir::ErrorKind;
using tests::consent_of;
using tests::run;

constexpr std::string_view number = "9990000018", other_number = "9990000026";

fhir::OdsCode code(std::string_view text)
{
    return *fhir::OdsCode::parse(text);
}

class ConsentsTest : public testing::Test
{
protected:
    ConsentsTest()
    {
        std::vector<std::shared_ptr<const Practice>> practices;
        for (const std::string ods : {"A10001", "A10002"})
            practices.push_back(std::make_shared<const Practice>(
                Practice{code(ods), "Surgery " + ods, "emis", {}, {}, nullptr, nullptr}));
        Agreed agreed;
        agreed.areas = {{code("U10001"), "Moor PCN", "pcn", std::nullopt, {code("A10001"), code("A10002")}}};
        directory_ =
            std::make_shared<const Directory>(practices, std::move(agreed), std::vector<BookableService>());
        restart();
    }

    void restart()
    {
        consents_ = std::make_unique<Consents>(
            ConsentParts{store_, [this] { return directory_; }, clock_, random_, &recorder_,
                         [this](fhir::OdsCode organisation, fhir::NhsNumber patient) {
                             return has_booked(std::move(organisation), std::move(patient));
                         }});
        ASSERT_TRUE(run(consents_->open()));
    }
    gateway::Awaitable<fhir::Result<bool>> has_booked(fhir::OdsCode organisation, fhir::NhsNumber patient)
    {
        if (unreadable_)
            co_return fhir::fail(ErrorKind::store_unavailable);
        co_return organisation.text() == "HUB01" && patient.digits() == number;
    }
    fhir::Result<ConsentWritten> write(ConsentChange change)
    {
        return tests::finished(consents_->write(std::move(change)));
    }
    /// Of the practice itself.
    static ConsentChange by_practice(ConsentChange change, std::string_view ods = "A10001")
    {
        change.writer = code(ods);
        change.author = "desk";
        return change;
    }
    bool hides(std::string_view digits = number, std::string_view practice = "A10001",
               std::string_view asking = "HUB01")
    {
        return consents_->hides({*fhir::NhsNumber::parse(digits), code(practice), code(asking)});
    }

    bool unreadable_ = false; ///< who has booked
    tests::FakeClock clock_;
    tests::FakeRandom random_;
    tests::MemoryConsents store_;
    tests::FakeRecorder recorder_;
    std::shared_ptr<const Directory> directory_;
    std::unique_ptr<Consents> consents_;
};

TEST_F(ConsentsTest, NobodyIsHiddenUntilSomebodyDecides)
{
    EXPECT_FALSE(hides());
    EXPECT_EQ(consents_->in_force(), 0U);
    ASSERT_TRUE(write(consent_of(number, ConsentKind::sensitive)));
    EXPECT_TRUE(hides());
    EXPECT_FALSE(hides(other_number));
    EXPECT_FALSE(hides(number, "A10001", "A10001"));
}

TEST_F(ConsentsTest, WhatWasRecordedHoldsAfterARestart)
{
    ASSERT_TRUE(write(consent_of(number, ConsentKind::dissent, "A10001", "HUB01")));
    restart();
    EXPECT_TRUE(hides());
    EXPECT_FALSE(hides(number, "A10001", "HUB02"));
}

TEST_F(ConsentsTest, AnEndedOneIsKeptAndHidesNobody)
{
    const auto made = write(consent_of(number, ConsentKind::sensitive));
    ASSERT_TRUE(made && made->created);
    clock_.advance(std::chrono::hours(1));
    const auto done = write(tests::ended(made->consent));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->consent.version, 2);
    EXPECT_EQ(done->consent.since, made->consent.at);
    EXPECT_FALSE(hides());
    restart();
    EXPECT_FALSE(hides());
    const auto versions = tests::finished(consents_->history(made->consent.id));
    ASSERT_TRUE(versions);
    ASSERT_EQ(versions->size(), 2U);
    EXPECT_EQ(versions->front().status, ConsentStatus::inactive);
    EXPECT_EQ(tests::finished(consents_->of_patient(*fhir::NhsNumber::parse(number)))->size(), 1U);
}

TEST_F(ConsentsTest, TheSameStatementTwiceIsOneConsent)
{
    const auto first = write(consent_of(number, ConsentKind::dissent, "A10001"));
    const auto again = write(consent_of(number, ConsentKind::dissent, "A10001"));
    ASSERT_TRUE(first && again);
    EXPECT_FALSE(again->created);
    EXPECT_EQ(again->consent.id, first->consent.id);
}

TEST_F(ConsentsTest, APracticeRecordsForItselfOnly)
{
    ASSERT_TRUE(write(by_practice(consent_of(number, ConsentKind::dissent, "A10001"))));
    for (const auto* custodian : {"A10002", "U10001", ""}) {
        const auto refused = write(by_practice(consent_of(number, ConsentKind::dissent, custodian)));
        ASSERT_FALSE(refused) << custodian;
        EXPECT_EQ(refused.error().kind(), ErrorKind::organisation_not_allowed) << custodian;
        EXPECT_EQ(refused.error().path(), "Consent.organization");
    }
    const auto hub = write(by_practice(consent_of(number, ConsentKind::dissent, "HUB01"), "HUB01"));
    ASSERT_FALSE(hub);
    EXPECT_EQ(hub.error().kind(), ErrorKind::organisation_not_allowed);
}

TEST_F(ConsentsTest, WhoBookedForAPatientRecordsThatTheyWantNoMessagesAndNothingElse)
{
    const auto by_hub = [&](ConsentKind kind, std::string_view patient = number,
                            std::string_view custodian = "HUB01", std::string_view hub = "HUB01") {
        return write(by_practice(consent_of(patient, kind, custodian), hub));
    };
    const auto written = by_hub(ConsentKind::no_messages);
    ASSERT_TRUE(written) << written.error().sentence();
    EXPECT_EQ(written->consent.recorded_by, code("HUB01"));
    EXPECT_TRUE(consents_->silences(*fhir::NhsNumber::parse(number), {code("A10001"), code("HUB01")}));
    EXPECT_FALSE(consents_->silences(*fhir::NhsNumber::parse(number), {code("A10001"), code("HUB02")}));
    EXPECT_FALSE(hides());
    const auto again = by_hub(ConsentKind::no_messages);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->created);
    for (const auto kind : {ConsentKind::dissent, ConsentKind::sensitive})
        EXPECT_EQ(by_hub(kind).error().path(), "Consent.category");
    const auto stranger = by_hub(ConsentKind::no_messages, other_number);
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_EQ(stranger.error().path(), "Consent.patient");
    EXPECT_EQ(by_hub(ConsentKind::no_messages, number, "HUB02", "HUB02").error().path(), "Consent.patient");
    for (const auto* custodian : {"A10001", "HUB02", "U10001", ""})
        EXPECT_EQ(by_hub(ConsentKind::no_messages, number, custodian).error().path(), "Consent.organization");
    unreadable_ = true;
    EXPECT_EQ(by_hub(ConsentKind::no_messages, other_number).error().kind(), ErrorKind::store_unavailable);
}

TEST_F(ConsentsTest, WhoRecordedAWishForNoMessagesEndsItAndSoDoesAnOperator)
{
    for (const bool by_operator : {false, true}) {
        auto change = by_practice(consent_of(number, ConsentKind::no_messages, "HUB01"), "HUB01");
        const auto written = write(change);
        ASSERT_TRUE(written);
        change.wanted = written->consent;
        change.wanted.status = ConsentStatus::inactive;
        auto foreign = by_practice(change, "A10001");
        EXPECT_EQ(write(foreign).error().kind(), ErrorKind::not_found);
        if (by_operator)
            change.writer.reset();
        const auto ended = write(change);
        ASSERT_TRUE(ended) << ended.error().sentence();
        EXPECT_FALSE(consents_->silences(*fhir::NhsNumber::parse(number), {code("A10001"), code("HUB01")}));
    }
}

TEST_F(ConsentsTest, AnotherPracticesConsentDoesNotExistForAPractice)
{
    auto made = write(by_practice(consent_of(number, ConsentKind::dissent, "A10001")));
    ASSERT_TRUE(made);
    auto change = by_practice(tests::ended(made->consent), "A10002");
    change.wanted.custodian = code("A10002");
    const auto refused = write(std::move(change));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::not_found);
}

struct Wrong
{
    const char* name;
    void (*spoil)(ConsentChange&);
    ErrorKind kind;
    const char* path;
};

TEST_F(ConsentsTest, WhatIsWrongIsNamedAndNothingIsWritten)
{
    const Wrong rows[] = {
        {"no author", [](ConsentChange& c) { c.author.clear(); }, ErrorKind::required, ""},
        {"free text", [](ConsentChange& c) { c.wanted.reason = "she said so"; }, ErrorKind::value_invalid,
         "Consent.category"},
        {"unknown custodian", [](ConsentChange& c) { c.wanted.custodian = code("X99999"); },
         ErrorKind::value_invalid, "Consent.organization"},
        {"flag for one", [](ConsentChange& c) { c.wanted.organisation = code("HUB01"); },
         ErrorKind::invariant, "Consent.provision.actor"},
        {"against itself",
         [](ConsentChange& c) {
             c.wanted.kind = ConsentKind::dissent;
             c.wanted.custodian = c.wanted.organisation = code("A10001");
         },
         ErrorKind::invariant, "Consent.provision.actor"},
        {"backwards",
         [](ConsentChange& c) {
             c.wanted.from = tests::FakeClock::default_start;
             c.wanted.until = c.wanted.from;
         },
         ErrorKind::invariant, "Consent.provision.period"},
        {"born ended", [](ConsentChange& c) { c.wanted.status = ConsentStatus::inactive; },
         ErrorKind::value_invalid, "Consent.status"},
    };
    for (const Wrong& row : rows) {
        auto change = consent_of(number, ConsentKind::sensitive);
        row.spoil(change);
        const auto refused = write(std::move(change));
        ASSERT_FALSE(refused) << row.name;
        EXPECT_EQ(refused.error().kind(), row.kind) << row.name;
        EXPECT_EQ(refused.error().path(), row.path) << row.name;
    }
    EXPECT_TRUE(run(store_.consents())->empty());
}

TEST_F(ConsentsTest, OnlyStatusPeriodAndReasonAreChanged)
{
    const auto made = write(consent_of(number, ConsentKind::dissent, "A10001", "HUB01"));
    ASSERT_TRUE(made);
    const std::pair<const char*, void (*)(Consent&)> rows[] = {
        {"Consent.patient", [](Consent& c) { c.patient = *fhir::NhsNumber::parse(other_number); }},
        {"Consent.category",
         [](Consent& c) {
             c.kind = ConsentKind::sensitive;
             c.organisation.reset();
         }},
        {"Consent.organization", [](Consent& c) { c.custodian = code("A10002"); }},
        {"Consent.provision.actor", [](Consent& c) { c.organisation = code("HUB02"); }},
    };
    for (const auto& [path, spoil] : rows) {
        auto change = tests::ended(made->consent);
        spoil(change.wanted);
        const auto refused = write(std::move(change));
        ASSERT_FALSE(refused) << path;
        EXPECT_EQ(refused.error().kind(), ErrorKind::not_amendable) << path;
        EXPECT_EQ(refused.error().path(), path);
    }
    auto longer = made->consent;
    longer.until = clock_.now() + std::chrono::hours(1);
    EXPECT_TRUE(write({.wanted = longer, .writer = {}, .author = "A. Operator", .via = "test"}));
    clock_.advance(std::chrono::hours(2));
    EXPECT_FALSE(hides());
}

TEST_F(ConsentsTest, AStaleVersionIsRefusedAndAnEndedOneStaysEnded)
{
    const auto made = write(consent_of(number, ConsentKind::dissent));
    ASSERT_TRUE(made);
    const auto done = write(tests::ended(made->consent));
    ASSERT_TRUE(done);
    EXPECT_EQ(write(tests::ended(made->consent)).error().kind(), ErrorKind::version_conflict);
    auto again = done->consent;
    again.status = ConsentStatus::active;
    again.reason = "correction";
    const auto refused = write({.wanted = again, .writer = {}, .author = "A. Operator", .via = "test"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::transition_not_allowed);
}

TEST_F(ConsentsTest, WhatCannotBeKeptDoesNotHold)
{
    store_.fails = true;
    EXPECT_EQ(write(consent_of(number, ConsentKind::sensitive)).error().kind(), ErrorKind::store_unavailable);
    EXPECT_FALSE(hides());
}

TEST_F(ConsentsTest, ARefusalIsOnRecordWithoutTheAskerAsTheOneWhoActed)
{
    ASSERT_TRUE(write(consent_of(number, ConsentKind::sensitive)));
    recorder_.notes.clear();
    run<int>([](Consents& consents) -> gateway::Awaitable<int> {
        co_await consents.write_refusal(
            {*fhir::NhsNumber::parse(number), code("A10001"), code("HUB01"), "request-7"});
        co_return 0;
    }(*consents_));
    ASSERT_EQ(recorder_.notes.size(), 1U);
    const auto& record = recorder_.notes.front().record;
    EXPECT_EQ(record.event, gateway::audit::Event::decision);
    EXPECT_EQ(record.outcome, gateway::audit::Outcome::refused);
    EXPECT_EQ(record.action, "consent sensitive");
    EXPECT_EQ(record.agent, "") << "an organisation finds in the trail what it did itself";
    EXPECT_EQ(record.client, "HUB01");
    EXPECT_EQ(record.practice, "A10001");
    EXPECT_EQ(record.request, "request-7");
    EXPECT_EQ(recorder_.notes.front().patient, number);
}

TEST_F(ConsentsTest, AnOperatorsChangeIsOnRecordThePracticesIsTheFacesToTell)
{
    ASSERT_TRUE(write(consent_of(number, ConsentKind::sensitive)));
    ASSERT_EQ(recorder_.notes.size(), 1U);
    EXPECT_EQ(recorder_.notes.front().record.action, "create consent");
    EXPECT_EQ(recorder_.notes.front().record.user, "A. Operator");
    EXPECT_EQ(recorder_.notes.front().patient, number);
    ASSERT_TRUE(write(by_practice(consent_of(number, ConsentKind::dissent, "A10001"))));
    EXPECT_EQ(recorder_.notes.size(), 1U);
}

} // namespace tests::consents_cases
