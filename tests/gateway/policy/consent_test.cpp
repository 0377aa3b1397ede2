// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/consent.hpp"

#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace tests::consent_cases
{

using namespace gateway::policy;
using std::chrono::hours;

constexpr fhir::Instant now = tests::FakeClock::default_start;
const fhir::NhsNumber somebody = *fhir::NhsNumber::parse("9990000018");

fhir::OdsCode code(std::string_view text)
{
    return *fhir::OdsCode::parse(text);
}

Consent consent(ConsentKind kind = ConsentKind::dissent)
{
    Consent made{.patient = somebody};
    made.kind = kind;
    return made;
}

/// A10001 and A10002 are in the PCN U10001, which is in the ICB Q10001 with the hub HUB01.
Agreed areas()
{
    Agreed agreed;
    agreed.areas = {{code("U10001"), "Moor PCN", "pcn", code("Q10001"), {code("A10001"), code("A10002")}},
                    {code("Q10001"), "Moors ICB", "icb", std::nullopt, {code("HUB01")}}};
    return agreed;
}

struct Row
{
    const char* name;
    const char* custodian;
    const char* organisation;
    const char* practice;
    const char* asking;
    bool hidden;
};

TEST(ConsentRule, HidesWhereItHoldsFromWhomItNamesAndNeverFromThePracticeItself)
{
    const Sharing sharing(areas());
    const Row rows[] = {
        {"everywhere, from all", "", "", "A10001", "HUB01", true},
        {"everywhere, at an unknown practice", "", "", "A99999", "HUB02", true},
        {"the practice itself", "", "", "A10001", "A10001", false},
        {"at the practice", "A10001", "", "A10001", "HUB01", true},
        {"at another practice", "A10001", "", "A10002", "HUB01", false},
        {"the recording practice elsewhere", "A10002", "", "A10002", "A10001", true},
        {"in the PCN", "U10001", "", "A10002", "HUB01", true},
        {"in the ICB above", "Q10001", "", "A10002", "HUB09", true},
        {"outside the area", "U10001", "", "B20001", "HUB01", false},
        {"from that organisation", "A10001", "HUB01", "A10001", "HUB01", true},
        {"not from another", "A10001", "HUB01", "A10001", "HUB02", false},
        {"from all of an area", "A10001", "Q10001", "A10001", "HUB01", true},
        {"from practices of an area", "A10001", "U10001", "A10001", "A10002", true},
        {"from the practice itself, of the area", "A10001", "U10001", "A10001", "A10001", false},
    };
    for (const auto kind : {ConsentKind::dissent, ConsentKind::sensitive})
        for (const Row& row : rows) {
            Consent one = consent(kind);
            one.custodian = fhir::OdsCode::parse(row.custodian);
            one.organisation = fhir::OdsCode::parse(row.organisation);
            EXPECT_EQ(hiding({one}, sharing, code(row.practice), code(row.asking), now) != nullptr,
                      row.hidden)
                << row.name;
        }
}

TEST(ConsentRule, HoldsWithinItsPeriodAndWhileItIsActive)
{
    const Sharing sharing{Agreed()};
    const auto hides = [&](const Consent& one) {
        return hiding({one}, sharing, code("A10001"), code("HUB01"), now) != nullptr;
    };
    Consent one = consent();
    one.from = now;
    EXPECT_TRUE(hides(one));
    one.from = now + std::chrono::milliseconds(1);
    EXPECT_FALSE(hides(one));
    one.from = now - hours(1);
    one.until = now;
    EXPECT_FALSE(hides(one));
    one.until = now + std::chrono::milliseconds(1);
    EXPECT_TRUE(hides(one));
    one.status = ConsentStatus::inactive;
    EXPECT_FALSE(hides(one));
    one.status = ConsentStatus::entered_in_error;
    EXPECT_FALSE(hides(one));
}

TEST(ConsentRule, TheFlagIsNamedBeforeADissent)
{
    const Sharing sharing{Agreed()};
    const auto* why = hiding({consent(), consent(ConsentKind::sensitive), consent()}, sharing, code("A10001"),
                             code("HUB01"), now);
    ASSERT_NE(why, nullptr);
    EXPECT_EQ(why->kind, ConsentKind::sensitive);
}

TEST(ConsentRule, IsReadAsItWasKept)
{
    Consent one = consent(ConsentKind::sensitive);
    one.status = ConsentStatus::entered_in_error;
    one.custodian = code("A10001");
    one.organisation = code("HUB01");
    one.recorded_by = code("A10001");
    one.from = now;
    one.until = now + hours(5);
    one.since = now - hours(7);
    one.reason = "safeguarding";
    one.author = "client";
    const auto read = read_consent("c1", 3, "9990000018", body_of(one), now);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->says_the_same(one));
    EXPECT_EQ(read->id, "c1");
    EXPECT_EQ(read->version, 3);
    EXPECT_EQ(read->recorded_by, one.recorded_by);
    EXPECT_EQ(read->since, one.since);
    EXPECT_EQ(read->reason, "safeguarding");
    EXPECT_EQ(read->author, "client");
    EXPECT_EQ(body_of(one).find("9990000018"), std::string::npos);
    for (const char* bad : {"", "[]", "{}", R"({"kind":"dissent"})", R"({"kind":"x","status":"active"})"})
        EXPECT_FALSE(read_consent("c1", 1, "9990000018", bad, now)) << bad;
    EXPECT_FALSE(read_consent("c1", 1, "9990000019", body_of(one), now));
}

