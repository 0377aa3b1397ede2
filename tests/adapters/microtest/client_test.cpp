// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/microtest/client.hpp"

namespace tests
{

TEST_F(MicrotestClient, ASearchIsMadeForTheServicePatientInOneCall)
{
    start();
    ASSERT_TRUE(find());
    ASSERT_EQ(upstream_->requests.size(), 1U);
    const auto& request = upstream_->requests[0];
    EXPECT_EQ(request.headers.get("NHSO-Nhs-Number"), settings_.at("search_identity"));
    EXPECT_EQ(request.headers.get("NHSO-ODS-Code"), "Z90001");
    EXPECT_EQ(request.target, "patient/appointment-slots?fromDate=2026-11-23&toDate=2026-12-22");
}

TEST_F(MicrotestClient, ASearchIdentityGivenWithTheCallIsUsedWhereverItsBlanksStand)
{
    start();
    const auto digits = settings_.at("search_identity");
    settings_.clear();
    make_adapter();
    auto given = query();
    given.search_identity =
        adapters::PatientLink{" " + digits.substr(0, 3) + " " + digits.substr(3, 3) + " " + digits.substr(6)};
    EXPECT_TRUE(run(adapter_->find_slots(given)));
    EXPECT_EQ(upstream_->requests[0].headers.get("NHSO-Nhs-Number"), digits);
}

TEST_F(MicrotestClient, WithoutAUsableSearchIdentityNothingIsSent)
{
    start();
    for (const auto* credential : {"", "9990312078", "search me"}) {
        settings_["search_identity"] = credential;
        make_adapter();
        const auto found = find();
        ASSERT_FALSE(found) << credential;
        EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
        EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
    }
    EXPECT_TRUE(upstream_->requests.empty());
}

TEST_F(MicrotestClient, AServicePatientWhomThePracticeDoesNotKnowIsTheOperatorsToPutRight)
{
    start();
    settings_["search_identity"] = synthetic_nhs_number(700);
    make_adapter();
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
}

TEST_F(MicrotestClient, TheLastDayIsWholeWhateverToDateMeans)
{
    auto seed = practice_seed(
        {seed_slot(1, at("2026-11-24T23:50:00Z"), 10min), seed_slot(2, at("2026-11-25T00:00:00Z"), 10min)});
    for (const auto* to_date : {"inclusive", "exclusive"}) {
        seed.options["to_date"] = to_date;
        start_with(seed);
        auto wanted = query();
        wanted.window = {at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")};
        const auto found = run(adapter_->find_slots(wanted));
        ASSERT_TRUE(found) << to_date;
        ASSERT_EQ(found->slots.size(), 1U) << to_date;
        EXPECT_EQ(found->slots[0]->start(), at("2026-11-24T23:50:00Z")) << to_date;
    }
}

TEST_F(MicrotestClient, TimesMeanTheSameWithAndWithoutOffset)
{
    const auto seed = practice_seed(
        {seed_slot(1, at("2026-11-24T09:00:00Z"), 10min), seed_slot(2, at("2027-04-01T08:00:00Z"), 10min)});
    for (const auto* times : {"local", "offset"}) {
        auto practice = seed;
        practice.options["times"] = times;
        start_with(practice);
        auto wanted = query();
        wanted.window.end = at("2027-05-01T00:00:00Z");
        const auto found = run(adapter_->find_slots(wanted));
        ASSERT_TRUE(found) << times;
        ASSERT_EQ(found->slots.size(), 2U) << times;
        EXPECT_EQ(found->slots[0]->start(), at("2026-11-24T09:00:00Z")) << times;
        EXPECT_EQ(found->slots[1]->start(), at("2027-04-01T08:00:00Z")) << times;
    }
}

TEST_F(MicrotestClient, RowsThatThePracticeGetsWrongDoNotSpoilTheRest)
{
    start({{"blank_type", "880011"},
           {"without_clinicians", "880012"},
           {"odd_channel", "880013"},
           {"bad_end", "880014,880015"},
           {"no_duration", "880015"},
           {"bad_start", "880016"}});
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 40U);
    EXPECT_EQ(found->warnings.size(), 2U);
    EXPECT_EQ(found->slots[3]->end() - found->slots[3]->start(), 10min);
}

TEST_F(MicrotestClient, AnAnswerThatComesAgainIsNotReadAgain)
{
    start();
    const auto first = find();
    const auto second = find();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->slots, second->slots);
}

TEST_F(MicrotestClient, APageOfHtmlIsMalformedAndABadGatewayTheSuppliersFault)
{
    start({{"html", "GET appointment-slots"}});
    EXPECT_EQ(find().error().kind(), ErrorKind::supplier_malformed);
    start({{"bad_gateway", "GET appointment-slots"}});
    EXPECT_EQ(find().error().kind(), ErrorKind::supplier_error);
    start({{"appointments", "off"}});
    EXPECT_EQ(find().error().kind(), ErrorKind::service_disabled);
}

TEST_F(MicrotestClient, ACertificateThatIsWantedAndMissingIsTheOperatorsToPutRight)
{
    start({{"client_certificate", "required"}});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_error);
    EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
}

TEST_F(MicrotestClient, APatientIsFoundWithBlanksInTheNumberAndATimeInTheBirthDate)
{
    start({{"nhs_number", "spaced"}, {"dob", "date-time"}});
    const auto found = run(adapter_->find_patient({hub_provenance(), patient()}));
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->name[0].family, "Tarrowby");
    EXPECT_EQ(fhir::to_text(*found->birth_date), "1984-03-09");
}

TEST_F(MicrotestClient, APatientHasOneIdPerProcessThatTheNumberAloneDoesNotGiveAway)
{
    start();
    const adapters::FindPatient query{hub_provenance(), patient()};
    const auto first = run(adapter_->find_patient(query));
    const auto again = run(adapter_->find_patient(query));
    make_adapter();
    const auto elsewhere = run(adapter_->find_patient(query));
    ASSERT_TRUE(first && again && elsewhere);
    EXPECT_EQ(first->id, again->id);
    EXPECT_NE(first->id, elsewhere->id);
}

TEST_F(MicrotestClient, ARecordThatIsNotThePatientsIsNobodys)
{
    start();
    const auto number = seed_.patients[0].nhs_number;
    for (const auto& held : {seed_.patients[1].nhs_number, std::string()}) {
        upstream_->change = [&](const std::string&, fhir::rest::Response& response) {
            replace_all(response, number, held);
        };
        const auto found = run(adapter_->find_patient({hub_provenance(), patient()}));
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().kind(), ErrorKind::supplier_malformed);
        EXPECT_EQ(found.error().remedy(), fhir::Remedy::supplier);
    }
}

TEST_F(MicrotestClient, WhatTheSystemHasNotIsSaidPlainlyAndNothingIsSent)
{
    start();
    const adapters::FindPatient query{hub_provenance(), patient()};
    EXPECT_EQ(run(adapter_->register_patient(query)).error().kind(), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(run(adapter_->link_patient(query)).error().kind(), ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(upstream_->requests.empty());
}

TEST_F(MicrotestClient, AReasonIsMandatoryAndNoCallIsNeededToKnowIt)
{
    start();
    const auto settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->booking_reason, adapters::Necessity::mandatory);
    EXPECT_TRUE(upstream_->requests.empty());
}

} // namespace tests
