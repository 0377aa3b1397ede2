// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace
{

using namespace fhir;

/// FHIR R4, CodeSystem http://hl7.org/fhir/issue-type.
const std::set<std::string_view> issue_types = {
    "invalid",          "structure",  "required",      "value",      "invariant",
    "security",         "login",      "unknown",       "expired",    "forbidden",
    "suppressed",       "processing", "not-supported", "duplicate",  "conflict",
    "multiple-matches", "not-found",  "deleted",       "too-long",   "code-invalid",
    "extension",        "too-costly", "business-rule", "transient",  "lock-error",
    "no-store",         "exception",  "timeout",       "incomplete", "throttled",
    "informational"};

TEST(Catalogue, EveryKindHasItsOwnRow)
{
    ASSERT_EQ(catalogue().size(), static_cast<std::size_t>(ErrorKind::internal) + 1);
    for (std::size_t i = 0; i < catalogue().size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(catalogue_row(static_cast<ErrorKind>(i)).kind), i);
}

TEST(Catalogue, EveryRowIsComplete)
{
    for (const auto& row : catalogue()) {
        EXPECT_TRUE(row.sentence.size() > 10 && row.sentence.ends_with('.')) << row.code;
        EXPECT_TRUE(row.advice.size() > 6 && row.advice.ends_with('.')) << row.code;
        EXPECT_TRUE(row.http_status >= 400 && row.http_status < 600) << row.code;
        EXPECT_TRUE(row.bars_code.starts_with("REC_")) << row.code;
        EXPECT_FALSE(row.spine_code.empty()) << row.code;
        EXPECT_TRUE(issue_types.contains(row.issue_code)) << row.code << ' ' << row.issue_code;
    }
}

TEST(Catalogue, CodesAreUniqueKebabCaseAndFoundAgain)
{
    std::set<std::string_view> seen;
    for (const auto& row : catalogue()) {
        EXPECT_TRUE(seen.insert(row.code).second) << row.code;
        EXPECT_TRUE(std::ranges::all_of(row.code, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }))
            << row.code;
        EXPECT_EQ(error_kind(row.code), row.kind);
    }
    EXPECT_FALSE(error_kind("no-such-code"));
}

TEST(ErrorValue, TakesItsWordsFromTheCatalogue)
{
    const Error error(ErrorKind::slot_unavailable);
    EXPECT_EQ(error.sentence(), catalogue_row(ErrorKind::slot_unavailable).sentence);
    EXPECT_EQ(error.advice(), catalogue_row(ErrorKind::slot_unavailable).advice);
    EXPECT_EQ(error.remedy(), Remedy::user);
    EXPECT_TRUE(error.path().empty());
}

TEST(ErrorValue, OwnWordsReplaceThoseOfTheCatalogue)
{
    Error error(ErrorKind::required, "The slot is missing.", "Appointment.slot");
    error.advise("Choose a slot.", Remedy::user).retry_in(std::chrono::seconds(3)).from_supplier("-1151");
    EXPECT_EQ(error.sentence(), "The slot is missing.");
    EXPECT_EQ(error.path(), "Appointment.slot");
    EXPECT_EQ(error.advice(), "Choose a slot.");
    EXPECT_EQ(error.remedy(), Remedy::user);
    EXPECT_EQ(error.retry_after(), std::chrono::seconds(3));
    EXPECT_EQ(error.supplier_code(), "-1151");
}

TEST(ErrorValue, OnlyAnUnknownOutcomeSaysByItselfThatAnEffectIsPossible)
{
    EXPECT_TRUE(Error(ErrorKind::outcome_unknown).effect_possible());
    EXPECT_FALSE(Error(ErrorKind::supplier_timeout).effect_possible());
    EXPECT_TRUE(Error(ErrorKind::supplier_timeout).effect_is_possible().effect_possible());
}

} // namespace
