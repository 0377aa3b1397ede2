// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/directory.hpp"

#include <gtest/gtest.h>

namespace tests
{

namespace
{

using gateway::policy::Directory;
using gateway::policy::Federation;
using gateway::policy::Practice;

fhir::OdsCode ods(std::string_view text)
{
    return fhir::OdsCode::parse(text).value();
}

std::shared_ptr<const Practice> practice(std::string_view code)
{
    return std::make_shared<Practice>(Practice{ods(code), "Practice", "fake", {}, {}, nullptr, nullptr});
}

Directory two_federations()
{
    return Directory({practice("C00003"), practice("A00001"), practice("B00002")},
                     {Federation{"North", {ods("A00001"), ods("B00002")}, {ods("ZH001")}},
                      Federation{"South", {ods("B00002"), ods("C00003")}, {ods("ZH002"), ods("ZH001")}}});
}

std::vector<std::string> visible(const Directory& directory, std::string_view consumer)
{
    std::vector<std::string> codes;
    for (const auto& one : directory.visible_to(ods(consumer), fhir::Instant{}))
        codes.push_back(one->ods.text());
    return codes;
}

TEST(Directory, FindsAPracticeByItsCode)
{
    EXPECT_EQ(two_federations().practice(ods("B00002"))->ods, ods("B00002"));
    EXPECT_EQ(two_federations().practice(ods("X00009")), nullptr);
}

TEST(Directory, AConsumerSeesThePracticesOfItsFederationsOnceAndInOrder)
{
    EXPECT_EQ(visible(two_federations(), "ZH001"), (std::vector<std::string>{"A00001", "B00002", "C00003"}));
    EXPECT_EQ(visible(two_federations(), "ZH002"), (std::vector<std::string>{"B00002", "C00003"}));
}

TEST(Directory, AStrangerSeesNothing)
{
    EXPECT_TRUE(visible(two_federations(), "ZH999").empty());
}

TEST(Directory, APracticeSeesItselfButNotItsNeighbours)
{
    EXPECT_EQ(visible(two_federations(), "A00001"), std::vector<std::string>{"A00001"});
    EXPECT_FALSE(two_federations().shares(ods("B00002"), ods("A00001"), fhir::Instant{}));
}

TEST(Directory, WhatIsMeantForOtherTypesOfOrganisationIsNotVisible)
{
    gateway::policy::Agreement agreement;
    agreement.id = "urgent";
    agreement.sharers = {ods("A00001")};
    agreement.users = {ods("ZH001")};
    agreement.types = {"urgent-care"};
    gateway::policy::Agreed agreed{.agreements = {agreement}};
    EXPECT_TRUE(visible(Directory({practice("A00001")}, agreed, {}), "ZH001").empty());
    agreed.types = {{ods("ZH001"), {"urgent-care"}}};
    EXPECT_EQ(visible(Directory({practice("A00001")}, agreed, {}), "ZH001"),
              std::vector<std::string>{"A00001"});
}

} // namespace

} // namespace tests
