// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/terms.hpp"

#include "gateway/policy/slot_kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tests::terms_cases
{

namespace
{

using namespace gateway::policy;
using std::chrono::hours;
using std::chrono::minutes;

const fhir::Instant now = fhir::parse_instant("2026-06-15T12:00:00+01:00").value();
const fhir::Instant tomorrow = now + hours(24);
constexpr auto channel_url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel";

fhir::Slot nurse_slot()
{
    fhir::Slot slot;
    slot.service_type = {fhir::concept_text("Practice nurse")};
    slot.service_category = {fhir::concept_text("General practice")};
    fhir::Extension channel;
    channel.url = channel_url;
    fhir::CodeableConcept in_person;
    in_person.coding.emplace_back();
    in_person.coding.back().code = fhir::Code("In-person");
    channel.value = in_person;
    slot.extension.push_back(channel);
    return slot;
}

Agreement plain()
{
    Agreement agreement;
    agreement.id = "a";
    return agreement;
}

Verdict verdict(const Agreement& agreement, fhir::Instant start = tomorrow,
                const std::vector<UsedSlot>& used = {}, const fhir::Slot& slot = nurse_slot())
{
    const Terms terms(now, {&agreement}, nullptr, false);
    return terms.of({slot, nullptr, {"R0600"}}, start, "A00001.s1", used);
}

TEST(Terms, AnAgreementWithoutLimitsOffersEverySlotThatHasNotBegun)
{
    EXPECT_TRUE(verdict(plain()).offered());
    EXPECT_EQ(verdict(plain(), now).reason, Reason::in_the_past);
    EXPECT_EQ(verdict(plain(), now + minutes(1)).reason, Reason::none);
}

TEST(Terms, WhereOnlyMappedSlotsAreSharedANationalCategoryOpensThem)
{
    auto agreement = plain();
    agreement.mapped_only = true;
    EXPECT_FALSE(agreement.unlimited());
    auto slot = nurse_slot();
    slot.service_category.emplace_back().coding.emplace_back().system =
        fhir::Uri("https://gateway.example.net" + std::string(national_category_path));
    EXPECT_TRUE(verdict(agreement, tomorrow, {}, slot).offered());
}

TEST(Terms, AKindOfSlotThatIsNotSharedIsNamedByWhatIsMissing)
{
    const struct
    {
        void (*narrow)(Agreement&);
        Reason expected;
    } rows[] = {
        {[](Agreement& a) { a.sessions = SessionPatterns({"GP*"}); }, Reason::restricted_organisation},
        {[](Agreement& a) { a.sessions = SessionPatterns({"practice NURSE"}); }, Reason::none},
        {[](Agreement& a) { a.roles = {"R0260"}; }, Reason::role_not_listed},
        {[](Agreement& a) { a.roles = {"r0600"}; }, Reason::none},
        {[](Agreement& a) { a.channels = {"Telephone"}; }, Reason::channel_missing},
        {[](Agreement& a) { a.channels = {"Telephone", "In-person"}; }, Reason::none},
        {[](Agreement& a) { a.categories = {"Urgent care"}; }, Reason::category_unmapped},
        {[](Agreement& a) { a.categories = {"General practice"}; }, Reason::none},
        {[](Agreement& a) { a.mapped_only = true; }, Reason::category_unmapped},
    };
    for (const auto& row : rows) {
        Agreement agreement = plain();
        row.narrow(agreement);
        EXPECT_EQ(verdict(agreement).reason, row.expected);
        EXPECT_FALSE(agreement.unlimited());
    }
}

TEST(Terms, ASessionThatOnlyAnAgreementForOtherTypesSharesIsRestrictedToThem)
{
    Agreement mine = plain(), theirs = plain();
    mine.sessions = SessionPatterns({"GP*"});
    theirs.id = "theirs";
    const Terms terms(now, {&mine}, nullptr, false, {&theirs});
    const fhir::Slot slot = nurse_slot();
    const auto refused = terms.of({slot, nullptr, {"R0600"}}, tomorrow, "s", {});
    EXPECT_EQ(refused.reason, Reason::restricted_type);
    EXPECT_EQ(refused.rule(), "theirs");
    EXPECT_TRUE(terms.for_kind({slot, nullptr, {"R0600"}}).empty());
    theirs.sessions = SessionPatterns({"Other"});
    EXPECT_EQ(terms.of({slot, nullptr, {"R0600"}}, tomorrow, "s", {}).reason,
              Reason::restricted_organisation);
}

TEST(Terms, ASessionHolderWithoutARoleIsToldFromOneWithAnother)
{
    Agreement agreement = plain();
    agreement.roles = {"R0260"};
    const Terms terms(now, {&agreement}, nullptr, false);
    const fhir::Slot slot = nurse_slot();
    EXPECT_EQ(terms.of({slot, nullptr, {}}, tomorrow, "s", {}).reason, Reason::role_missing);
}

TEST(Terms, TimeRulesHoldToTheSecond)
{
    const struct
    {
        void (*narrow)(Agreement&);
        fhir::Instant start;
        Reason before, at;
    } rows[] = {
        // `before`: one second before the moment at which the rule changes its mind.
        {[](Agreement& a) { a.furthest = Lead::parse("48h"); }, now + hours(48),
         Reason::outside_booking_window, Reason::none},
        {[](Agreement& a) { a.latest = Lead::parse("30min"); }, now + minutes(30), Reason::none,
         Reason::outside_booking_window},
        {[](Agreement& a) { a.embargo = Lead::parse("0d 12:00"); }, now + hours(3), Reason::embargoed,
         Reason::none},
        {[](Agreement& a) { a.returned = Lead::parse("2h"); }, now + hours(2), Reason::none,
         Reason::released_to_other},
    };
    for (const auto& row : rows) {
        Agreement agreement = plain();
        row.narrow(agreement);
        const auto at = [&](fhir::Instant moment) {
            const Terms terms(moment, {&agreement}, nullptr, false);
            const fhir::Slot slot = nurse_slot();
            return terms.of({slot, nullptr, {}}, row.start, "s", {});
        };
        EXPECT_EQ(at(now - std::chrono::seconds(1)).reason, row.before);
        EXPECT_EQ(at(now).reason, row.at);
    }
}

TEST(Terms, WhatEndsByItselfSaysWhen)
{
    Agreement agreement = plain();
    agreement.embargo = Lead::parse("2h");
    EXPECT_EQ(verdict(agreement, now + hours(5)).until, now + hours(3));
}

TEST(Terms, QuotasCountWhatTheOrganisationHas)
{
    const UsedSlot mine{true, "A00001.s1", tomorrow, now - hours(5)};
    const UsedSlot mine_elsewhere{true, "A00001.s2", tomorrow + minutes(10), now - hours(5)};
    const UsedSlot mine_later{true, "A00001.s1", tomorrow + hours(48), now - hours(5)};
    const UsedSlot others{false, "A00001.s1", tomorrow, now - hours(5)};
    const struct
    {
        void (*narrow)(Agreement&);
        std::vector<UsedSlot> used;
        Reason expected;
    } rows[] = {
        {[](Agreement& a) { a.quota.per_session = 1; }, {mine}, Reason::quota_reached},
        {[](Agreement& a) { a.quota.per_session = 1; }, {mine_elsewhere, mine_later, others}, Reason::none},
        {[](Agreement& a) { a.quota.per_day = 2; }, {mine, mine_elsewhere}, Reason::quota_reached},
        {[](Agreement& a) { a.quota.per_day = 2; }, {mine, mine_later, others}, Reason::none},
        {[](Agreement& a) { a.quota.standing = 2; }, {mine, mine_later}, Reason::quota_reached},
        {[](Agreement& a) { a.quota.standing = 2; }, {mine, others}, Reason::none},
        {[](Agreement& a) { a.quota.standing = 0; }, {}, Reason::quota_reached},
    };
    for (const auto& row : rows) {
        Agreement agreement = plain();
        row.narrow(agreement);
        EXPECT_EQ(verdict(agreement, tomorrow, row.used).reason, row.expected);
    }
}

TEST(Terms, ALimitedValveCountsWhatAllOthersTookInTheLastHour)
{
    const Agreement agreement = plain();
    const Valve valve{*fhir::OdsCode::parse("A00001"), Valve::State::limited, 2, std::nullopt, ""};
    const Terms terms(now, {&agreement}, &valve, false);
    const fhir::Slot slot = nurse_slot();
    const UsedSlot recent{false, "s", tomorrow, now - minutes(59)},
        old{false, "s", tomorrow, now - minutes(60)};
    EXPECT_FALSE(terms.all_slots());
    EXPECT_TRUE(terms.counts_used());
    EXPECT_EQ(terms.of({slot, nullptr, {}}, tomorrow, "s", std::vector{recent, recent}).reason,
              Reason::quota_reached);
    EXPECT_TRUE(terms.of({slot, nullptr, {}}, tomorrow, "s", std::vector{recent, old}).offered());
}

TEST(Terms, OfSeveralAgreementsTheMostGenerousOneHolds)
{
    Agreement closed = plain(), open = plain();
    closed.embargo = Lead::parse("1h");
    open.id = "b";
    open.sessions = SessionPatterns({"Practice nurse"});
    const Terms terms(now, {&closed, &open}, nullptr, false);
    const fhir::Slot slot = nurse_slot();
    const auto found = terms.of({slot, nullptr, {}}, tomorrow, "s", {});
    EXPECT_TRUE(found.offered());
    EXPECT_EQ(found.agreement->id, "b");
}

TEST(Terms, ARefusalNamesTheAgreementThatCameNearest)
{
    Agreement other_session = plain(), embargo = plain();
    other_session.sessions = SessionPatterns({"GP*"});
    embargo.id = "b";
    embargo.embargo = Lead::parse("1h");
    const Terms terms(now, {&other_session, &embargo}, nullptr, false);
    const fhir::Slot slot = nurse_slot();
    const auto found = terms.of({slot, nullptr, {}}, tomorrow, "s", {});
    EXPECT_EQ(found.reason, Reason::embargoed);
    EXPECT_EQ(found.agreement->id, "b");
}

TEST(Terms, TheStoreIsToldWhatToCheckAgain)
{
    Agreement agreement = plain();
    agreement.quota = {1, 2, 3};
    const Terms terms(now, {&agreement}, nullptr, false);
    const auto limits = terms.limits(&agreement, tomorrow, "A00001.s1");
    ASSERT_EQ(limits.size(), 3U);
    EXPECT_EQ(limits[0].most, 1U);
    EXPECT_EQ(limits[0].session, "A00001.s1");
    EXPECT_EQ(limits[1].most, 2U);
    EXPECT_EQ(limits[1].starts->start, fhir::parse_instant("2026-06-16T00:00:00+01:00"));
    EXPECT_EQ(limits[2].starts->start, now);
}

TEST(Reasons, EveryOneHasWordsAndACodeOfItsOwn)
{
    std::vector<std::string_view> codes;
    for (int i = 0; i <= static_cast<int>(Reason::none); ++i) {
        const auto& text = text_of(static_cast<Reason>(i));
        EXPECT_EQ(text.reason, static_cast<Reason>(i));
        EXPECT_EQ(std::ranges::count(codes, text.code), 0) << text.code;
        EXPECT_FALSE(text.sentence.empty() || text.advice.empty() || text.who.empty()) << text.code;
        codes.push_back(text.code);
    }
}

} // namespace

} // namespace tests::terms_cases
