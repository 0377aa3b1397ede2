// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/service.hpp"
#include "gateway/policy/session_patterns.hpp"

#include <gtest/gtest.h>

namespace
{

using gateway::policy::SessionPatterns;

struct PatternRow
{
    const char* pattern;
    const char* name;
    bool fits;
};

TEST(SessionPatterns, StandForWholeNamesWithStarsForAnyText)
{
    for (const PatternRow& row : {PatternRow{"GP", "gp", true},
                                  {"GP", "GP late", false},
                                  {"GP*", "GP late", true},
                                  {"GP*", "gp", true},
                                  {"*access", "Extended access", true},
                                  {"*access", "Extended access clinic", false},
                                  {"*ten*acc*", "Extended access", true},
                                  {"*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false},
                                  {"*", "", true},
                                  {"", "", true},
                                  {"", "x", false}})
        EXPECT_EQ(SessionPatterns({row.pattern}).match(row.name), row.fits) << row.pattern << " " << row.name;
}

TEST(SessionPatterns, OneOfSeveralIsEnough)
{
    const SessionPatterns patterns({"Nurse", "GP*"});
    EXPECT_TRUE(patterns.match("nurse"));
    EXPECT_TRUE(patterns.match("GP telephone"));
    EXPECT_FALSE(patterns.match("Pharmacist"));
    EXPECT_TRUE(SessionPatterns().empty());
    EXPECT_FALSE(patterns.empty());
}

TEST(BookableService, TakesUseCasesInEitherCase)
{
    gateway::policy::BookableService service;
    service.use_cases = {"a7t1"};
    EXPECT_TRUE(service.takes("A7T1"));
    EXPECT_FALSE(service.takes("a1t1"));
}

} // namespace