BookedAt at(std::string_view practice, std::string_view booked_by = "HUB01")
{
    return {code(practice), code(booked_by)};
}

TEST(ConsentRule, WhoBookedIsSilentAboutWhatItBookedAndNobodyElseIs)
{
    const Sharing sharing(areas());
    Consent one = consent(ConsentKind::no_messages);
    one.custodian = one.recorded_by = code("HUB01");
    EXPECT_TRUE(silencing({one}, sharing, at("A10001"), now));
    EXPECT_TRUE(silencing({one}, sharing, at("B20001"), now));
    EXPECT_FALSE(silencing({one}, sharing, at("A10001", "HUB02"), now));
    EXPECT_FALSE(silencing({one}, sharing, at("A10001", "A10001"), now)) << "the practice's own";
    one.custodian = one.recorded_by = code("U10001"); // which books, and is an area as well
    EXPECT_FALSE(silencing({one}, sharing, at("A10002"), now));
    EXPECT_TRUE(silencing({one}, sharing, at("A10002", "U10001"), now));
}

TEST(ConsentRule, APracticesNoIsAboutItsOwnBookAndWhatItBooksElsewhere)
{
    const Sharing sharing(areas());
    Consent one = consent(ConsentKind::no_messages);
    one.custodian = one.recorded_by = code("A10001");
    EXPECT_TRUE(silencing({one}, sharing, at("A10001"), now));
    EXPECT_TRUE(silencing({one}, sharing, at("A10002", "A10001"), now));
    EXPECT_FALSE(silencing({one}, sharing, at("A10002"), now));
    one.kind = ConsentKind::sensitive;
    EXPECT_FALSE(silencing({one}, sharing, at("A10002", "A10001"), now));
}

TEST(ConsentRule, WhoWantsNoMessagesIsHiddenFromNobody)
{
    const Sharing sharing(areas());
    const Consent one = consent(ConsentKind::no_messages);
    EXPECT_EQ(hiding({one}, sharing, code("A10001"), code("HUB01"), now), nullptr);
    EXPECT_TRUE(silencing({one}, sharing, at("A10001"), now));
    EXPECT_NE(hiding({one, consent()}, sharing, code("A10001"), code("HUB01"), now), nullptr);
}

TEST(ConsentRule, SilencesWhereItHoldsAndAsLongAsItDoes)
{
    const Sharing sharing(areas());
    Consent one = consent(ConsentKind::no_messages);
    one.custodian = code("U10001");
    EXPECT_TRUE(silencing({one}, sharing, at("A10002"), now));
    EXPECT_FALSE(silencing({one}, sharing, at("B20001"), now));
    one.until = now;
    EXPECT_FALSE(silencing({one}, sharing, at("A10002"), now));
    EXPECT_TRUE(silencing({consent(ConsentKind::sensitive)}, sharing, at("A10001"), now));
    EXPECT_FALSE(silencing({consent(ConsentKind::dissent)}, sharing, at("A10001"), now));
}

} // namespace tests::consent_cases
