// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/nhs_number.hpp"

#include <gtest/gtest.h>

namespace
{

using fhir::NhsNumber;

TEST(NhsNumberParse, NumbersWithTheRightCheckDigitAreAccepted)
{
    for (auto text : {"9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9992000015",
                      "9993100013", "9434765919"})
        EXPECT_TRUE(NhsNumber::parse(text)) << text;
}

TEST(NhsNumberParse, BlanksAndDashesBetweenDigitsAreLeftOut)
{
    const auto spaced = NhsNumber::parse("999 000 0018");
    const auto dashed = NhsNumber::parse("999-000-0018");
    ASSERT_TRUE(spaced && dashed);
    EXPECT_EQ(spaced->digits(), "9990000018");
    EXPECT_EQ(*spaced, *dashed);
}

TEST(NhsNumberParse, EverythingElseIsRefused)
{
    for (auto text : {"", "9990000019", "999000001", "99900000180", "999000001a", " 9990000018",
                      "9990000018 ", "-", "9990000018\n", "９９９００００１８"})
        EXPECT_FALSE(NhsNumber::parse(text)) << text;
}

TEST(NhsNumberParse, NoLastDigitFitsWhenTheCheckWouldBeTen)
{
    for (char last = '0'; last <= '9'; ++last)
        EXPECT_FALSE(NhsNumber::parse(std::string("999123456") + last)) << last;
}

TEST(NhsNumberParse, TenEqualDigitsStandForNoNumber)
{
    for (char digit = '0'; digit <= '9'; ++digit)
        EXPECT_FALSE(NhsNumber::parse(std::string(10, digit))) << digit;
}

} // namespace
